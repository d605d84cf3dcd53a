/**
 * Import of messy ledgers: 10,000 rows and, without --quick, 100,000; on the embedded database as it ships. The first
 * size also without the triggers of the roll-up counters. `--part rows` leaves that comparison out; `--part undo` only
 * takes one import back, of which others have changed 500 rows.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import pg from 'pg'
import type { Actor } from '../engine/access/actor.ts'
import { loadAreas } from '../engine/areas/load.ts'
import { getImport, runImport, settled, startImport, undoImport } from '../engine/exchange/import/index.ts'
import { type Engine, openEngine } from '../engine/main.ts'
import { copyIn, copyOut } from '../engine/store/backup/copy.ts'
import { openDoor } from '../engine/store/door.ts'
import { startEmbedded } from '../engine/store/embedded/index.ts'
import { messyXlsx } from '../test/messy/messy.ts'
import { switchCounting } from './counting.ts'
import { median } from './measure.ts'

const COUNTY = '140525'
/** Most seconds that so many rows may take. */
const LIMITS = new Map([
  [10_000, 12],
  [100_000, 90],
])
const SEED = 2026
const officer: Actor = {
  id: '00000000-0000-7000-8000-00000000be7c',
  name: '测速',
  kind: 'machine',
  assignments: [{ role: 'county-officer', ground: { by: 'area', area: COUNTY } }],
  home: COUNTY,
}

/** @returns seconds and memory of each size; `ok` says whether each took less than its limit */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean' },
      json: { type: 'boolean' },
      rows: { type: 'string' },
      make: { type: 'string' },
      part: { type: 'string' },
    },
  })
  if (values.make) {
    writeFileSync(values.make, messyXlsx({ rows: Number(values.rows), seed: SEED }).bytes)
    return {}
  }
  if (values.part === 'undo') {
    const { undo } = await measure(Number(values.rows ?? 10_000), { counting: true, undo: true })
    return { bench: 'import', part: 'undo', ...undo, limitSeconds: 5, ok: (undo?.seconds ?? 0) < 5 }
  }
  const sizes = values.rows ? values.rows.split(',').map(Number) : values.quick ? [10_000] : [10_000, 100_000]
  const results: Measured[] = []
  for (const rows of sizes) results.push(await measure(rows))
  const first = results[0]!
  const counting = values.part === 'rows' ? undefined : await countingCost(first, values.quick ? 1 : 3)
  return {
    bench: 'import',
    ...first,
    limitSeconds: Object.fromEntries(LIMITS),
    ok: results.every((r) => r.seconds < (LIMITS.get(r.rows) ?? Number.POSITIVE_INFINITY)),
    results,
    ...(counting && { counting }),
    node: process.version,
  }
}

interface Measured {
  rows: number
  /** upload, reading with all checks, and writing */
  seconds: number
  readSeconds: number
  writeSeconds: number
  /** bare COPY of the rows that came of it, and how many times as long the writing took */
  copySeconds: number
  writeToCopy: number
  rowsPerSecond: number
  /** processor time of this program alone: what is left of `seconds` is the database, and whoever else is on the machine */
  cpuSeconds: number
  fileMb: number
  /** of the program with nothing loaded but itself, and at its highest during the import */
  rssBeforeMb: number
  rssMb: number
  counts: object
  undo?: Undone
}

/** Taking an import back after others have changed some of its rows. */
interface Undone {
  rows: number
  changed: number
  /** of them kept and named */
  kept: number
  seconds: number
}

const CHANGED = 500

/** Another officer changes rows of an import all over it; then it is taken back. */
async function undoAfterChanges(engine: Engine, id: string): Promise<Undone> {
  const other = openDoor(engine, { ...officer, id: '00000000-0000-7000-8000-00000000be7d', name: '别人' })
  const rows: { id: string; version: number }[] = []
  for (let after: string | undefined; ; ) {
    const page = await other.list('enterprise', { limit: 500, ...(after && { after }) })
    rows.push(...page.rows)
    if (!page.next) break
    after = page.next
  }
  const step = Math.max(1, Math.floor(rows.length / CHANGED))
  const some = rows.filter((_, i) => i % step === 0).slice(0, CHANGED)
  for (const [i, row] of some.entries())
    await other.update('enterprise', row.id, { remark: `改过 ${i}` }, row.version, {
      idempotencyKey: `undo-${i}`,
      reason: '测速',
    })
  const begin = performance.now()
  await undoImport(engine, officer, id)
  await settled(id)
  const seconds = round((performance.now() - begin) / 1000)
  const { state, message, undone } = await getImport(engine, officer, id)
  if (state !== 'undone' || !undone) throw new Error(`undo ended as ${state}: ${message}`)
  return { rows: undone.rows, changed: some.length, kept: undone.kept.length, seconds }
}

const mb = (bytes: number) => Math.round(bytes / 1e5) / 10
const round = (n: number) => Math.round(n * 100) / 100

/** In a process of its own: what it takes to make the ledger must not show as what it takes to import it. */
function makeLedger(file: string, rows: number): void {
  const made = spawnSync(
    process.execPath,
    [process.argv[1]!, 'bench', 'import', '--make', file, '--rows', String(rows)],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  if (made.status !== 0 || !existsSync(file)) throw new Error('the ledger could not be made')
}

/**
 * The same import with the triggers of the roll-up counters and without them, in turn.
 * @returns seconds of writing; `ratio` with ÷ without
 */
async function countingCost(first: Measured, pairs: number): Promise<object> {
  const withTriggers = [first.writeSeconds]
  const withoutTriggers: number[] = []
  for (let i = 0; i < pairs; i++) {
    if (i > 0) withTriggers.push((await measure(first.rows)).writeSeconds)
    withoutTriggers.push((await measure(first.rows, { counting: false })).writeSeconds)
  }
  const ratio = round(median(withTriggers.map((s, i) => s / withoutTriggers[i]!)))
  return { ratio, pairs, withTriggers, withoutTriggers }
}

/**
 * Seconds of a bare COPY of the rows that the import made, into a table with the same columns and a primary key: what
 * a program without rules, checks, history or search would take. The fastest of three.
 */
async function copySeconds(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const pieces: Buffer[] = []
    for await (const piece of copyOut(client, 'copy enterprise to stdout')) pieces.push(piece)
    await client.query('create table bare_enterprise (like enterprise including defaults, primary key (id))')
    const all: number[] = []
    for (let i = 0; i < 3; i++) {
      await client.query('truncate bare_enterprise')
      const begin = performance.now()
      await copyIn(client, 'copy bare_enterprise from stdin', Readable.from(pieces))
      all.push((performance.now() - begin) / 1000)
    }
    return Math.min(...all)
  } finally {
    await client.end()
  }
}

/** One size on a fresh database, in the default durability. */
async function measure(
  rows: number,
  options: { counting: boolean; undo?: boolean } = { counting: true },
): Promise<Measured> {
  const folder = mkdtempSync(path.join(tmpdir(), 'zhiben-bench-'))
  chmodSync(folder, 0o755)
  const data = path.join(folder, 'data')
  mkdirSync(data)
  const file = path.join(folder, '台账.xlsx')
  makeLedger(file, rows)
  const cluster = await startEmbedded({ dataDir: path.join(data, 'pg') })
  try {
    const engine = await openEngine(cluster.url, data)
    try {
      await loadAreas(engine.db, COUNTY)
      if (!options.counting) await switchCounting(cluster.url, false)
      ;(globalThis as { gc?: () => void }).gc?.()
      const rssBefore = process.memoryUsage().rss
      let rss = rssBefore
      const watch = setInterval(() => {
        rss = Math.max(rss, process.memoryUsage().rss)
      }, 50)
      const begin = performance.now()
      const cpu = process.cpuUsage()
      const { id } = await startImport(engine, officer, 'enterprise', { path: file })
      await settled(id)
      const read = performance.now()
      await runImport(engine, officer, id)
      await settled(id)
      const end = performance.now()
      clearInterval(watch)
      const used = process.cpuUsage(cpu)
      const { state, counts, message } = await getImport(engine, officer, id)
      if (state !== 'done') throw new Error(`import ended as ${state}: ${message}`)
      const undo = options.undo ? await undoAfterChanges(engine, id) : undefined
      const copied = await copySeconds(cluster.url)
      return {
        rows,
        copySeconds: round(copied),
        writeToCopy: round((end - read) / 1000 / copied),
        seconds: round((end - begin) / 1000),
        readSeconds: round((read - begin) / 1000),
        writeSeconds: round((end - read) / 1000),
        rowsPerSecond: Math.round(rows / ((end - begin) / 1000)),
        cpuSeconds: round((used.user + used.system) / 1e6),
        fileMb: mb(statSync(file).size),
        rssBeforeMb: mb(rssBefore),
        rssMb: mb(rss),
        counts,
        ...(undo && { undo }),
      }
    } finally {
      await engine.close()
    }
  } finally {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
