import path from 'node:path'
import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Condition } from '../core/condition/ast.ts'
import { asCondition } from '../core/condition/check.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { canonicalJson } from '../core/naming.ts'
import { readLookups } from '../exchange/import/lookups.ts'
import type { FileStore } from '../files/store.ts'
import { journal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import { ownCollection, requireMaker, requireVersion } from './access.ts'
import { computeRows, type MadeRow, placeIn } from './compute.ts'
import { isDocument, openForm } from './form-file.ts'
import { type Form, readForm, type Told } from './layout.ts'
import { columnsOf, rowsOf, writeColumns } from './rows.ts'
import { checkSources, mayFill } from './source-rights.ts'
import { fitOf, headingKey, kindOf, type Memory, proposeColumns } from './sources.ts'
import type { About, Ask, Collection, Column, Kind, Source } from './types.ts'

export interface CollectionServices extends Services {
  files: FileStore
}

/** A form that fits a register as little as this fits none. */
const LEAST_FIT = 1.6

/** Reads a kept form apart. @throws Problem as the reader says */
export async function formOf(
  s: CollectionServices,
  actor: Actor,
  file: { id: string; name: string },
  told: Told = {},
): Promise<Form> {
  const table = await openForm(
    { path: path.resolve(s.files.pathOf(file.id)), name: file.name },
    { user: actor.id, folder: `${s.files.folder}/incoming` },
  )
  const form = await readForm(table, told)
  // a table in a document ends with its last row, a sheet goes on
  const rows = table.sheets.find((t) => t.name === form.layout.sheet)?.rowsEstimate ?? 0
  if (isDocument(file.name)) form.layout.last ??= Math.max(rows, form.layout.first - 1)
  return form
}

/** Registers the actor reads and whose records forms may be about. */
export const registersFor = (s: Services, actor: Actor): RecordDef[] =>
  [...s.catalogue.records.values()].filter((d) => scopeOf(s, actor, d, 'write').terms.length > 0)

const memoryOf = async (db: Db, area: string, about: string): Promise<Memory> => {
  const { rows } = await sql<{ heading: string; source: Source | null; ask: Ask }>`select heading, source, ask
    from collection_memory where area = ${area} and about = ${about}`.execute(db)
  return new Map(rows.map((r) => [r.heading, r]))
}

/** Whether the rows of a form are places: its lines name them, or its first headings ask for them and for nobody. */
async function aboutOf(
  s: Services,
  actor: Actor,
  area: string,
  form: Form,
): Promise<{ about: About; register: string | null }> {
  const lookups = await readLookups(s.db, area.slice(0, 6), shanghaiDate(s.clock.now()))
  const places = form.layout.given.filter((g) => placeIn(g.texts, lookups)).length
  const fits = registersFor(s, actor)
    .map((def) => ({ def, fit: fitOf(s.catalogue, def, form.titles) }))
    .sort((a, b) => b.fit - a.fit)
  const best = fits[0]
  const named =
    best &&
    form.titles.some((t) =>
      /(?:企业|单位|公司|人员|姓名|设备|项目|隐患).*(?:名称|姓名|描述|内容)|姓名/.test(t),
    )
  if (form.layout.given.length > 0 && places >= form.layout.given.length * 0.6)
    return { about: 'place', register: null }
  if (best && (named ? best.fit > 0.9 : best.fit >= LEAST_FIT))
    return { about: 'record', register: best.def.name }
  return { about: 'place', register: null }
}

/**
 * Takes a form that came from above: finds its headings, what its rows are and what fills each column.
 * The file must have been kept by this actor.
 * @throws Problem for who may not collect, or where the form cannot be read
 */
export async function proposeCollection(
  s: CollectionServices,
  actor: Actor,
  file: { id: string; name: string },
  area?: string,
): Promise<Omit<Collection, 'created_at'> & { columns: Column[] }> {
  const own = requireMaker(actor, area, shanghaiDate(s.clock.now()))
  const form = await formOf(s, actor, file)
  const kind = await aboutOf(s, actor, own, form)
  const def = kind.register ? s.catalogue.record(kind.register) : undefined
  const columns = proposeColumns(
    s.catalogue,
    kind.about,
    def,
    form.titles,
    await memoryOf(s.db, own, kind.register ?? 'place'),
    mayFill(s, actor),
  )
  const heading = form.layout.above.find((t) => t.length >= 4 && !/^附[件表]?\s*\d*[：:]?$/.test(t))
  return {
    id: newId(),
    version: 1,
    area: own,
    title: (heading ?? file.name.replace(/\.[^.]+$/, ''))
      .replace(/^附[件表]\s*\d*[：:]?\s*/, '')
      .slice(0, 120),
    ...kind,
    condition: null,
    lines: form.layout.given.length > 0 ? 'given' : 'list',
    file_id: file.id,
    file_name: file.name,
    layout: form.layout,
    state: 'draft',
    asked: null,
    due_on: null,
    note: null,
    revision: 0,
    filled_at: null,
    sent_at: null,
    closed_at: null,
    created_by: actor.id,
    created_by_name: actor.name,
    columns,
  }
}

/** Writes what was proposed, and fills it for the first time. */
export async function createCollection(
  tx: Db,
  actor: Actor,
  now: Date,
  made: Awaited<ReturnType<typeof proposeCollection>>,
  rows: readonly MadeRow[],
): Promise<string> {
  await sql`insert into collection (id, version, area, title, about, register, lines, file_id, file_name, layout, state,
      created_at, created_by, created_by_name, updated_at)
    values (${made.id}, 1, ${made.area}, ${made.title}, ${made.about}, ${made.register}, ${made.lines}, ${made.file_id},
      ${made.file_name}, ${JSON.stringify(made.layout)}, 'draft', ${now}, ${actor.id}, ${actor.name}, ${now})`.execute(
    tx,
  )
  await sql`insert into file_ref (file_id, register, record_id) values (${made.file_id}, 'collection', ${made.id})
    on conflict do nothing`.execute(tx)
  await writeColumns(tx, made.id, made.columns)
  await writeFilled(tx, made.id, made.columns, rows, now)
  await note(tx, actor, now, made, 'create')
  return made.id
}

export interface Change {
  title?: string | undefined
  about?: About | undefined
  register?: string | null | undefined
  condition?: Condition | null | undefined
  lines?: 'given' | 'list' | undefined
  note?: string | null | undefined
  sheet?: string | undefined
  headingLine?: number | undefined
  columns?:
    | { n: number; source?: Source | null | undefined; ask?: Ask | undefined; kind?: Kind | undefined }[]
    | undefined
}

/** What a change comes to, with the rows read anew; nothing is written yet. */
export async function proposeChange(
  s: CollectionServices,
  actor: Actor,
  id: string,
  change: Change,
): Promise<{ next: Collection; columns: Column[]; rows: MadeRow[] }> {
  const today = shanghaiDate(s.clock.now())
  const before = await ownCollection(s.db, actor, id, today)
  if (before.state === 'closed') throw new Problem('action-not-possible', '这张表已经办结，不能再改。')
  const next = { ...before, ...given(change) }
  let columns = await columnsOf(s.db, id)
  const elsewhere = change.sheet !== undefined || change.headingLine !== undefined
  const other = next.about !== before.about || next.register !== before.register
  if (before.state === 'open' && (elsewhere || other || next.lines !== before.lines))
    throw new Problem('action-not-possible', '表已经发出，不能再改表头和每行是什么。请另上传一次，重新发起。')
  if (next.about === 'place') next.register = next.condition = null
  const def = next.about === 'record' ? s.catalogue.record(next.register ?? '') : undefined
  if (def && scopeOf(s, actor, def, 'write').terms.length === 0)
    throw new Problem('forbidden', `您不能办理${def.label}，不能用它填表。`)
  if (def && next.condition) next.condition = asCondition(next.condition, def.name, s.catalogue, s.policies())
  if (elsewhere || other) {
    const form = await formOf(s, actor, { id: before.file_id, name: before.file_name }, change)
    next.layout = form.layout
    next.condition = change.condition ?? null
    columns = proposeColumns(
      s.catalogue,
      next.about,
      def,
      form.titles,
      await memoryOf(s.db, next.area, next.register ?? 'place'),
      mayFill(s, actor),
    )
  }
  columns = columns.map((column) => {
    const told = change.columns?.find((x) => x.n === column.n)
    if (!told) return column
    const source = told.source === undefined ? column.source : told.source
    const moved = told.source !== undefined
    return {
      ...column,
      source,
      ...(moved && { how: 'given', kind: kindOf(s.catalogue, def, column.title, source) }),
      ...(told.ask && { ask: told.ask }),
      ...(told.kind && { kind: told.kind }),
    }
  })
  checkSources(s, actor, next.about, def, columns)
  return { next, columns, rows: await computeRows(s, actor, next, columns) }
}

/** What a change says of the collection itself. */
function given({ title, about, register, condition, lines, note }: Change): Partial<Collection> {
  return {
    ...(title !== undefined && { title }),
    ...(about !== undefined && { about }),
    ...(register !== undefined && { register }),
    ...(condition !== undefined && { condition }),
    ...(lines !== undefined && { lines }),
    ...(note !== undefined && { note }),
  }
}

/** Writes a change that was proposed. @throws Problem `version-lost` */
export async function changeCollection(
  tx: Db,
  actor: Actor,
  now: Date,
  proposed: Awaited<ReturnType<typeof proposeChange>>,
  version: number,
  what: 'update' | 'fill' = 'update',
): Promise<void> {
  const { next, columns, rows } = proposed
  const before = await ownCollection(tx, actor, next.id, shanghaiDate(now), true)
  requireVersion(before, version)
  await sql`update collection set version = version + 1, title = ${next.title}, about = ${next.about}, register = ${next.register},
      condition = ${next.condition === null ? null : JSON.stringify(next.condition)}, lines = ${next.lines}, note = ${next.note},
      layout = ${JSON.stringify(next.layout)}, updated_at = ${now} where id = ${next.id}`.execute(tx)
  // rows of another kind or other columns: what was written into the former ones belongs to none of these
  const moved = canonicalJson(before.layout) !== canonicalJson(next.layout)
  if (moved || before.about !== next.about || before.register !== next.register)
    for (const table of ['collection_row', 'collection_cell'])
      await sql`delete from ${sql.table(table)} where collection_id = ${next.id}`.execute(tx)
  await writeColumns(tx, next.id, columns)
  await writeFilled(tx, next.id, columns, rows, now)
  await remember(tx, next, columns, now)
  await note(tx, actor, now, next, what)
}

/** Headings and what fills them, for the next form of the same kind. */
async function remember(tx: Db, c: Collection, columns: readonly Column[], now: Date): Promise<void> {
  const known = columns
    .filter((x) => x.how === 'given' || x.how === 'remembered')
    .map((x) => ({ heading: headingKey(x.title), source: x.source, ask: x.ask }))
    .filter((x) => x.heading !== '')
  await sql`insert into collection_memory (area, about, heading, source, ask, at)
    select distinct on (heading) ${c.area}, ${c.register ?? 'place'}, heading, nullif(source, 'null'::jsonb), ask, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(known)}::jsonb) x (heading text, source jsonb, ask text)
    on conflict (area, about, heading) do update set source = excluded.source, ask = excluded.ask, at = excluded.at`.execute(
    tx,
  )
}

type Who = Pick<MadeRow, 'record_id' | 'area'>
const whoOf = (r: Who): string | undefined => r.record_id ?? (r.area ? `place ${r.area}` : undefined)

/**
 * Rows keep their numbers by the line they stand on, else by the record or place they are: what was written of a firm stays
 * with it however the rows come to be. A number is nobody else's afterwards, also where its row is there no longer.
 */
async function numbered(tx: Db, id: string, made: readonly MadeRow[]): Promise<(MadeRow & { n: number })[]> {
  const before = (await rowsOf(tx, id)).filter((r) => r.origin !== 'returned')
  const onLine = new Map(before.flatMap((r) => (r.line === null ? [] : [[r.line, r.n] as const])))
  const byWho = new Map<string, number[]>()
  const lines = new Set(made.map((r) => r.line))
  for (const r of before) {
    const who = whoOf(r)
    if (who && (r.line === null || !lines.has(r.line))) byWho.set(who, [...(byWho.get(who) ?? []), r.n])
  }
  const { rows } = await sql<{ n: number }>`select greatest(
      (select max(n) from collection_row where collection_id = ${id}),
      (select max(row) from collection_entry where collection_id = ${id}), 0) as n`.execute(tx)
  let last = rows[0]?.n ?? 0
  const taken = new Set<number>()
  const free = (n: number | undefined) => (n === undefined || taken.has(n) ? undefined : n)
  return made.map((r) => {
    const own = r.line === null ? undefined : free(onLine.get(r.line))
    const n = own ?? byWho.get(whoOf(r) ?? '')?.find((x) => !taken.has(x)) ?? ++last
    taken.add(n)
    return { ...r, n }
  })
}

/** Writes the rows with what the records say; what is no longer there is marked and stays. */
async function writeFilled(
  tx: Db,
  id: string,
  columns: readonly Column[],
  made: readonly MadeRow[],
  now: Date,
): Promise<void> {
  const rows = await numbered(tx, id, made)
  await sql`update collection_row set gone = true where collection_id = ${id} and origin <> 'returned'`.execute(
    tx,
  )
  await sql`insert into collection_row (collection_id, n, line, record_id, area, title, town, organisation, origin)
    select ${id}, n, line, record_id, area, title, town, organisation, origin
    from jsonb_to_recordset(${JSON.stringify(rows.map(({ values: _, ...r }) => r))}::jsonb)
      x (n int, line int, record_id uuid, area text, title text, town text, organisation uuid, origin text)
    on conflict (collection_id, n) do update set gone = false, line = excluded.line, origin = excluded.origin, title = excluded.title, town = excluded.town,
      area = excluded.area, organisation = excluded.organisation, record_id = excluded.record_id`.execute(tx)
  const cells = rows.flatMap((r) =>
    columns.flatMap((c, i) => (r.values[i] == null ? [] : [{ row: r.n, col: c.n, computed: r.values[i] }])),
  )
  await sql`update collection_cell set computed = null where collection_id = ${id} and computed is not null`.execute(
    tx,
  )
  await sql`insert into collection_cell (collection_id, row, col, computed)
    select ${id}, row, col, computed from jsonb_to_recordset(${JSON.stringify(cells)}::jsonb) x (row int, col int, computed jsonb)
    on conflict (collection_id, row, col) do update set computed = excluded.computed`.execute(tx)
  await sql`update collection set filled_at = ${now} where id = ${id}`.execute(tx)
}

/** The journal's line about a collection. */
export const note = (
  tx: Db,
  actor: Actor,
  now: Date,
  c: Pick<Collection, 'id' | 'title' | 'area'>,
  what: string,
  reason?: string,
) =>
  journal(tx, {
    actor,
    now,
    register: 'collection',
    recordId: c.id,
    title: c.title,
    what,
    area: c.area,
    ...(reason && { reason }),
  })
