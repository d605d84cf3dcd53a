import { readDate } from '../../../fields/normal/dates.ts'
import { halfWidth, matchKey } from '../../../fields/normal/text.ts'
import type { RecordDef } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import {
  cardRows,
  findHeadings,
  firstRows,
  type Headings,
  type Row,
  rowKinds,
  skipText,
  type Table,
  tablesBeside,
} from '../sheet/index.ts'
import { type RawCell, rawOf } from './cells.ts'
import { namingFields, notImported, vocabulary } from './fields.ts'
import { Above, type Item, parseRow, type Reading } from './parse.ts'
import { returnedBy } from './returned.ts'
import type { Filled, Heading } from './types.ts'

/** Lines of one sheet; a row's number in a session is its line, of further sheets behind so many of each before. */
export const SHEET_LINES = 2_000_000

/** A table of a file that is read: a sheet, a part of one beside another, or a card. */
export interface SheetRead {
  /** the sheet's name; of a table beside another with its columns: 台账（E–G 列） */
  name: string
  /** place in the file */
  index: number
  /** rows of this table have numbers from here on */
  offset: number
  headings: Headings
  columns: Heading[]
  /** what the sheet's name or title says and no column does */
  fills: Filled[]
  rowsEstimate: number
  /** rows met so far that are hidden or filtered out in the file */
  hiddenRows: number
  /** the day that the sheet's title says it is of */
  day?: string
  /** one record, headings at the left */
  card?: true
  window?: [from: number, to: number]
}

/** A sheet that is not read, with the reason. */
export interface SheetLeft {
  name: string
  index: number
  hidden: boolean
  why: string
}

export interface SheetsRead {
  sheets: SheetRead[]
  left: SheetLeft[]
  /** what the first table, or the best failed one, looks like */
  headings: Headings
  rowsOf(sheet: SheetRead): AsyncIterable<{ item: Item; raw: RawCell[]; row: Row }>
}

/** Sheets that say how the table beside them is filled in; templates, ours too, carry such. */
const GUIDE = /^(填写|填表|填报)?(说明|须知|要求)$|^(可填内容|数据字典|字典|下拉选项|选项|下拉列表)$/

/**
 * Which tables of a file are read, and their rows. All visible sheets that look like this register's ledger are;
 * `mapping.sheet` names one, `mapping.sheets` several. One town a sheet is one ledger.
 * @throws Problem `bad-input` for a sheet that is not there
 */
export async function readSheets(table: Table, r: Reading): Promise<SheetsRead> {
  const terms = vocabulary(r.catalogue, r.def)
  const wanted = r.mapping.sheets ?? (r.mapping.sheet === undefined ? undefined : [r.mapping.sheet])
  const unknown = wanted?.filter((name) => !table.sheets.some((x) => x.name === name)) ?? []
  if (unknown.length)
    throw new Problem(
      'bad-input',
      `文件里没有工作表“${unknown.join('、')}”，现有：${table.sheets.map((x) => x.name).join('、')}。`,
    )
  const anyVisible = table.sheets.some((x) => !x.hidden)
  const allGuides = table.sheets.every((x) => GUIDE.test(x.name.trim()))
  const tried: { read: SheetRead; hidden: boolean }[] = []
  const left: SheetLeft[] = []
  for (const [index, info] of table.sheets.entries()) {
    const { name, hidden } = info
    if (wanted ? !wanted.includes(name) : hidden && anyVisible) {
      left.push({ name, index, hidden, why: wanted ? '没有选它' : '隐藏的工作表，没有读' })
      continue
    }
    if (!wanted && !allGuides && GUIDE.test(name.trim())) {
      left.push({ name, index, hidden, why: '填表说明或可填内容，没有读' })
      continue
    }
    const first = await firstRows(table, index)
    for (const part of partsOf(first, info.rowsEstimate, terms, r))
      tried.push({
        hidden,
        read: {
          ...part,
          name: part.window ? `${name}（${letters(part.window)} 列）` : name,
          index,
          offset: 0,
          columns: columnsOf(r.def, part.headings, part.card ? [] : info.hiddenColumns),
          hiddenRows: 0,
          fills: [],
          rowsEstimate: info.rowsEstimate,
        },
      })
  }
  const weight = (h: Headings) => (h.found ? h.matches.reduce((n, m) => n + m.confidence, 0) : -1)
  const ranked = [...tried].sort((a, b) => weight(b.read.headings) - weight(a.read.headings))
  const best = ranked[0]?.read
  const alike = (x: SheetRead) =>
    x === best || Boolean(wanted) || (x.headings.found && names(r.def, x.headings))
  const sheets: SheetRead[] = []
  for (const { read, hidden } of tried) {
    if (read.headings.found && best?.headings.found && alike(read)) {
      read.offset = sheets.length * SHEET_LINES
      const day = dayIn(read.headings.above, r.today)
      if (day) read.day = day
      read.fills = fillsOf(r, read, table.sheets[read.index]?.name ?? '')
      // what the name of the sheet says is no missing column
      read.headings.missing = read.headings.missing.filter((f) => !read.fills.some((x) => x.field === f))
      sheets.push(read)
    } else {
      const why = read.headings.found ? '没有本台账的名称或编号一列' : '没有认出表头'
      left.push({ name: read.name, index: read.index, hidden, why })
    }
  }
  const headings = sheets[0]?.headings ?? best?.headings ?? findHeadings([], terms, r.mapping)
  return { sheets, left, headings, rowsOf: (sheet) => rowsOf(table, r, sheet) }
}

const letters = ([from, to]: [number, number]): string => `${letter(from)}–${letter(to)}`
const letter = (n: number): string =>
  n < 26 ? String.fromCharCode(65 + n) : letter(Math.floor(n / 26) - 1) + letter(n % 26)

/** Does a table say whom its rows are about? */
function names(def: RecordDef, h: Headings): boolean {
  const fields = new Set(namingFields(def))
  return h.matches.some((m) => fields.has(m.field) || m.field.includes('.'))
}

type Part = Pick<SheetRead, 'headings' | 'card' | 'window'>

/** The tables of one sheet: usually one; two side by side; or a card. */
function partsOf(first: Row[], estimate: number, terms: ReturnType<typeof vocabulary>, r: Reading): Part[] {
  const { mapping } = r
  if (mapping.headingLine === undefined && !mapping.headings && first.length >= estimate) {
    const card = cardRows(first, terms)
    if (card) return [{ headings: findHeadings(card, terms), card: true }]
  }
  const whole = findHeadings(first, terms, mapping)
  const beside = mapping.headings ? [] : tablesBeside(whole)
  if (beside.length < 2) return [{ headings: whole }]
  return beside.map((window) => ({
    headings: findHeadings(
      first.map((x) => cut(x, window)),
      terms,
      mapping,
    ),
    window,
  }))
}

/** A row as one of several tables side by side has it; columns keep their letters. */
const cut = (row: Row, [from, to]: [number, number]): Row => ({
  ...row,
  cells: row.cells.slice(0, to + 1).map((c, i) => (i < from ? { raw: null, text: '' } : c)),
})

/** How the columns of a table were understood. */
export function columnsOf(def: RecordDef, h: Headings, hidden: readonly number[] = []): Heading[] {
  const left = notImported(def)
  const columns: Heading[] = [
    ...h.matches.map((m) => {
      const { column, title, field, how, confidence } = m
      return left.has(field)
        ? { column, title, field: null, how: 'action', confidence, candidates: [{ field, how, confidence }] }
        : {
            column,
            title,
            field,
            how,
            confidence,
            candidates: [],
            ...(m.part && { part: m.part }),
            ...(m.person && { person: m.person }),
          }
    }),
    ...h.left.map(({ column, title, why, candidates }) => ({
      column,
      title,
      field: null,
      how: why,
      confidence: 0,
      candidates,
    })),
  ]
  for (const column of columns) if (hidden.includes(column.column)) column.hidden = true
  return columns.sort((a, b) => a.column - b.column)
}

/**
 * What the name or the title of a sheet says of all its rows: 南村镇 of the division, 冶金 of the industry, where no
 * column says it. A title must name one town alone.
 */
function fillsOf(r: Reading, sheet: SheetRead, name: string): Filled[] {
  const has = new Set(sheet.columns.flatMap((h) => h.field ?? []))
  const out: Filled[] = []
  const area = r.def.scope?.area
  if (area && !has.has(area)) {
    const named = r.lookups.area(name).code
    if (named && named.length >= 9) out.push({ field: area, value: named, from: name, where: '工作表名称' })
    else
      for (const title of sheet.headings.above) {
        const inside = r.lookups.townIn(title)
        if (!inside) continue
        out.push({ field: area, value: inside, from: title, where: '表格标题' })
        break
      }
  }
  for (const [field, def] of Object.entries(r.def.fields)) {
    if (def.type !== 'choice' || has.has(field) || def.writers?.length === 0 || field === r.def.title)
      continue
    const key = matchKey(name)
    const option = def.options?.find((o) =>
      [o.value, o.label, ...(o.synonyms ?? [])].some((w) => matchKey(w) === key),
    )
    if (option) out.push({ field, value: option.value, from: name, where: '工作表名称' })
  }
  // a name that means two things says neither
  return out.filter((f) => out.filter((x) => x.from === f.from && x.where === f.where).length === 1)
}

async function* rowsOf(
  table: Table,
  r: Reading,
  sheet: SheetRead,
): AsyncGenerator<{ item: Item; raw: RawCell[]; row: Row }> {
  const { headings, window, card, offset } = sheet
  const own: Reading = { ...r, headings: sheet.columns, fills: sheet.fills }
  const kindOf = rowKinds(headings)
  const above = new Above()
  const returned = returnedBy(headings)
  const source = card
    ? (cardRows(await firstRows(table, sheet.index), vocabulary(r.catalogue, r.def)) ?? [])
    : table.rows(sheet.index)
  for await (const all of source) {
    if (all.line <= headings.lastLine) continue
    const row = window ? cut(all, window) : all
    const kind = kindOf(row)
    if (kind === 'blank') continue
    const raw = row.cells.map(rawOf)
    const item = parseRow(own, row.line + offset, kind ? [] : raw, above)
    if (kind) {
      item.state = 'skipped'
      item.values = {}
      item.problems = [{ field: '', level: 'warning', message: `${skipText[kind]}，不是记录` }]
    } else {
      beyond(item, raw, headings)
      if (row.hidden) hide(r, sheet, item)
      const reason = returned?.(raw)
      if (reason) item.returned = reason
    }
    yield { item, raw, row }
  }
}

/** 填表日期：2026年3月1日 above the table; a day that has yet to come is none of a ledger. */
function dayIn(above: readonly string[], today: string): string | undefined {
  for (const text of above) {
    const m = /(20\d{2})[年./-](\d{1,2})[月./-](\d{1,2})日?/.exec(halfWidth(text).replace(/\s/g, ''))
    const read = m && readDate(m[0])
    const day = read?.ok ? read.value?.date : undefined
    if (day && day <= today) return day
  }
  return undefined
}

/** Rows that the file hides, by hand or by a filter, are said and chosen: a person looked at the table without them. */
function hide({ mapping }: Reading, sheet: SheetRead, item: Item): void {
  sheet.hiddenRows++
  if (mapping.hiddenRows === true) return
  if (mapping.hiddenRows === false) {
    item.state = 'skipped'
    item.problems = [{ field: '', level: 'warning', message: '隐藏行，按选定没有导入' }]
    return
  }
  const message = '这一行在文件里是隐藏的（筛选掉的，或手工隐藏的），是否导入请选定'
  item.problems.push({ field: '', level: 'error', ask: 'hidden', text: '', message })
}

/** Cells to the right of the last heading belong to no column: they are named, not dropped. */
function beyond(item: Item, raw: readonly RawCell[], headings: Headings): void {
  const extra = raw.flatMap((c, i) =>
    c !== null && (headings.titles[i] ?? '') === ''
      ? [`${letter(i)} 列“${typeof c === 'string' ? c : c.t}”`]
      : [],
  )
  if (extra.length)
    item.problems.push({
      field: '',
      level: 'warning',
      message: `${extra.slice(0, 3).join('、')}${extra.length > 3 ? ` 等 ${extra.length} 格` : ''}没有表头，没有导入`,
    })
}
