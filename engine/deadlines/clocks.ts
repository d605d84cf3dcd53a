import { uuidv7 } from 'uuidv7'
import { addPeriod } from '../core/calendar.ts'
import { addDays, shanghaiDate } from '../core/clock.ts'
import type { ClockDef, LoopDef, PeriodValue } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import type { PolicyBook } from '../core/policy.ts'
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
export async function startClock(
  tx: Db,
  loop: LoopDef,
  name: string,
  subject: Subject,
  anchor: string,
  due: Due,
  policies: PolicyBook,
): Promise<void> {
  const clock = loop.clocks[name]!
  const { rows } = await sql<{
    id: string
  }>`insert into deadline (id, register, record_id, kind, label, anchor_on, due_on, calendar,
      state, organisation, county, town)
    values (${uuidv7()}, ${subject.register}, ${subject.id}, ${name}, ${clock.label}, ${anchor}, ${due.due}, ${due.calendar},
      'running', ${subject.organisation}, ${subject.county}, ${subject.town})
    on conflict (record_id, kind, anchor_on) do update set due_on = excluded.due_on, calendar = excluded.calendar,
      state = 'running', closed_on = null returning id`.execute(tx)
  const id = rows[0]!.id
  const rungs = loop.ladder.filter((r) => r.clock === name)
  if (rungs.length === 0) return
  const steps = rungs.map((r) => {
    const after = policies.period(r.after, subject.area, anchor)
    // the rung of day 0 is reached when the due date has passed, not on it
    const on = after.days === 0 ? addDays(due.due, 1) : addPeriod(due.due, after)
    return sql`(${uuidv7()}, ${id}, ${loop.name}, ${subject.id}, ${r.name}, ${r.label}, ${r.kind}, ${on}, 'planned')`
  })
  await sql`insert into ladder_step (id, deadline_id, loop, case_id, rung, label, kind, due_on, state)
    values ${sql.join(steps)}
    on conflict (deadline_id, rung) do update set due_on = excluded.due_on,
      state = case when ladder_step.state = 'reached' then 'reached' else 'planned' end`.execute(tx)
}

/** Stops a running clock: met when the day lies within the due date, met late otherwise. */
export async function stopClock(
  tx: Db,
  recordId: string,
  name: string,
  on: string,
  outcome: 'done' | 'void' = 'done',
): Promise<void> {
  await sql`update deadline set closed_on = ${on}, state = case when ${outcome === 'void'} then 'void'
      when ${on}::date <= due_on then 'met' else 'met-late' end
    where record_id = ${recordId} and kind = ${name} and state in ('running', 'late')`.execute(tx)
  await sql`update ladder_step set state = 'void' where case_id = ${recordId} and state = 'planned' and deadline_id in
    (select id from deadline where record_id = ${recordId} and kind = ${name} and closed_on is not null)`.execute(
    tx,
  )
}

/** Clocks that run in a state on a track. */
export const clocksIn = (loop: LoopDef, state: string, track: string | null): string[] =>
  Object.entries(loop.clocks)
    .filter(
      ([, c]) => c.during.includes(state) && (!c.tracks || (track !== null && c.tracks.includes(track))),
    )
    .map(([name]) => name)

/** Moves clocks from one standing to another. `values` are the case's fields after the action. */
export async function moveClocks(
  tx: Db,
  loop: LoopDef,
  subject: Subject,
  from: { state: string; track: string | null } | undefined,
  to: { state: string; track: string | null },
  values: Record<string, unknown>,
  changed: ReadonlySet<string>,
  on: string,
  policies: PolicyBook,
): Promise<void> {
  const before = new Set(from ? clocksIn(loop, from.state, from.track) : [])
  const after = new Set(clocksIn(loop, to.state, to.track))
  for (const name of before) if (!after.has(name)) await stopClock(tx, subject.id, name, on)
  for (const name of after) {
    const clock = loop.clocks[name]!
    if (!before.has(name)) {
      const typed = clock.dueField ? values[clock.dueField] : undefined
      await startClock(tx, loop, name, subject, on, dueOf(clock, on, typed, policies, subject.area), policies)
    } else if (clock.dueField && changed.has(clock.dueField)) {
      // an extension: the anchor stays, the due date moves, rungs are planned anew
      const { rows } = await sql<{ anchor_on: string }>`select anchor_on from deadline
        where record_id = ${subject.id} and kind = ${name} and closed_on is null order by anchor_on desc limit 1`.execute(
        tx,
      )
      const anchor = rows[0]?.anchor_on ?? on
      await startClock(
        tx,
        loop,
        name,
        subject,
        anchor,
        dueOf(clock, anchor, values[clock.dueField], policies, subject.area),
        policies,
      )
    }
  }
}

/** Today in Shanghai for a `now`. */
export const today = (now: Date): string => shanghaiDate(now)
