import { all, any, field, some } from '../../engine/core/condition/build.ts'
import { defineGrading } from '../../engine/core/define.ts'
import { industryTrade } from '../populations.ts'

const basis = '山西省冶金工贸行业安全生产分类分级监管实施办法'
const process = (name: string, label: string) => ({
  name,
  label,
  says: `涉及${label}`,
  when: field(name).is(true),
  level: '较大' as const,
  basis: `${basis}：涉及${label}的起评等级为 B`,
})

const lacks = (name: string) => any(field(name).is(false), field(name).empty())

/** Facts of a ledger that do not go together: whoever adopts a level answers them first. */
const contradictions = [
  {
    name: 'furnace-no-smelting',
    when: all(field('blastFurnace').is(true), lacks('smelting')),
    asks: '登记有高炉，却没有登记金属冶炼',
  },
  {
    name: 'blast-furnace-no-gas',
    when: all(field('blastFurnace').is(true), field('gas').is(false)),
    asks: '登记有高炉，却登记不涉及煤气',
  },
  {
    name: 'dust-workers-no-dust',
    when: all(field('dustWorkers').gt(0), lacks('dust')),
    asks: '填有涉粉作业人数，却没有登记粉尘涉爆',
  },
  {
    name: 'ammonia-tonnes-no-ammonia',
    when: all(field('ammoniaTonnes').gt(0), lacks('ammonia')),
    asks: '填有液氨储量，却没有登记涉氨制冷',
  },
  {
    name: 'spaces-no-confined-space',
    when: all(some('confined-space'), field('confinedSpace').is(false)),
    asks: '有限空间台账有记录，企业却登记没有有限空间',
  },
]

/**
 * Shanxi's scheme for the eight industries (B01): base level B for listed processes, else C; then adjustments.
 * The province's adjustment table is not published in a form we could verify, so it starts empty: a county's own
 * adjustments are local rows, marked as such. A is the worst level here.
 */
export const shanxiIndustry = defineGrading('shanxi-industry', {
  label: '山西省冶金工贸分级（A 红 · B 橙 · C 黄 · D 蓝）',
  version: 2,
  basis: [basis, '泽应急发〔2026〕56号 一、2'],
  applies: industryTrade,
  base: [
    process('smelting', '金属冶炼'),
    process('moltenHoisting', '高温熔融金属吊运（浇注）'),
    process('gas', '工业煤气生产（使用）'),
    process('airSeparation', '空分装置'),
    process('dust', '爆炸性粉尘'),
    process('ammonia', '涉氨制冷'),
    process('majorHazardSource', '重大危险源'),
  ],
  otherwise: { level: '一般', label: '不涉及办法所列工艺', basis: `${basis}：其他企业起评等级为 C` },
  shifts: [],
  sets: [],
  contradictions,
  labels: {
    重大: { letter: 'A', colour: '红' },
    较大: { letter: 'B', colour: '橙' },
    一般: { letter: 'C', colour: '黄' },
    低: { letter: 'D', colour: '蓝' },
  },
})
