import { addPeriod } from '../core/calendar.ts'
import { addDays } from '../core/clock.ts'
import type { ClockDef, LoopDef, PeriodValue } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
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

/**
 * Due date of a clock: the date typed in the order where there is one, within the policy's maximum; else the
 * policy's default, counted from the day the case entered the state.
 */
export function dueOf(
  clock: ClockDef,
  anchor: string,
  typed: unknown,
  policies: PolicyBook,
  area: string | null,
): Due {
  const period = policies.period(clock.days, area, anchor)
  if (typeof typed !== 'string' || typed === '')
    return { due: addPeriod(anchor, period), calendar: period.calendar }
  if (clock.maxDays) {
    const most = addPeriod(anchor, policies.period(clock.maxDays, area, anchor))
    if (typed > most)
      throw new Problem(
        'bad-input',
        `${clock.label}最晚可定为 ${most}（${policies.get(clock.maxDays, area, anchor).basis}），请改早。`,
        {
          complaints: [{ path: `form.${clock.dueField}`, message: `最晚 ${most}` }],
        },
      )
  }
  if (typed < anchor)
    throw new Problem('bad-input', `${clock.label}不能早于 ${anchor}，请改晚。`, {
      complaints: [{ path: `form.${clock.dueField}`, message: `不能早于 ${anchor}` }],
    })
  return { due: typed, calendar: 'calendar' }
}

/** Starts a clock as a row, with its ladder as planned rungs. Moving an anchor again replaces the due date. */
export function startClock(
  batch: Batch,
  loop: LoopDef,
  name: string,
  subject: Subject,
  anchor: string,
  due: Due,
  policies: PolicyBook,
): void {
  const deadline =
    batch.add(sql`insert into deadline (id, register, record_id, kind, label, anchor_on, due_on, calendar,
      state, organisation, county, town)
    values (${newId()}, ${subject.register}, ${subject.id}, ${name}, ${loop.clocks[name]!.label}, ${anchor}, ${due.due},
      ${due.calendar}, 'running', ${subject.organisation}, ${subject.county}, ${subject.town})
    on conflict (record_id, kind, anchor_on) do update set due_on = excluded.due_on, calendar = excluded.calendar,
      state = 'running', closed_on = null returning id`)
  const rungs = loop.ladder.filter((r) => r.clock === name)
  if (rungs.length === 0) return
  const steps = rungs.map((r) => {
    const after = policies.period(r.after, subject.area, anchor)
    // the rung of day 0 is reached when the due date has passed, not on it
    const on = after.days === 0 ? addDays(due.due, 1) : addPeriod(due.due, after)
    return sql`(${newId()}::uuid, ${r.name}, ${r.label}, ${r.kind}, ${on}::date)`
  })
  batch.add(sql`insert into ladder_step (id, deadline_id, loop, case_id, rung, label, kind, due_on, state)
    select s.id, d.id, ${loop.name}, ${subject.id}, s.rung, s.label, s.kind, s.due_on, 'planned'
    from ${deadline} d, (values ${sql.join(steps)}) s (id, rung, label, kind, due_on)
    on conflict (deadline_id, rung) do update set due_on = excluded.due_on,
      state = case when ladder_step.state = 'reached' then 'reached' else 'planned' end`)
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

/** Moves clocks from one standing to another. Only an extension has to ask the database: for the clock's anchor. */
export async function moveClocks(db: Db, batch: Batch, move: Move): Promise<void> {
  const { loop, subject, from, to, values, on, policies } = move
  const before = new Set(from ? clocksIn(loop, from.state, from.track) : [])
  const after = new Set(clocksIn(loop, to.state, to.track))
  for (const name of before) if (!after.has(name)) stopClock(batch, subject.id, name, move.recordedOn)
  for (const name of after) {
    const clock = loop.clocks[name]!
    const typed = clock.dueField ? values[clock.dueField] : undefined
    if (!before.has(name))
      startClock(batch, loop, name, subject, on, dueOf(clock, on, typed, policies, subject.area), policies)
    else if (clock.dueField && move.changed.has(clock.dueField)) {
      // an extension: the anchor stays, the due date moves, rungs are planned anew
      const anchor = (await anchorOf(db, subject.id, name)) ?? on
      startClock(
        batch,
        loop,
        name,
        subject,
        anchor,
        dueOf(clock, anchor, typed, policies, subject.area),
        policies,
      )
    }
  }
}

async function anchorOf(db: Db, recordId: string, name: string): Promise<string | undefined> {
  const { rows } = await sql<{ on: string }>`select anchor_on as "on" from deadline
    where record_id = ${recordId} and kind = ${name} and closed_on is null order by anchor_on desc limit 1`.execute(
    db,
  )
  return rows[0]?.on
}
