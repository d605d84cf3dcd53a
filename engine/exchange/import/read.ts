import path from 'node:path'
import { shanghaiDate } from '../../core/clock.ts'
import type { Over } from '../../store/background.ts'
import { sql } from '../../store/db.ts'
import { type Headings, openTableApart, type Table } from '../sheet/index.ts'
import { askedOf } from './asked.ts'
import type { RawCell } from './cells.ts'
import { readLookups } from './lookups.ts'
import { Corrections, type Kept, keptCorrections } from './made-on.ts'
import { Recalled, recall, senderOf } from './memory.ts'
import { correct, type Item, type Reading } from './parse.ts'
import { sheetOf } from './place.ts'
import { planRows } from './plan.ts'
import type { Plan } from './planning.ts'
import { frequentProblems, noCounts, saveSession, stage } from './rows.ts'
import { Seen } from './seen.ts'
import { columnsOf, readSheets, type SheetRead, type SheetsRead } from './sheets.ts'
import type { Counts, Found, ImportServices, SessionRow } from './types.ts'

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

/** Which sheets, which heading rows, which column feeds what. */
export async function look(
  table: Table,
  reading: Reading,
): Promise<{ headings: Headings; found: Found; read: SheetsRead }> {
  const read = await readSheets(table, reading)
  return { headings: read.headings, found: describe(table, reading, read), read }
}

const linesOf = (h: Headings): [number, number] => [h.firstLine, h.lastLine]

function describe(table: Table, r: Reading, { sheets, left, headings: h }: SheetsRead): Found {
  const first = sheets[0]
  return {
    kind: table.kind,
    ...(table.encoding && { encoding: table.encoding }),
    sheets: [
      ...sheets.map((x) => ({
        name: x.name,
        sheet: table.sheets[x.index]?.name ?? '',
        hidden: table.sheets[x.index]?.hidden ?? false,
        read: true,
        rows: x.rowsEstimate,
        ...(x.day && { day: x.day }),
        ...(x.card && { card: true as const }),
        ...(x.fills.length > 0 && { fills: x.fills }),
        offset: x.offset,
        headings: x.columns,
        headingLines: linesOf(x.headings),
      })),
      ...left.map((x) => ({
        name: x.name,
        sheet: table.sheets[x.index]?.name ?? '',
        hidden: x.hidden,
        read: false,
        why: x.why,
        rows: table.sheets[x.index]?.rowsEstimate ?? 0,
      })),
    ],
    ...(first ? { sheet: first.name } : { sheet: table.sheets[0]?.name ?? '' }),
    ...(table.damage && { damage: table.damage }),
    recognised: h.found,
    headingLines: linesOf(h),
    headings: first?.columns ?? columnsOf(r.def, h),
    missing: [...new Set(sheets.length ? sheets.flatMap((x) => x.headings.missing) : h.missing)],
    seen: h.seen,
    date1904: table.date1904,
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
): Promise<{ reading: Reading; plan: Plan }> {
  const now = s.clock.now()
  const def = s.catalogue.record(session.register)
  const lookups = await readLookups(s.db, session.area, shanghaiDate(now))
  const { actor, parent, area } = session
  const recalled = new Recalled(found.remembered ?? [])
  const headings = found.headings ?? []
  const columns = (found.sheets ?? []).flatMap((x) => x.headings ?? [])
  const mapping = recalled.rest(session.mapping, columns)
  return {
    reading: {
      catalogue: s.catalogue,
      def,
      headings,
      mapping,
      recalled,
      date1904: found.date1904 ?? false,
      lookups,
      area,
      today: shanghaiDate(now),
    },
    plan: {
      s,
      def,
      actor,
      mapping,
      lookups,
      parent,
      writing: false,
      now,
      dayOf: (line) => sheetOf(found, line)?.day,
    },
  }
}

/**
 * Reads the file into staged rows, a chunk at a time: cells to values, records looked up, every line with its
 * fate and reasons. Starts over after a restart; corrections made by hand stay.
 * @param over asked between chunks
 */
export async function readFile(s: ImportServices, session: SessionRow, over: Over): Promise<void> {
  const table = await openTableApart(fileOf(s, session), apart(s, session.actor_id))
  try {
    const def = s.catalogue.record(session.register)
    const { reading: base, plan } = await prepare(s, session, { date1904: table.date1904 })
    const recalled = new Recalled(await recall(s.db, def.name, senderOf(session.actor, session.area)))
    Object.assign(base, { recalled, mapping: recalled.headings(session.mapping) })
    const { found, read } = await look(table, base)
    for (const x of read.sheets) recalled.columns(session.mapping, x.columns)
    const columns = read.sheets.flatMap((x) => x.columns)
    base.mapping = recalled.rest(session.mapping, columns)
    Object.assign(plan, { mapping: base.mapping, dayOf: (line: number) => sheetOf(found, line)?.day })
    const corrections = new Corrections(session.kept ?? (await keptCorrections(s.db, session)))
    const reading = session.reading + 1
    const total = read.sheets.reduce((n, x) => n + x.rowsEstimate, 0)
    await saveSession(
      s.db,
      session.id,
      {
        found,
        reading,
        line: 0,
        done: 0,
        total,
        counts: noCounts(),
        problems: [],
        kept: session.kept ?? [...corrections.waiting()],
      },
      s.clock.now(),
    )
    const counts = noCounts()
    if (read.sheets.length) {
      const progress = { reading, counts, done: 0 }
      const run = { s, session, base, plan, seen: new Seen(), corrections }
      for (const [i, sheet] of read.sheets.entries()) {
        const own = noCounts()
        if (!(await readRows(run, sheet, read.rowsOf(sheet), own, progress, over))) return
        const told = found.sheets?.[i]
        if (told)
          Object.assign(told, { counts: own, ...(sheet.hiddenRows && { hiddenRows: sheet.hiddenRows }) })
      }
    }
    await sql`delete from import_row where session_id = ${session.id} and reading <> ${reading}`.execute(s.db)
    const done = Object.values(counts).reduce((n, c) => n + c, -counts.warning)
    await saveSession(
      s.db,
      session.id,
      {
        state: 'preview',
        found: {
          ...found,
          ...(await askedOf(s.db, s.catalogue, def, session.id)),
          remembered: recalled.used(),
          dropped: corrections.end(base),
        },
        kept: null,
        counts,
        problems: await frequentProblems(s.db, session.id),
        done,
        total: done,
      },
      s.clock.now(),
    )
  } finally {
    await table.close()
  }
}

interface ReadingRun {
  s: ImportServices
  session: SessionRow
  base: Reading
  plan: Plan
  seen: Seen
  corrections: Corrections
}

/** Rows of one sheet, planned and staged a chunk at a time. @returns false where it has to end there */
async function readRows(
  { s, session, base, plan, seen, corrections }: ReadingRun,
  sheet: SheetRead,
  rows: AsyncIterable<{ item: Item; raw: RawCell[] }>,
  own: Counts,
  progress: { reading: number; counts: Counts; done: number },
  over: Over,
): Promise<boolean> {
  let chunk: { item: Item; raw: RawCell[]; kept?: Kept | undefined }[] = []
  const table = { name: sheet.name, headings: sheet.columns }
  // one chunk is on its way to the database while the next is read
  let staging = Promise.resolve()
  const flush = async () => {
    const open = chunk.map((c) => c.item).filter((i) => i.state !== 'skipped')
    await planRows(plan, s.db, open)
    for (const item of open)
      if (item.state !== 'error' && item.state !== 'skipped') seen.check(item, plan.def.label)
    const items = chunk.map((c) => c.item)
    addCounts(own, items)
    addCounts(progress.counts, items)
    progress.done += chunk.length
    const ready = chunk
    const so = { line: chunk.at(-1)?.item.line ?? 0, done: progress.done, counts: { ...progress.counts } }
    chunk = []
    await staging
    staging = stage(s.db, session.id, progress.reading, ready).then(() =>
      saveSession(s.db, session.id, so, s.clock.now()),
    )
    // said where it is waited for
    staging.catch(() => {})
    // the server has other guests
    await new Promise((r) => setImmediate(r))
  }
  try {
    for await (const { item, raw } of rows) {
      const kept =
        item.state === 'skipped' ? undefined : corrections.take(base, table, item.line - sheet.offset, raw)
      applyCorrection(base, item, kept)
      chunk.push({ item, raw, kept })
      if (chunk.length < CHUNK) continue
      await flush()
      if (await over()) return false
    }
    if (chunk.length) await flush()
    return true
  } finally {
    await staging
  }
}

export function applyCorrection(
  reading: Reading,
  item: Item,
  kept: Pick<Kept, 'fixed' | 'decision'> | undefined,
): void {
  if (!kept) return
  item.decision = kept.decision
  if (!kept.fixed) return
  item.fixed = kept.fixed
  correct(reading, item, kept.fixed)
}
