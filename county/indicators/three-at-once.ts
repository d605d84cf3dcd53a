import { all, any, asOf, field, some } from '../../engine/core/condition/build.ts'
import { defineIndicator } from '../../engine/core/define.ts'
import { operatingParent, small, smelter } from '../populations.ts'
import { measureDone } from './done.ts'

/** 建设项目“三同时” (H01, H02, H04). */
export const threeAtOnce = [
  defineIndicator('diagnosis-report', {
    label: '规下企业安全设施设计诊断报告完成率',
    basis: ['泽应急发〔2026〕56号 一、6'],
    of: { register: 'enterprise', where: all(small, field('threeAtOnce').is('历史遗留')) },
    measure: 'share',
    met: any(measureDone('安全设施设计诊断报告'), some('project', field('diagnosedOn').lte(asOf()))),
    proof: {
      related: 'measure-record',
      where: all(field('kind').is('安全设施设计诊断报告'), field('stage').is('已完成')),
      least: 'evidenced',
    },
    unit: '%',
    hints: ['设计诊断报告', '安全设施设计诊断', '三同时不完善', '历史遗留'],
    about: { kinds: ['trade', 'small'] },
  }),
  defineIndicator('three-at-once-surveyed', {
    label: '规下企业“三同时”摸底率',
    basis: ['泽应急发〔2026〕56号 一、6'],
    of: { register: 'enterprise', where: small },
    measure: 'share',
    met: field('threeAtOnce').notEmpty(),
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['三同时摸底', '三同时排查', '三同时'],
    about: { kinds: ['trade', 'small'], needs: ['摸底', '排查', '自查'] },
  }),
  defineIndicator('three-at-once-complete-smelters', {
    label: '金属冶炼企业“三同时”手续完善率',
    basis: ['阳安办发〔2025〕10号（三）'],
    of: { register: 'enterprise', where: smelter },
    measure: 'share',
    met: field('threeAtOnce').in(['完善', '不涉及']),
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['三同时手续', '完善三同时', '金属冶炼三同时'],
    about: { kinds: ['trade', 'smelter'] },
  }),
  defineIndicator('projects-reviewed', {
    label: '应审项目设计审查通过率',
    basis: ['国家安全监管总局令第36号', '泽应急发〔2026〕56号 一、6'],
    of: {
      register: 'project',
      where: all(field('reviewNeeded').is(true), field('startedOn').lte(asOf()), operatingParent),
    },
    measure: 'share',
    met: field('reviewedOn').lte(asOf()),
    proof: { least: 'evidenced' },
    unit: '%',
    hints: ['设计审查', '安全审查', '未批先建', '许可准入'],
    about: { needs: ['项目', '建设', '许可'] },
  }),
]
