import { daysBetween } from '../core/clock.ts'

/** Where an item stands on the page, in the order of the page. */
export const groups = ['machine', 'urgent', 'mine', 'duty', 'task', 'expires', 'broken'] as const
export type TodayGroup = (typeof groups)[number]

/** What a list of its own shows: behind each headline figure. */
export const shows = ['late', 'week', 'major', 'mine'] as const
export type Show = (typeof shows)[number]

/** What is done from the row itself. */
export interface Act {
  /**
   * an action of a case, changes of a firm to be confirmed, accounts to be confirmed, papers of a task to be confirmed;
   * `go` only leads there: to the form of `record`, of a new record of `register`, else to the item's own address
   */
  do: 'action' | 'wishes' | 'claims' | 'evidence' | 'go'
  label: string
  register?: string
  record?: string
  action?: string
  organisation?: string
  task?: string
}

/** A part of a figure: the town's of a county's task. */
export interface Share {
  /** 本镇, 全县 */
  label: string
  num: number
  den: number | null
  value: number | null
  unit: string
}

/** Something that waits for a person today. */
export interface TodayItem {
  kind:
    | 'case'
    | 'late'
    | 'expires'
    | 'task'
    | 'duty'
    | 'grade'
    | 'claim'
    | 'machine'
    | 'wish'
    | 'status'
    | 'broken'
    | 'collection'
  group: TodayGroup
  title: string
  /** whose it is */
  firm: string | null
  /** code of the county it lies in, for who supervises several */
  county?: string
  /** why it is here */
  why: string
  /** what happens when it is left */
  ifNot: string | null
  /** YYYY-MM-DD */
  due: string | null
  /** level of risk of a case: 重大, 较大, 一般, 低 */
  risk: string | null
  /** address of the page about it */
  link: string
  /** what the reader can do here; null where it is somebody else's turn */
  act: Act | null
  /** of a task: the reader's own part first, the whole beside it */
  shares?: Share[]
  /** finished today: shown until the day is over */
  done?: true
}

/** A figure over all there is, with the list behind it. */
export interface TodayFigure {
  name: Show
  label: string
  n: number
  link: string
}

export interface Today {
  figures: TodayFigure[]
  items: TodayItem[]
  /** there are more than the page shows: which list has all of them */
  more: { group: TodayGroup; n: number; link: string }[]
}

export function inWords(due: string, today: string): string {
  const days = daysBetween(today, due)
  if (days < 0) return `已逾期 ${-days} 天`
  return days === 0 ? '今天到期' : `还有 ${days} 天`
}

/** An item with what it has not said left empty. */
export const item = (
  told: Pick<TodayItem, 'kind' | 'group' | 'title' | 'why' | 'link'> & Partial<TodayItem>,
): TodayItem => ({ firm: null, ifNot: null, due: null, risk: null, act: null, ...told })
