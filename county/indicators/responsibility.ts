import { all, field } from '../../engine/core/condition/build.ts'
import { defineIndicator } from '../../engine/core/define.ts'
import { industryTrade, large, operating, small } from '../populations.ts'
import { measureDone, measureProof } from './done.ts'

const demo = '责任落实示范企业'
const demoFirms = measureDone(demo, field('doneOn').within('year'))

/** 责任制、示范企业、内部报告奖励 (D24, I11, J01, J07, J09, Q05). */
export const responsibility = [
  defineIndicator('demo-firms-large', {
    label: '规上责任落实示范企业数',
    basis: ['泽应急发〔2026〕56号 一、5'],
    of: { register: 'enterprise', where: large },
    measure: 'count',
    met: demoFirms,
    proof: measureProof(demo),
    unit: '家',
    hints: ['规模以上示范企业', '规上示范', '示范企业', '创建示范'],
  }),
  defineIndicator('demo-firms-small', {
    label: '规下责任落实示范企业数',
    basis: ['泽应急发〔2026〕56号 一、5'],
    of: { register: 'enterprise', where: small },
    measure: 'count',
    met: demoFirms,
    proof: measureProof(demo),
    unit: '家',
    hints: ['规模以下示范企业', '规下示范', '示范企业'],
  }),
  defineIndicator('responsibility-system', {
    label: '规上企业全员安全生产责任制建立率',
    basis: ['安全生产法 第二十二条', '泽应急发〔2026〕56号 一、5'],
    of: { register: 'enterprise', where: large },
    measure: 'share',
    met: measureDone('全员安全生产责任制'),
    proof: measureProof('全员安全生产责任制'),
    unit: '%',
    hints: ['责任制基础建设', '全员安全生产责任制', '全员责任制'],
  }),
  defineIndicator('hazard-duty-system', {
    label: '规上企业隐患排查治理责任体系建立率',
    basis: ['泽应急发〔2026〕56号 一、4'],
    of: { register: 'enterprise', where: large },
    measure: 'share',
    met: measureDone('隐患排查治理责任体系'),
    proof: measureProof('隐患排查治理责任体系'),
    unit: '%',
    hints: [
      '隐患排查治理责任体系',
      '能力提升年',
      '隐患排查治理水平',
      '隐患排查能力提升',
      '闭环管理机制',
      '销号归档',
    ],
  }),
  defineIndicator('inner-reward', {
    label: '企业内部隐患报告奖励制度建立率',
    basis: ['阳安办发〔2025〕10号（七）', '泽应急发〔2026〕56号 一、（二）'],
    of: { register: 'enterprise', where: all(operating, industryTrade) },
    measure: 'share',
    met: measureDone('内部隐患报告奖励制度'),
    proof: measureProof('内部隐患报告奖励制度'),
    unit: '%',
    hints: ['内部隐患报告奖励', '报告奖励制度', '隐患报告奖励'],
  }),
  defineIndicator('dual-prevention', {
    label: '规上企业双重预防机制建立率',
    basis: ['安全生产法 第四条', '泽应急发〔2026〕56号 一、（二）'],
    of: { register: 'enterprise', where: large },
    measure: 'share',
    met: measureDone('双重预防机制'),
    proof: measureProof('双重预防机制'),
    unit: '%',
    hints: ['双重预防机制', '双控机制', '双重预防'],
  }),
  defineIndicator('abnormal-procedures', {
    label: '规上企业异常工况处置规程建立率',
    basis: ['阳安办发〔2025〕10号（八）'],
    of: { register: 'enterprise', where: large },
    measure: 'share',
    met: measureDone('异常工况处置规程'),
    proof: measureProof('异常工况处置规程'),
    unit: '%',
    hints: ['异常工况', '异常工况安全处置', '应急处置程序'],
  }),
  defineIndicator('five-regulars', {
    label: '规上企业“五常”活动方案制定率',
    basis: ['阳安办发〔2025〕10号（七）'],
    of: { register: 'enterprise', where: large },
    measure: 'share',
    met: measureDone('“五常”活动方案'),
    proof: measureProof('“五常”活动方案'),
    unit: '%',
    hints: ['五常活动', '五常', '常预测'],
  }),
]
