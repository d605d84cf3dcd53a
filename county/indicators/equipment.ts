import { all, any, asOf, field, none, not, some } from '../../engine/core/condition/build.ts'
import { defineIndicator } from '../../engine/core/define.ts'
import { keyEquipment } from '../populations.ts'
import { measureDone, measureProof } from './done.ts'

const keyKinds = field('kind').in([
  '高炉',
  '转炉',
  '电炉',
  '煤气柜',
  '煤气管道',
  '煤气发生炉',
  '熔融金属盛装容器',
])
/** What a firm with this fact has at least one of. */
const machines: Record<string, string[]> = {
  blastFurnace: ['高炉'],
  converter: ['转炉', '电炉'],
  gas: ['煤气柜', '煤气管道', '煤气发生炉'],
  moltenHoisting: ['熔融金属盛装容器'],
}
const inUse = field('stage').isNot('报废处置')

/** 设备全生命周期、焊机赋码、检验 (N01, F15). */
export const equipment = [
  defineIndicator('life-cycle-system', {
    label: '设备全生命周期管理制度建立率',
    basis: ['泽应急发〔2026〕56号 一、13'],
    of: { register: 'enterprise', where: keyEquipment },
    measure: 'share',
    met: measureDone('设备全生命周期管理制度'),
    proof: measureProof('设备全生命周期管理制度'),
    unit: '%',
    hints: ['全生命周期安全管理制度', '设备全生命周期', '全生命周期管理制度'],
    about: { kinds: ['trade'] },
  }),
  defineIndicator('life-cycle-ledger', {
    version: 2,
    label: '重点设备设施台账建立率',
    basis: ['泽应急发〔2026〕56号 一、13'],
    of: { register: 'enterprise', where: keyEquipment },
    measure: 'share',
    // one machine makes no ledger: the firm has set it up, what its own facts say it has stands in it, none lacks a keeper
    met: all(
      measureDone('设备全生命周期管理台账'),
      some('equipment', all(keyKinds, inUse)),
      none('equipment', all(keyKinds, inUse, any(field('keeper').empty(), field('stage').empty()))),
      ...Object.entries(machines).map(([fact, kinds]) =>
        any(not(field(fact).is(true)), some('equipment', all(field('kind').in(kinds), inUse))),
      ),
    ),
    proof: { related: 'equipment', where: keyKinds, least: 'claimed' },
    unit: '%',
    hints: ['全生命周期管理台账', '设备设施台账', '设备台账'],
    about: { kinds: ['trade'], needs: ['全生命周期'] },
  }),
  defineIndicator('welders-in-app', {
    label: '焊机应用“晋芯焊”占比',
    basis: ['泽应急发〔2026〕56号 一、20'],
    of: { register: 'equipment', where: all(field('kind').is('焊机'), inUse) },
    measure: 'share',
    met: all(field('inApp').is(true), field('machineCode').notEmpty()),
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['晋芯焊', '一机一码', '加芯赋码', '焊机', '电气焊'],
  }),
  defineIndicator('equipment-inspected', {
    label: '设备定期检验按期率',
    basis: ['安全生产法 第三十六条'],
    of: { register: 'equipment', where: all(field('nextInspectionOn').notEmpty(), inUse) },
    measure: 'share',
    met: field('nextInspectionOn').gte(asOf()),
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['定期检验', '检测检验', '检定检验'],
  }),
]
