import type { Figure, Share, Task, TaskState } from '../../api/work-types.ts'

export const stateWords: Record<TaskState, string> = {
  'on-track': '正常推进',
  'at-risk': '临期预警',
  late: '逾期未完成',
  met: '已完成',
  'met-late': '逾期完成',
}
/** What is the reader's own to see: of a town's officer his share's state, else the task's. */
export const stateOf = (t: Pick<Task, 'state' | 'own'>): TaskState => t.own?.state ?? t.state

/** Only lateness is coloured. */
export const stateTone: Record<TaskState, string> = {
  'on-track': '',
  'at-risk': 'soon',
  late: 'late',
  met: '',
  'met-late': '',
}
export const states: TaskState[] = ['late', 'at-risk', 'on-track', 'met-late', 'met']

export const comparators: { value: string; label: string }[] = [
  { value: '>=', label: '不少于' },
  { value: '=', label: '等于' },
  { value: '<=', label: '不超过' },
  { value: '>', label: '多于' },
  { value: '<', label: '少于' },
  { value: 'increase', label: '增长不少于' },
  { value: 'decrease', label: '下降不少于' },
  { value: 'range', label: '在范围内' },
]

export const periods: { value: string; label: string }[] = [
  { value: 'month', label: '每月' },
  { value: 'quarter', label: '每季度' },
  { value: 'half-year', label: '每半年' },
  { value: 'year', label: '每年' },
]
/** Papers are also owed more often than figures are made. */
export const rhythms = [
  ...periods,
  { value: 'half-month', label: '每半月' },
  { value: 'ten-days', label: '每旬' },
  { value: 'week', label: '每周' },
]

const digits = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 1 })
export const number = (n: number | null | undefined): string =>
  n === null || n === undefined ? '—' : digits.format(n)

export const withUnit = (value: number | null | undefined, unit: string): string =>
  value === null || value === undefined ? '无数据' : `${number(value)}${unit === '%' ? '' : ' '}${unit}`

export const targetText = (t: Pick<Task, 'target' | 'comparator' | 'unit'>): string => {
  // all of them is all of them: nobody says 不少于 100%
  if (t.unit === '%' && t.target === 100 && t.comparator === '>=') return '100%'
  if (t.target === 0 && t.comparator === '<=') return `0 ${t.unit}`
  const value = Array.isArray(t.target) ? `${t.target[0]}—${t.target[1]}` : number(t.target)
  const word = comparators.find((c) => c.value === t.comparator)?.label
  const sign = t.comparator === '=' || t.comparator === 'unspecified' || !word ? '' : word
  return `${sign}${/[\u4e00-\u9fff]$/.test(sign) ? ' ' : ''}${value}${t.unit === '%' ? '' : ' '}${t.unit}`
}

/** How much of the bar is filled, 0 to 1. Where fewer is better an empty bar is the goal. */
export const filled = (t: Pick<Task, 'target' | 'comparator' | 'state'>, f: Figure): number => {
  if (t.state === 'met' || t.state === 'met-late') return 1
  const least = Array.isArray(t.target) ? t.target[0] : t.target
  if (f.value === null || least <= 0) return f.den ? 1 - Math.min(1, f.num / f.den) : 0
  return Math.max(0, Math.min(1, f.value / least))
}

/** Sixteen towns are not read one by one: the first and how many. */
export const ownersText = (names: string[]): string =>
  names.length === 0 ? '未指定' : names.length <= 2 ? names.join('、') : `${names[0]}等 ${names.length} 个`

/** 45／50, or the number alone where there is no base. */
export const ratio = (f: Pick<Figure | Share, 'num' | 'den'>): string =>
  f.den === null ? number(f.num) : `${number(f.num)}／${number(f.den)}`
