import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { definitions } from '../county/index.ts'
import { Catalogue } from '../engine/core/catalogue.ts'
import { checkCatalogue } from '../engine/core/catalogue-check.ts'
import { fixedClock } from '../engine/core/clock.ts'
import type { LoopDef, RecordDef } from '../engine/core/definition.ts'
import { sweep } from '../engine/deadlines/sweep.ts'
import { type Database, openDatabase, sql } from '../engine/store/db.ts'
import { openDoor } from '../engine/store/door.ts'
import { createTables } from '../engine/store/migrate.ts'
import { type OpenServices, openServices } from '../engine/store/open.ts'
import { fieldTypes } from '../fields/index.ts'
import { inArea, person_ } from './model-county.ts'
import { cloneDatabase, type TestDatabase } from './pg.ts'

const root = path.resolve(import.meta.dirname, '..')

/** Files printed on the page, by name. */
function printed(): Map<string, string> {
  const page = readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8')
  return new Map([...page.matchAll(/```ts file=(\S+)\n([\s\S]*?)```/g)].map((m) => [m[1]!, m[2]!]))
}

let folder: string
let test: TestDatabase
let database: Database
let s: OpenServices
let clock: ReturnType<typeof fixedClock>
let team: RecordDef
let order: LoopDef
let n = 0
const key = () => ({ idempotencyKey: `c-${++n}` })
const li = person_('李股长', [inArea('county-officer', '140525')])

beforeAll(async () => {
  const files = printed()
  expect([...files.keys()]).toEqual(['county/registers/rescue-team.ts', 'county/loops/supervision-order.ts'])
  // two folders deep, like county/registers/, so that the printed relative imports hold
  folder = mkdtempSync(path.join(root, 'test', '.printed-'))
  const load = async (name: string) => {
    const file = path.join(folder, path.basename(name))
    writeFileSync(file, files.get(name)!)
    return Object.values((await import(/* @vite-ignore */ file)) as Record<string, RecordDef>)[0]!
  }
  team = await load('county/registers/rescue-team.ts')
  order = (await load('county/loops/supervision-order.ts')) as LoopDef
  const catalogue = new Catalogue(
    { ...definitions, records: [...definitions.records, team, order] },
    fieldTypes,
  )
  expect(checkCatalogue(catalogue)).toEqual([])
  test = await cloneDatabase()
  database = openDatabase(test.url)
  await createTables(database.pool, catalogue)
  clock = fixedClock('2026-06-01T09:00:00+08:00')
  s = await openServices(database.db, catalogue, { clock })
})
afterAll(async () => {
  if (folder) rmSync(folder, { recursive: true, force: true })
  await database?.close()
  await test?.drop()
})

describe('CONTRIBUTING.md works as printed', () => {
  it('a register: created, listed, searched, seen by its own', async () => {
    const door = openDoor(s, li)
    const firm = (
      await door.create('enterprise', { name: '晋城铸造', division: '140525104', status: '在产' }, key())
    ).row
    const { row } = await door.create(
      'rescue-team',
      { enterpriseId: firm.id, name: '铸造救援队', kind: '专职', leader: '王队', members: 12 },
      key(),
    )
    expect(row).toMatchObject({ town: '140525104', enterpriseTitle: '晋城铸造' })
    expect((await door.list('rescue-team', { search: '救援' })).rows.map((r) => r.id)).toEqual([row.id])
    const other = openDoor(s, person_('外镇', [inArea('town-officer', '140525100')]))
    expect((await other.list('rescue-team')).rows).toEqual([])
  })

  it('a loop: sent, late, climbing, answered, closed by another', async () => {
    const door = openDoor(s, li)
    const firm = (
      await door.create('enterprise', { name: '督办企业', division: '140525104', status: '在产' }, key())
    ).row
    const { row } = await door.create(
      'supervision-order',
      { enterpriseId: firm.id, subject: '整改除尘系统' },
      key(),
    )
    await door.act('supervision-order', row.id, 'send', { dueOn: '2026-06-10' }, 1, key())
    clock.set('2026-06-20T09:00:00+08:00')
    await sweep(s)
    const { rows } = await sql<{
      rung: string
      state: string
    }>`select rung, state from ladder_step where case_id = ${row.id}`.execute(s.db)
    expect(rows).toEqual([{ rung: 'remind', state: 'reached' }])
    const own = openDoor(
      s,
      person_('赵安全', [
        { role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm.id } },
      ]),
    )
    const answered = await own.act('supervision-order', row.id, 'answer', { reply: '已整改' }, 2, key())
    expect(answered.row).toMatchObject({ state: 'replied', reply: '已整改' })
    await expect(own.act('supervision-order', row.id, 'accept', {}, 3, key())).rejects.toMatchObject({
      code: 'action-not-possible',
    })
    expect((await door.act('supervision-order', row.id, 'accept', {}, 3, key())).row.state).toBe('closed')
  })
})
