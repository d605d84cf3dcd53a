import type { Catalogue } from '../core/catalogue.ts'
import type { Level, LoopDef, RecordDef } from '../core/definition.ts'
import { levelOrder } from '../core/grade.ts'
import { columnOf, parentField, tableOf } from '../core/naming.ts'
import { type Counting, statementTriggers } from './counting.ts'

/**
 * The agenda (docs/decisions/0027): a row for every case that is open and for every record that expires. Triggers keep
 * it with each statement, so that no way of writing can forget it, and a page of duties reads one table.
 */

const text = (value: string) => `'${value.replaceAll("'", "''")}'`
const SCOPE = ['area', 'county', 'town', 'unit', 'sector', 'organisation']
/** Columns that only lists and searches use. */
const UNTOLD = `'{grams,ext,batch,created_by,updated_by}'::text[]`

/** Weight of a case: its place among the levels, 0 without one. */
export const riskOf = (level: Level): number => levelOrder.indexOf(level) + 1

function riskSql(def: LoopDef, catalogue: Catalogue, alias: string): string {
  if (!def.risk) return '0'
  const column = `${alias}.${catalogue.field(def.name, def.risk).column}`
  return `case ${column} ${levelOrder.map((l) => `when ${text(l)} then ${riskOf(l)}`).join(' ')} else 0 end`
}

const scope = (def: RecordDef, alias: string) =>
  [...SCOPE.map((c) => `${alias}.${c}`), def.sealed ? `coalesce(${alias}.sealed, false)` : 'false'].join(', ')

const endStates = (def: LoopDef) =>
  Object.entries(def.states)
    .filter(([, s]) => s.end)
    .map(([name]) => text(name))

/** Who did what last: here and not in a function, whose plan would be made anew with every statement. */
const LAST = `(select coalesce(jsonb_object_agg(action, jsonb_build_object('id', actor_id, 'name', actor_name, 'roles',
      actor_roles) order by seq), '{}') from case_fact where case_id = f.id)`

/** An open case; what ended or is archived is not told. */
function casesSql(def: LoopDef, catalogue: Catalogue, from: string): string {
  const ended = endStates(def)
  return `insert into agenda (id, kind, register, ${SCOPE.join(', ')}, sealed, title, state, track, loop_version, risk,
      facts, due_on, clock, rungs, last)
    select f.id, 'case', ${text(def.name)}, ${scope(def, 'f')}, f.${columnOf(def.title)}::text, f.state, f.track,
      f.loop_version, ${riskSql(def, catalogue, 'f')}, jsonb_strip_nulls(to_jsonb(f) - ${UNTOLD}),
      c.due_on, c.clock, coalesce(c.rungs, '[]'), ${LAST}
    from ${from} f left join lateral agenda_clock(f.id) c on true
    where ${openSql(ended)}`
}

const openSql = (ended: readonly string[]) =>
  `f.archived_at is null${ended.length ? ` and f.state not in (${ended.join(', ')})` : ''}`

type Expires = NonNullable<RecordDef['expires']>

/** Clocks and doers are kept by their own triggers: a change of the record leaves them. */
const kept = ['register', ...SCOPE, 'sealed', 'title', 'state', 'track', 'loop_version', 'risk', 'facts']

function expiriesSql(def: RecordDef, { on, per }: Expires, from: string): string {
  const renews = per?.length
    ? `md5(${text(def.name)} || ${per
        .map((p) => columnOf(p === 'parent' && def.of ? parentField(def.of) : p))
        .map((c) => `chr(31) || coalesce(f.${c}::text, '')`)
        .join(' || ')})`
    : 'null'
  return `insert into agenda (id, kind, register, ${SCOPE.join(', ')}, sealed, title, due_on, renews)
    select f.id, 'expiry', ${text(def.name)}, ${scope(def, 'f')}, f.${columnOf(def.title)}::text, f.${columnOf(on)}, ${renews}
    from ${from} f where f.archived_at is null and f.${columnOf(on)} is not null`
}

const told = ['register', ...SCOPE, 'sealed', 'title', 'due_on', 'renews']

const written = (columns: readonly string[], changed = '') =>
  `on conflict (id, kind) do update set ${columns.map((c) => `${c} = excluded.${c}`).join(', ')}${changed}`

/** Function and triggers that keep a register's rows of the agenda; undefined where it has none. */
export function agendaOf(def: RecordDef, catalogue: Catalogue): Counting | undefined {
  const { insert, update, gone } = statements(def, catalogue)
  if (insert.length === 0) return undefined
  const table = tableOf(def.name)
  const name = `agenda_${table}`.slice(0, 63)
  const lines = (list: readonly string[]) => list.map((l) => `    ${l};`).join('\n')
  const body = `
begin
  if tg_op = 'INSERT' then
${lines(insert)}
  elsif tg_op = 'UPDATE' then
${lines(update)}
  elsif tg_op = 'DELETE' then
    delete from agenda a using former f where a.id = f.id;
  else
${lines(gone)}
  end if;
  return null;
end `
  return {
    name,
    body,
    triggers: statementTriggers(table, name, 'agenda', 'new table as fresh'),
  }
}

function statements(def: RecordDef, catalogue: Catalogue) {
  const insert: string[] = []
  const update: string[] = []
  if (def.kind === 'loop') {
    insert.push(casesSql(def, catalogue, 'fresh'))
    update.push(
      `delete from agenda a using fresh f where a.id = f.id and a.kind = 'case' and not (${openSql(endStates(def))})`,
      `${casesSql(def, catalogue, 'fresh')}\n    ${written(kept)}`,
    )
  }
  if (def.expires) {
    const { on } = def.expires
    insert.push(expiriesSql(def, def.expires, 'fresh'))
    const differs = (of: string) => `(${told.map((c) => `${of}.${c}`).join(', ')})`
    update.push(
      `delete from agenda a using fresh f where a.id = f.id and a.kind = 'expiry'
      and (f.archived_at is not null or f.${columnOf(on)} is null)`,
      `${expiriesSql(def, def.expires, 'fresh')}\n    ${written(told, `\n    where ${differs('agenda')} is distinct from ${differs('excluded')}`)}`,
    )
  }
  return { insert, update, gone: [`delete from agenda where register = ${text(def.name)}`] }
}

/** SQL that makes a register's rows of the agenda anew. */
export function agendaAnewSql(def: RecordDef, catalogue: Catalogue): string[] {
  const table = tableOf(def.name)
  return [
    `delete from agenda where register = ${text(def.name)}`,
    ...(def.kind === 'loop' ? [casesSql(def, catalogue, table)] : []),
    ...(def.expires ? [expiriesSql(def, def.expires, table)] : []),
  ]
}
