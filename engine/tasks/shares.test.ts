import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insert } from '../../test/figures-county.ts'
import { city, county, openTasksCounty, type TasksCounty, town } from '../../test/tasks-county.ts'
import { exportTaskGrid } from '../exchange/export/index.ts'
import * as tasks from './index.ts'

let c: TasksCounty
let insured: tasks.Task
let majors: tasks.Task
const EAST = '140525101'
const WEST = '140525102'

beforeAll(async () => {
  c = await openTasksCounty()
  const { view, item } = await c.readNotice()
  const accept = (words: string, binding: Partial<tasks.Binding>) =>
    c.write((tx) =>
      tasks.acceptItem(c.s, tx, county, c.now(), view.notice.id, item(words).id, {
        title: words,
        owners: [],
        ...binding,
      }),
    )
  insured = await accept('标准化达标率', { indicator: 'insured', due: '2026-06-30' })
  majors = await accept('清零', { indicator: 'open-majors', due: '2026-12-31' })
  const { pool } = c.open.database
  const standard = c.open.catalogue.record('standard')
  const [east] = c.firms
  await insert(pool, standard, {
    firmId: east!,
    area: EAST,
    level: '二级',
    issuedOn: '2026-01-15',
    proof: 3,
  })
}, 60_000)
afterAll(() => c?.close())

const board = async (actor = county) =>
  new Map((await tasks.listTasks(c.s, c.s.db, actor, c.now())).map((t) => [t.id, t]))

describe('a town’s share', () => {
  it('comes first for its officer, beside the county’s, with a state of its own', async () => {
    const [mine, theirs] = [(await board(town)).get(insured.id)!, (await board()).get(insured.id)!]
    expect(mine.figure).toEqual(theirs.figure)
    expect(mine.figure).toMatchObject({ num: 1, den: 2, value: 50 })
    expect(mine.own).toMatchObject({ code: WEST, name: '西镇', num: 0, den: 1, value: 0, state: 'on-track' })
    expect(theirs.own).toBeUndefined()
  })

  it('is done when the town has done it, from the day it had, and late by itself', async () => {
    const [, west] = c.firms
    c.clock.set('2026-03-10T09:00:00+08:00')
    await insert(c.open.database.pool, c.open.catalogue.record('standard'), {
      firmId: west!,
      area: WEST,
      level: '三级',
      issuedOn: '2026-03-09',
      proof: 3,
    })
    expect((await board(town)).get(insured.id)).toMatchObject({
      state: 'met',
      doneOn: '2026-03-10',
      own: { num: 1, den: 1, state: 'met', doneOn: '2026-03-10' },
    })
    c.clock.set('2026-03-12T09:00:00+08:00')
    expect((await board(town)).get(insured.id)).toMatchObject({ doneOn: '2026-03-10' })
    c.clock.set('2026-07-02T09:00:00+08:00')
    await tasks.freezeDue(c.s, c.now())
    expect((await board(town)).get(insured.id)).toMatchObject({ state: 'met', doneOn: '2026-03-10' })
    c.clock.set('2026-03-12T09:00:00+08:00')
  })

  it('of nothing open is each town’s too; the page tells every town’s state', async () => {
    const page = await tasks.getTask(c.s, c.s.db, county, c.now(), majors.id)
    for (const t of page.towns.filter((t) => t.code)) expect(t.state).toBe('on-track')
  })
})

describe('tasks by place', () => {
  it('a county’s by town, the reader’s own first; several counties side by side', async () => {
    const grid = await tasks.taskGrid(c.s, c.s.db, town, c.now())
    expect(grid).toMatchObject({ by: 'town', areas: [{ code: WEST, own: true }, { code: EAST }] })
    const row = grid.rows.find((r) => r.task.id === insured.id)!
    expect(row.cells.map((x) => x && [x.name, x.value])).toEqual([
      ['西镇', 100],
      ['东镇', 100],
    ])
    const counties = await tasks.taskGrid(c.s, c.s.db, city, c.now())
    expect(counties.areas).toEqual([{ code: '140525', name: '泉县' }])
    expect(counties.rows.find((r) => r.task.id === insured.id)!.cells[0]).toMatchObject({
      value: 100,
      task: insured.id,
    })
    expect(await tasks.taskGrid(c.s, c.s.db, city, c.now(), { by: 'town', area: '140525' })).toMatchObject({
      areas: [{ code: EAST }, { code: WEST }],
    })
  })

  it('goes out as a sheet, and the journal says so', async () => {
    const chunks: Buffer[] = []
    const out = new Writable({
      write(chunk, _e, done) {
        chunks.push(Buffer.from(chunk))
        done()
      },
    })
    await exportTaskGrid(c.s, county, { format: 'csv' }, out)
    const text = Buffer.concat(chunks).toString()
    expect(text.split('\n')[0]).toContain('全县,状态,东镇,西镇')
    expect(text).toContain('标准化达标率,%,2026-06-30,100')
    const { rows } = await c.open.database.pool.query(
      `select what from journal where register = 'task' and what = 'export'`,
    )
    expect(rows).toHaveLength(1)
  })

  it('a list is found by part of a name, and a sign of a pattern is no pattern', async () => {
    const named = (q: string) => tasks.taskMet(c.s, c.s.db, county, c.now(), insured.id, { q })
    expect((await named('甲')).total).toBe(1)
    expect((await named('%')).total).toBe(0)
  })
})
