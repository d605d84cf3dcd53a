import { cleanText, matchKey } from '../../fields/normal/text.ts'
import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { cellsOfRows, columnsOf } from '../exchange/export/index.ts'
import { type Lookups, readLookups } from '../exchange/import/lookups.ts'
import { computeIndicator } from '../indicators/compute.ts'
import type { FigureContext } from '../indicators/population.ts'
import { type Db, sql } from '../store/db.ts'
import { countByTown, listRows } from '../store/list.ts'
import type { Services } from '../store/services.ts'
import type { Row } from '../store/types.ts'
import { mayFill } from './source-rights.ts'
import type { Collection, Column, Source, Value } from './types.ts'

/** A form of more rows is a ledger, which goes out as an export. */
export const MOST_ROWS = 5000
const PAGE = 500

/** A row as the records give it, before it has a number. */
export interface MadeRow {
  line: number | null
  record_id: string | null
  area: string | null
  title: string
  town: string | null
  organisation: string | null
  origin: 'list' | 'given'
  /** what fills each column, in the order of the columns */
  values: (Value | null)[]
}

/** Rows of a form with what the records say in each cell, as this actor reads them. */
export async function computeRows(
  s: Services,
  actor: Actor,
  c: Collection,
  columns: readonly Column[],
): Promise<MadeRow[]> {
  if (c.about === 'place') return placeRows(s, actor, c, columns)
  return recordRows(s, actor, c, s.catalogue.record(c.register ?? ''), columns)
}

const tooMany = () =>
  new Problem(
    'bad-input',
    `符合条件的记录超过 ${MOST_ROWS} 条，不像一张要填的表。请加上条件（例如只要某一行业），或从台账导出。`,
  )

async function recordRows(
  s: Services,
  actor: Actor,
  c: Collection,
  def: RecordDef,
  columns: readonly Column[],
): Promise<MadeRow[]> {
  const records: Row[] = []
  let after: string | null = null
  do {
    const page: { rows: Row[]; next: string | null } = await listRows(s, actor, def, {
      ...(c.lines === 'list' && c.condition && { where: c.condition }),
      sort: [def.title],
      limit: PAGE,
      ...(after && { after }),
    })
    // who supervises more than the form's area fills it with that area's alone
    records.push(
      ...page.rows.filter(
        (r) => (r.town ?? r.area ?? '').startsWith(c.area) || (r.area ?? '').startsWith(c.area),
      ),
    )
    after = page.next
    if (records.length > MOST_ROWS * 2) throw tooMany()
  } while (after)
  const given = c.lines === 'given' ? matchGiven(c, columns, def, records) : undefined
  const wanted = given ? given.flatMap((g) => g.record ?? []) : records
  if (wanted.length > MOST_ROWS) throw tooMany()
  const values = await recordValues(s, actor, def, columns, wanted)
  const made = (record: Row, line: number | null, origin: MadeRow['origin']): MadeRow => ({
    line,
    record_id: record.id,
    area: record.area,
    title: String(record[def.title] ?? ''),
    town: record.town,
    organisation: record.organisation,
    origin,
    values: values.get(record.id) ?? columns.map(() => null),
  })
  if (!given) return wanted.map((r) => made(r, null, 'list'))
  const nobody = { record_id: null, area: null, town: null, organisation: null, origin: 'given' as const }
  return given.map(({ line, title, record, texts }) =>
    kept(
      record ? made(record, line, 'given') : { ...nobody, line, title, values: columns.map(() => null) },
      columns,
      texts,
    ),
  )
}

/** What the sender wrote into a cell is that cell's content. */
const kept = (row: MadeRow, columns: readonly Column[], texts: readonly string[]): MadeRow => ({
  ...row,
  values: columns.map((x, i) => texts[x.at] || (row.values[i] ?? null)),
})

/** Which record each line of the form is: by the code that is its own, else by its whole name where one bears it. */
function matchGiven(c: Collection, columns: readonly Column[], def: RecordDef, records: readonly Row[]) {
  const unique = Object.entries(def.fields)
    .filter(([, f]) => f.unique)
    .map(([name]) => name)
  const names = [...unique, def.title]
  const by = new Map<string, Row[]>()
  for (const r of records)
    for (const f of names) {
      const key = matchKey(String(r[f] ?? ''))
      if (key) by.set(`${f} ${key}`, [...(by.get(`${f} ${key}`) ?? []), r])
    }
  const columnOf = (field: string) =>
    columns.find((x) => x.source && 'field' in x.source && x.source.field === field)
  const titled = columnOf(def.title) ?? columns.find((x) => !(x.source && 'sequence' in x.source))
  return c.layout.given.map(({ line, texts }) => {
    const found = names.flatMap((f) => {
      const column = columnOf(f)
      const rows = column ? (by.get(`${f} ${matchKey(texts[column.at] ?? '')}`) ?? []) : []
      return rows.length === 1 ? rows : []
    })[0]
    return { line, texts, title: cleanText(texts[titled?.at ?? 0] ?? ''), record: found }
  })
}

async function recordValues(
  s: Services,
  actor: Actor,
  def: RecordDef,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<Map<string, (Value | null)[]>> {
  const fields = [
    ...new Set(columns.flatMap((x) => (x.source && 'field' in x.source ? [x.source.field] : []))),
  ]
  const cells = fields.length
    ? await cellsOfRows(s, actor, def, columnsOf(s.catalogue, def, fields), rows)
    : []
  const lookups = await readLookups(s.db, actor.home, shanghaiDate(s.clock.now()))
  return new Map(
    rows.map((r, i) => [
      r.id,
      columns.map((x) => {
        if (!x.source || !('field' in x.source)) return null
        // a heading that asks for the town gets the town, wherever in it the firm lies
        if (r.town && def.scope?.area === x.source.field && asksTown(x.title)) return lookups.areaName(r.town)
        return asValue(cells[i]?.[fields.indexOf(x.source.field)], x)
      }),
    ]),
  )
}

const asksTown = (title: string): boolean =>
  /乡镇|镇街|镇办|街道|[(（]?[乡镇][)）]?$/.test(title) && !/村|社区|详细/.test(title)

function asValue(cell: unknown, column: Column): Value | null {
  if (cell === null || cell === undefined || cell === '') return null
  if (typeof cell === 'boolean') return cell ? '是' : '否'
  if (column.kind === 'number' && Number.isFinite(Number(cell))) return Number(cell)
  return cell instanceof Date ? shanghaiDate(cell) : String(cell)
}

type Figures = { whole: Value | null; towns: Map<string, Value | null> }

/** What a source says of the form's places; nothing where this actor may not read it. */
async function figuresOf(
  s: Services,
  actor: Actor,
  c: Collection,
  source: Source,
): Promise<Figures | undefined> {
  if (!('indicator' in source || 'count' in source) || !mayFill(s, actor)(source)) return undefined
  if ('count' in source)
    return countByTown(s, actor, s.catalogue.record(source.count), c.area, source.condition)
  const { part } = source
  const def = s.catalogue.indicators.get(source.indicator)
  if (!def) return undefined
  const context: FigureContext = { db: s.db, catalogue: s.catalogue, policies: s.policies() }
  const asked = { scope: c.area, asOf: shanghaiDate(s.clock.now()), groupBy: 'town' as const }
  const figure = await computeIndicator(context, def, asked)
  const read = (f: { num: number; den: number | null; value: number | null }): Value | null => {
    const value = part === 'num' ? f.num : part === 'den' ? f.den : f.value
    return value === null ? null : Number(value.toFixed(2))
  }
  return {
    whole: figure.missing ? null : read(figure),
    towns: new Map(figure.groups.flatMap((g) => (g.area ? [[g.area, read(g)] as const] : []))),
  }
}

/** Nobody in a town is a nought where things are counted, and nothing where a rate is asked. */
const none = (s: Services, source: Source): Value | null =>
  'count' in source || ('indicator' in source && source.part !== 'value')
    ? 0
    : 'indicator' in source && s.catalogue.indicators.get(source.indicator)?.measure === 'count'
      ? 0
      : null

async function placeRows(
  s: Services,
  actor: Actor,
  c: Collection,
  columns: readonly Column[],
): Promise<MadeRow[]> {
  const today = shanghaiDate(s.clock.now())
  const towns = await townsOf(s.db, c.area, today)
  const lookups = await readLookups(s.db, c.area.slice(0, 6), today)
  const figures = new Map<Column, Figures>()
  for (const x of columns) {
    const f = x.source && (await figuresOf(s, actor, c, x.source))
    if (f) figures.set(x, f)
  }
  const made = (
    code: string | null,
    title: string,
    line: number | null,
    origin: MadeRow['origin'],
  ): MadeRow => ({
    line,
    record_id: null,
    area: code,
    title,
    town: code?.length === 9 ? code : null,
    organisation: null,
    origin,
    values: columns.map((x) => {
      if (x.source && 'place' in x.source) return title
      const f = figures.get(x)
      if (!f || !code || !x.source) return null
      if (code.length < 9) return f.whole
      return f.towns.get(code) ?? none(s, x.source)
    }),
  })
  if (c.lines === 'given')
    return c.layout.given.map(({ line, texts }) => {
      const found = placeIn(texts, lookups)
      const title = found?.text ?? texts.find((t) => t && !/^\d+$/.test(t)) ?? ''
      return kept(made(found?.code ?? null, title, line, 'given'), columns, texts)
    })
  const county = columns.some((x) => x.source && 'place' in x.source) ? [] : await areaOf(s.db, c.area)
  // a form without a column for the town asks of the whole
  return (county.length ? county : towns).map(({ code, name }) => made(code, name, null, 'list'))
}

/** What the records say of the whole, for the line that sums up the places. */
export async function totalOf(
  s: Services,
  actor: Actor,
  c: Collection,
  columns: readonly Column[],
): Promise<(Value | null)[]> {
  const out: (Value | null)[] = []
  for (const x of columns) out.push((x.source && (await figuresOf(s, actor, c, x.source))?.whole) ?? null)
  return out
}

/** The place that a line of a form names in one of its first cells. */
export function placeIn(
  texts: readonly string[],
  lookups: Lookups,
): { code: string; text: string } | undefined {
  for (const text of texts.slice(0, 3)) {
    const code = text ? lookups.area(text).code : undefined
    if (code && code.length >= 6 && code.length <= 9) return { code, text }
  }
  return undefined
}

export async function townsOf(
  db: Db,
  area: string,
  today: string,
): Promise<{ code: string; name: string }[]> {
  const { rows } = await sql<{ code: string; name: string }>`select code, name from area
    where level = 'town' and starts_with(code, ${area}) and (valid_to is null or valid_to >= ${today}) order by code`.execute(
    db,
  )
  return rows
}

const areaOf = async (db: Db, area: string): Promise<{ code: string; name: string }[]> =>
  (await sql<{ code: string; name: string }>`select code, name from area where code = ${area}`.execute(db))
    .rows
