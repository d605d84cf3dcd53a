import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { canonicalJson } from '../core/naming.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { readingAreas, seenSql } from './access.ts'
import { type Standing, standingsOf, type TaskView, viewOf } from './progress.ts'
import { tasksWhere } from './rows.ts'
import { namesOf, type Share, shareOf, townsOf } from './shares.ts'

export interface GridFilter {
  by?: 'town' | 'county' | undefined
  area?: string | undefined
  notice?: string | undefined
}

/** A duty in all places: of a county's book one task, of several counties the same task of each. */
export interface GridRow {
  key: string
  /** the task, or the first county's */
  task: TaskView
  /** by place in the order of `areas`; null where it is not asked */
  cells: ((Share & { task: string }) | null)[]
}

export interface TaskGrid {
  by: 'town' | 'county'
  areas: { code: string; name: string; own?: true }[]
  rows: GridRow[]
}

/**
 * Tasks by place: a county's by its towns, those of several counties by county side by side. Everybody who reads a
 * county's task book reads all of it, so a town compares itself with the others.
 */
export async function taskGrid(
  s: Services,
  db: Db,
  actor: Actor,
  now: Date,
  filter: GridFilter = {},
): Promise<TaskGrid> {
  const today = shanghaiDate(now)
  const reading = readingAreas(actor, today)
  const by = filter.by ?? (reading.every((a) => a.length >= 6) ? 'town' : 'county')
  const wheres = [seenSql(actor, today, 'area'), sql`withdrawn_at is null`]
  if (filter.notice) wheres.push(sql`notice_id = ${filter.notice}`)
  if (filter.area) wheres.push(sql`(starts_with(area, ${filter.area}) or starts_with(${filter.area}, area))`)
  const tasks = await tasksWhere(db, sql`${sql.join(wheres, sql` and `)}`)
  const standings = await standingsOf(s, tasks, now)
  const own = townsOf(actor, today)
  if (by === 'county') return byCounty(s, db, standings, now)
  const areas = await townsIn(db, standings, filter.area, today, own)
  return {
    by,
    areas,
    rows: standings.map((standing) => ({
      key: standing.task.id,
      task: viewOf(s, standing, now),
      cells: areas.map(({ code, name }) => cellOf(s, standing, code, name, now)),
    })),
  }
}

/** A place's cell of a task; none where it has nobody the task is about. */
function cellOf(
  s: Services,
  standing: Standing,
  code: string,
  name: string,
  now: Date,
): GridRow['cells'][number] {
  const { task, figure } = standing
  if (!code.startsWith(task.area)) return null
  const share = shareOf(s, standing, [code], name, now)
  if (!share || !figure.groups.some((g) => g.area === code)) return null
  return { ...share, task: task.id }
}

/** The towns there are today in the counties of the tasks, and those that figures still know. */
async function townsIn(
  db: Db,
  standings: readonly Standing[],
  area: string | undefined,
  today: string,
  own: readonly string[],
): Promise<TaskGrid['areas']> {
  const counties = [...new Set(standings.map((x) => x.task.area).filter((a) => a.length >= 6))]
  const told = standings.flatMap((x) =>
    x.figure.groups.flatMap((g) => (g.area?.length === 9 ? [g.area] : [])),
  )
  const { rows } = await sql<{ code: string; name: string }>`select code, name from area
    where (level = 'town' and left(code, 6) = any(${counties}::text[])
      and (valid_from is null or valid_from <= ${today}) and (valid_to is null or valid_to >= ${today})
      or code = any(${[...new Set(told)]}::text[])) and starts_with(code, ${area ?? ''}) order by code`.execute(
    db,
  )
  const mine = (code: string) => own.includes(code)
  return [...rows.filter((r) => mine(r.code)), ...rows.filter((r) => !mine(r.code))].map((r) => ({
    ...r,
    ...(mine(r.code) && { own: true as const }),
  }))
}

async function byCounty(s: Services, db: Db, standings: readonly Standing[], now: Date): Promise<TaskGrid> {
  const codes = new Set<string>()
  for (const { task, figure } of standings)
    if (task.area.length >= 6) codes.add(task.area.slice(0, 6))
    else for (const g of figure.groups) if (g.area?.length === 6) codes.add(g.area)
  const names = await namesOf(db, [...codes])
  const areas = [...codes].sort().map((code) => ({ code, name: names.get(code) ?? code }))
  const rows = new Map<string, GridRow>()
  for (const standing of standings) {
    const { task } = standing
    const view = viewOf(s, standing, now)
    let key = sameDuty(standing)
    // a county with the same duty twice (two dates) has it in two rows
    while (
      task.area.length >= 6 &&
      rows.get(key)?.cells[areas.findIndex((a) => a.code === task.area.slice(0, 6))]
    )
      key += '+'
    const row = rows.get(key) ?? { key, task: view, cells: areas.map(() => null) }
    rows.set(key, row)
    for (const [i, { code, name }] of areas.entries()) {
      if (task.area.slice(0, 6) === code) row.cells[i] = wholeOf(view, code, name)
      else if (task.area.length < 6) row.cells[i] ??= cellOf(s, standing, code, name, now)
    }
  }
  return { by: 'county', areas, rows: [...rows.values()] }
}

/** What makes two counties' tasks the same: what is counted, of whom and how often; without data their names. */
const sameDuty = ({ task }: Standing): string =>
  task.indicator
    ? canonicalJson([task.indicator, task.where, task.who, task.every, task.unit])
    : `佐证 ${task.title}`

/** A county's own task is its cell. */
function wholeOf(view: TaskView, code: string, name: string): Share & { task: string } {
  const { num, den, value } = view.figure
  return {
    code,
    name,
    num,
    den,
    value,
    state: view.state,
    task: view.id,
    ...(view.doneOn && { doneOn: view.doneOn }),
  }
}
