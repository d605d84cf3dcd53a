import type { Catalogue } from '../core/catalogue.ts'
import type { RecordDef } from '../core/definition.ts'
import { tableOf } from '../core/naming.ts'

/** How the database counts one register: a function and the triggers that call it (docs/decisions/0017). */
export interface Counting {
  /** name of the function */
  name: string
  /** its text, as PostgreSQL keeps it: another text is another counting */
  body: string
  triggers: { name: string; sql: string }[]
}

/**
 * Triggers after each statement on a table, which hand the function the rows that came (`fresh`) and those that went
 * (`former`); `updated` says which of the two an update hands over. Making them again also switches them on.
 */
export function statementTriggers(
  table: string,
  run: string,
  suffix: string,
  updated: string,
): Counting['triggers'] {
  const rows = { insert: 'new table as fresh', update: updated, delete: 'old table as former', truncate: '' }
  return Object.entries(rows).map(([event, given]) => {
    const name = `${table}_${suffix}_${event}`.slice(0, 63)
    const referencing = given && ` referencing ${given}`
    return {
      name,
      sql: `create or replace trigger ${name} after ${event} on ${table}${referencing} for each statement execute function ${run}()`,
    }
  })
}

/** The town of a row, or its county where no town is known: where it counts. */
const PLACE = 'coalesce(town, county)'

/** What a row counts under: its counted fields in their order, empty ones as ''. */
export function dimsSql(def: RecordDef, catalogue: Catalogue): string {
  const columns = (def.counted ?? []).map((f) => catalogue.field(def.name, f).column)
  return `array[${columns.map((c) => `coalesce(${c}::text, '')`).join(', ')}]::text[]`
}

/** Live rows of a relation by where and under what they count: columns place, dims, n. */
const countedRows = (from: string, dims: string, n: string): string =>
  `select ${PLACE} as place, ${dims} as dims, ${n} as n from ${from} where archived_at is null and ${PLACE} is not null`

const deltas = (register: string, rows: string): string =>
  `insert into counter_delta (register, town, dims, n)
      select '${register}', place, dims, sum(n) from (
        ${rows}) d group by place, dims having sum(n) <> 0`

/**
 * Counting of a register by triggers after each statement, with the rows before and after it: whoever writes and by
 * whatever way, the counts follow. One insert a statement; none when no count changes.
 */
export function countingOf(def: RecordDef, catalogue: Catalogue): Counting | undefined {
  if (!def.counted?.length) return undefined
  const table = tableOf(def.name)
  const dims = dimsSql(def, catalogue)
  const added = countedRows('fresh', dims, '1')
  const gone = countedRows('former', dims, '-1')
  const name = `count_${table}`.slice(0, 63)
  const body = `
begin
  if tg_op = 'INSERT' then
    ${deltas(def.name, added)};
  elsif tg_op = 'DELETE' then
    ${deltas(def.name, gone)};
  elsif tg_op = 'UPDATE' then
    ${deltas(def.name, `${added}\n        union all ${gone}`)};
  else
    delete from counter_delta where register = '${def.name}';
    delete from counter where register = '${def.name}';
    update counter_fold set stamp = stamp + 1 where register = '${def.name}';
  end if;
  return null;
end `
  return {
    name,
    body,
    triggers: statementTriggers(table, name, 'count', 'old table as former new table as fresh'),
  }
}

/** SQL that makes function and triggers, or makes them what they should be. */
export const countingSql = (counting: Counting): string[] => [
  `create or replace function ${counting.name}() returns trigger language plpgsql as $$${counting.body}$$`,
  ...counting.triggers.map((t) => t.sql),
]

/** SQL that counts a register's records anew, whatever the counters say so far. */
export function recountSql(def: RecordDef, catalogue: Catalogue): string[] {
  const { name } = def
  return [
    `delete from counter where register = '${name}'`,
    `delete from counter_delta where register = '${name}'`,
    deltas(name, countedRows(tableOf(name), dimsSql(def, catalogue), '1')),
    // readers keep folded rows until the stamp moves
    `update counter_fold set stamp = stamp + 1 where register = '${name}'`,
  ]
}
