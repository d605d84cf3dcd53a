import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../engine/access/actor.ts'
import { drawSealed, sealedCounts } from '../../engine/cases/sealed.ts'
import { fixedClock } from '../../engine/core/clock.ts'
import type { Condition } from '../../engine/core/condition/ast.ts'
import { sweep } from '../../engine/deadlines/sweep.ts'
import { exportRegister } from '../../engine/exchange/export/index.ts'
import {
  getImport,
  importRows,
  listImports,
  rejectedSheet,
  undoImport,
} from '../../engine/exchange/import/index.ts'
import { readJournal } from '../../engine/journal/list.ts'
import { type Db, sql } from '../../engine/store/db.ts'
import { openDoor } from '../../engine/store/door.ts'
import type { Row } from '../../engine/store/types.ts'
import { todayOf } from '../../engine/today/today.ts'
import { type ImportCounty, openImportCounty } from '../import-county.ts'
import { keptFile } from '../kept-file.ts'
import { inArea, person_ } from '../model-county.ts'

/**
 * What a firm finds itself and is not major is read by the firm alone; authorities get counts and samples. Walked
 * through every path that shows records. Nothing of engine/access is used to say what should be seen.
 */
const BAGONG = '140525108'
const SECRET = '自查吊钩磨损'
const at = (day: string) => ({ ...c.engine, clock: fixedClock(`${day}T10:00:00+08:00`) })

let c: ImportCounty
let firm: Row
let safety: Actor
let second: Actor
let own: Row
let major: Row
let county: Actor

beforeAll(async () => {
  c = await openImportCounty()
  firm = (await c.door(c.county).create('enterprise', { name: '巴公铸造厂', division: BAGONG }, c.key())).row
  const ground = { by: 'organisation' as const, organisation: firm.id }
  safety = person_('安全员', [{ role: 'enterprise-officer', ground }])
  second = person_('副手', [{ role: 'enterprise-officer', ground }])
  const { id } = await c.engine.auth.users.create({
    username: 'lixian',
    password: 'right-password-1',
    name: '李县',
    home: '140525',
    assignments: [inArea('county-officer', '140525')],
  })
  county = (await c.engine.auth.users.find(id))!.actor
  own = await find(SECRET)
  major = await find('自查煤气报警器失灵')
  await act(safety, own, 'assessInside', { level: '一般', clause: '安全生产法 第三十六条' })
  await act(safety, own, 'arrange', { responsible: '李四', measures: '更换吊钩', dueOn: '2026-03-05' })
  await act(safety, major, 'assessInside', { level: '重大', clause: '应急管理部令第10号 第四条' })
})
afterAll(() => c?.close())

async function find(name: string): Promise<Row> {
  const values = {
    enterpriseId: firm.id,
    name,
    origin: '企业自查上报',
    foundBy: '企业',
    foundOn: '2026-03-02',
    spot: `${name}处`,
    before: [await keptFile(c.engine.db, safety)],
  }
  return (await openDoor(c.engine, safety).create('hazard', values, c.key())).row
}

async function act(by: Actor, row: Row, action: string, form: Record<string, unknown>, day = '2026-03-02') {
  const { rows } = await sql<{ version: number }>`select version from hazard where id = ${row.id}`.execute(
    c.engine.db,
  )
  return (await openDoor(at(day), by).act('hazard', row.id, action, form, rows[0]!.version, c.key())).row
}

const authorities = (): [string, Actor][] => [
  ['county', county],
  ['town', c.bagong],
  ['administrator', c.admin],
  ['city', c.viewer],
  ['unit', person_('股', [{ role: 'county-officer', ground: { by: 'unit', unit: '140525/' } }])],
  ['machine', { ...person_('机', [inArea('integration', '140525')]), kind: 'machine' as const }],
]
const contains: Condition = { field: 'name', op: 'contains', to: { value: '吊钩' } }

describe('a firm’s own list of general hazards', () => {
  it('is the firm’s: every colleague reads it, no authority does, by list, id, search, filter or file', async () => {
    for (const by of [safety, second])
      expect((await openDoor(c.engine, by).list('hazard', {})).rows.map((r) => r.name)).toContain(SECRET)
    for (const [who, actor] of authorities()) {
      const door = openDoor(c.engine, actor)
      for (const query of [{}, { search: '吊钩' }, { where: contains }, { parent: firm.id, archived: true }])
        expect(JSON.stringify(await door.list('hazard', query)), who).not.toContain('吊钩')
      await expect(door.get('hazard', own.id), who).rejects.toMatchObject({ code: 'not-found' })
      await expect(door.actions('hazard', own.id), who).rejects.toMatchObject({ code: 'not-found' })
      await expect(door.timeline('hazard', own.id), who).rejects.toMatchObject({ code: 'not-found' })
      await expect(
        door.act('hazard', own.id, 'withdraw', { reason: 'x' }, 3, c.key()),
        who,
      ).rejects.toMatchObject({
        code: 'not-found',
      })
      await expect(door.update('hazard', own.id, { spot: 'x' }, 3, c.key()), who).rejects.toMatchObject({
        code: 'not-found',
      })
      const out = new PassThrough()
      const chunks: Buffer[] = []
      out.on('data', (b: Buffer) => chunks.push(b))
      await exportRegister(c.engine, actor, 'hazard', { format: 'csv', purpose: '核对台账' }, out)
      expect(Buffer.concat(chunks).toString('utf8'), who).not.toContain('吊钩')
    }
  })

  it('a major one is seen as before', async () => {
    for (const by of [county, c.bagong, c.viewer])
      expect(
        (await openDoor(c.engine, by).list('hazard', {})).rows.map((r) => r.id),
        by.name,
      ).toEqual([major.id])
  })

  it('does not show through the enterprise: no filter of firms by it, no line in the file’s timeline', async () => {
    const asks = (test: Condition) => ({ where: test })
    const some: Condition = { related: 'hazard', test: 'some', where: contains }
    const none: Condition = { related: 'hazard', test: 'none', where: contains }
    const door = openDoor(c.engine, county)
    expect((await door.list('enterprise', asks(some))).rows).toEqual([])
    expect((await door.list('enterprise', asks(none))).rows).toHaveLength(1)
    expect((await openDoor(c.engine, safety).list('enterprise', asks(some))).rows).toHaveLength(1)
    const told = JSON.stringify((await door.timeline('enterprise', firm.id)).entries)
    expect(told).toContain('自查煤气报警器失灵')
    expect(told).not.toMatch(/吊钩/)
    expect(
      JSON.stringify((await openDoor(c.engine, safety).timeline('enterprise', firm.id)).entries),
    ).toContain(SECRET)
    const journal = await readJournal(c.engine, { areas: ['140525'], register: 'hazard' })
    expect(JSON.stringify(journal)).not.toMatch(/吊钩/)
    expect(journal.entries.some((e) => e.recordId === own.id)).toBe(true)
    // a search that found it would tell what it is, or whose
    await sql`update hazard set number = '自查-1' where id = ${own.id}`.execute(c.engine.db)
    await sql`update enterprise set credit_code = '911405250000ABC123' where id = ${firm.id}`.execute(
      c.engine.db,
    )
    const code = '911405250000abc123'
    for (const record of ['吊钩', '自查-1', code]) {
      const { entries } = await readJournal(c.engine, { areas: ['140525'], record, limit: 200 })
      expect(
        entries.filter((e) => e.recordId === own.id),
        record,
      ).toEqual([])
    }
    const byCode = await readJournal(c.engine, { areas: ['140525'], record: code, limit: 200 })
    expect(byCode.entries.map((e) => e.recordId)).toContain(firm.id)
  })

  it('a sheet that the firm brought is the firm’s: no import, row, raw cell or rejected sheet for an authority', async () => {
    const s = await c.upload(safety, 'hazard', [
      ['企业名称', '隐患描述', '隐患来源', '排查主体', '排查日期'],
      ['巴公铸造厂', '吊钩防脱扣缺失', '企业自查上报', '企业', '2026-03-01'],
      ['没有的厂', '吊钩裂纹', '企业自查上报', '企业', '2026-03-01'],
    ])
    expect((await listImports(c.engine, safety)).imports.map((i) => i.id)).toEqual([s.id])
    expect((await importRows(c.engine, safety, s.id)).rows).toHaveLength(2)
    for (const [who, actor] of authorities()) {
      expect((await listImports(c.engine, actor)).imports, who).toEqual([])
      for (const asked of [
        () => getImport(c.engine, actor, s.id),
        () => importRows(c.engine, actor, s.id),
        () => rejectedSheet(c.engine, actor, s.id, new PassThrough()),
        () => undoImport(c.engine, actor, s.id),
      ])
        await expect(asked(), who).rejects.toMatchObject({ code: 'not-found' })
    }
    // a ledger that holds nothing sealed is the administrator's to see as before
    const plain = await c.upload(c.bagong, 'enterprise', [['企业名称'], ['某厂']])
    expect((await listImports(c.engine, c.admin)).imports.map((i) => i.id)).toEqual([plain.id])
  })

  it('the journal of the area keeps the reason of a sealed entry from its administrators', async () => {
    const { rows } = await sql<{ version: number }>`select version from hazard where id = ${own.id}`.execute(
      c.engine.db,
    )
    const meta = { ...c.key(), reason: '吊钩位置写错' }
    await openDoor(c.engine, safety).update('hazard', own.id, { spot: '二跨' }, rows[0]!.version, meta)
    const { entries } = await readJournal(c.engine, { areas: ['140525'], register: 'hazard', what: 'update' })
    expect(entries.find((e) => e.recordId === own.id)).toMatchObject({ reason: null, changes: [] })
    expect(JSON.stringify(entries)).not.toContain('吊钩')
  })

  it('late, it is reminded of in the firm and listed nowhere else; no letter ever goes', async () => {
    const late = at('2026-04-30')
    await sweep(late)
    const { rows } = await sql<{ kind: string; state: string }>`select kind, state from ladder_step
      where case_id = ${own.id}`.execute(c.engine.db)
    expect(rows).toEqual([{ kind: 'remind', state: 'reached' }])
    expect(JSON.stringify(await todayOf(late, safety))).toContain(SECRET)
    for (const [who, actor] of authorities())
      expect(JSON.stringify(await todayOf(late, actor)), who).not.toContain('吊钩')
  })

  it('rungs planned by the version before fall away instead of being climbed', async () => {
    await sql`insert into ladder_step (id, deadline_id, loop, case_id, rung, label, kind, due_on, state)
      select gen_random_uuid(), id, 'hazard', ${own.id}, 'letter', '督促函', 'letter', '2026-03-13', 'planned'
      from deadline where record_id = ${own.id} and kind = 'rectify'`.execute(c.engine.db)
    await sweep(at('2026-05-01'))
    const { rows } = await sql<{ state: string }>`select state from ladder_step
      where case_id = ${own.id} and rung = 'letter'`.execute(c.engine.db)
    expect(rows).toEqual([{ state: 'void' }])
    const told =
      await sql`select 1 from journal where record_id = ${own.id} and what = 'sweep:letter'`.execute(
        c.engine.db,
      )
    expect(told.rows).toEqual([])
  })

  it('authorities get counts and the closing rate', async () => {
    const counts = { total: 1, done: 0, dropped: 0, rate: 0 }
    expect(await sealedCounts(at('2026-04-30'), county, c.engine.catalogue.record('hazard'))).toMatchObject({
      ...counts,
      late: 1,
      draws: true,
    })
    expect(await sealedCounts(c.engine, c.viewer, c.engine.catalogue.record('hazard'))).toMatchObject({
      ...counts,
      draws: false,
    })
    const other = person_('别镇', [inArea('town-officer', '140525100')], '140525100')
    expect((await sealedCounts(c.engine, other, c.engine.catalogue.record('hazard'))).total).toBe(0)
  })

  it('a sample is drawn with a reason, opens that record to that officer for some days, and the firm sees it', async () => {
    const def = c.engine.catalogue.record('hazard')
    const draw = (actor: Actor) =>
      c.engine.db
        .transaction()
        .execute((tx) =>
          drawSealed(c.engine, tx as Db, actor, def, { count: 5, reason: '季度抽查' }, c.key(), (g) =>
            c.engine.auth.users.grant({ user: actor.id, by: actor.id, register: 'hazard', ...g }, tx as Db),
          ),
        )
    await expect(draw(c.viewer)).rejects.toMatchObject({ code: 'forbidden' })
    const drawn = await draw(county)
    expect(drawn).toEqual([{ id: own.id, title: SECRET, until: '2026-03-08' }])
    const again = (await c.engine.auth.users.find(county.id))!.actor
    const door = openDoor(c.engine, again)
    expect((await door.get('hazard', own.id)).name).toBe(SECRET)
    expect((await door.list('hazard', { search: '吊钩' })).rows).toHaveLength(1)
    await expect(draw(again)).rejects.toMatchObject({ code: 'conflict' })
    // a sample is for reading and for raising
    const offered = await door.actions('hazard', own.id)
    expect(offered.filter((o) => o.enabled).map((o) => o.id)).toEqual(['upgrade'])
    await expect(act(again, own, 'withdraw', { reason: '误判' })).rejects.toMatchObject({
      code: 'action-not-possible',
    })
    // the list of one may be seen once a quarter, whoever draws
    await expect(draw(c.bagong)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('每家企业每季度最多 3 条'),
    })
    await expect(openDoor(c.engine, c.bagong).get('hazard', own.id)).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(openDoor(at('2026-03-09'), again).get('hazard', own.id)).rejects.toMatchObject({
      code: 'not-found',
    })
    const { entries } = await openDoor(c.engine, safety).timeline('hazard', own.id)
    expect(entries[0]).toMatchObject({ what: 'act:sample', actor: { name: '李县' }, reason: '季度抽查' })
    expect(entries[0]!.text).toContain('抽查')
    // what turns out to be major goes the way of every major one
    const raised = await act(again, own, 'upgrade', { clause: '应急管理部令第10号', reason: '危及人员' })
    expect(raised).toMatchObject({ level: '重大', track: 'major' })
    expect((await openDoor(c.engine, c.bagong).get('hazard', own.id)).name).toBe(SECRET)
  })

  it('an officer who judges a firm’s major one down still gets the answer to what he did', async () => {
    const paper = await keptFile(c.engine.db, county, { name: '说明.pdf', type: 'application/pdf' })
    const row = await act(county, major, 'downgrade', { reason: '不符合判定条件', evidence: [paper] })
    expect(row).toMatchObject({ level: '一般', track: 'self' })
    await expect(openDoor(c.engine, county).get('hazard', major.id)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('samples are a part of a firm’s list, counted over the quarter and over all who draw', async () => {
    const def = c.engine.catalogue.record('hazard')
    const other = (
      await c.door(c.county).create('enterprise', { name: '巴公锻造厂', division: BAGONG }, c.key())
    ).row.id
    const ground = { by: 'organisation' as const, organisation: other }
    const alone = person_('独一人', [{ role: 'enterprise-officer', ground }])
    for (let i = 0; i < 7; i++)
      await openDoor(c.engine, alone).create(
        'hazard',
        {
          enterpriseId: other,
          name: `自查第${i}条`,
          origin: '企业自查上报',
          foundBy: '企业',
          foundOn: '2026-03-02',
          spot: '锻工间',
          before: [await keptFile(c.engine.db, alone)],
        },
        c.key(),
      )
    const draw = (day: string, count: number) =>
      c.engine.db
        .transaction()
        .execute((tx) =>
          drawSealed(at(day), tx as Db, county, def, { parent: other, count, reason: '抽查' }, c.key(), (g) =>
            c.engine.auth.users.grant({ user: county.id, by: county.id, register: 'hazard', ...g }, tx as Db),
          ),
        )
    // 30 % of seven are two
    expect(await draw('2026-03-02', 1)).toHaveLength(1)
    expect(await draw('2026-03-03', 5)).toHaveLength(1)
    await expect(draw('2026-03-31', 1)).rejects.toMatchObject({ code: 'conflict' })
    expect(await draw('2026-04-01', 5)).toHaveLength(2)
  })

  it('who is the only account of a firm closes by naming who looked, with a photo', async () => {
    const row = await find('自查护罩松动')
    await act(safety, row, 'assessInside', { level: '一般', clause: '第三十六条' })
    await act(safety, row, 'arrange', { responsible: '李四', measures: '紧固', dueOn: '2026-03-05' })
    const photo = async () => [await keptFile(c.engine.db, safety)]
    await act(safety, row, 'rectify', { after: await photo(), result: '已紧固', rectifiedOn: '2026-03-02' })
    const form = { closedOn: '2026-03-02', opinion: '合格' }
    await expect(act(safety, row, 'acceptInside', form)).rejects.toMatchObject({
      details: { complaints: [{ path: 'form.checker' }, { path: 'form.onSite' }] },
    })
    for (const checker of ['安全员', '李四'])
      await expect(
        act(safety, row, 'acceptInside', { ...form, checker, onSite: await photo() }),
      ).rejects.toMatchObject({ details: { complaints: [{ path: 'form.checker' }] } })
    const closed = await act(safety, row, 'acceptInside', { ...form, checker: '王五', onSite: await photo() })
    expect(closed).toMatchObject({ state: 'closed', proof: 1 })
  })

  it('the retry of a write that seals the row gets the first answer again', async () => {
    const door = openDoor(c.engine, county)
    const paper = await keptFile(c.engine.db, county, { name: '说明.pdf', type: 'application/pdf' })
    const judged = await find('自查除尘器积灰')
    const { version } = await act(safety, judged, 'assessInside', { level: '重大', clause: '第四条' })
    const form = { reason: '不符合判定条件', evidence: [paper] }
    const key = c.key()
    const down = () => door.act('hazard', judged.id, 'downgrade', form, version, key)
    const first = await down()
    expect(await down()).toEqual({ ...first, replayed: true })
    // also when the firm has gone on since: the answer is the one that was given
    await act(safety, judged, 'arrange', { responsible: '李四', measures: '清灰', dueOn: '2026-03-05' })
    expect((await down()).row).toMatchObject({ version: first.row.version, state: 'assessed' })

    const entered = {
      enterpriseId: firm.id,
      name: '代企业登记的自查隐患',
      origin: '企业自查上报',
      foundBy: '企业',
      foundOn: '2026-03-02',
      spot: '库房',
      finder: '赵六六',
      before: [await keptFile(c.engine.db, county)],
    }
    const once = c.key()
    const create = () => door.create('hazard', entered, once)
    const made = await create()
    expect(await create()).toEqual({ ...made, replayed: true })
    await expect(door.get('hazard', made.row.id)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('weighs nothing in a grade, whatever rule a county adds of its own', async () => {
    const { loadSubjects } = await import('../../engine/indicators/subjects.ts')
    const load = async (unsealed: boolean) =>
      (
        await loadSubjects(c.engine.db, c.engine.catalogue, 'enterprise', [firm.id], {
          related: ['hazard'],
          parent: false,
          unsealed,
        })
      )[0]!.related.hazard!.map((r) => r.id)
    await find('自查地面湿滑')
    expect(await load(false)).toHaveLength(6)
    expect(await load(true)).toEqual([own.id])
  })
})
