import type { Anchor } from './anchors.ts'
import type { Mood } from './mood.ts'
import type { PaperKind } from './papers.ts'

/** What an official notice looks like once it is read: its head, its heading tree and its assignable items. */

/** Half-open range of UTF-16 positions in the text that was given to the parser. */
export interface Offset {
  start: number
  end: number
}

export type Comparator =
  | '='
  | '>='
  | '<='
  | '>'
  | '<'
  | 'range'
  | 'increase'
  | 'decrease'
  | 'at-least-grade'
  | 'unspecified'

/** A day by which something is due, inclusive ("6月底前" is 30 June). */
export interface Deadline {
  text: string
  /** YYYY-MM-DD, the last day allowed */
  date: string
  /** the date follows from a year or a span of years, not from a printed day or month: an officer should look */
  inferred?: boolean
  /** what its year rests on */
  anchor?: Anchor
  /** its month lies before the signature, so the next year was taken: an officer should look */
  moved?: boolean
  offset: Offset
}

/** How often something recurs. */
export interface Frequency {
  text: string
  /** ISO 8601 (P1W, P1M, P3M, P6M, P1Y …); null for 定期, which names no period */
  period: string | null
  times: number | null
  comparator: Comparator
  offset: Offset
}

/** A number that is to be reached (target) or that delimits whom or what a rule concerns (condition). */
export interface Quantity {
  text: string
  /** [from, to] for a printed range such as 1—2项 */
  value: number | [number, number]
  unit: string
  comparator: Comparator
  offset: Offset
}

/** `rule`: what follows when something happens ("对…的，予以…"); `task`: a duty of its own. */
export type ItemKind = 'task' | 'rule'

export interface NoticeItem {
  /** derived from the words, so that it survives another layout of the same notice */
  id: string
  kind: ItemKind
  title: string
  path: string[]
  /** as printed, without line breaks and markdown marks */
  text: string
  offset: Offset
  deadlines: Deadline[]
  frequencies: Frequency[]
  targets: Quantity[]
  conditions: Quantity[]
  /** responsible units as printed */
  units: string[]
  /** the population phrases and named enterprises concerned, as printed */
  enterprises: string[]
  /** 力争, 争取, 鼓励, 原则上: wished for rather than demanded */
  soft: boolean
}

export interface Heading {
  label: string
  title: string
  offset: Offset
  /** ids of the items directly under this heading */
  items: string[]
  children: Heading[]
}

/** A sentence that was not taken for a duty, as the item it would be, so that an officer can take it in. */
export interface LeftOut extends NoticeItem {
  mood: Exclude<Mood, 'duty'>
}

export interface ParsedNotice {
  /** false: no Chinese notice text was found; `reason` says why and what to do */
  readable: boolean
  reason: string | null
  title: string | null
  docNo: string | null
  issuer: string | null
  addressees: string[]
  year: number | null
  /** date of signature */
  issued: string | null
  /** date of printing (印发), which may be later than the signature and never counts as a deadline */
  printed: string | null
  structure: Heading[]
  items: NoticeItem[]
  /** what kind of paper it was read as */
  paper: PaperKind
  /** sentences that are no duties, with what they are */
  left: LeftOut[]
  warnings: string[]
}
