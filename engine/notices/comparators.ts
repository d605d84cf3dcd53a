import { AT_LEAST, AT_MOST, COUNTED, DECREASE, INCREASE, LESS_THAN, MORE_THAN, REACH } from './lexicon.ts'
import type { Comparator } from './model.ts'

export type Value = number | [number, number]

/** Everything that may stand right before a number and bound it. */
export const LEADS = `${AT_LEAST}|${AT_MOST}|${MORE_THAN}|${LESS_THAN}`

const LEAD_BEFORE = new RegExp(`(?:${LEADS})$`)

/** The bound that ends right before `at`, or ''. */
export const leadBefore = (text: string, at: number): string =>
  LEAD_BEFORE.exec(text.slice(Math.max(0, at - 5), at))?.[0] ?? ''

const whole = (words: string): RegExp => new RegExp(`^(?:${words})$`)
const LEAST = whole(AT_LEAST)
const MOST = whole(AT_MOST)
const MORE = whole(MORE_THAN)
const LESS = whole(LESS_THAN)

export const isAtMost = (lead: string): boolean => MOST.test(lead)
/** 超过, 不足: in notices these delimit a population; they hardly ever set a goal. */
export const isStrict = (lead: string): boolean => MORE.test(lead) || LESS.test(lead)

/** The comparator printed right before (至少, 不超过) or behind (以上, 以内) a number. */
export function bound(lead: string, tail: string, value: Value): Comparator {
  if (Array.isArray(value)) return 'range'
  if (LEAST.test(lead)) return '>='
  if (MOST.test(lead)) return '<='
  if (MORE.test(lead)) return '>'
  if (LESS.test(lead)) return '<'
  if (tail.endsWith('不含')) return tail.includes('上') ? '>' : '<'
  if (/左右|上下/.test(tail)) return 'unspecified'
  if (tail.endsWith('以上')) return '>='
  if (tail.endsWith('以下') || tail.endsWith('内')) return '<='
  return '='
}

const RISES_BY = new RegExp(`(?:${INCREASE})[^，。；]{0,3}$`)
const FALLS_BY = new RegExp(`(?:${DECREASE})[^，。；]{0,6}$`)
const LEAST_OF = new RegExp(`(?:${AT_LEAST})[^，。；\\d]{0,10}的$`)
const FALLS_TO = new RegExp(`(?:${DECREASE})[到至]$`)

/** "提高10%" is growth, "提高到90%" a level to reach; 达90% means at least. */
export function percentComparator(before: string, lead: string, tail: string, value: Value): Comparator {
  if (Array.isArray(value)) return 'range'
  const near = before.slice(-14)
  const to = /[到至达]$/.test(near)
  if (!to && RISES_BY.test(near)) return 'increase'
  if (!to && FALLS_BY.test(near)) return 'decrease'
  if (to && FALLS_TO.test(near)) return '<='
  const printed = bound(lead, tail, value)
  if (printed !== '=') return printed
  if (LEAST_OF.test(near)) return '>='
  // "覆盖率达到100%" is reached or better, "各率均达100%" is each of them
  const reached = value < 100 ? /(?:达到?|[到至])$/ : /(?<!均)达到$/
  return reached.test(near) ? '>=' : '='
}

const LEAST_BEFORE = new RegExp(`(?:${AT_LEAST})[^，。；\\d]{0,10}$`)
const LEAST_OF_LIST = new RegExp(
  `(?:${AT_LEAST})[^，。；]{0,10}\\d+(?:${COUNTED})[^，。；]{0,12}、[^，。；\\d]{0,10}$`,
)
const MOST_BEFORE = new RegExp(`(?:${AT_MOST})[^，。；\\d]{0,6}$`)
const MORE_BY = new RegExp(`(?:${INCREASE})(?!${REACH})[^，。；\\d]{0,2}$`)
const FEWER_BY = new RegExp(`(?:${DECREASE})[^，。；\\d]{0,2}$`)

/** As `bound`; here the comparator may also stand a few words off: "至少帮扶建成1家…、1家…". */
export function countComparator(before: string, lead: string, tail: string, value: Value): Comparator {
  const printed = bound(lead, tail, value)
  if (printed !== '=') return printed
  const near = before.slice(-16)
  if (LEAST_BEFORE.test(near) || LEAST_OF_LIST.test(before)) return '>='
  if (MOST_BEFORE.test(near)) return '<='
  if (MORE_BY.test(near) && !/新增$/.test(near)) return 'increase'
  if (FEWER_BY.test(near)) return 'decrease'
  return '='
}
