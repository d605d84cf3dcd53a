import { addPeriod } from '../core/calendar.ts'
import { addDays } from '../core/clock.ts'
import type { ClockDef, LoopDef, PeriodValue } from '../core/definition.ts'
import { type Complaint, isProblem, Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { mayClimb } from '../core/loop.ts'
import type { PolicyBook } from '../core/policy.ts'
import type { Batch } from '../store/batch.ts'
import { type Db, sql } from '../store/db.ts'

/** What a deadline hangs on. */
export interface Subject {
  register: string
  id: string
  area: string | null
  county: string | null
  town: string | null
  organisation: string | null
}

export interface Due {
  due: string
  calendar: PeriodValue['calendar']
}

interface PlannedRung {
  name: string
  label: string
  kind: string
  on: string
}

/** A clock about to start: its due date and rungs, and what is to be said of values that are not there. */
interface ClockPlan {
  /** undefined: no value of the policy applies, so no clock runs */
  due: Due | undefined
  rungs: PlannedRung[]
  notes: Complaint[]
}

/** What one clock is planned from. */
interface ClockQuestion {
  loop: LoopDef
  name: string
  anchor: string
  /** the date typed in the order, if there is one */
  typed: unknown
  policies: PolicyBook
  area: string | null
  /** says which rungs are climbed on the case's track (`mayClimb`) */
  newest: LoopDef
  track: string | null
}

/**
 * Due date of a clock: the date typed in the order where there is one, within the policy's maximum; else the
 * policy's default, counted from the day the case entered the state. What was found before a policy's first day
 * takes its first value; where no value applies no clock runs. Both are said.
 * @throws Problem bad-input for a typed date out of bounds
 */
export function planClock(q: ClockQuestion): ClockPlan {
  const { loop, name, anchor, typed, policies, area } = q
  const clock = loop.clocks[name]!
  const at = clock.dueField ?? ''
  const notes: Complaint[] = []
  const say = (message: string) => notes.push({ path: at, message })
  const period = (key: string, without: string): PeriodValue | undefined => {
    const row = policies.inForceOrFirst(key, area, anchor)
    if (!row) say(`${policies.missing(key, anchor)}${without}`)
    else if (row.from > anchor)
      say(`参数“${row.label}”自 ${row.from} 起才有数值，${anchor} 的${clock.label}按最早的数值计算。`)
    return row && policies.periodOf(row)
  }
  let due: Due | undefined
  if (typeof typed === 'string' && typed !== '') {
    const most = clock.maxDays ? period(clock.maxDays, `${clock.label}没有核对上限。`) : undefined
    if (most) checkMost(clock, typed, addPeriod(anchor, most), policies, area, anchor)
    if (typed < anchor)
      throw new Problem('bad-input', `${clock.label}不能早于 ${anchor}，请改晚。`, {
        complaints: [{ path: `form.${clock.dueField}`, message: `不能早于 ${anchor}` }],
      })
    due = { due: typed, calendar: 'calendar' }
  } else {
    const usual = period(clock.days, `暂不计算${clock.label}。`)
    if (usual) due = { due: addPeriod(anchor, usual), calendar: usual.calendar }
  }
  const rungs = due ? planRungs(q, due, (key, label) => period(key, `暂不安排“${label}”。`)) : []
  return { due, rungs, notes }
}

function checkMost(
  clock: ClockDef,
  typed: string,
  most: string,
  policies: PolicyBook,
  area: string | null,
  anchor: string,
): void {
  if (typed <= most) return
  const basis = policies.inForceOrFirst(clock.maxDays!, area, anchor)?.basis
  throw new Problem('bad-input', `${clock.label}最晚可定为 ${most}（${basis}），请改早。`, {
    complaints: [{ path: `form.${clock.dueField}`, message: `最晚 ${most}` }],
  })
}

function planRungs(
  { loop, name, newest, track }: ClockQuestion,
  { due }: Due,
  period: (key: string, label: string) => PeriodValue | undefined,
): PlannedRung[] {
  return loop.ladder
    .filter((r) => r.clock === name && mayClimb(newest, r.name, track))
    .flatMap((r) => {
      const after = period(r.after, r.label)
      if (!after) return []
      // the rung of day 0 is reached when the due date has passed, not on it
      const on = after.days === 0 ? addDays(due, 1) : addPeriod(due, after)
      return [{ name: r.name, label: r.label, kind: r.kind, on }]
    })
}

const moved = sql`on conflict (record_id, kind, anchor_on) do update set due_on = excluded.due_on,
      calendar = excluded.calendar, state = 'running', closed_on = null`

/**
 * Starts a clock as a row, with its ladder as planned rungs. Moving an anchor again replaces the due date; a case that
 * was just opened has no earlier one, and its statement need not carry an update.
 */
function startClock(batch: Batch, subject: Subject, q: ClockQuestion, opened: boolean): Complaint[] {
  const { loop, name, anchor } = q
  const { due, rungs, notes } = planClock(q)
  if (!due) return notes
  const deadline =
    batch.add(sql`insert into deadline (id, register, record_id, kind, label, anchor_on, due_on, calendar,
      state, organisation, county, town)
    values (${newId()}, ${subject.register}, ${subject.id}, ${name}, ${loop.clocks[name]!.label}, ${anchor}, ${due.due},
      ${due.calendar}, 'running', ${subject.organisation}, ${subject.county}, ${subject.town})
    ${opened ? sql`` : moved} returning id`)
  if (rungs.length === 0) return notes
  const steps = rungs.map((r) => sql`(${newId()}::uuid, ${r.name}, ${r.label}, ${r.kind}, ${r.on}::date)`)
  batch.add(sql`insert into ladder_step (id, deadline_id, loop, case_id, rung, label, kind, due_on, state)
    select s.id, d.id, ${loop.name}, ${subject.id}, s.rung, s.label, s.kind, s.due_on, 'planned'
    from ${deadline} d, (values ${sql.join(steps)}) s (id, rung, label, kind, due_on)
    on conflict (deadline_id, rung) do update set due_on = excluded.due_on,
      state = case when ladder_step.state = 'reached' then 'reached' else 'planned' end`)
  return notes
}

/**
 * Stops a running clock: met when the day lies within the due date, met late otherwise; planned rungs fall away.
 * @param on the day it was recorded: a typed day cannot make late work timely (design §3.5)
 */
export function stopClock(batch: Batch, recordId: string, name: string, on: string): void {
  const stopped = batch.add(sql`update deadline set closed_on = ${on}::date,
      state = case when ${on}::date <= due_on then 'met' else 'met-late' end
    where record_id = ${recordId} and kind = ${name} and state in ('running', 'late') returning id`)
  batch.add(
    sql`update ladder_step set state = 'void' where state = 'planned' and deadline_id in (select id from ${stopped})`,
  )
}

/** Clocks that run in a state on a track. */
export const clocksIn = (loop: LoopDef, state: string, track: string | null): string[] =>
  Object.entries(loop.clocks)
    .filter(
      ([, c]) => c.during.includes(state) && (!c.tracks || (track !== null && c.tracks.includes(track))),
    )
    .map(([name]) => name)

export interface Stand {
  state: string
  track: string | null
}

export interface Move {
  loop: LoopDef
  /** the loop as it is now, where the case runs by an older version */
  newest?: LoopDef
  subject: Subject
  /** undefined when the case has just been opened */
  from: Stand | undefined
  to: Stand
  /** the case's fields after the action, and which of them it wrote */
  values: Record<string, unknown>
  changed: ReadonlySet<string>
  /** the day it happened: clocks that begin count from it */
  on: string
  /** the day it was recorded: clocks that end are met or missed by it */
  recordedOn: string
  policies: PolicyBook
}

/**
 * Moves clocks from one standing to another. Only an extension has to ask the database: for the clock's anchor.
 * @returns what is to be said of values that were not there
 */
export async function moveClocks(db: Db, batch: Batch, move: Move): Promise<Complaint[]> {
  const { loop, newest = loop, subject, from, to, values, on, policies } = move
  const before = new Set(from ? clocksIn(loop, from.state, from.track) : [])
  const after = new Set(clocksIn(loop, to.state, to.track))
  const notes: Complaint[] = []
  for (const name of before) if (!after.has(name)) stopClock(batch, subject.id, name, move.recordedOn)
  for (const name of after) {
    const { dueField } = loop.clocks[name]!
    const typed = dueField ? values[dueField] : undefined
    const extended = before.has(name)
    if (extended && !(dueField && move.changed.has(dueField))) continue
    // an extension: the anchor stays, the due date moves, rungs are planned anew
    const anchor = extended ? ((await anchorOf(db, subject.id, name)) ?? on) : on
    notes.push(
      ...startClock(
        batch,
        subject,
        { loop, name, anchor, typed, policies, area: subject.area, newest, track: to.track },
        from === undefined,
      ),
    )
  }
  return notes
}

/** What will be said when a case is opened like this; for previews. A date out of bounds is told when it is typed. */
export function clockNotes(
  loop: LoopDef,
  to: Stand,
  values: Record<string, unknown>,
  on: string,
  area: string | null,
  policies: PolicyBook,
): Complaint[] {
  return clocksIn(loop, to.state, to.track).flatMap((name) => {
    const { dueField } = loop.clocks[name]!
    const typed = dueField ? values[dueField] : undefined
    try {
      return planClock({ loop, name, anchor: on, typed, policies, area, newest: loop, track: to.track }).notes
    } catch (e) {
      if (isProblem(e)) return []
      throw e
    }
  })
}

async function anchorOf(db: Db, recordId: string, name: string): Promise<string | undefined> {
  const { rows } = await sql<{ on: string }>`select anchor_on as "on" from deadline
    where record_id = ${recordId} and kind = ${name} and closed_on is null order by anchor_on desc limit 1`.execute(
    db,
  )
  return rows[0]?.on
}
