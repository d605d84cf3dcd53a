import { all, field, some } from '../../engine/core/condition/build.ts'
import { defineIndicator } from '../../engine/core/define.ts'
import { smelter } from '../populations.ts'

const expert = all(field('kind').is('专家指导'), field('visitedOn').within('year'))
const insurer = all(field('kind').is('保险机构预防检查'), field('visitedOn').within('year'))

/** 专家指导服务、“回头看”、保险机构预防检查 (P01, P07). */
export const guidance = [
  defineIndicator('expert-service', {
    version: 2,
    label: '重点企业专家指导服务完成率',
    basis: ['泽应急发〔2026〕56号 一、9'],
    of: { register: 'enterprise', who: 'population.expertService' },
    measure: 'share',
    met: some('guidance', expert),
    proof: { related: 'guidance', where: expert, least: 'evidenced' },
    unit: '%',
    hints: ['专家指导服务', '专家帮扶', '指导服务', '入企帮扶', '开小灶'],
    about: { kinds: ['key'], needs: ['专家'] },
  }),
  defineIndicator('expert-look-back', {
    label: '指导服务问题整改“回头看”完成率',
    basis: ['泽应急发〔2026〕56号 一、9'],
    of: { register: 'guidance', where: all(expert, field('findings').gt(0)) },
    measure: 'share',
    met: all(field('lookBackOn').notEmpty(), field('rectified').gte({ field: 'findings' })),
    proof: { least: 'evidenced' },
    unit: '%',
    hints: ['回头看', '问题隐患整改', '整改复核'],
    about: { needs: ['指导服务', '专家'] },
  }),
  defineIndicator('insurer-check', {
    label: '金属冶炼企业保险机构预防检查覆盖率',
    basis: ['泽应急发〔2026〕56号 一、19', '应急〔2025〕27号'],
    of: { register: 'enterprise', where: smelter },
    measure: 'share',
    met: some('guidance', insurer),
    proof: { related: 'guidance', where: insurer, least: 'evidenced' },
    unit: '%',
    hints: ['预防性安全检查', '事故预防服务', '保险机构', '承保机构'],
    about: { kinds: ['trade', 'smelter'] },
  }),
]
