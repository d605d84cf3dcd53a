/** Closed lists shared by several definitions. Values are the field's own Chinese terms: stored as read. */

/** 工贸八大行业 (应急厅〔2019〕17号) and non-coal mines, which the same bureau supervises. */
export const tradeIndustries = ['冶金', '有色', '建材', '机械', '轻工', '纺织', '烟草', '商贸'] as const
export const industries = [...tradeIndustries, '非煤矿山'] as const

export const scales = [
  { value: '规上', label: '规上', note: '规模以上（商贸为限额以上）' },
  { value: '规下', label: '规下', note: '规模以下（限额以下）' },
]

/** Statuses a town has to tag one by one (A04). */
export const statuses = ['在产', '停产', '长期停产停工', '关停', '搬迁', '新增', '变更', '僵尸'] as const

export const standardLevels = ['一级', '二级', '三级', '未定级'] as const

export const dustKinds = ['铝镁', '其他金属', '木', '粮食', '其他'] as const

export const levels = [
  { value: '重大', label: '重大风险' },
  { value: '较大', label: '较大风险' },
  { value: '一般', label: '一般风险' },
  { value: '低', label: '低风险' },
]

/** 特种作业目录 (国家安全监管总局令第30号附件), the categories that occur in these industries. */
export const specialWork = [
  '电工作业',
  '焊接与热切割作业',
  '高处作业',
  '制冷与空调作业',
  '煤气作业',
  '金属非金属矿山安全作业',
  '危险化学品安全作业',
] as const

export const personRoles = [
  '主要负责人',
  '实际控制人',
  '安全负责人',
  '安全管理人员',
  '有限空间监护人',
  '特种作业人员',
  '其他',
] as const
