import path from 'node:path'
import type { Catalogue } from '../../core/catalogue.ts'
import { shanghaiDate } from '../../core/clock.ts'
import type { RecordDef } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import { sql } from '../../store/db.ts'
import {
  findHeadings,
  findLedger,
  firstRows,
  type Headings,
  openTableApart,
  type Row,
  rowKinds,
  skipText,
  type Table,
} from '../sheet/index.ts'
import { type RawCell, rawOf, textOfRaw } from './cells.ts'
import { notImported, vocabulary } from './fields.ts'
import { readLookups } from './lookups.ts'
import { correct, type Item, parseRow, type Reading } from './parse.ts'
import { planRows } from './plan.ts'
import type { Plan } from './planning.ts'
import { frequentProblems, noCounts, saveSession, stage } from './rows.ts'
import { Seen } from './seen.ts'
import type { Counts, Found, Heading, ImportServices, Mapping, SessionRow } from './types.ts'

/** Rows looked up and staged together. */
export const CHUNK = 1000

/** Where a kept file lies. */
export const fileOf = (s: ImportServices, session: Pick<SessionRow, 'file_id' | 'name'>) => ({
  path: s.files.pathOf(session.file_id),
  name: session.name,
})

/** Ledgers are read apart, each person's one after the other; rows on their way lie among the uploads. */
export const apart = (s: ImportServices, user: string) => ({
  user,
  folder: path.join(s.files.folder, 'incoming'),
})

/** Which sheet, which heading row, which column feeds what. */
export async function look(
  table: Table,
  catalogue: Catalogue,
  def: RecordDef,
  mapping: Mapping,
): Promise<{ sheet: number; headings: Headings; found: Found }> {
  const terms = vocabulary(catalogue, def)
  const named = mapping.sheet === undefined ? -1 : table.sheets.findIndex((x) => x.name === mapping.sheet)
  if (mapping.sheet !== undefined && named < 0)
    throw new Problem(
      'bad-input',
      `文件里没有工作表“${mapping.sheet}”，现有：${table.sheets.map((x) => x.name).join('、')}。`,
    )
  const { sheet, headings } =
    named >= 0
      ? { sheet: named, headings: findHeadings(await firstRows(table, named), terms, mapping) }
      : await findLedger(table, terms, mapping)
  return { sheet, headings, found: describe(table, def, sheet, headings) }
}

function describe(table: Table, def: RecordDef, sheet: number, h: Headings): Found {
  const left = notImported(def)
  const headings: Heading[] = [
    ...h.matches.map((m) => {
      const { column, title, field, how, confidence } = m
      return left.has(field)
        ? { column, title, field: null, how: 'action', confidence, candidates: [{ field, how, confidence }] }
        : { column, title, field, how, confidence, candidates: [] }
    }),
    ...h.left.map(({ column, title, why, candidates }) => ({
      column,
      title,
      field: null,
      how: why,
      confidence: 0,
      candidates,
    })),
  ].sort((a, b) => a.column - b.column)
  return {
    kind: table.kind,
    ...(table.encoding && { encoding: table.encoding }),
    sheets: table.sheets.map((x) => x.name),
    sheet: table.sheets[sheet]?.name ?? '',
    recognised: h.found,
    headingLines: [h.firstLine, h.lastLine],
    headings,
    missing: h.missing,
    seen: h.seen,
  }
}

export function addCounts(counts: Counts, items: readonly Item[]): void {
  for (const item of items) {
    counts[item.state]++
    if (
      item.state !== 'error' &&
      item.state !== 'skipped' &&
      item.problems.some((p) => p.level === 'warning')
    )
      counts.warning++
  }
}

/** What reading and planning rows of a session needs. */
export async function prepare(
  s: ImportServices,
  session: SessionRow,
  found: Found,
  date1904: boolean,
): Promise<{ reading: Reading; plan: Plan }> {
  const now = s.clock.now()
  const def = s.catalogue.record(session.register)
  const lookups = await readLookups(s.db, session.area, shanghaiDate(now))
  const { mapping, actor, parent, area } = session
  const headings = found.headings ?? []
  return {
    reading: { catalogue: s.catalogue, def, headings, mapping, date1904, lookups, area },
    plan: { s, def, actor, mapping, lookups, parent, writing: false, now },
  }
}

/**
 * Reads the file into staged rows, a chunk at a time: cells to values, records looked up, every line with its
 * fate and reasons. Starts over after a restart; corrections made by hand stay.
 * @param stopping asked between chunks
 */
export async function readFile(
  s: ImportServices,
  session: SessionRow,
  stopping: () => boolean,
): Promise<void> {
  const table = await openTableApart(fileOf(s, session), apart(s, session.actor_id))
  try {
    const def = s.catalogue.record(session.register)
    const { sheet, headings, found } = await look(table, s.catalogue, def, session.mapping)
    found.date1904 = table.date1904
    const reading = session.reading + 1
    const total = table.sheets[sheet]?.rowsEstimate ?? 0
    await saveSession(
      s.db,
      session.id,
      { found, reading, line: 0, done: 0, total, counts: noCounts(), problems: [] },
      s.clock.now(),
    )
    const counts = noCounts()
    if (headings.found) {
      const finished = await readRows(
        s,
        session,
        found,
        table.rows(sheet),
        headings,
        reading,
        counts,
        stopping,
      )
      if (!finished) return
    }
    await sql`delete from import_row where session_id = ${session.id} and reading <> ${reading}`.execute(s.db)
    const done = Object.values(counts).reduce((n, c) => n + c, -counts.warning)
    await saveSession(
      s.db,
      session.id,
      { state: 'preview', counts, problems: await frequentProblems(s.db, session.id), done, total: done },
      s.clock.now(),
    )
  } finally {
    await table.close()
  }
}

async function readRows(
  s: ImportServices,
  session: SessionRow,
  found: Found,
  rows: AsyncIterable<Row>,
  headings: Headings,
  generation: number,
  counts: Counts,
  stopping: () => boolean,
): Promise<boolean> {
  const { reading, plan } = await prepare(s, session, found, found.date1904 ?? false)
  const kindOf = rowKinds(headings)
  const kept = await keptCorrections(s, session.id)
  const seen = new Seen()
  let chunk: { item: Item; raw: RawCell[] }[] = []
  let line = 0
  const flush = async () => {
    const open = chunk.map((c) => c.item).filter((i) => i.state !== 'skipped')
    await planRows(plan, s.db, open)
    for (const item of open)
      if (item.state !== 'error' && item.state !== 'skipped') seen.check(item, plan.def.label)
    const items = chunk.map((c) => c.item)
    addCounts(counts, items)
    await stage(s.db, session.id, generation, chunk)
    await saveSession(s.db, session.id, { line, done: line, counts }, s.clock.now())
    chunk = []
    // the server has other guests
    await new Promise((r) => setImmediate(r))
  }
  for await (const row of rows) {
    if (row.line <= headings.lastLine) continue
    line = row.line
    const kind = kindOf(row)
    if (kind === 'blank') continue
    const raw = row.cells.map(rawOf)
    const item = parseRow(reading, row.line, kind ? [] : raw)
    if (kind) {
      item.state = 'skipped'
      item.values = {}
      item.problems = [{ field: '', level: 'warning', message: `${skipText[kind]}，不是记录` }]
    } else applyCorrection(reading, item, kept.get(row.line))
    chunk.push({ item, raw })
    if (chunk.length < CHUNK) continue
    await flush()
    if (stopping()) return false
  }
  if (chunk.length) await flush()
  return true
}

export interface Kept {
  fixed: Record<string, unknown> | null
  decision: string | null
}

export function applyCorrection(reading: Reading, item: Item, kept: Kept | undefined): void {
  if (!kept) return
  item.decision = kept.decision
  if (kept.fixed) correct(reading, item, kept.fixed)
}

async function keptCorrections(s: ImportServices, id: string): Promise<Map<number, Kept>> {
  const { rows } = await sql<Kept & { line: number }>`select line, fixed, decision from import_row
    where session_id = ${id} and (fixed is not null or decision is not null)`.execute(s.db)
  return new Map(rows.map((r) => [r.line, r]))
}

/** Cell texts by heading, as a person knows the row. */
export function rawByTitle(found: Found, raw: readonly RawCell[]): Record<string, string> {
  const out: Record<string, string> = {}
  for (const h of found.headings ?? []) {
    const text = textOfRaw(raw[h.column])
    if (text === '') continue
    // two columns may bear one title
    out[h.title in out ? `${h.title} (${h.column + 1})` : h.title] = text
  }
  return out
}
