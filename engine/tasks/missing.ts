import { sql } from 'kysely'
import type { Actor } from '../access/actor.ts'
import { areaTerm, reach, reaches } from '../access/scope.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { IndicatorDef, RecordDef } from '../core/definition.ts'
import type { TextContext } from '../core/field-type.ts'
import { columnOf, parentField, tableOf } from '../core/naming.ts'
import { isPersonalField } from '../core/personal.ts'
import { type ListedRow, met, missing } from '../indicators/lists.ts'
import type { FigureQuery } from '../indicators/population.ts'
import { rowsById } from '../store/bulk.ts'
import type { Db } from '../store/db.ts'
import { maskRows } from '../store/mask.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import { sightOf } from '../store/sight.ts'
import type { Row } from '../store/types.ts'
import { reachSql } from '../store/where.ts'
import { figureContext, figureQuery } from './figures.ts'
import { seenTask } from './list.ts'
import { type PaperRow, paperRows } from './paper-rows.ts'
import { standingOf } from './progress.ts'
import { indicatorOf, type Task } from './rows.ts'

/** Whom to call about a record. */
export interface Contact {
  /** 安全负责人 */
  label: string
  name: string | null
  /** masked where the reader may only look */
  phone: string
}

export type TaskRow = ListedRow['row'] & {
  reason: string
  period?: string
  running?: true
  why: ListedRow['why']
  weak?: NonNullable<ListedRow['weak']>
  contacts: Contact[]
}

export interface TaskRows {
  /** register the rows belong to; null for tasks proved by evidence, whose rows are the papers they ask for */
  register: string | null
  rows: (TaskRow | PaperRow)[]
  total: number
  /** of them those whose period still runs: not yet done, and not late */
  running?: number
}

export interface RowsPage {
  town?: string | undefined
  /** part of the record's name, or of the name of what it hangs on */
  q?: string | undefined
  limit?: number | undefined
  offset?: number | undefined
}

/** Which records of a task's population: those that still are to be done, or those that are done. */
export type Which = 'missing' | 'met'

const rowsThat =
  (which: Which) =>
  async (s: Services, db: Db, actor: Actor, now: Date, id: string, page: RowsPage = {}): Promise<TaskRows> =>
    (await taskRows(s, db, actor, now, id, page, which)).rows

/**
 * Who is still missing: records of the population that do not count yet, each with the reason; only those that the
 * actor may read. Where fewer is better (nothing open) it is the opposite: those that still count.
 */
export const taskMissing = rowsThat('missing')

/** Records that count. */
export const taskMet = rowsThat('met')

/** A page of a task's records as the actor may see them, and the task. */
export async function taskRows(
  s: Services,
  db: Db,
  actor: Actor,
  now: Date,
  id: string,
  page: RowsPage,
  which: Which,
): Promise<{ task: Task; rows: TaskRows }> {
  const task = await seenTask(db, actor, now, id)
  const def = await indicatorOf(s, task)
  const today = shanghaiDate(now)
  if (!def) {
    const { papers } = await standingOf(s, task, now)
    return { task, rows: { register: null, ...paperRows(papers ?? [], which, today, page) } }
  }
  // the list belongs to the figure: judged from the same day
  const { figure } = await standingOf(s, task, now)
  const query: FigureQuery = {
    ...figureQuery(task, figure, today),
    scope: withinReach(s, actor, def, task, today),
  }
  // of a count that should be small, the counted ones are what is left to do
  const counted = def.lessIsBetter && def.measure === 'count' ? which === 'missing' : which === 'met'
  const register = s.catalogue.record(def.of.register)
  const list = await (counted ? met : missing)(figureContext(s, db), def, {
    ...query,
    ...page,
    ...(which === 'missing' && !counted && { open: true }),
    ...(page.q?.trim() && { find: namedLike(s, actor, register, page.q.trim()) }),
    text: await textOf(db),
  })
  const records = list.rows.map((r) => r.row)
  const shown = maskRows(s, actor, register, records)
  const contacts = await contactsOf(s, db, actor, register, records)
  const rows = list.rows.map(({ reason, period, running, why, weak, row }, i) => ({
    ...(shown[i] ?? row),
    reason,
    why,
    contacts: contacts.get(row.id) ?? [],
    ...(period && { period }),
    ...(weak && { weak }),
    ...(running && { running }),
  }))
  return { task, rows: { register: def.of.register, total: list.total, running: list.running, rows } }
}

/** The task's area, as far as the actor may read the records there. */
function withinReach(
  s: Services,
  actor: Actor,
  def: IndicatorDef,
  task: Task,
  today: string,
): FigureQuery['scope'] {
  const own = reach(actor, s.catalogue.record(def.of.register), 'read', today)
  return (alias) => sql`(${reachSql({ terms: [areaTerm(task.area)] }, alias)} and ${reachSql(own, alias)})`
}

/** Records whose name, or whose parent's, has this part; names that a reader may see masked find nobody. */
function namedLike(s: Services, actor: Actor, def: RecordDef, text: string) {
  const like = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  const known = (of: RecordDef) => !isPersonalField(of, of.title) || sightOf(s, actor, of) === 'all'
  const parent = s.catalogue.parentOf(def.name)
  const own = known(def) ? sql`title ilike ${like}` : sql`false`
  if (!parent || !known(parent)) return own
  return sql`(${own} or id in (select c.id from ${sql.table(tableOf(def.name))} c
    join ${sql.table(tableOf(parent.name))} o on o.id = c.${sql.ref(columnOf(parentField(parent.name)))}
    where o.${sql.ref(columnOf(parent.title))} ilike ${like}))`
}

async function textOf(db: Db): Promise<Partial<TextContext>> {
  const { rows } = await sql<{ code: string; name: string }>`select code, name from area`.execute(db)
  const names = new Map(rows.map((r) => [r.code, r.name]))
  return { areaName: (code) => names.get(code) ?? code }
}

/** Names of the phones of a register, with the field that says whose each is. */
const phonesOf = (def: RecordDef) =>
  Object.entries(def.fields)
    .filter(([, f]) => f.type === 'phone')
    .map(([field, f]) => ({
      field,
      label: f.label.replace(/(联系)?电话$/, ''),
      of: field.replace(/Phone$/, ''),
    }))

/**
 * Whom to call: the phones of the record, else of what it hangs on, as far as the actor reads it. Whose it is comes
 * with it (安全负责人); of a person himself his name is the record's.
 */
export async function contactsOf(
  s: Services,
  db: Db,
  actor: Actor,
  def: RecordDef,
  rows: readonly Row[],
): Promise<Map<string, Contact[]>> {
  const out = new Map<string, Contact[]>()
  let holder: RecordDef | undefined = def
  let at = new Map(rows.map((r) => [r.id, r]))
  while (holder && at.size) {
    const register: RecordDef = holder
    const reachable = scopeOf(s, actor, register, 'read')
    const list = [...new Map([...at.values()].map((r) => [r.id, r])).values()].filter((r) =>
      reaches(reachable, r),
    )
    const shown = new Map(maskRows(s, actor, register, list).map((r) => [r.id, r]))
    for (const [id, row] of at) {
      const seen = shown.get(row.id)
      const found = seen ? phonesIn(register, seen) : []
      if (found.length) out.set(id, found)
    }
    const above = s.catalogue.parentOf(register.name)
    if (!above) break
    const link = parentField(above.name)
    const left = [...at].filter(([id]) => !out.has(id))
    const parents = await rowsById(
      s.catalogue,
      db,
      above,
      [...new Set(left.map(([, r]) => String(r[link] ?? '')))].filter(Boolean),
    )
    const byId = new Map(parents.map((p) => [p.id, p]))
    at = new Map(
      left.flatMap(([id, r]) => {
        const parent = byId.get(String(r[link]))
        return parent ? [[id, parent] as const] : []
      }),
    )
    holder = above
  }
  return out
}

/** The last named phone comes first: of an enterprise the one who looks after safety before its head. */
function phonesIn(def: RecordDef, row: Row): Contact[] {
  return phonesOf(def)
    .flatMap(({ field, label, of }): Contact[] => {
      const phone = row[field]
      const name = of === field || !def.fields[of] ? row[def.title] : row[of]
      return typeof phone === 'string' && phone
        ? [
            {
              label: label || def.fields[field]?.label || '',
              name: typeof name === 'string' ? name : null,
              phone,
            },
          ]
        : []
    })
    .reverse()
}
