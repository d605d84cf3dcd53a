import { all, field, not } from '../../engine/core/condition/build.ts'

/** 隐患来源: a closed list, because listing, leniency (自查自报从宽) and shares all hang on it (D07, D16, D28). */
export const origins = [
  '企业自查上报',
  '监管执法查处',
  '群众举报查实',
  '上级督查交办',
  '专家帮扶发现',
  '监测预警触发',
  '保险机构预防服务',
] as const

export const hazardLevels = ['一般', '重大'] as const

export const categories = [
  '设备设施',
  '作业现场',
  '有限空间',
  '粉尘',
  '煤气',
  '高温熔融金属',
  '消防用电',
  '危化品',
  '安全管理',
  '教育培训',
  '应急管理',
  '其他',
] as const

/** Acts of authority that a town may be entrusted with; what is ordered from them follows 安全生产法 第六十五条. */
export const entrustedItems = ['行政检查', '责令限期整改', '整改复查', '误判撤销'] as const

export const major = field('level').is('重大')

/** Found inside, or by those who may advise but not enforce (国办发〔2024〕54号: experts and insurers do not inspect). */
export const inside = field('origin').in(['企业自查上报', '专家帮扶发现', '监测预警触发', '保险机构预防服务'])

/** What a town found and has not handed over: it is told of by notice, and ordered about only under an entrustment. */
export const ofTown = all(field('foundBy').is('乡镇'), not(field('handedOver').is(true)))

/** What the firm found itself and is not major: written down so that it is mended, never held against who wrote it. */
export const selfFound = all(field('origin').is('企业自查上报'), not(field('level').is('重大')))
