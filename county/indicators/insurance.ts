import { all, asOf, field, some } from '../../engine/core/condition/build.ts'
import { defineIndicator } from '../../engine/core/define.ts'
import { smelter } from '../populations.ts'

const running = all(field('validFrom').lte(asOf()), field('validUntil').gte(asOf()))

/** 安责险 (P07). */
export const insurance = [
  defineIndicator('smelters-insured', {
    label: '金属冶炼企业安责险投保率',
    basis: ['泽应急发〔2026〕56号 一、19', '应急〔2025〕27号'],
    of: { register: 'enterprise', where: smelter },
    measure: 'share',
    met: some('insurance', running),
    proof: { related: 'insurance', where: running, least: 'evidenced' },
    unit: '%',
    hints: ['投保率', '安责险', '安全生产责任保险', '投保'],
    about: { kinds: ['trade', 'smelter'] },
  }),
]
