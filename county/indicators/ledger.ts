import { all, field } from '../../engine/core/condition/build.ts'
import { defineIndicator } from '../../engine/core/define.ts'
import { industryTrade, standing } from '../populations.ts'

const supervised = all(standing, industryTrade)

/** 台账、状态、分级、监管名单 (A02, A04, A05–A09, B02). */
export const ledger = [
  defineIndicator('ledger-confirmed', {
    label: '企业基本信息台账核实率',
    basis: ['泽应急发〔2026〕56号 一、1', '阳安办发〔2025〕10号（十四）'],
    of: { register: 'enterprise', where: supervised },
    measure: 'share',
    met: field('confirmedOn').within('year'),
    proof: { least: 'claimed' },
    unit: '%',
    hints: [
      '企业基本信息台账',
      '基本信息台账',
      '监管台账',
      '拉网式排查',
      '摸清底数',
      '底数',
      '一企一档',
      '排查核实',
    ],
    about: { kinds: ['trade'], unlike: ['误差率'] },
  }),
  defineIndicator('ledger-refreshed-half-year', {
    label: '企业台账半年更新率',
    basis: ['交应急字〔2024〕45号（一）'],
    of: { register: 'enterprise', where: supervised, every: 'half-year' },
    measure: 'share',
    met: field('confirmedOn').within('half-year'),
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['每半年更新', '台账更新'],
    about: { kinds: ['trade'] },
  }),
  defineIndicator('ledger-classified', {
    label: '行业分类审核率',
    basis: ['泽应急发〔2026〕56号 一、1', '应急厅〔2019〕17号'],
    of: { register: 'enterprise', where: standing },
    measure: 'share',
    met: all(field('industry').notEmpty(), field('actualCode').notEmpty()),
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['分类标准', '行业分类', '划清', '剔除'],
    about: { kinds: ['trade'] },
  }),
  defineIndicator('long-stopped-power-cut', {
    label: '长期停产停工企业断电措施落实率',
    basis: ['泽应急发〔2026〕56号 一、1'],
    of: { register: 'enterprise', where: field('status').is('长期停产停工') },
    measure: 'share',
    met: field('powerCut').in(['限电', '已断电']),
    proof: { related: 'status-change', where: field('powerCut').in(['限电', '已断电']), least: 'claimed' },
    unit: '%',
    hints: ['断电措施', '长期停产停工', '僵尸企业'],
  }),
  defineIndicator('graded', {
    label: '企业分级评定率',
    basis: ['泽应急发〔2026〕56号 一、2', '山西省冶金工贸行业安全生产分类分级监管实施办法'],
    of: { register: 'enterprise', where: supervised },
    measure: 'share',
    met: field('adoptedLevel').notEmpty(),
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['分级分类台账', '分级分类', '风险等级', '四级风险', '评定等级', '首次评级', '完成评级'],
    about: { kinds: ['trade'], unlike: ['公布', '检查不'] },
  }),
  defineIndicator('supervision-assigned', {
    label: '监管层级和监管单位明确率',
    basis: ['泽应急发〔2026〕56号 一、3'],
    of: { register: 'enterprise', where: supervised },
    measure: 'share',
    met: all(field('supervisingLevel').notEmpty(), field('supervisor').notEmpty()),
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['动态监管数据库', '动态数据库', '监管企业名单', '重点企业名单', '划清监管责任', '监管层级'],
    about: { kinds: ['trade'] },
  }),
]
