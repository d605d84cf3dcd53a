import { quote } from '../../../fields/normal/result.ts'
import { cleanText, isBlank } from '../../../fields/normal/text.ts'
import type { Catalogue } from '../../core/catalogue.ts'
import type { Json } from '../../core/condition/ast.ts'
import type { FieldDef, LoopDef, RecordDef } from '../../core/definition.ts'
import type { CellContext, CellInput, CellResult, TextContext } from '../../core/field-type.ts'
import { parentField } from '../../core/naming.ts'
import { isPersonal } from '../../core/personal.ts'
import { tooLong } from '../../core/too-long.ts'
import { inputOf, type RawCell, textOfRaw, typedCell } from './cells.ts'
import { FLAGS, flagByName, isFileField, STATE } from './fields.ts'
import type { Lookups } from './lookups.ts'
import type { Recalled } from './memory.ts'
import { nameAndPhone } from './name-phone.ts'
import { rewritten, whyOf } from './rewritten.ts'
import type { Filled, Heading, Mapping, RowProblem, RowState } from './types.ts'

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
  /** what stood in brackets behind values: kept in the record's own remark */
  remarks: string[]
  decision: string | null
  /** what a person corrected in this row */
  fixed?: Record<string, unknown>
  /** why the row was given back, where it comes again as it was */
  returned?: string
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
  /** answers of earlier ledgers of this sender */
  recalled?: Recalled | undefined
  date1904: boolean
  lookups: Lookups
  /** what the sheet's name or title says of all rows */
  fills?: readonly Filled[]
  /** YYYY-MM-DD */
  today: string
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
export function parseRow(r: Reading, line: number, raw: RawCell[], above = new Above()): Item {
  const item: Item = {
    line,
    values: {},
    texts: {},
    above: {},
    refs: {},
    problems: [],
    remarks: [],
    decision: null,
    state: 'create',
    keys: [],
  }
  for (const h of r.headings) {
    const field = h.field
    const cell = above.take(r, item, h, raw)
    if (h.how === 'action') {
      if (r.def.kind === 'loop' && h.candidates[0]?.field === STATE) noteClosed(r.def, item, textOfRaw(cell))
      continue
    }
    if (field === null || h.part) continue
    const def = r.def.fields[field]
    if (field === FLAGS) readFlags(r.def, item, textOfRaw(cell))
    else if (!def) readAbove(r, item, field, cell)
    else if (!h.person || !splitCell(r, item, h.person, field, cell))
      readCell(r, item, field, def, cell, h.title)
  }
  joinPlace(r, item, raw)
  fillFromSheet(r, item)
  fillArea(r, item)
  return item
}

const ditto = /^(?:同上|〃|″|"|''|“|”|、、|同前|上同|do|ditto)$/i

/** Cells that mean the one above: 同上 says so; of a blank a person says it, once a column. */
export class Above {
  readonly #last = new Map<number, RawCell>()

  /** The cell as it is to be read; what the one above says is noted in it, for when the row is read alone. */
  take(r: Reading, item: Item, h: Heading, raw: RawCell[]): RawCell {
    const { field, column } = h
    const cell = raw[column] ?? null
    const noted = cell !== null && typeof cell === 'object' ? cell.a : undefined
    const last = this.#last.get(column) ?? noted
    const text = cleanText(textOfRaw(cell))
    if (!ditto.test(text) && !isBlank(text)) {
      this.#last.set(column, cell)
      return cell
    }
    const def = field === null ? undefined : r.def.fields[field]
    if (field === null || last === undefined) return cell
    if (text !== '' && !ditto.test(text)) return cell
    const above = textOfRaw(last)
    if (ditto.test(text) ? !takenBack(r, field, text) : r.mapping.above?.[field] === true) {
      const message = text === '' ? '空白表示与上一行相同' : '与上一行相同'
      item.problems.push({ field, level: 'repair', message, text, to: above })
      raw[column] = { t: text, a: above }
      return last
    }
    // columns that group rows stand left of the name; further right a blank is a blank
    const title = r.headings.find((x) => x.field === r.def.title)?.column ?? 0
    if (
      text === '' &&
      def &&
      r.mapping.above?.[field] === undefined &&
      field !== r.def.title &&
      !def.unique &&
      (def.required || column < title)
    )
      item.problems.push({
        field,
        level: def.required ? 'error' : 'warning',
        message: `${def.label}空着。这一列的空白是否表示与上一行相同，请选定`,
        ask: 'above',
        text: '',
      })
    return cell
  }
}

/** 经度 and 纬度 in two columns are one place. */
function joinPlace(r: Reading, item: Item, raw: readonly RawCell[]): void {
  const parts = r.headings.filter((h) => h.part)
  for (const field of new Set(parts.flatMap((h) => h.field ?? []))) {
    const def = r.def.fields[field]
    const text = (part: 'lon' | 'lat') =>
      textOfRaw(raw[parts.find((h) => h.field === field && h.part === part)?.column ?? -1]).trim()
    const [lon, lat] = [text('lon'), text('lat')]
    if (!def || (isBlank(lon) && isBlank(lat))) continue
    if (isBlank(lon) || isBlank(lat))
      leave(r, item, field, def, lon || lat, `${def.label}只有经度或纬度，缺另一半`)
    else take(r, item, field, def, { text: `${lon},${lat}` })
  }
}

/** What the sheet says of all its rows by its name or title. */
function fillFromSheet(r: Reading, item: Item): void {
  for (const f of r.fills ?? []) {
    const def = r.def.fields[f.field]
    if (!def || item.values[f.field] !== undefined || takenBack(r, f.field, f.from)) continue
    item.values[f.field] = f.value
    const to = r.catalogue.fieldType(def).toText(f.value, def, texts(r.lookups))
    item.problems.push({ field: f.field, level: 'repair', message: `按${f.where}填写`, text: f.from, to })
  }
}

/** A name or a code is no longer. */
const MOST_ABOVE = 400

/** What names the record above is cleaned as that record's own field would be: a code in full-width digits too. */
function readAbove(r: Reading, item: Item, field: string, cell: RawCell): void {
  const text = cleanText(textOfRaw(cell).slice(0, MOST_ABOVE))
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

function readCell(
  r: Reading,
  item: Item,
  field: string,
  def: FieldDef,
  cell: RawCell,
  heading: string,
): void {
  if (cell !== null && typeof cell === 'object' && cell.e) {
    leave(r, item, field, def, cell.t.trim(), cell.e)
    return
  }
  if (cell !== null && typeof cell === 'object' && cell.w)
    item.problems.push(problem(field, 'warning', `${def.label}：${cell.w}`))
  const input = inputOf(cell, field, def, r, heading)
  const text = input.text.trim()
  if (text !== '') item.texts[field] = text
  take(r, item, field, def, input)
}

/** A person and his telephone in one cell, as two fields. @returns false where it is read as the telephone alone */
function splitCell(r: Reading, item: Item, person: string, phone: string, cell: RawCell): boolean {
  const text = textOfRaw(cell).trim()
  const parts = text === '' || takenBack(r, person, text) ? undefined : nameAndPhone(text)
  if (!parts?.name) return false
  for (const [field, part] of [
    [person, parts.name],
    [phone, parts.phone],
  ] as const) {
    const def = r.def.fields[field]
    if (!def || part === undefined) continue
    take(r, item, field, def, { text: part })
    // of the telephone in its own words: what was taken for what
    item.problems = item.problems.filter((p) => p.field !== field || p.level !== 'repair')
    if (item.values[field] === undefined || part === text) continue
    const message = '姓名和电话写在一格里，分成两栏'
    item.problems.push({ field, level: 'repair', message, text, to: String(item.values[field]) })
  }
  return true
}

/** One cell as a value of a field, or its problem. */
function take(r: Reading, item: Item, field: string, def: FieldDef, input: CellInput): void {
  const text = input.text.trim()
  if (isPersonal(def) && masked.test(text)) {
    leave(r, item, field, def, text, `${def.label}已隐去一部分，不能导入`)
    return
  }
  const long = tooLong(def, text)
  if (long) {
    leave(r, item, field, def, `${text.slice(0, 40)}…`, `${def.label}${long}`)
    return
  }
  if (def.type === 'ref' && !isBlank(text)) {
    item.refs[field] = cleanText(text)
    return
  }
  const read = r.catalogue.fieldType(def).fromCell(input, def, context(r.lookups)) as CellResult<Json>
  if ('error' in read) {
    leave(r, item, field, def, text, areaError(r, def, text) ?? read.error)
    return
  }
  const type = r.catalogue.fieldType(def)
  const misfit = read.value === null ? undefined : type.misfit?.(read.value, def, r.today)
  if (misfit) {
    leave(r, item, field, def, text, misfit)
    return
  }
  const shown = read.value === null ? '' : type.toText(read.value, def, texts(r.lookups))
  if (read.value !== null && rewritten(def, input, text, shown)) {
    if (takenBack(r, field, text)) {
      leave(r, item, field, def, text, `没有把${quote(text)}读作“${shown}”`)
      return
    }
    item.problems.push({
      field,
      level: 'repair',
      message: read.why ?? whyOf[def.type] ?? '统一写法',
      text,
      to: shown,
    })
  }
  if (read.remark) item.remarks.push(`${def.label}：${read.remark}`)
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

/**
 * A cell that cannot be read. Where the field may be empty the row goes on without it, the text beside it; else the
 * row waits. Either way a person is asked what the text means.
 */
function leave(r: Reading, item: Item, field: string, def: FieldDef, text: string, why: string): void {
  const optional = !def.required && !(r.def.of && field === parentField(r.def.of))
  const message = withLabel(def, why).replace(/。$/, '')
  item.problems.push({
    field,
    level: optional ? 'warning' : 'error',
    message: optional ? `${message}。这一格先空着，原文${text ? quote(text) : ''}留在本行` : message,
    ask: 'value',
    text,
  })
}

const takenBack = (r: Reading, field: string, text: string): boolean =>
  r.mapping.asIs === true || Boolean(r.mapping.asIs?.[field]?.includes(text))

const texts = (lookups: Lookups): TextContext => ({
  areaName: (code) => lookups.areaName(code),
  refTitle: (register, id) => (register === 'unit' ? lookups.unitName(id) : id),
})

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
