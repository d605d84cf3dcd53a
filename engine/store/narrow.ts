import { type RawBuilder, sql } from 'kysely'
import type { Actor } from '../access/actor.ts'
import { addDays } from '../core/clock.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { columnOf, tableOf } from '../core/naming.ts'
import { systemFieldsOf } from '../core/system-fields.ts'
import type { ListQuery } from './types.ts'

/** "This week" of open cases: today and the six days after, as 今日 counts it. */
const WEEK = 6

/**
 * What a list is narrowed to beside its filter: cases whose earliest open deadline has passed or comes this week (the
 * same day that 今日 shows), and what the reader himself recorded or did a step of.
 * @throws Problem `bad-input` for deadlines of a register that has none
 */
export function narrowSql(
  def: RecordDef,
  query: Pick<ListQuery, 'due' | 'mine'>,
  actor: Actor,
  today: string,
): RawBuilder<boolean>[] {
  const out: RawBuilder<boolean>[] = []
  if (query.due) {
    if (def.kind !== 'loop')
      throw new Problem('bad-input', `${def.label}没有办理期限，不能按期限筛选（due）。`)
    const span =
      query.due === 'overdue'
        ? sql`a.due_on < ${today}::date`
        : sql`a.due_on between ${today}::date and ${addDays(today, WEEK)}::date`
    out.push(
      sql<boolean>`t.id in (select a.id from agenda a where a.register = ${def.name} and a.kind = 'case' and ${span})`,
    )
  }
  if (query.mine)
    out.push(
      def.kind === 'loop'
        ? sql<boolean>`(t.created_by = ${actor.id} or t.id in (
            select f.case_id from case_fact f where f.actor_id = ${actor.id} and f.loop = ${def.name}))`
        : sql<boolean>`t.created_by = ${actor.id}`,
    )
  return out
}

/**
 * How many of the rows that `wheres` leaves stand under each value of a closed list.
 * @throws Problem `bad-input` for a field that is no closed list
 */
export function groupsSql(
  def: RecordDef,
  field: string,
  wheres: readonly RawBuilder<boolean>[],
): RawBuilder<{ value: string; n: number }> {
  const own = def.fields[field] ?? systemFieldsOf(def)[field]
  if (own?.type !== 'choice' || own.personal)
    throw new Problem('bad-input', `“${field}”不是${def.label}的选项字段，不能按它分组计数。`, { field })
  const column = sql.ref(`t.${columnOf(field)}`)
  return sql<{ value: string; n: number }>`select ${column} as value, count(*)::int as n
    from ${sql.raw(`${tableOf(def.name)} t`)} where ${sql.join(wheres, sql` and `)} and ${column} is not null group by 1`
}
