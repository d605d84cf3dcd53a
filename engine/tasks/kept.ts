import { createHash } from 'node:crypto'
import { shanghaiDate } from '../core/clock.ts'
import type { IndicatorDef } from '../core/definition.ts'
import { canonicalJson } from '../core/naming.ts'
import type { PolicyBook } from '../core/policy.ts'
import { figureStatement } from '../indicators/compute.ts'
import { sourcesOf } from '../indicators/population.ts'
import { type Positions, positionsSql } from '../store/changes.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { type Corrected, correctedOf } from './corrected.ts'
import { figureAtDue, figureContext, figureNow, momentsOf, queryOf, type TaskFigure } from './figures.ts'
import { computedBy } from './program.ts'
import type { FrozenFigure, Task } from './rows.ts'
import { reachedSince } from './since.ts'
import { endOfDay, goalOf, reached } from './state.ts'

/** What is kept of a task: its figure with towns and counties, and what will be frozen if nobody has frozen it yet. */
export interface KeptFigure {
  figure: TaskFigure
  frozen?: FrozenFigure
  /** what was corrected since the figure was frozen */
  corrected?: Corrected
  /** since when the goal has been reached, as far as it was seen; of the whole under '' and of places by code */
  doneOn: Record<string, string>
}

/** A task with the indicator it is computed by. */
export interface Computed {
  task: Task
  def: IndicatorDef
  /** a figure fixed at the due date is there already */
  frozen: boolean
}

interface Asked {
  question: string
  sources: string[]
}

interface KeptRow {
  task: string
  question: string
  position: string
  figure: KeptFigure
}

/** Questions of a policy book's life: compiling the statements of a board costs more than reading it. */
const MOST_ASKED = 5_000
const asked = new WeakMap<PolicyBook, Map<string, Asked>>()

/**
 * Names a figure by everything but the registers' rows: the program that computes it, the statements it takes with
 * all their values, which hold the definitions, the policies in force, area, population and dates, and what the task promises.
 */
export function askedOf(
  s: Services,
  { task, def, frozen }: Computed,
  today: string,
  program: string = computedBy(),
): Asked {
  const book = s.policies()
  const known = asked.get(book) ?? new Map<string, Asked>()
  asked.set(book, known)
  const promised = canonicalJson([
    program,
    [task.id, task.area, task.indicator, task.indicatorVersion, task.where, task.subset, task.who],
    // a population that a county has changed since
    s.catalogue.generation,
    [task.due, task.every, task.target, task.comparator, today, frozen],
  ])
  const found = known.get(promised)
  if (found) return found
  const context = figureContext(s)
  const unfrozen = !frozen && task.due !== null && today > task.due ? [task.due] : []
  const queries = [
    ...momentsOf(task, today).map((at) => ({ ...queryOf(task, at), known: today })),
    ...unfrozen.map((due) => ({ ...queryOf(task, due), recordedBy: endOfDay(due) })),
  ]
  const hash = createHash('sha256').update(promised).update(canonicalJson(def))
  for (const query of queries) {
    const { statement, missing } = figureStatement(context, def, { ...query, groupBy: 'places' })
    const compiled = statement?.compile(s.db)
    hash.update(JSON.stringify([missing, compiled?.sql, compiled?.parameters]))
  }
  const sources = [...sourcesOf(def, s.catalogue, queryOf(task, today).subset)].sort()
  const fresh = { question: hash.digest('base64url'), sources }
  if (known.size >= MOST_ASKED) known.clear()
  known.set(promised, fresh)
  return fresh
}

const positionOf = (sources: readonly string[], at: Positions): string =>
  sources.map((r) => `${r}:${at[r] ?? 0}`).join(',')

/** Rows as last read: what answers the same question at the same position is the same and is not sent again. */
const MOST_ROWS = 5_000
const read = new WeakMap<Db, Map<string, KeptRow>>()

/**
 * Kept rows of tasks with the present positions, in one statement and so in one snapshot.
 * @param pool whose rows are remembered, also for reads in a transaction of its own
 */
async function readKept(
  pool: Db,
  db: Db,
  ids: readonly string[],
): Promise<{ positions: Positions; kept: Map<string, KeptRow> }> {
  const known = read.get(pool) ?? new Map<string, KeptRow>()
  read.set(pool, known)
  const have = ids.flatMap((id) => known.get(id) ?? [])
  const { rows } = await sql<{
    positions: Positions
    task: string | null
    question: string
    position: string
    figure: KeptFigure | null
  }>`with p as materialized (select ${positionsSql} as positions)
    select p.positions, k.task_id as task, k.question, k.position, case when h.id is null then k.figure end as figure
    from p left join (kept_figure k left join unnest(${have.map((h) => h.task)}::uuid[],
        ${have.map((h) => h.question)}::text[], ${have.map((h) => h.position)}::text[]) h(id, question, position)
      on h.id = k.task_id and h.question = k.question and h.position = k.position)
    on k.task_id = any(${ids}::uuid[])`.execute(db)
  const kept = new Map<string, KeptRow>()
  if (known.size > MOST_ROWS) known.clear()
  for (const { task, question, position, figure: sent } of rows) {
    const figure = sent ?? have.find((h) => h.task === task)?.figure
    if (task === null || !figure) continue
    kept.set(task, { task, question, position, figure })
    known.set(task, { task, question, position, figure })
  }
  return { positions: rows[0]?.positions ?? {}, kept }
}

const answers = (row: KeptRow | undefined, asked: Asked, positions: Positions): KeptFigure | undefined =>
  row?.question === asked.question && row.position === positionOf(asked.sources, positions)
    ? row.figure
    : undefined

/**
 * Figures of tasks as known now. One statement when nothing they read has changed since they were computed, whatever
 * the number of tasks and registers; what has changed is computed, one computation at a time for each task.
 * @returns by task id
 */
export async function keptFigures(
  services: Services,
  list: readonly Computed[],
  now: Date,
): Promise<Map<string, KeptFigure>> {
  const out = new Map<string, KeptFigure>()
  if (list.length === 0) return out
  // question and answer by one book, also when an officer changes a number meanwhile
  const book = services.policies()
  const s: Services = { ...services, policies: () => book }
  const today = shanghaiDate(now)
  const { positions, kept } = await readKept(
    s.db,
    s.db,
    list.map((c) => c.task.id),
  )
  const old = list.filter((c) => {
    const found = answers(kept.get(c.task.id), askedOf(s, c, today), positions)
    if (found) out.set(c.task.id, found)
    return !found
  })
  await Promise.all(old.map(async (c) => out.set(c.task.id, await inTurn(s, c, now))))
  return out
}

interface Turn {
  running: Promise<KeptFigure>
  /** begins when `running` has ended: its snapshot is later than everything its callers know of */
  next?: Promise<KeptFigure>
}

/** A board asks dozens of figures; a few at a time leave connections to others. */
const AT_ONCE = 4
interface Desk {
  turns: Map<string, Turn>
  free: number
  waiting: (() => void)[]
}
const desks = new WeakMap<Db, Desk>()

/**
 * At most one computation of a task runs and one waits. Who comes while one runs does not take its answer, whose
 * snapshot may be older than what he has just written, but the next one's.
 */
function inTurn(s: Services, c: Computed, now: Date): Promise<KeptFigure> {
  const desk = desks.get(s.db) ?? { turns: new Map(), free: AT_ONCE, waiting: [] }
  desks.set(s.db, desk)
  const key = `${c.task.id} ${askedOf(s, c, shanghaiDate(now)).question}`
  const turn = desk.turns.get(key)
  const begin = (): Promise<KeptFigure> => {
    const running = admitted(desk, () => compute(s, c, now))
    const mine: Turn = { running }
    desk.turns.set(key, mine)
    const done = () => {
      if (desk.turns.get(key) === mine && !mine.next) desk.turns.delete(key)
    }
    running.then(done, done)
    return running
  }
  if (!turn) return begin()
  turn.next ??= turn.running.then(begin, begin)
  return turn.next
}

async function admitted<T>(desk: Desk, work: () => Promise<T>): Promise<T> {
  if (desk.free > 0) desk.free--
  else await new Promise<void>((go) => desk.waiting.push(go))
  try {
    return await work()
  } finally {
    const go = desk.waiting.shift()
    if (go) go()
    else desk.free++
  }
}

/**
 * Computes and keeps one figure on a connection of its own: the lock first, so that of several servers one computes
 * and the others find it; then position and figure in one snapshot.
 */
async function compute(s: Services, c: Computed, now: Date): Promise<KeptFigure> {
  const { id } = c.task
  const ask = askedOf(s, c, shanghaiDate(now))
  return s.db.connection().execute(async (own) => {
    await sql`select pg_advisory_lock(hashtextextended(${`figure ${id}`}, 0))`.execute(own)
    try {
      const found = await own
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(async (tx) => {
          const { positions, kept } = await readKept(s.db, tx, [id])
          const before = kept.get(id)
          const known = answers(before, ask, positions)
          if (known) return { figure: known }
          const figure = await figuresOf(s, tx, c, now, before?.figure.doneOn)
          return { figure, position: positionOf(ask.sources, positions) }
        })
      if (found.position !== undefined) await keep(own, id, ask.question, found.position, found.figure, now)
      return found.figure
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${`figure ${id}`}, 0))`.execute(own)
    }
  })
}

/** A figure that cannot be kept (no room, read-only) is still told: the next one computes it again. */
const keep = (db: Db, id: string, question: string, position: string, figure: KeptFigure, now: Date) =>
  sql`insert into kept_figure (task_id, question, position, figure, done_on, computed_at)
    values (${id}, ${question}, ${position}, ${JSON.stringify(figure)}, ${figure.doneOn[''] ?? null}, ${now})
    on conflict (task_id) do update set question = excluded.question, position = excluded.position,
      figure = excluded.figure, done_on = excluded.done_on, computed_at = excluded.computed_at`
    .execute(db)
    .catch(() => undefined)

/** The uncached computation. */
async function figuresOf(
  s: Services,
  db: Db,
  { task, def, frozen }: Computed,
  now: Date,
  doneBefore?: Readonly<Record<string, string>>,
): Promise<KeptFigure> {
  const today = shanghaiDate(now)
  const figure = await figureNow(s, db, task, def, now, { groupBy: 'places' })
  const goal = goalOf(task, def)
  const done = [{ area: '', value: figure.value }, ...figure.groups].flatMap(({ area, value }) =>
    area !== null && reached(value, goal) ? [area] : [],
  )
  const since = doneBefore ?? (await reachedSince(s, db, task, def, done, today))
  const doneOn = Object.fromEntries(done.map((area) => [area, since[area] ?? today]))
  const { due } = task
  if (due === null || today <= due) return { figure, doneOn }
  const corrected = await correctedOf(s, db, { ...task, due }, def)
  const told = { figure, doneOn, ...(corrected && { corrected }) }
  if (frozen) return told
  const { num, den, value, proof, groups } = await figureAtDue(s, db, { ...task, due }, def)
  return {
    ...told,
    frozen: {
      taskId: task.id,
      asOf: due,
      recordedBy: endOfDay(due).toISOString(),
      num,
      den,
      value,
      reached: reached(value, goal),
      proof,
      groups,
    },
  }
}
