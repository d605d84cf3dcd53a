import type { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/pg.ts'
import { systemActor } from '../access/actor.ts'
import type { Catalogue } from '../core/catalogue.ts'
import { fixedClock } from '../core/clock.ts'
import type { RecordDef } from '../core/definition.ts'
import { columnOf, parentField, tableOf } from '../core/naming.ts'
import { countyCatalogue } from '../main.ts'
import { questionsOf } from './asks.ts'
import { type Database, openDatabase, sql } from './db.ts'
import { nearQuestion } from './near.ts'
import { openServices } from './open.ts'
import type { Services } from './services.ts'

/**
 * What is asked at a save is looked up and never searched for: each question of each register has an index that begins
 * with what it asks by. Each table holds some thousand rows that are all different, below as many parents.
 */
let database: TestDatabase
let db: Database
let s: Services
beforeAll(async () => {
  database = await cloneDatabase()
  db = openDatabase(database.url, { max: 1 })
  const catalogue = countyCatalogue()
  // two thousand rows would be read whole for a hundred questions; a county's table is not
  for (const way of ['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin'])
    await sql.raw(`set enable_${way} = off`).execute(db.db)
  for (const def of catalogue.records.values()) await sql.raw(rowsOf(def, catalogue)).execute(db.db)
  s = await openServices(db.db, countyCatalogue(), { clock: fixedClock('2026-03-02T01:00:00Z') })
}, 60_000)
afterAll(async () => {
  // written without the triggers that count rows: gone before the database is looked over
  const tables = [...countyCatalogue().records.keys()].map(tableOf)
  await sql.raw(`truncate ${tables.join(', ')} cascade`).execute(db.db)
  await db?.close()
  await database?.drop()
})

const ROWS = 2000

/** Rows with something else in each field; the first parent has the first row. */
function rowsOf(def: RecordDef, catalogue: Catalogue): string {
  const no = (name: string) => String([...catalogue.records.keys()].indexOf(name) + 10_000_000)
  const id = (name: string) => `('${no(name)}-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid`
  const columns: Record<string, string> = {
    id: id(def.name),
    proof: '3',
    happened_on: `date '2026-01-01'`,
    ...Object.fromEntries(['recorded_at', 'updated_at'].map((c) => [c, 'now()'])),
    ...Object.fromEntries(['created_by', 'updated_by'].map((c) => [c, id(def.name)])),
    ...(def.kind === 'loop' && { state: `'x'`, loop_version: '1', state_since: 'now()' }),
    ...(def.of && { [columnOf(parentField(def.of))]: id(def.of) }),
  }
  const open = (def.asks ?? []).flatMap((a) => (a.where && 'field' in a.where ? [a.where.field] : []))
  for (const [name, f] of Object.entries(def.fields)) {
    if (open.includes(name)) continue
    const type = catalogue.fieldType(f).sqlType(f)
    if (type === 'text') columns[columnOf(name)] = `'v' || i`
    else if (type === 'date') columns[columnOf(name)] = `date '2020-01-01' + i`
  }
  const table = tableOf(def.name)
  return `alter table ${table} disable trigger user; insert into ${table} (${Object.keys(columns).join(', ')})
    select ${Object.values(columns).join(', ')} from generate_series(1, ${ROWS}) i; analyze ${table}`
}

const ID = '10000000-0000-7000-8000-000000000001'
const example = (type: string) =>
  ({
    date: '2026-01-01',
    number: 1,
    money: 1,
    choices: ['甲'],
    flag: true,
    ref: ID,
    time: '2026-01-01T00:00:00Z',
  })[type] ?? '甲'

it('every question is answered by an index', async () => {
  const asked: CompiledQuery[] = []
  const executor = db.db.getExecutor()
  const run = executor.executeQuery.bind(executor)
  const scans: string[] = []
  let questions = 0
  for (const def of s.catalogue.records.values()) {
    const values = Object.fromEntries(Object.entries(def.fields).map(([f, d]) => [f, example(d.type)]))
    for (const f of [...Object.entries(def.fields)].filter(([, d]) => d.unique)) delete values[f[0]]
    // what the question is limited to holds
    for (const ask of def.asks ?? []) if (ask.where && 'field' in ask.where) delete values[ask.where.field]
    asked.length = 0
    executor.executeQuery = ((q: CompiledQuery) => {
      asked.push(q)
      return run(q)
    }) as typeof run
    try {
      await questionsOf(
        s,
        db.db,
        systemActor,
        def,
        [{ id: null, parent: def.of ? ID : null, values }],
        s.clock.now(),
      )
    } finally {
      executor.executeQuery = run
    }
    const firsts = [...(def.asks ?? []).map((a) => a.same), ...(def.of ? [['parent']] : [])]
    expect(asked.length, def.name).toBe(firsts.length)
    for (const [i, query] of asked.entries()) {
      questions++
      const { rows } = await run<{ 'QUERY PLAN': string }>({
        ...query,
        sql: `explain ${query.sql}`,
      })
      const plan = rows.map((r) => r['QUERY PLAN']).join('\n')
      const same = firsts[i]!
      const by = same.map((f) => (f === 'parent' ? columnOf(parentField(def.of!)) : columnOf(f))).join('|')
      if (
        !new RegExp(
          `Index (?:Only )?Scan .* on ${tableOf(def.name)} t\\b[^\\n]*\\n\\s+Index Cond: .*\\b(${by}) = `,
        ).test(plan)
      )
        scans.push(`${def.name} ${same}\n${plan}`)
    }
  }
  expect(questions).toBeGreaterThan(30)
  expect(scans).toEqual([])
})

it('firms of a like name are looked up by what the names have in common', async () => {
  const def = s.catalogue.record('enterprise')
  const values = { name: '泽州县某某铸造有限公司', division: '140525108' }
  const asked: CompiledQuery[] = []
  const executor = db.db.getExecutor()
  const run = executor.executeQuery.bind(executor)
  executor.executeQuery = ((q: CompiledQuery) => {
    asked.push(q)
    return run(q)
  }) as typeof run
  try {
    await nearQuestion(s, db.db, systemActor, def, { id: null, parent: null, values })
  } finally {
    executor.executeQuery = run
  }
  // where there is none like it, that is all there is to do
  expect(asked).toHaveLength(1)
  const { rows } = await run<{ 'QUERY PLAN': string }>({ ...asked[0]!, sql: `explain ${asked[0]?.sql}` })
  expect(rows.map((r) => r['QUERY PLAN']).join('\n')).toMatch(
    /Index Scan using enterprise_core on enterprise t/,
  )
})
