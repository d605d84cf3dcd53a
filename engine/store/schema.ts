import type { Catalogue } from '../core/catalogue.ts'
import type { Condition } from '../core/condition/ast.ts'
import { render } from '../core/condition/fragment.ts'
import { toSql } from '../core/condition/sql.ts'
import type { LoopDef, RecordDef } from '../core/definition.ts'
import { columnOf, parentField, tableOf } from '../core/naming.ts'
import { PolicyBook } from '../core/policy.ts'
import { agendaAnewSql, agendaOf } from './agenda.ts'
import { notingOf } from './changes.ts'
import { type Counting, countingOf, countingSql, recountSql } from './counting.ts'

/** A table as the definitions want it; the generator and the drift check compare this same plain model. */
export interface Table {
  name: string
  /** column that links to the parent, if any */
  parent?: string
  columns: Column[]
  indexes: { name: string; sql: string }[]
  references: { column: string; table: string }[]
}
export interface Column {
  name: string
  sql: string
}

const C = 'text collate "C"'

const systemColumns: Column[] = [
  { name: 'id', sql: 'uuid' },
  { name: 'version', sql: 'integer not null default 1' },
  { name: 'area', sql: C },
  { name: 'county', sql: C },
  { name: 'town', sql: C },
  { name: 'unit', sql: C },
  { name: 'sector', sql: C },
  { name: 'organisation', sql: 'uuid' },
  { name: 'proof', sql: 'smallint not null default 1' },
  { name: 'happened_on', sql: 'date not null' },
  { name: 'recorded_at', sql: 'timestamp with time zone not null' },
  { name: 'updated_at', sql: 'timestamp with time zone not null' },
  { name: 'archived_at', sql: 'timestamp with time zone' },
  { name: 'created_by', sql: 'uuid not null' },
  { name: 'updated_by', sql: 'uuid not null' },
  { name: 'batch', sql: 'uuid' },
  { name: 'ext', sql: `jsonb not null default '{}'::jsonb` },
  { name: 'grams', sql: `text[] not null default '{}'::text[]` },
  { name: 'sought', sql: 'text' },
  { name: 'sought_own', sql: 'text' },
]

const loopColumns: Column[] = [
  { name: 'state', sql: `${C} not null` },
  { name: 'track', sql: C },
  { name: 'loop_version', sql: 'integer not null' },
  { name: 'state_since', sql: 'timestamp with time zone not null' },
]

const gradeColumns: Column[] = [
  { name: 'proposed_level', sql: C },
  { name: 'adopted_level', sql: C },
]

/** The table of one register: real columns, partial indexes over live rows. */
export function tableModel(def: RecordDef, catalogue: Catalogue): Table {
  const name = tableOf(def.name)
  const columns = [...systemColumns]
  if (def.kind === 'loop') columns.push(...loopColumns)
  if (def.kind === 'register' && def.graded) columns.push(...gradeColumns)
  if (def.near) columns.push({ name: 'name_core', sql: C })
  if (def.sealed) columns.push({ name: 'sealed', sql: sealedSql(def, def.sealed.when, catalogue) })
  const references: Table['references'] = []
  if (def.of) {
    const column = columnOf(parentField(def.of))
    columns.push({ name: column, sql: 'uuid not null' })
    references.push({ column, table: tableOf(def.of) })
  }
  const parent = def.of ? columnOf(parentField(def.of)) : undefined
  for (const [field, f] of Object.entries(def.fields)) {
    columns.push({ name: columnOf(field), sql: catalogue.fieldType(f).sqlType(f) })
    if (f.type === 'ref' && f.to && catalogue.findRecord(f.to))
      references.push({ column: columnOf(field), table: tableOf(f.to) })
  }
  return { name, ...(parent && { parent }), columns, references, indexes: indexesOf(def, name, catalogue) }
}

/** Kept by PostgreSQL itself, so that no path can forget it. */
function sealedSql(def: RecordDef, when: Condition, catalogue: Catalogue): string {
  const context = {
    catalogue,
    register: def.name,
    alias: 't',
    moment: { asOf: '1970-01-01' },
    policies: new PolicyBook([]),
  }
  const { text, values } = render(toSql(when, context))
  if (values.length)
    throw new Error(`${def.name}: what seals a record may only compare choices with their written values`)
  return `boolean generated always as ((${text.replaceAll('"t".', '')}) is true) stored`
}

/**
 * Index paths of a register's lists (decision 29): each begins with the column a reader is scoped by and goes on with
 * the order in which his list is shown, so that a page is read and not sorted.
 */
function indexesOf(def: RecordDef, table: string, catalogue: Catalogue): Table['indexes'] {
  const out: Table['indexes'] = []
  const live = 'where archived_at is null'
  const index = (suffix: string, body: string, unique = false) => {
    const name = `${table}_${suffix}`.slice(0, 63)
    out.push({
      name,
      sql: `create ${unique ? 'unique ' : ''}index if not exists ${name} on ${table} ${body}`,
    })
  }
  const newest = 'recorded_at desc, id desc'
  index('grams', `using gin (grams) ${live}`)
  index('county', `(county, ${newest}) ${live}`)
  index('town', `(town, ${newest}) ${live}`)
  index('own', `(organisation, ${newest}) ${live}`)
  index('unit_of', `(unit) ${live} and unit is not null`)
  index('updated', '(updated_at)')
  if (def.of) index('parent', `(${columnOf(parentField(def.of))}) ${live}`)
  for (const [field, f] of Object.entries(def.fields)) {
    // most numbers are given later or never: what is empty is not kept apart
    const column = columnOf(field)
    if (f.unique) index(`u_${column}`, `(${column}) ${live} and ${column} is not null`, true)
    else if (f.type === 'ref') index(`r_${column}`, `(${column}) ${live}`)
  }
  const column = (field: string) => catalogue.field(def.name, field).column
  // what is asked at the save is looked for by its first field, unless it is looked for below the parent
  for (const { same } of def.asks ?? []) {
    const first = columnOf(same[0] ?? '')
    const kept = same.includes('parent') || def.indexes?.some((i) => i.length === 1 && i[0] === same[0])
    if (!kept) index(`a_${first}`, `(${first}) ${live} and ${first} is not null`)
  }
  if (def.near) index('core', `(name_core, county) ${live}`)
  const [tab] = def.counted ?? []
  if (tab) {
    // what is rolled up is read at every level, and the first thing it is counted by makes the tabs above its list
    index('recorded', `(${newest}) ${live}`)
    index(`xt_${column(tab)}`, `(${column(tab)}, ${newest}) ${live}`)
    index(`ct_${column(tab)}`, `(county, ${column(tab)}, ${newest}) ${live}`)
    index(`tt_${column(tab)}`, `(town, ${column(tab)}, ${newest}) ${live}`)
  }
  for (const fields of def.indexes ?? []) {
    const columns = fields.map(column)
    index(`c_${columns.join('_')}`, `(county, ${columns.join(', ')}, id) ${live}`)
    if (columns.length > 1) continue
    // who sees several counties orders by one thing, and narrows by the tab
    index(`x_${columns[0]}`, `(${columns[0]}, id) ${live}`)
    // a town has hundreds of rows of most registers: its own index and a sort serve it; cases pile up over the years
    if (def.kind === 'loop') index(`t_${columns[0]}`, `(town, ${columns[0]}, id) ${live}`)
  }
  if (def.kind === 'loop')
    for (const due of dueColumns(def)) {
      // what is late stands behind years of closed cases in every other index; a new case has no date yet and costs none
      const open = `${live} and ${openSql(def)}`
      index(`co_${due}`, `(county, ${due}, id) ${open} and ${due} is not null`)
      index(`to_${due}`, `(town, ${due}, id) ${open} and ${due} is not null`)
      // the open ones of a tab as well, which counties and towns have an index of their own for
      index(`xo_${due}`, `(${due}, id) ${open}`)
    }
  return out
}

/** Columns of dates that clocks run to. */
const dueColumns = (def: LoopDef): string[] => [
  ...new Set(Object.values(def.clocks).flatMap((c) => (c.dueField ? [columnOf(c.dueField)] : []))),
]

/** That a case is open, in words from which PostgreSQL finds what a list's condition on `state` implies. */
const openSql = (def: LoopDef): string =>
  Object.entries(def.states)
    .filter(([, s]) => s.end)
    .map(([name]) => `state <> '${name.replaceAll("'", "''")}'`)
    .join(' and ') || 'true'

/** SQL that makes one table with its history twin and the trigger that keeps the past. */
export function createTableSql(table: Table): string[] {
  const columns = table.columns.map((c) => `  ${c.name} ${c.sql}`).join(',\n')
  return [
    `create table ${table.name} (\n${columns},\n  primary key (id)\n)`,
    // no inherited constraints: the past may break rules made later
    `create table history.${table.name} (\n${table.columns.map((c) => `  ${c.name} ${bare(c.sql)}`).join(',\n')},\n  replaced_at timestamp with time zone not null\n)`,
    `create index ${`${table.name}_h`.slice(0, 63)} on history.${table.name} (replaced_at, updated_at)`,
    // a figure as of an earlier instant looks for the past rows of each parent
    ...(table.parent
      ? [`create index ${`${table.name}_hp`.slice(0, 63)} on history.${table.name} (${table.parent})`]
      : []),
    ...table.indexes.map((i) => i.sql),
    `create trigger ${`${table.name}_history`.slice(0, 63)} after update on ${table.name} referencing old table as former new table as fresh for each statement execute function keep_history_of_change()`,
    `create trigger ${`${table.name}_history_gone`.slice(0, 63)} after delete on ${table.name} for each row execute function keep_history()`,
  ]
}

export const referenceSql = (table: Table): string[] =>
  table.references.map(
    (r) =>
      `alter table ${table.name} add constraint ${`${table.name}_${r.column}_fk`.slice(0, 63)} foreign key (${r.column}) references ${r.table} (id)`,
  )

/** A column without its constraints and default, for the history twin. */
const bare = (sql: string): string =>
  sql.replace(/ (not null|generated always as) ?.*$/, '').replace(/ default .*$/, '')

/** Existing columns and indexes by table, as PostgreSQL's catalogue tells them. */
export interface Existing {
  columns: Map<string, Set<string>>
  indexes: Set<string>
  constraints: Set<string>
  /** text of each function by its name */
  functions: Map<string, string>
  /** triggers that are switched on, as `table.name` */
  triggers: Set<string>
}

/** Triggers that are missing, switched off or of another text; what they keep of records that are there is then made anew. */
function triggerAdditions(
  kept: Counting | undefined,
  table: string,
  existing: Existing,
  anew: () => string[],
): string[] {
  if (!kept) return []
  const whole =
    existing.functions.get(kept.name) === kept.body &&
    kept.triggers.every((t) => existing.triggers.has(`${table}.${t.name}`))
  if (whole) return []
  const fresh = !existing.columns.has(table)
  return [...countingSql(kept), ...(fresh ? [] : anew())]
}

/** Triggers that note changes and are missing or switched off. */
const notingAdditions = (def: RecordDef, existing: Existing): string[] =>
  notingOf(def)
    .filter((t) => !existing.triggers.has(`${tableOf(def.name)}.${t.name}`))
    .map((t) => t.sql)

/**
 * What has to be added so that the database has all that the definitions want. Only adds; never drops or
 * retypes: what is no longer defined stays for whoever inherits the data.
 */
export function additionsSql(catalogue: Catalogue, existing: Existing): string[] {
  const out: string[] = []
  const late: string[] = []
  for (const def of catalogue.records.values()) {
    const table = tableModel(def, catalogue)
    const has = existing.columns.get(table.name)
    late.push(
      ...triggerAdditions(countingOf(def, catalogue), table.name, existing, () => recountSql(def, catalogue)),
      ...triggerAdditions(agendaOf(def, catalogue), table.name, existing, () =>
        agendaAnewSql(def, catalogue),
      ),
      ...notingAdditions(def, existing),
    )
    if (!has) {
      out.push(...createTableSql(table))
      late.push(...referenceSql(table))
      continue
    }
    for (const c of table.columns.filter((c) => !has.has(c.name))) {
      // a new column may not be "not null" without default over existing rows
      out.push(
        `alter table ${table.name} add column ${c.name} ${/ (default|generated) /.test(c.sql) ? c.sql : bare(c.sql)}`,
      )
      out.push(`alter table history.${table.name} add column ${c.name} ${bare(c.sql)}`)
    }
    out.push(...table.indexes.filter((i) => !existing.indexes.has(i.name)).map((i) => i.sql))
    const missing = referenceSql(table).filter(
      (r) => !existing.constraints.has(/constraint (\S+)/.exec(r)?.[1] ?? ''),
    )
    late.push(...missing)
  }
  return [...out, ...late]
}
