import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../engine/access/actor.ts'
import { stepFiles } from '../engine/cases/step-files.ts'
import { type Answer, recordSelfCheck, selfCheckOf, type Walk } from '../engine/checks/self-check.ts'
import { type ImportCounty, openImportCounty } from '../test/import-county.ts'
import { keptFile } from '../test/kept-file.ts'
import { person_ } from '../test/model-county.ts'

let c: ImportCounty
let firm: string
let safety: Actor
beforeAll(async () => {
  c = await openImportCounty()
  const values = { name: '示例木业', division: '140525108', dust: true, dustKind: '木', chief: '周总' }
  firm = (await c.door(c.county).create('enterprise', values, c.key())).row.id
  const ground = { by: 'organisation' as const, organisation: firm }
  safety = person_('安全员', [{ role: 'enterprise-officer', ground }])
})
afterAll(() => c?.close())

const meta = () => c.key()
const rowsOf = async (register: string) => (await c.door(safety).list(register, { parent: firm })).rows

describe('每月自查', () => {
  const walk = async (more: Partial<Walk> = {}): Promise<Walk> => {
    const { points } = await selfCheckOf(c.engine, safety)
    const all = Object.fromEntries(points.map((p): [string, Answer] => [p.name, 'ok']))
    return {
      ...{ id: randomUUID(), on: '2026-03-02', leader: '周总', inPerson: true },
      ...{ answers: { ...all, 'dust-layer': 'hazard', 'dust-lock': 'none' } },
      hazards: { 'dust-layer': { spot: '砂光车间', before: [await keptFile(c.engine.db, safety)] } },
      ...more,
    }
  }

  it('asks what the firm’s own facts ask for', async () => {
    const { points, chief, done } = await selfCheckOf(c.engine, safety)
    const names = points.map((p) => p.name)
    expect(names).toEqual(expect.arrayContaining(['uncertified', 'exits', 'dust-layer', 'dust-lock']))
    for (const other of ['ammonia-air', 'space-listed', 'water', 'contractors'])
      expect(names).not.toContain(other)
    expect([chief, done]).toEqual(['周总', []])
    await expect(selfCheckOf(c.engine, c.county)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('leaves no point open, and writes nothing until none is', async () => {
    const { answers, ...rest } = await walk()
    const { exits: _, ...open } = answers
    await expect(recordSelfCheck(c.engine, safety, { ...rest, answers: open }, meta())).rejects.toMatchObject(
      {
        code: 'bad-input',
        message: expect.stringContaining('还有 1 项没有说明'),
      },
    )
    await expect(
      recordSelfCheck(
        c.engine,
        safety,
        await walk({ hazards: { 'dust-layer': { spot: '砂光车间' } } }),
        meta(),
      ),
    ).rejects.toMatchObject({ message: expect.stringContaining('请填写整改前照片') })
    expect([await rowsOf('hazard'), await rowsOf('chief-check')]).toEqual([[], []])
  })

  it('what is wrong becomes a hazard with basis and measures; the walk is one 带队检查, once however often it is sent', async () => {
    const sent = await walk()
    const first = await recordSelfCheck(c.engine, safety, sent, meta())
    const again = await recordSelfCheck(c.engine, safety, sent, meta())
    expect(again.row.id).toBe(first.row.id)
    const [hazard, ...more] = await rowsOf('hazard')
    expect(more).toEqual([])
    expect(hazard).toMatchObject({
      ...{ id: first.hazards[0]?.id, state: 'found', track: 'self', origin: '企业自查上报', foundBy: '企业' },
      ...{ spot: '砂光车间', clause: '应急管理部令第10号 第十一条第十项', foundOn: '2026-03-02' },
      measures: expect.stringContaining('停机'),
    })
    const [check, ...others] = await rowsOf('chief-check')
    expect(others).toEqual([])
    expect(check).toMatchObject({ checkedOn: '2026-03-02', inPerson: true, leader: '周总', findings: 1 })
    expect(check?.subject).toMatch(/^每月自查 \d+ 项：正常 \d+，隐患 1，不涉及 1$/)
    expect(check?.points).toContain('按制度清理粉尘，现场没有积尘：有隐患，已上报')
    expect((await selfCheckOf(c.engine, safety)).done).toEqual([
      { id: check?.id, on: '2026-03-02', inPerson: true },
    ])
  })

  it('the article is demanded of a major hazard and may be left out of a general one', async () => {
    const [hazard] = await rowsOf('hazard')
    const door = c.door(safety)
    const assess = (form: Record<string, unknown>) =>
      door.act('hazard', hazard?.id ?? '', 'assessInside', form, hazard?.version ?? 0, meta())
    await expect(assess({ level: '重大' })).rejects.toMatchObject({
      details: { complaints: [{ path: 'form.clause', message: '请填写判定依据。' }] },
    })
    const { row } = await assess({ level: '一般' })
    expect(row).toMatchObject({ state: 'assessed', level: '一般' })
    // what the walk wrote stays where the assessment says nothing of it: a text, and a list
    expect(hazard?.clause).toBeTruthy()
    expect(row.clause).toBe(hazard?.clause)
    expect(hazard?.category).not.toEqual([])
    expect(row.category).toEqual(hazard?.category)
  })

  it('photos of the steps stand in order beside those of the report, for who may read the case', async () => {
    const door = c.door(safety)
    const step = async (action: string, form: Record<string, unknown>) => {
      const [row] = await rowsOf('hazard')
      return door.act('hazard', row?.id ?? '', action, form, row?.version ?? 0, meta())
    }
    await step('arrange', { responsible: '李四', measures: '清扫', dueOn: '2026-03-20' })
    const after = [await keptFile(c.engine.db, safety)]
    c.clock.set(new Date(c.clock.now().getTime() + 60_000).toISOString())
    const { row } = await step('rectify', { after, result: '已清扫', rectifiedOn: '2026-03-02' })
    const loop = c.engine.catalogue.loop('hazard')
    expect(await stepFiles(c.engine, safety, loop, row.id)).toEqual([
      {
        ...{ on: '2026-03-02', step: '整改完成，申请复查', label: '整改后照片', type: 'photos' },
        files: [expect.objectContaining({ id: after[0]?.id })],
      },
    ])
    // what was taken back shows nothing any more
    const shown = await stepFiles(c.engine, safety, loop, row.id)
    await door.takeBack('hazard', row.id, row.version, meta())
    expect(shown).toHaveLength(1)
    expect(await stepFiles(c.engine, safety, loop, row.id)).toEqual([])
    // a firm's own list is its own
    await expect(stepFiles(c.engine, c.county, loop, row.id)).rejects.toMatchObject({ code: 'not-found' })
  })
})
