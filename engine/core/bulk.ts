import type { ActionDef, FieldDef, LoopDef, RecordDef } from './definition.ts'
import { levelOrder } from './grade.ts'

/**
 * What may be done with many rows of a list at once, pure: the server that refuses and the screen that offers call
 * the same (docs/decisions/0031). What asks for a person's own judgement of each case is left out by definition.
 */

export const bulkDos = ['act', 'set', 'verify', 'confirm', 'archive', 'restore'] as const
export type BulkDo = (typeof bulkDos)[number]

/** One thing done with every row. */
export interface Doing {
  do: BulkDo
  /** `act`: action of the loop and its form, the same for all */
  action?: string | undefined
  form?: Record<string, unknown> | undefined
  /** `set`: the field and its new value */
  field?: string | undefined
  value?: unknown
  /** why, for the journal; archiving and verifying ask for it */
  reason?: string | undefined
}

export const bulkLabels: Record<Exclude<BulkDo, 'act' | 'set'>, string> = {
  verify: '核实',
  confirm: '核实企业改动',
  archive: '归档',
  restore: '恢复',
}

const demandsFiles = (form: ActionDef['form']): boolean =>
  Object.values(form ?? {}).some((f) => f.required && (f.type === 'photos' || f.type === 'files'))

/** Why an action is done case by case, as a sentence; undefined where many cases may take it at once. */
export function whyAlone(def: LoopDef, id: string): string | undefined {
  const action = def.actions[id]
  if (!action) return undefined
  const one = (why: string) => `“${action.label}”${why}，须逐条办理。`
  if (action.alone) return one(action.alone)
  if (action.power) return one('是执法行为')
  if (action.notSameActorAs?.length) return one('由另一人对照每一条作出判断')
  if (demandsFiles(action.form)) return one('要上传各自的照片或材料')
  if (def.risk && (def.risk in (action.sets ?? {}) || def.risk in (action.puts ?? {}))) return one('改变等级')
  return undefined
}

const HIGHEST = levelOrder[levelOrder.length - 1]

/** Why a case is not done with others, whatever is done: what is of the highest level is looked at by itself. */
export const whyAloneCase = (def: LoopDef, row: Record<string, unknown>): string | undefined =>
  def.risk && row[def.risk] === HIGHEST ? `${HIGHEST}${def.label}须逐条办理。` : undefined

/** Why a case is not archived with others: one that is open would leave every list with its clocks, unseen among many. */
export const whyOpenStays = (def: LoopDef, row: { state?: string | null }): string | undefined =>
  def.states[row.state ?? '']?.end
    ? undefined
    : `这条${def.label}还没有办结，不能成批归档：请办理到底，或在这一条里写明理由归档。`

/** Whether a step can be taken back while nobody has built on it: not what ends a case or asks twice before it is done. */
export function canTakeBack(def: LoopDef, id: string): boolean {
  const action = def.actions[id]
  return action !== undefined && !action.confirm && !def.states[action.to]?.end
}

/** What classes, places and assigns; a text, a number or a day is each record's own. */
const shared = new Set(['choice', 'choices', 'area', 'unit', 'flag', 'ref'])

/** Whether many records may be given the same value of a field: no name, no number, nothing of one person. */
export function isShared(def: RecordDef, name: string, f: FieldDef): boolean {
  const identifies = name === def.title || f.unique
  const key = (def.keys ?? []).some((k) => k.length === 1 && k[0] === name)
  return def.kind === 'register' && shared.has(f.type) && !identifies && !key && !f.personal
}

/** What a batch does, in words: 下达隐患告知单, 改“监管单位”. */
export function doingLabel(def: RecordDef, doing: Doing): string {
  if (doing.do === 'act')
    return (def.kind === 'loop' && def.actions[doing.action ?? '']?.label) || (doing.action ?? '')
  if (doing.do === 'set') return `改“${def.fields[doing.field ?? '']?.label ?? doing.field}”`
  return bulkLabels[doing.do]
}

/** Why it cannot be undone afterwards, as a sentence to be said before; undefined where it can. */
export function whyNotUndone(def: RecordDef, doing: Doing): string | undefined {
  if (doing.do === 'confirm') return '核实后按新的内容计入，不能整批撤销；有误的请逐条更正。'
  if (doing.do === 'act' && def.kind === 'loop' && !canTakeBack(def, doing.action ?? ''))
    return `“${doingLabel(def, doing)}”办理后不能撤销。`
  return undefined
}
