import type { RawBuilder } from 'kysely'
import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { explain } from '../core/condition/explain.ts'
import { findTimes } from '../notices/dates.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { makes, makingAreas, ownCollection } from './access.ts'
import { columnsOf } from './rows.ts'
import { mayFill } from './source-rights.ts'
import { choices, sourceLabel } from './sources.ts'
import type { Collection, Column, FormCell, Source } from './types.ts'

/** How far the cells of some rows are. What is a sequence or the sender's own counts nowhere. */
export interface CellCounts {
  rows: number
  /** cells that the records fill; what only numbers a row or names its place saves nobody a figure */
  computed: number
  /** cells that a person filled */
  typed: number
  /** cells that are asked for and empty */
  missing: number
  /** both say something, and not the same, and nobody has decided */
  differ: number
}

export const noCells: CellCounts = { rows: 0, computed: 0, typed: 0, missing: 0, differ: 0 }

/**
 * Counts by a key of the rows, in one statement. Each row's cells are found by their key: so it is as quick right after
 * thousands of them were written, when PostgreSQL does not know yet how many there are.
 * @param only rows `r` that count; default: all
 */
export async function countCells(
  db: Db,
  id: string,
  by: RawBuilder<unknown>,
  only: RawBuilder<unknown> = sql`true`,
): Promise<Map<string, CellCounts>> {
  const { rows } = await sql<CellCounts & { key: string | null }>`with must as materialized (
      select coalesce(array_agg(n) filter (where ask = 'must'), '{}') as cols,
        coalesce(array_agg(n) filter (where source ?| '{sequence,place}'), '{}') as named
      from collection_column where collection_id = ${id})
    select ${by} as key, count(*)::int as rows, sum(k.computed)::int as computed, sum(k.typed)::int as typed,
      sum(cardinality(m.cols) - k.there)::int as missing, sum(k.differ)::int as differ
    from must m cross join collection_row r cross join lateral (
      select count(*) filter (where c.computed is not null and c.chosen is distinct from 'typed'
          and c.col <> all(m.named)) as computed,
        count(*) filter (where c.typed is not null and (c.computed is null or c.chosen = 'typed')) as typed,
        count(*) filter (where c.col = any(m.cols) and (c.computed is not null or c.typed is not null)) as there,
        count(*) filter (where c.computed is not null and c.typed is not null and c.chosen is null
          and c.computed #>> '{}' <> c.typed #>> '{}') as differ
      from collection_cell c where c.collection_id = r.collection_id and c.row = r.n) k
    where r.collection_id = ${id} and not r.gone and ${only}
    group by 1`.execute(db)
  return new Map(rows.map(({ key, ...n }) => [key ?? '', n]))
}

export interface ColumnView extends Column {
  /** what fills it, in words */
  label: string
  offerLabels: string[]
}

export interface CollectionView {
  id: string
  version: number
  area: string
  title: string
  about: Collection['about']
  register: string | null
  registerLabel: string | null
  condition: Collection['condition']
  conditionWords: string | null
  lines: Collection['lines']
  fileId: string
  fileName: string
  layout: Omit<Collection['layout'], 'given'> & { given: number }
  state: Collection['state']
  asked: Collection['asked']
  dueOn: string | null
  /** YYYY-MM-DD, the last day that the form's own words name, where it has not passed */
  namedDay: string | null
  note: string | null
  revision: number
  filledAt: string | null
  sentAt: string | null
  by: string
  at: string
  columns: ColumnView[]
  counts: CellCounts
  /** rows that are in nobody's town: their cells are asked of nobody */
  homeless: number
}

export const columnView = (
  s: Services,
  c: Pick<Collection, 'register'>,
  columns: readonly Column[],
): ColumnView[] => {
  const def = c.register ? s.catalogue.findRecord(c.register) : undefined
  const label = (source: Source | null) => sourceLabel(s.catalogue, def, source)
  return columns.map((x) => ({ ...x, label: label(x.source), offerLabels: x.offers.map(label) }))
}

/** One collection as its office sees it. @throws Problem `not-found` */
export async function collectionView(s: Services, actor: Actor, id: string): Promise<CollectionView> {
  const c = await ownCollection(s.db, actor, id, shanghaiDate(s.clock.now()))
  const columns = await columnsOf(s.db, id)
  const counts = (await countCells(s.db, id, sql`'all'`)).get('all') ?? noCells
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from collection_row
    where collection_id = ${id} and not gone and town is null`.execute(s.db)
  const { given, ...layout } = c.layout
  const words = {
    catalogue: s.catalogue,
    policies: s.policies(),
    moment: { asOf: shanghaiDate(s.clock.now()) },
  }
  return {
    id: c.id,
    version: c.version,
    area: c.area,
    title: c.title,
    about: c.about,
    register: c.register,
    registerLabel: c.register ? (s.catalogue.findRecord(c.register)?.label ?? c.register) : null,
    condition: c.condition,
    conditionWords: c.condition && c.register ? explain(c.condition, c.register, words) : null,
    lines: c.lines,
    fileId: c.file_id,
    fileName: c.file_name,
    layout: { ...layout, given: given.length },
    state: c.state,
    asked: c.asked,
    dueOn: c.due_on,
    namedDay: namedDay([c.title, ...c.layout.above], shanghaiDate(s.clock.now())),
    note: c.note,
    revision: c.revision,
    filledAt: c.filled_at,
    sentAt: c.sent_at,
    by: c.created_by_name,
    at: c.created_at,
    columns: columnView(s, c, columns),
    counts,
    homeless: rows[0]?.n ?? 0,
  }
}

/**
 * The last day that a form's own words name (2026年12月5日前报送), where it has not passed.
 * @param today YYYY-MM-DD; its year is meant where none is written
 */
export const namedDay = (texts: readonly string[], today: string): string | null =>
  texts
    .flatMap((text) =>
      findTimes(text, [], { year: Number(today.slice(0, 4)), yearFrom: 'title', signed: null }),
    )
    .flatMap(({ date }) => (date !== null && date >= today ? [date] : []))
    .sort()[0] ?? null

export interface ListedCollection {
  id: string
  title: string
  area: string
  state: Collection['state']
  dueOn: string | null
  at: string
  by: string
  sent: number
  back: number
}

/** Collections of the actor's own office, newest first. */
export async function listCollections(s: Services, actor: Actor): Promise<ListedCollection[]> {
  const areas = makingAreas(actor, shanghaiDate(s.clock.now()))
  if (areas.length === 0) return []
  const { rows } =
    await sql<ListedCollection>`select c.id, c.title, c.area, c.state, c.due_on::text as "dueOn",
      c.created_at as at, c.created_by_name as by,
      (select count(*)::int from collection_part p where p.collection_id = c.id and p.withdrawn_at is null) as sent,
      (select count(*)::int from collection_part p where p.collection_id = c.id and p.withdrawn_at is null
        and p.returned_at is not null) as back
    from collection c where exists (select from unnest(${areas}::text[]) a where starts_with(c.area, a))
    order by c.created_at desc limit 100`.execute(s.db)
  return rows
}

/** What a column may be filled by. */
export async function sourcesView(
  s: Services,
  actor: Actor,
  id: string,
): Promise<{ sources: ReturnType<typeof choices> }> {
  const c = await ownCollection(s.db, actor, id, shanghaiDate(s.clock.now()))
  return {
    sources: choices(
      s.catalogue,
      c.about,
      c.register ? s.catalogue.findRecord(c.register) : undefined,
      mayFill(s, actor),
    ),
  }
}

export interface RowView {
  n: number
  title: string
  record: string | null
  town: string | null
  part: string | null
  origin: string
  gone: boolean
  /** by column number */
  cells: Record<
    number,
    Pick<FormCell, 'computed' | 'typed' | 'chosen'> & { by?: string; at?: string; before?: string }
  >
}

/** Rows with their cells; of a part, of those that miss something, or of those where two say different things. */
export async function rowsView(
  s: Services,
  actor: Actor,
  id: string,
  page: {
    part?: string | undefined
    show?: 'missing' | 'differ' | 'returned' | undefined
    after?: number | undefined
    limit?: number | undefined
  } = {},
): Promise<{ rows: RowView[]; next: number | null }> {
  await ownCollection(s.db, actor, id, shanghaiDate(s.clock.now()))
  return pageOfRows(s.db, id, page)
}

export async function pageOfRows(
  db: Db,
  id: string,
  {
    part,
    show,
    after = 0,
    limit = 50,
  }: {
    part?: string | undefined
    show?: string | undefined
    after?: number | undefined
    limit?: number | undefined
  },
): Promise<{ rows: RowView[]; next: number | null }> {
  const wheres = [sql`r.collection_id = ${id}`, sql`not r.gone`]
  if (part) wheres.push(sql`r.part_id = ${part}`)
  if (show === 'returned') wheres.push(sql`r.origin = 'returned'`)
  if (show === 'missing')
    wheres.push(sql`exists (select from collection_column k where k.collection_id = r.collection_id and k.ask = 'must'
      and not exists (select from collection_cell c where c.collection_id = r.collection_id and c.row = r.n and c.col = k.n
        and (c.computed is not null or c.typed is not null)))`)
  if (show === 'differ')
    wheres.push(sql`exists (select from collection_cell c where c.collection_id = r.collection_id and c.row = r.n
      and c.computed is not null and c.typed is not null and c.chosen is null and c.computed #>> '{}' <> c.typed #>> '{}')`)
  const { rows } =
    await sql<RowView>`select r.n, r.title, r.record_id as record, coalesce(a.name, r.town) as town, r.part_id as part,
      r.origin, r.gone,
      (select coalesce(jsonb_object_agg(c.col, jsonb_strip_nulls(jsonb_build_object('computed', c.computed, 'typed', c.typed,
          'chosen', c.chosen, 'by', e.actor_name, 'at', e.at,
          'before', (select b.text from collection_entry b where b.collection_id = c.collection_id and b.row = c.row
            and b.col = c.col and b.id < c.entry and b.text <> e.text order by b.id desc limit 1)))), '{}')
        from collection_cell c left join collection_entry e on e.id = c.entry
        where c.collection_id = r.collection_id and c.row = r.n) as cells
    from collection_row r left join area a on a.code = r.town
    where ${sql.join(wheres, sql` and `)} order by r.line nulls last, r.town nulls last, r.n
    limit ${limit + 1} offset ${after}`.execute(db)
  return { rows: rows.slice(0, limit), next: rows.length > limit ? after + limit : null }
}

export const mayCollect = (actor: Actor, area: string, today: string): boolean => makes(actor, area, today)
