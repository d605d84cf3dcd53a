import { cleanText, isBlank } from '../../../fields/normal/text.ts'
import type { Catalogue } from '../../core/catalogue.ts'
import type { Json } from '../../core/condition/ast.ts'
import type { FieldDef, LoopDef, RecordDef } from '../../core/definition.ts'
import type { CellContext, CellInput, CellResult } from '../../core/field-type.ts'
import { parentField } from '../../core/naming.ts'
import { isPersonal } from '../../core/personal.ts'
import { inputOf, type RawCell, textOfRaw, typedCell } from './cells.ts'
import { FLAGS, flagByName, isFileField, STATE } from './fields.ts'
import type { Lookups } from './lookups.ts'
import type { Heading, Mapping, RowProblem, RowState } from './types.ts'

/** One source line on its way into the register. */
export interface Item {
  line: number
  /** own field → value; `<of>Id` → the record it hangs on, once known */
  values: Record<string, Json>
  /** cell texts of own fields, for telling what the sheet left as it is */
  texts: Record<string, string>
  /** what the sheet says about the records this one hangs on: `enterprise.name` → text */
  above: Record<string, string>
  /** texts of reference fields still to be looked up */
  refs: Record<string, string>
  /** the field of the area, when the import's own area stands in for a cell: for new rows alone */
  filled?: string
  problems: RowProblem[]
  decision: string | null
  state: RowState
  /** the record found */
  recordId?: string
  sameAs?: number
  keys: string[]
}

/** What reading a row needs, prepared once per stage. */
export interface Reading {
  catalogue: Catalogue
  def: RecordDef
  headings: Heading[]
  mapping: Mapping
  date1904: boolean
  lookups: Lookups
  /** area of the import: rows of a town's own ledger need not name the town */
  area: string
}

/** Masked copies (张*, 138****0000) must not overwrite what they were made from. */
const masked = /[*＊]/

const problem = (field: string, level: RowProblem['level'], message: string): RowProblem => ({
  field,
  level,
  message,
})

/** Reads one row's cells; nothing is looked up in the database. */
export function parseRow(r: Reading, line: number, raw: readonly RawCell[]): Item {
  const item: Item = {
    line,
    values: {},
    texts: {},
    above: {},
    refs: {},
    problems: [],
    decision: null,
    state: 'create',
    keys: [],
  }
  for (const h of r.headings) {
    const cell = raw[h.column] ?? null
    const field = h.field
    if (h.how === 'action') {
      if (r.def.kind === 'loop' && h.candidates[0]?.field === STATE) noteClosed(r.def, item, textOfRaw(cell))
      continue
    }
    if (field === null) continue
    const def = r.def.fields[field]
    if (field === FLAGS) readFlags(r.def, item, textOfRaw(cell))
    else if (!def) readAbove(r, item, field, cell)
    else readCell(r, item, field, def, cell)
  }
  fillArea(r, item)
  return item
}

/** What names the record above is cleaned as that record's own field would be: a code in full-width digits too. */
function readAbove(r: Reading, item: Item, field: string, cell: RawCell): void {
  const text = cleanText(textOfRaw(cell))
  if (isBlank(text)) return
  const [register = '', name = ''] = field.split('.')
  const def = r.catalogue.findRecord(register)?.fields[name]
  const read =
    def && r.catalogue.fieldType(def).fromCell(inputOf(cell, field, def, r), def, context(r.lookups))
  item.above[field] = read && 'value' in read && typeof read.value === 'string' ? read.value : text
}

/** 有限空间、涉氨 → both are yes; a column of their own goes before. */
function readFlags(def: RecordDef, item: Item, text: string): void {
  const clean = cleanText(text)
  if (isBlank(clean) || /^(?:无|没有|不涉及|均不涉及|否)$/.test(clean)) return
  const unknown: string[] = []
  for (const part of clean.split(/[、,，;；/／|+＋ ]+/).filter(Boolean)) {
    const field = flagByName(def, part)
    if (field) item.values[field] ??= true
    else unknown.push(part)
  }
  if (unknown.length)
    item.problems.push(
      problem(
        FLAGS,
        'warning',
        `涉及领域中的“${unknown.join('、')}”没有对应的栏目，未导入；请核对后逐项填写。`,
      ),
    )
}

function readCell(r: Reading, item: Item, field: string, def: FieldDef, cell: RawCell): void {
  if (cell !== null && typeof cell === 'object' && cell.e) {
    item.problems.push(problem(field, 'error', `${def.label}：${cell.e}`))
    return
  }
  const input = inputOf(cell, field, def, r)
  const text = input.text.trim()
  if (text !== '') item.texts[field] = text
  take(r, item, field, def, input)
}

/** One cell as a value of a field, or its problem. */
function take(r: Reading, item: Item, field: string, def: FieldDef, input: CellInput): void {
  const text = input.text.trim()
  if (isPersonal(def) && masked.test(text)) {
    item.problems.push(
      problem(field, 'error', `${def.label}已隐去一部分，不能导入。请填写完整内容，或删去这一格。`),
    )
    return
  }
  if (def.type === 'ref' && !isBlank(text)) {
    item.refs[field] = cleanText(text)
    return
  }
  const read = r.catalogue.fieldType(def).fromCell(input, def, context(r.lookups)) as CellResult<Json>
  if ('error' in read) {
    item.problems.push(problem(field, 'error', withLabel(def, areaError(r, def, text) ?? read.error)))
    return
  }
  if (read.warning) item.problems.push(problem(field, 'warning', withLabel(def, read.warning)))
  if (read.value === null) {
    if (
      isBlank(text) &&
      (def.type === 'phone' || r.def.keys?.some((k) => k.includes(field))) &&
      !def.required
    )
      item.problems.push(problem(field, 'warning', `没有填写${def.label}`))
    return
  }
  item.values[field] = read.value
}

const withLabel = (def: FieldDef, message: string): string =>
  message.includes(def.label) ? message : `${def.label}：${message}`

const areaError = (r: Reading, def: FieldDef, text: string): string | undefined =>
  def.type === 'area' && r.lookups.area(text).many
    ? `${def.label}“${text}”有多处同名，请连同乡镇一起写，如“巴公镇渠头村”。`
    : undefined

const context = (lookups: Lookups): CellContext => ({
  areaByName: (name) => lookups.area(name).code,
  refByTitle: (register, title) => (register === 'unit' ? lookups.unit(title) : undefined),
})

/** A town's ledger need not say in every row which town it is. */
function fillArea(r: Reading, item: Item): void {
  const field = r.def.scope?.area
  if (!field || item.values[field] !== undefined || r.area.length < 9) return
  if (item.problems.some((p) => p.field === field)) return
  item.values[field] = r.area
  item.filled = field
}

const closedText = /已(?:经)?(?:完成)?(?:整改|闭环|销号|办结|完成|验收|复查合格)|^(?:是|闭环|合格|√|✓|完成)$/

/** A sheet that says "closed" is no proof of a re-check: the case opens, and the remark says so. */
function noteClosed(def: LoopDef, item: Item, text: string): void {
  const clean = cleanText(text)
  if (isBlank(clean)) return
  const state = Object.values(def.states).find((s) => s.label === clean)
  if (!state?.end && !closedText.test(clean)) return
  const initial = def.states[def.initial]?.label ?? def.initial
  item.problems.push(
    problem(
      STATE,
      'warning',
      `原表写明“${clean}”，按“${initial}”登记；请在系统中补办整改和复查，以便留下依据。`,
    ),
  )
}

/** Lays corrections over what the cells said; a corrected field's problems go. */
export function correct(r: Reading, item: Item, fixed: Record<string, unknown>): void {
  for (const [field, value] of Object.entries(fixed)) {
    item.problems = item.problems.filter((p) => p.field !== field)
    if (item.filled === field) delete item.filled
    delete item.refs[field]
    delete item.texts[field]
    const def = r.def.fields[field]
    if (!def && field.includes('.')) {
      delete item.above[field]
      if (typeof value === 'string' && value.trim()) item.above[field] = cleanText(value)
    } else if (!def || isFileField(def) || typeof value !== 'string' || isId(def, value)) {
      item.values[field] = value as Json
    } else {
      delete item.values[field]
      take(r, item, field, def, typedCell(value))
      if (value.trim() === '') item.values[field] = null
    }
  }
  if (r.def.of && fixed[parentField(r.def.of)] !== undefined) item.above = {}
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
export const isUuid = (text: string): boolean => uuid.test(text)
const isId = (def: FieldDef, value: string): boolean => def.type === 'ref' && isUuid(value)
