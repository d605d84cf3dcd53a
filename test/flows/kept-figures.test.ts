import { Readable } from 'node:stream'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedClock } from '../../engine/core/clock.ts'
import { field } from '../../engine/core/condition/build.ts'
import { runImport, settled, startImport, undoImport } from '../../engine/exchange/import/index.ts'
import { type Engine, openEngine } from '../../engine/main.ts'
import { foldChanges } from '../../engine/store/changes.ts'
import { sql } from '../../engine/store/db.ts'
import { openDoor } from '../../engine/store/door.ts'
import { figureAtDue, figureNow } from '../../engine/tasks/figures.ts'
import { keepFigures, listTasks } from '../../engine/tasks/index.ts'
import { askedOf } from '../../engine/tasks/kept.ts'
import { standingsOf } from '../../engine/tasks/progress.ts'
import { indicatorsOf, type Task, tasksWhere } from '../../engine/tasks/rows.ts'
import { todayOf } from '../../engine/today/today.ts'
import { cloneDemo, DEMO_NOW, type DemoDatabase } from '../demo.ts'
import { xlsxOf } from '../import-county.ts'
import { inArea, person_ } from '../model-county.ts'
import { sentBy, tablesIn } from '../statements.ts'

/** Kept figures of the demo county's tasks beside figures computed without anything kept, whatever happens between. */
let demo: DemoDatabase
let engine: Engine
let other: Engine
let tasks: Task[]
const clock = fixedClock(DEMO_NOW)
const li = person_('李股长', [inArea('county-officer', '140525')])
const bagong = person_('王镇', [inArea('town-officer', '140525108')], '140525108')
const door = () => openDoor(engine, li)
let n = 0
const key = (more = {}) => ({ idempotencyKey: `kept-${++n}`, ...more })

beforeAll(async () => {
  demo = await cloneDemo()
  engine = await openEngine(demo.url, demo.dataDir, { clock })
  other = await openEngine(demo.url, demo.dataDir, { clock })
  tasks = await tasksWhere(engine.db, sql`withdrawn_at is null`)
}, 400_000)
afterAll(async () => {
  await engine?.close()
  await other?.close()
  await demo?.drop()
})

const computedAt = async () => {
  const { rows } = await sql<{
    id: string
    at: string
  }>`select task_id as id, position as at from kept_figure`.execute(engine.db)
  return new Map(rows.map((r) => [r.id, r.at]))
}

/** Every kept figure equals the one computed now from the tables, of both servers. */
async function equal() {
  const now = clock.now()
  const defs = await indicatorsOf(engine, tasks)
  for (const server of [engine, other]) {
    const kept = await standingsOf(server, tasks, now)
    for (const { task, def, figure, frozen } of kept) {
      if (!def) continue
      expect(defs.get(task)).toBe(def)
      const bare = await figureNow(server, server.db, task, def, now, { groupBy: 'places' })
      expect({ title: task.title, ...figure }).toEqual({
        title: task.title,
        ...JSON.parse(JSON.stringify(bare)),
      })
      if (frozen && task.due) {
        const { num, den } = await figureAtDue(server, server.db, { ...task, due: task.due }, def)
        expect({ num: frozen.num, den: frozen.den }).toEqual({ num, den })
      }
    }
  }
  return standingsOf(engine, tasks, now)
}

const figureOf = async (indicator: string) => {
  const found = (await equal()).find((s) => s.task.indicator === indicator)
  return { num: found!.figure.num, den: found!.figure.den }
}

describe('kept figures', () => {
  it('a board asks at most 12 statements of at most 12 tables, however many tasks and registers', async () => {
    await equal()
    const known = await tablesIn(demo.url)
    for (const actor of [li, bagong]) {
      const { statements, tables, result } = await sentBy(known, () =>
        listTasks(engine, engine.db, actor, clock.now()),
      )
      expect(result.length).toBeGreaterThan(15)
      expect(statements.length).toBeLessThanOrEqual(12)
      expect(tables.length).toBeGreaterThan(2)
      expect(tables.length).toBeLessThanOrEqual(12)
    }
    const before = await computedAt()
    expect(await keepFigures(engine, clock.now())).toBe(tasks.length)
    expect(await computedAt()).toEqual(before)
  })

  it('今日 asks at most 11, and its call one more, where something of every kind waits', async () => {
    for (const actor of [li, bagong]) {
      await todayOf(engine, actor)
      const { statements, result } = await sentBy(new Set(), () => todayOf(engine, actor))
      const kinds = new Set(result.items.map((i) => i.kind))
      expect(kinds.size, [...kinds].join()).toBeGreaterThan(3)
      expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(11)
    }
  })

  it('a change computes anew what reads its register, and nothing else; folding changes nothing', async () => {
    const before = await computedAt()
    const firm = (await door().list('enterprise', { limit: 1 })).rows[0]!
    await door().create(
      'drill',
      { enterpriseId: firm.id, subject: '疏散', heldOn: '2026-11-20', kind: '疏散逃生' },
      key(),
    )
    await equal()
    const after = await computedAt()
    const moved = [...after].filter(([id, at]) => before.get(id) !== at)
    expect(moved.length).toBeGreaterThan(0)
    for (const [, at] of moved) expect(at).toContain('drill:')
    expect(moved.length).toBe([...after.values()].filter((at) => at.includes('drill:')).length)
    expect(await foldChanges(engine.db)).toBeGreaterThan(0)
    await equal()
    expect(await computedAt()).toEqual(after)
  })

  it('another program asks another question: what an older one kept is computed anew', async () => {
    const before = await computedAt()
    const { rows } = await sql<{ n: string }>`update kept_figure set question = 'of the release before'
      returning task_id as n`.execute(engine.db)
    expect(rows.length).toBe(before.size)
    const defs = await indicatorsOf(engine, tasks)
    const [task] = tasks.filter((t) => defs.has(t))
    const c = { task: task!, def: defs.get(task!)!, frozen: false }
    const question = (program: string) => askedOf(engine, c, '2026-11-20', program).question
    expect(question('a')).not.toBe(question('b'))
    expect(question('a')).toBe(question('a'))
    await equal()
  })

  it('midnight, and the first day of a number', async () => {
    const before = await figureOf('chief-check-quarterly')
    await sql`insert into policy_row (id, key, label, value, unit, area, from_on, basis, updated_at, updated_by)
      values (gen_random_uuid(), 'chiefCheck.perQuarter', '带队检查次数', '7', '次', '140525', '2026-11-23', '县通知',
        ${clock.now()}, ${li.id})`.execute(engine.db)
    await engine.refreshPolicies()
    await other.refreshPolicies()
    expect(await figureOf('chief-check-quarterly')).toEqual(before)
    clock.set('2026-11-22T15:59:59.000Z')
    expect(await figureOf('chief-check-quarterly')).toEqual(before)
    clock.set('2026-11-22T16:00:01.000Z')
    expect((await figureOf('chief-check-quarterly')).num).toBeLessThan(before.num)
    await sql`update policy_row set removed_at = now(), version = 2 where basis = '县通知'`.execute(engine.db)
    await engine.refreshPolicies()
    await other.refreshPolicies()
    expect((await figureOf('chief-check-quarterly')).num).toBeGreaterThanOrEqual(before.num)
    // the year ends: tasks of the year stand as they were, those of before are judged from their due dates
    clock.set('2026-12-31T16:00:01.000Z')
    await equal()
    clock.set('2026-11-23T03:00:00.000Z')
    await equal()
  })

  it('an import, its undo, and a firm that moves to another town with all it has', async () => {
    const before = await figureOf('smelters-insured')
    const firms = (await door().list('enterprise', { where: field('smelting').is(true), limit: 200 })).rows
    const rows = firms.map((f, i) => [
      f.creditCode,
      f.name,
      `KEPT-${i}`,
      '某保险公司',
      '2026-11-01',
      '2027-10-31',
    ])
    const file = await xlsxOf([
      ['统一社会信用代码', '企业名称', '保单号', '保险公司', '保险起期', '保险止期'],
      ...rows,
    ])
    const started = await startImport(
      engine,
      li,
      'insurance',
      { content: Readable.from([file]), name: '保单.xlsx' },
      {},
    )
    await settled(started.id)
    await runImport(engine, li, started.id)
    await settled(started.id)
    const imported = await figureOf('smelters-insured')
    expect(imported.num).toBeGreaterThan(before.num)
    await undoImport(engine, li, started.id)
    await settled(started.id)
    expect(await figureOf('smelters-insured')).toEqual(before)

    const moving = firms.find((f) => f.town !== '140525108')!
    const share = async (town: string) =>
      (await equal())
        .find((s) => s.task.indicator === 'smelters-insured')!
        .figure.groups.find((g) => g.area === town)?.den ?? 0
    const [from, to] = [await share(moving.town!), await share('140525108')]
    await door().update(
      'enterprise',
      moving.id,
      { division: '140525108' },
      moving.version,
      key({ reason: '迁址' }),
    )
    expect([await share(moving.town!), await share('140525108')]).toEqual([from - 1, to + 1])
  })

  it('what was begun early and committed late is not missed', async () => {
    const client = new pg.Client({ connectionString: demo.url })
    await client.connect()
    try {
      const before = await figureOf('smelters-insured')
      await client.query('begin')
      await client.query(`update insurance set valid_until = '2020-12-31'`)
      const firm = (await door().list('enterprise', { limit: 1 })).rows[0]!
      const policy = { policyNumber: 'LATE-1', insurer: '某保险公司' }
      await door().create(
        'insurance',
        { enterpriseId: firm.id, ...policy, validFrom: '2026-11-01', validUntil: '2026-11-02' },
        key(),
      )
      // computed and kept at a position later than the open transaction's first change
      expect(await figureOf('smelters-insured')).toEqual(before)
      await client.query('commit')
      expect((await figureOf('smelters-insured')).num).toBe(0)
    } finally {
      await client.end()
    }
  })

  it('many ask at once: each gets what he wrote, and one computation runs at a time', async () => {
    const firms = (await door().list('enterprise', { where: field('smelting').is(true), limit: 12 })).rows
    const seen = await Promise.all(
      firms.map(async (firm, i) => {
        await door().create(
          'insurance',
          {
            enterpriseId: firm.id,
            policyNumber: `MANY-${i}`,
            insurer: '某保险公司',
            validFrom: '2026-11-01',
            validUntil: '2027-10-31',
          },
          key(),
        )
        const [view] = await listTasks(i % 2 ? engine : other, engine.db, li, clock.now(), {}).then((all) =>
          all.filter((t) => t.indicator === 'smelters-insured'),
        )
        return view!.figure.num
      }),
    )
    for (const num of seen) expect(num).toBeGreaterThan(0)
    expect(Math.max(...seen)).toBe((await figureOf('smelters-insured')).num)
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_locks
      where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`.execute(
      engine.db,
    )
    expect(rows[0]!.n).toBe(0)
  })
})
