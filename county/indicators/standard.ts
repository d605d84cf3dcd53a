import { all, asOf, field, some } from '../../engine/core/condition/build.ts'
import { defineIndicator } from '../../engine/core/define.ts'
import { large, mine, operating, smelter } from '../populations.ts'

const valid = some('standardisation', all(field('gradedOn').lte(asOf()), field('validUntil').gte(asOf())))
const proof = {
  related: 'standardisation',
  where: field('validUntil').gte(asOf()),
  least: 'claimed' as const,
}

/** 标准化 (I04–I06): valid on the day, not once upon a time. */
export const standard = [
  defineIndicator('standardised-growth', {
    label: '规上标准化达标企业年增长',
    basis: ['交应急字〔2024〕45号（四）'],
    of: { register: 'enterprise', where: large },
    measure: 'change',
    met: valid,
    change: 'year',
    proof,
    unit: '%',
    hints: ['达标企业增加', '达标企业数量', '标准化增长', '比上年增加', '每年增加', '标准化扩面'],
    about: { kinds: ['trade', 'large'], needs: ['达标率', '定级', '达标企业', '达标创建'] },
  }),
  defineIndicator('standardised-large', {
    label: '规上企业标准化达标率',
    basis: ['应急〔2021〕83号', '泽应急发〔2026〕56号 一、7'],
    of: { register: 'enterprise', where: large },
    measure: 'share',
    met: valid,
    proof,
    unit: '%',
    hints: ['标准化评审定级', '标准化达标', '安全生产标准化', '二级三级标准化'],
    about: { kinds: ['trade', 'large'], needs: ['达标率', '定级', '达标企业', '达标创建'] },
  }),
  defineIndicator('standardised-smelters', {
    label: '金属冶炼企业标准化达标率',
    basis: ['阳安办发〔2025〕10号（一）'],
    of: { register: 'enterprise', where: smelter },
    measure: 'share',
    met: valid,
    proof,
    unit: '%',
    hints: ['金属冶炼达到三级', '三级安全生产标准化', '金属冶炼标准化'],
    about: { kinds: ['trade', 'smelter'], needs: ['标准化'] },
  }),
  defineIndicator('standardised-mines', {
    label: '正常生产非煤矿山标准化达标率',
    basis: ['岫应急发〔2024〕34号 矿山三、23'],
    of: { register: 'enterprise', where: all(operating, mine) },
    measure: 'share',
    met: valid,
    proof,
    unit: '%',
    hints: ['矿山标准化', '矿山达到三级'],
    about: { kinds: ['mine'], needs: ['达标', '定级', '等级', '三级', '二级'] },
  }),
]
