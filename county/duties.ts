import type { DutyDef } from '../engine/core/definition.ts'

/** What an enterprise owes in every period, by the figure that counts it (D03–D05, K01, Q01). */
export const duties: DutyDef[] = [
  {
    indicator: 'chief-check-quarterly',
    label: '主要负责人带队检查',
    record: 'chief-check',
    bySelfCheck: true,
  },
  { indicator: 'chief-check-monthly', label: '主要负责人带队检查', record: 'chief-check', bySelfCheck: true },
  { indicator: 'drill-half-year', label: '疏散逃生演练', record: 'drill' },
  { indicator: 'drill-yearly', label: '疏散逃生演练', record: 'drill' },
  { indicator: 'major-report-quarterly', label: '重大事故隐患季度统计报告', record: 'measure-record' },
  { indicator: 'heads-trained', label: '负责人轮训', record: 'training' },
]
