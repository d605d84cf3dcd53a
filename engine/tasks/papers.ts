import type { RawBuilder } from 'kysely'
import { addDays, shanghaiDate } from '../core/clock.ts'
import { periodLabel, periodsIn, type Rhythm, type Span } from '../core/period.ts'
import { figureValue, type Group, noProof } from '../indicators/figure.ts'
import { type Db, sql } from '../store/db.ts'
import { queryOf, type TaskFigure } from './figures.ts'
import {
  type Evidence,
  type EvidenceRow,
  evidenceColumns,
  type FrozenFigure,
  frozenSql,
  type Task,
  toEvidence,
} from './rows.ts'
import { endOfDay, type Goal, reached } from './state.ts'

/** A supervising unit that owes papers. */
export interface Owner {
  id: string
  name: string
  area: string
}

/** One paper that a task asks for: of an owner, for a period. */
export interface Paper {
  /** absent: a task without owners */
  owner?: Owner
  /** absent: asked once; `due`: the last day on which it is in time, where the notice prints one before the period's end */
  period?: { from: string; to: string; due: string; label: string }
  /** what was handed in for it and stands, in that order */
  evidence: readonly Evidence[]
  /** what was last sent back, where nothing stands */
  sentBack?: Evidence
  /** confirmed by a second person */
  confirmed: boolean
}

/** What is measured where papers are counted: of those owed, how many are confirmed. */
export const paperMeasure = { measure: 'share', unit: '%' } as const

/**
 * Whether a task's papers are counted by owner and period: its goal is a rate of them. A task whose goal is a printed
 * number (建成 2 家) counts what is confirmed, whoever handed it in.
 */
export const countsPapers = (task: Pick<Task, 'indicator' | 'unit'>): boolean =>
  task.indicator === null && task.unit === paperMeasure.unit

/** Owners of tasks that are proved by papers, by id; one statement, none where no task asks for it. */
export async function ownersOf(db: Db, tasks: readonly Task[]): Promise<Map<string, Owner>> {
  const ids = [...new Set(tasks.filter((t) => t.indicator === null).flatMap((t) => t.owners))]
  if (ids.length === 0) return new Map()
  const { rows } =
    await sql<Owner>`select id, name, area from unit where id = any(${ids}::uuid[]) order by path`.execute(db)
  return new Map(rows.map((u) => [u.id, u]))
}

/** What stands written about tasks: figures that were fixed, evidence of those that no data answers, and who owes it. */
export interface Settled {
  frozen: ReadonlyMap<string, FrozenFigure>
  evidence: readonly Evidence[]
  owners: ReadonlyMap<string, Owner>
}

/** What stands written about tasks, in one statement. */
export async function settledOf(db: Db, tasks: readonly Task[]): Promise<Settled> {
  const proved = tasks.filter((t) => t.indicator === null)
  if (proved.length === 0) {
    const { rows } = await frozenSql(tasks.map((t) => t.id)).execute(db)
    return { frozen: new Map(rows.map((f) => [f.taskId, f])), evidence: [], owners: new Map() }
  }
  const units = [...new Set(proved.flatMap((t) => t.owners))]
  const first = (part: RawBuilder<unknown>) =>
    sql`case when row_number() over (order by e.added_at, e.id) = 1 then ${part} end`
  // units and figures stand in the first row alone, which is there without any evidence too
  const { rows } = await sql<
    (EvidenceRow | { id: null }) & { units: Owner[] | null; frozen: FrozenFigure[] | null }
  >`select ${evidenceColumns},
      ${first(sql`(select json_agg(json_build_object('id', u.id, 'name', u.name, 'area', u.area) order by u.path)
        from unit u where u.id = any(${units}::uuid[]))`)} as units,
      ${first(sql`(select json_agg(f) from (${frozenSql(tasks.map((t) => t.id))}) f)`)} as frozen
    from (values (1)) one left join task_evidence e on e.task_id = any(${proved.map((t) => t.id)}::uuid[])
    order by e.added_at, e.id`.execute(db)
  return {
    frozen: new Map(
      rows
        .flatMap((r) => r.frozen ?? [])
        .map((f) => [f.taskId, { ...f, recordedBy: new Date(f.recordedBy).toISOString() }]),
    ),
    evidence: rows.flatMap(({ units: _, frozen: __, ...row }) => (row.id === null ? [] : [toEvidence(row)])),
    owners: new Map(rows.flatMap((r) => r.units ?? []).map((u) => [u.id, u])),
  }
}

const printedDays: Partial<Record<Rhythm, RegExp>> = {
  week: /(?:每个?|逢)(?:周|星期)的?([一二三四五六日天])(?=[^，。；]{0,8}(?:前|报|下班))/g,
  month: /每个?月的?(\d{1,2})[日号]之?前/g,
  quarter: /每个?季度?的?(?:末月|最后一个月)的?(\d{1,2})[日号]之?前/g,
}

/**
 * The day until which a sentence asks: of a period's last month (每月25日前, 每季度末月25日前), of the week (每周五前: 5);
 * none where it prints two.
 */
export function printedDay(every: Rhythm, sentence: string): number | undefined {
  const found = printedDays[every] ? sentence.replace(/\s/g, '').matchAll(printedDays[every]) : []
  const dayOf = (m: RegExpMatchArray) =>
    every === 'week' ? '一二三四五六日天'.indexOf(m[1] ?? '') + 1 : Number(m[1])
  const days = new Set([...found].map(dayOf).filter((d) => d >= 1 && d <= 31))
  return days.size === 1 ? [...days][0] : undefined
}

const dayIn = (every: Rhythm, { from, to }: Span, day: number): string =>
  every === 'week' ? addDays(from, Math.min(day, 7) - 1) : `${to.slice(0, 8)}${String(day).padStart(2, '0')}`

const earliest = (first: string, ...others: (string | null)[]): string =>
  others.reduce<string>((a, b) => (b !== null && b < a ? b : a), first)

/**
 * The periods a task's papers are owed for: from the one its notice came in, for what was before nobody owes, up to
 * its due date, else the end of this year. One without a rhythm has none.
 */
export function paperPeriods(task: Task, today: string): NonNullable<Paper['period']>[] {
  const { every, startsOn, due } = task
  const { span } = queryOf(task, today)
  if (!every || !span) return []
  const day = printedDay(every, task.sentence)
  const lasting = (from: string, to: string) =>
    periodsIn(every, { from, to }).map((p) => ({
      ...p,
      due: earliest(p.to, due, day ? dayIn(every, p, day) : null),
      label: periodLabel(every, p.from),
    }))
  const owed = lasting(due === null && startsOn < span.from ? span.from : startsOn, span.to)
  const left = owed.filter((p) => p.due >= startsOn)
  // due before it began: what is asked is asked once
  return left.length ? left : lasting(span.to, span.to)
}

/** Whether a piece counts for anything: it was neither sent back nor taken back. */
export const stands = (e: Evidence): boolean => e.returned === null

/** All papers of a task, in the order of its periods and owners. */
export function papersOf(
  task: Task,
  owners: ReadonlyMap<string, Owner>,
  evidence: readonly Evidence[],
  today: string,
): Paper[] {
  const order = [...owners.keys()]
  const asked = task.owners
    .flatMap((id) => owners.get(id) ?? [])
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
  const periods = paperPeriods(task, today)
  const byPlace = grouped(evidence, (e) => `${e.owner ?? ''} ${e.period ?? ''}`)
  const out: Paper[] = []
  for (const period of periods.length ? periods : [undefined])
    for (const owner of asked.length ? asked : [undefined]) {
      const given = byPlace.get(`${owner?.id ?? ''} ${period?.from ?? ''}`) ?? []
      const own = given.filter(stands)
      const sentBack = own.length ? undefined : given.at(-1)
      out.push({
        ...(owner && { owner }),
        ...(period && { period }),
        evidence: own,
        ...(sentBack && { sentBack }),
        confirmed: own.some((e) => e.confirmedBy),
      })
    }
  return out
}

function grouped<T, K>(list: readonly T[], keyOf: (x: T) => K): Map<K, T[]> {
  const out = new Map<K, T[]>()
  for (const x of list) {
    const key = keyOf(x)
    const group = out.get(key)
    if (group) group.push(x)
    else out.set(key, [x])
  }
  return out
}

const townOf = ({ owner }: Paper): string | null =>
  owner && owner.area.length >= 9 ? owner.area.slice(0, 9) : null
const countyOf = ({ owner }: Paper): string | null =>
  owner && owner.area.length >= 6 ? owner.area.slice(0, 6) : null

/** The papers of these towns. */
export const papersIn = (papers: readonly Paper[], towns: readonly string[]): Paper[] =>
  papers.filter((p) => towns.includes(townOf(p) ?? ''))

function counted(papers: readonly Paper[], area: string | null): Group {
  const num = papers.filter((p) => p.confirmed).length
  const proof = noProof()
  for (const p of papers) if (p.evidence.length) proof[p.confirmed ? 'verified' : 'evidenced']++
  return { area, num, den: papers.length, value: figureValue(paperMeasure, num, papers.length), proof }
}

/** Confirmed papers of all that are owed, by town and county. */
export function paperFigure(papers: readonly Paper[], at: string): TaskFigure {
  const { area: _, ...whole } = counted(papers, null)
  const towns = grouped(papers, townOf)
  const counties = grouped(papers, countyOf)
  const groups = [
    ...[...towns].map(([area, own]) => counted(own, area)),
    ...[...counties].flatMap(([area, own]) => (area === null ? [] : [counted(own, area)])),
  ].sort((a, b) => ((a.area ?? '~') < (b.area ?? '~') ? -1 : 1))
  return { ...whole, groups, at }
}

/** Confirmed pieces of evidence against a printed number; what one person handed in alone does not count. */
export function evidenceFigure(given: readonly Evidence[], task: Task, at: string): TaskFigure {
  const evidence = given.filter(stands)
  const confirmed = evidence.filter((e) => e.confirmedBy).length
  const den = Array.isArray(task.target) ? task.target[0] : task.target
  const proof = { ...noProof(), evidenced: evidence.length - confirmed, verified: confirmed }
  return { num: confirmed, den, value: confirmed, proof, groups: [], at }
}

/** A paper whose period has ended and that nobody has confirmed: the rhythm is not kept. */
export const isBehind = (papers: readonly Paper[], today: string): boolean =>
  papers.some((p) => p.period && p.period.due < today && !p.confirmed)

/** The figure of a task proved by papers. */
export const proofFigure = (
  task: Task,
  owners: ReadonlyMap<string, Owner>,
  evidence: readonly Evidence[],
  today: string,
): TaskFigure =>
  countsPapers(task)
    ? paperFigure(papersOf(task, owners, evidence, today), today)
    : evidenceFigure(evidence, task, today)

/** The same at the end of the due date, from what was handed in and confirmed by then. */
export function proofAtDue(
  task: Task & { due: string },
  owners: ReadonlyMap<string, Owner>,
  evidence: readonly Evidence[],
): TaskFigure {
  const by = endOfDay(task.due)
  const known = evidence
    .filter((e) => new Date(e.addedAt) <= by)
    .map((e) => (e.returned && new Date(e.returned.at) > by ? { ...e, returned: null } : e))
    .map((e) => (e.confirmedAt && new Date(e.confirmedAt) <= by ? e : { ...e, confirmedBy: null }))
  return proofFigure(task, owners, known, task.due)
}

/** The day on which so many papers (or pieces) were confirmed that the goal was reached. */
export function confirmedSince(
  days: readonly (string | null | undefined)[],
  goal: Goal,
  at: (n: number) => number | null,
): string | undefined {
  const confirmed = days.flatMap((d) => (d ? [shanghaiDate(new Date(d))] : [])).sort()
  return confirmed.find((_, i) => reached(at(i + 1), goal))
}

/** When a paper was first confirmed. */
export const confirmedAt = (p: Paper): string | undefined =>
  p.evidence.flatMap((e) => e.confirmedAt ?? []).sort()[0]
