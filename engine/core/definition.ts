import type { About, Vocabulary } from './about.ts'
import type { Condition, Json } from './condition/ast.ts'
import type { GradingDef } from './grading-definition.ts'
import type { PopulationDef } from './population.ts'
import type { AskDef, Sealed, SelfCheckDef, SetsDef, TemplateDef } from './register-parts.ts'

export type { GradingDef, GradingRule, Level } from './grading-definition.ts'
export type { AskDef, Remark, Sealed, SelfCheckDef, SetsDef, TemplateDef } from './register-parts.ts'

/**
 * What a county supervises, as data (design §3, §4 "Definitions are data"). Everything here is plain JSON:
 * no closures. A definition is stored by (name, version, hash) at start; old versions stay runnable.
 */

export interface Option {
  value: string
  label: string
  /** shown behind the label, e.g. the code in a national list */
  note?: string
  /** words of ledgers that mean this option and nothing else; a word that merely contains it is never taken for it */
  synonyms?: string[]
}

export interface FieldDef {
  /** name of the field type: a folder in fields/ */
  type: string
  label: string
  required?: boolean
  /** no two live records of the register share the value */
  unique?: boolean
  options?: Option[]
  /** `ref`: the register pointed at */
  to?: string
  /** texts: a number that the program counts for each county and year, with this prefix; what is typed stays */
  numbered?: string
  /** texts: the user name of an account, kept as accounts are; one that nobody has is refused */
  account?: boolean
  /** measuring unit shown behind the value: 人, 台, 万元 */
  unit?: string
  min?: number
  max?: number
  /** dates: an end of validity, which may lie fifty years ahead or be 长期; other dates lie at most one year ahead */
  validity?: boolean
  /** dates: says what has happened: not after today, and no window counts it before its day has come */
  past?: boolean
  /** dates: the earliest there may be, where it is not 1949 (YYYY-MM-DD) */
  since?: string
  /** dates: the date field of the same record that this one may not lie before: the end of what begins there */
  notBefore?: string
  /** most characters of a text */
  length?: number
  multiline?: boolean
  help?: string
  /** personal content: kept beside the journal and erasable, masked in exports for readers without need */
  personal?: boolean
  default?: Json
  /** headings seen in real ledgers for this field */
  sheet?: string[]
  /** the field is asked for only while this holds (checked on the record being written; same record only) */
  when?: Condition
  /** always asked for, demanded only while this holds on the same values: the article of a major hazard */
  requiredWhen?: Condition
  /** only these roles write it (a grade or a supervising unit is not the enterprise's to set); []: only the program */
  writers?: Role[]
  /**
   * the field decides who owes a duty, how much, or which grade: it counts with the value an officer confirmed last,
   * and anybody else's change waits (store/wish). `true`: any change; `presence`: only whether it is filled in; a
   * list: that, and a change from or to one of these values
   */
  decides?: true | 'presence' | string[]
}

export type Fields = Record<string, FieldDef>

/** Roles are the field's own; what they see is decided by the grounds of their assignments (engine/access). */
export type Role =
  | 'county-admin'
  | 'system-admin'
  | 'business-admin'
  | 'auditor'
  | 'county-officer'
  | 'town-officer'
  | 'enterprise-officer'
  | 'city-viewer'
  | 'province-viewer'
  | 'integration'

/**
 * What a role may do with records that its grounds reach:
 * `read` looks; `own` reads and writes records of its own organisation; `below` reads and writes what lies in
 * its area or unit subtree; absent means nothing at all.
 */
export type Right = 'read' | 'own' | 'below'

export interface RegisterDef {
  kind: 'register'
  /** kebab-case; the table is its snake_case; at most 40 characters so that index names fit PostgreSQL's 63 */
  name: string
  label: string
  version: number
  /** law, standard or notice that asks for this ledger */
  basis: string[]
  /** parent register; the record belongs to one parent record and inherits its scope columns */
  of?: string
  /** for registers without parent: which fields carry the scope */
  scope?: { area: string; unit?: string; sector?: string }
  fields: Fields
  /** the field shown as the record's name */
  title: string
  /** fields of the default list, in order */
  list: string[]
  /** fields the search box looks into; default: title */
  search?: string[]
  /** natural keys for upsert on import, tried in order; `parent` stands for the parent record */
  keys?: string[][]
  /**
   * the date field after which the record has expired, and the policy (days) that warns before it; `per` names the
   * fields that tell what is renewed by a further record (`parent` stands for the parent record)
   */
  expires?: { on: string; warn: string; per?: string[] }
  /** its rows are themselves what figures count: archiving or restoring one by somebody else than an officer waits too */
  counts?: true
  /**
   * its records are papers and events that stand once entered: after a day a change is a correction by the next
   * level, with a reason (decision 30); other records are living and kept up to date
   */
  stands?: true
  /** what is asked when a record is saved */
  asks?: AskDef[]
  /**
   * its records are firms: one whose name differs from another's of the county only in place, legal form, brackets or a
   * note is asked about, 是不是这一家; the value names the field with the firm's number
   */
  near?: string
  /** the newest confirmed record sets fields of its parent: status ← newest status change */
  sets?: SetsDef
  /** the register is graded: it carries a proposed and an adopted level (engine/grading) */
  graded?: boolean
  /** fields by which live records are counted per town in the roll-up, e.g. ['state', 'level'] */
  counted?: string[]
  /** index hints: lists of fields that real lists filter and sort by */
  indexes?: string[][]
  /**
   * file fields whose document (scan, PDF, office file) shows the fact by itself: with one a claim is evidenced,
   * also without the time and place that a photo needs
   */
  evidence?: string[]
  /** when the fact happened; default: the day it is recorded */
  happenedOn?: string
  rights: Partial<Record<Role, Right>>
  /**
   * records that only their organisation reads; the authorities get counts of them, and single ones drawn with a
   * reason. Looks at the record's own fields against written values only, since the database keeps the answer
   */
  sealed?: Sealed
  /** groups of fields for form and file, in order; fields not named follow in a last group */
  groups?: { label: string; fields: string[] }[]
}

export interface StateDef {
  label: string
  /** the case is over */
  end?: boolean
}

/** An organisation with one account: the second person is named, and what he saw is shown. */
export interface SecondByName {
  /** form field with the second person's name */
  name: string
  /** form fields that are required beside it */
  also: string[]
  /** case fields with names of those who did the work: none of them is the second person */
  unlike: string[]
}

export interface ActionDef {
  label: string
  /** states the action is possible in */
  from: string[]
  to: string
  /** roles that may do it; their grounds must reach the case with a writing right */
  by: Role[]
  /** only on these tracks */
  tracks?: string[]
  /** holds on the case's own fields and its parent's, else the action is not possible and says `whenNot` */
  when?: Condition
  whenNot?: string
  /** asked for when acting; stored in the fact; required ones are the evidence demanded */
  form?: Fields
  /** not by the person (or, for enterprise officers, the same person) who did one of these actions last */
  notSameActorAs?: string[]
  /** whom `notSameActorAs` bars may yet enter it for a second person without an account, whom he names */
  secondByName?: SecondByName
  /** case fields that take the value of a form field of the action: case field → form field */
  sets?: Record<string, string>
  /** case fields that take a fixed value */
  puts?: Record<string, Json>
  /** article or notice that the action stands on */
  basis?: string[]
  /** a sentence on what happens next, shown before confirming */
  effect?: string
  /** ask again before doing it: it cannot be taken back */
  confirm?: boolean
  /** why it is done case by case and never with many rows of a list at once, as a sentence */
  alone?: string
  /** form field with the day it happened: not before the step before it, not after today; default: today */
  happenedOn?: string
  /** an act of authority (`LoopDef.powers`): the item of the entrustment that it needs; `tracks`: only on these */
  power?: { item: string; tracks?: string[] }
  /** not while the order in force is the entrusted body's own: why not, as a sentence */
  notOnEntrusted?: string
}

/**
 * Who may order, re-check and withdraw. The body that has the powers by law always may; another body only by a valid
 * entrustment, on what it found itself, through an officer with a valid certificate (行政处罚法 第二十条、第二十一条).
 */
export interface PowersDef {
  /** roles of the body that has the powers by law, and its name in sentences */
  by: Role[]
  body: string
  entrusted: {
    role: Role
    /** how its officers are addressed: 贵镇 */
    body: string
    /** holds on a case that the body found itself and that is still its own */
    own: Condition
    /** case fields written when such a case is opened: where its finder is, and whether `item` was held on the day */
    stamps: { area: string; held: string; item: string }
    /** register of entrustments and its fields; the body is the town of the record */
    entrustment: { register: string; items: string; from: string; to: string }
    /** register of officers' certificates and its fields; `holder` is the user name of an account; only these kinds count */
    certificate: { register: string; holder: string; kind: string; kinds: string[]; from: string; to: string }
  }
  /** actions that give the order: who gave it owns what follows */
  orders: string[]
  /** actions that need no power: of these, what is possible as the case stands is said to who lacks it */
  instead: string[]
}

/** A clock runs while the case is in one of `during`; it is met when the case leaves them. */
export interface ClockDef {
  label: string
  during: string[]
  tracks?: string[]
  /** due date is typed in this case field; policy gives default and maximum */
  dueField?: string
  /** policy row {days, calendar}; counted from the day the case entered `during` */
  days: string
  /** policy row with the most days that may be given */
  maxDays?: string
}

/** One rung of the ladder that climbs when a clock has run out. */
export interface RungDef {
  name: string
  label: string
  clock: string
  /** policy row {days}: days after the clock's due date */
  after: string
  kind: 'remind' | 'letter' | 'interview' | 'bulletin'
  /** only on these tracks; the newest definition decides, also for cases that run by an older version */
  tracks?: string[]
  basis?: string[]
}

export interface TrackDef {
  label: string
  /** the first track whose condition holds on the case is taken; re-decided by every action */
  when: Condition
  /** a sentence for the user */
  note?: string
}

export interface LoopDef extends Omit<RegisterDef, 'kind'> {
  kind: 'loop'
  states: Record<string, StateDef>
  initial: string
  tracks?: Record<string, TrackDef>
  actions: Record<string, ActionDef>
  clocks: Record<string, ClockDef>
  ladder: RungDef[]
  /**
   * what a case says of itself when one of these roles opens it: a firm reports what it found itself; of a list, one
   * of its values. Who opened it as such may not say otherwise later
   */
  opens?: Partial<Record<Role, Record<string, Json>>>
  /** case fields that take the day on which an action was recorded, whatever day is typed: case field → action */
  recorded?: Record<string, string>
  /** choice whose value is the level of risk of a case (重大, 较大, 一般, 低): what is shown first, and in colour */
  risk?: string
  /** roles that may archive a case; default: those of the county bureau */
  shelve?: Role[]
  /** who has the powers that actions ask for */
  powers?: PowersDef
}

export type RecordDef = RegisterDef | LoopDef

export type Period = 'month' | 'quarter' | 'half-year' | 'year'

/** Proof of a fact (design §3.5): claimed < evidenced < verified. Stored as 1, 2, 3. */
export type Proof = 'claimed' | 'evidenced' | 'verified'
export const proofs: Proof[] = ['claimed', 'evidenced', 'verified']

export interface IndicatorDef {
  kind: 'indicator'
  name: string
  label: string
  version: number
  basis: string[]
  /**
   * population: records of a register that satisfy `where`; with `every`, each record × each period of the span. `who`
   * and `besides` are policy keys whose row names a population (core/population.ts): only those, all but those
   */
  of: { register: string; where?: Condition; every?: Period; who?: string; besides?: string }
  /**
   * share: met / population · count: number met · sum: Σ `sum` over those met (with `over`: Σ sum / Σ over)
   * duration: mean days from `from` to `to` over those met (summed as Σ days / n)
   * change: number met now against the number met at the end of the previous period, as a ratio
   */
  measure: 'share' | 'count' | 'sum' | 'duration' | 'change'
  met?: Condition
  sum?: string
  over?: string
  duration?: { from: string; to: string }
  change?: Period
  /** whose proof counts: the record's own, or the best among related rows that satisfy `where` */
  proof: { related?: string; where?: Condition; least: Proof }
  /** unit of the figure: %, 家, 项, 人, 天 */
  unit: string
  /** "less is better": open hazards; decides the default comparator */
  lessIsBetter?: boolean
  /** phrases of notices that this indicator usually answers; used to propose a binding */
  hints?: string[]
  /** what else a sentence must agree in before it is proposed for it */
  about?: About
}

/**
 * A periodic duty of one organisation: what an indicator asks of it (or of which of its records) in every period. The
 * figure counts who owes it; here who owes it is told, with the last day.
 */
export interface DutyDef {
  indicator: string
  /** what is to be done, as the end of “本季度…还没做” needs it: 主要负责人带队检查 */
  label: string
  /** register in which it is recorded */
  record: string
  /** recorded by walking the points of the self-check */
  bySelfCheck?: true
}

export interface PolicyDef {
  key: string
  label: string
  /** a number, or {days, calendar} for a period */
  value: Json
  unit?: string
  /** area code prefix it is valid in; '' is the whole country */
  area: string
  from: string
  to?: string
  basis: string
  /** what a county may set, where the unit does not say it: numbers within, or 0 */
  bounds?: { min?: number; max?: number; orZero?: boolean }
  /**
   * One for a county, none for a town: asked for names that may have no account, so that a town's own number would
   * tell which have one.
   */
  countyWide?: boolean
  /** how sure: S read in a published copy, N from a notice, M from memory (verify), D a suggestion */
  sure: 'S' | 'N' | 'M' | 'D'
}

/** Definitions of all kinds that a county hands to the engine. */
export interface Definitions {
  records: RecordDef[]
  indicators: IndicatorDef[]
  gradings: GradingDef[]
  policies: PolicyDef[]
  duties?: DutyDef[]
  templates?: TemplateDef[]
  selfCheck?: SelfCheckDef
  populations?: PopulationDef[]
  /** words by which notices name whom they mean */
  vocabulary?: Vocabulary
}

/** A calendar or working-day period as a policy value. */
export interface PeriodValue {
  days: number
  calendar: 'calendar' | 'working'
}
