import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImportCounty } from '../../test/import-county.ts'
import { keptFile } from '../../test/kept-file.ts'
import { person_ } from '../../test/model-county.ts'
import { scannedBy, sentBy } from '../../test/statements.ts'
import type { Actor } from '../access/actor.ts'
import type { Condition } from '../core/condition/ast.ts'
import { todayOf } from './today.ts'

let c: Awaited<ReturnType<typeof openImportCounty>>
beforeAll(async () => {
  c = await openImportCounty()
})
afterAll(() => c.close())

const key = () => ({ idempotencyKey: randomUUID() })

describe('what has expired', () => {
  it('is not told of what a newer record has replaced; the list behind it counts the same', async () => {
    const door = c.door(c.county)
    const { row: firm } = await door.create(
      'enterprise',
      { name: '示例续保机械有限公司', division: '140525108', industry: '机械' },
      key(),
    )
    const insure = (policyNumber: string, validFrom: string, validUntil: string) =>
      door.create(
        'insurance',
        { enterpriseId: firm.id, policyNumber, insurer: '示例财险', validFrom, validUntil },
        key(),
      )
    const certify = (holderName: string, category: string, validUntil: string) =>
      door.create(
        'special-operation-certificate',
        { enterpriseId: firm.id, holderName, category, validUntil },
        key(),
      )
    const expiring = async (actor = c.county) =>
      (await todayOf(c.engine, actor)).items.filter(
        (i) => i.kind === 'expires' && i.title.includes('安全生产责任保险'),
      )

    const old = await insure('旧单', '2025-02-01', '2026-02-01')
    const [told] = await expiring()
    expect(told?.title).toContain('1 条已过期')
    const owner = person_(
      '周安全',
      [{ role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm.id } }],
      '140525108',
    )
    expect(await expiring(owner)).toHaveLength(1)

    await insure('新单', '2026-02-01', '2027-02-01')
    expect(await expiring()).toEqual([])
    expect(await expiring(owner)).toEqual([])
    const query = new URL(told!.link, 'http://x').searchParams
    expect(query.get('newest')).toBe('1')
    const where = JSON.parse(query.get('where')!) as Condition
    expect((await door.list('insurance', { where, newest: true })).rows).toEqual([])
    expect((await door.list('insurance', { where })).rows.map((r) => r.id)).toEqual([old.row.id])

    // another welder's certificate replaces nothing
    const [category] = c.engine.catalogue.record('special-operation-certificate').fields.category!.options!
    await certify('张一', category!.value, '2026-01-01')
    await certify('李二', category!.value, '2028-01-01')
    expect((await door.list('special-operation-certificate', { newest: true })).rows).toHaveLength(2)
    await certify('张一', category!.value, '2032-01-01')
    expect((await door.list('special-operation-certificate', { newest: true })).rows).toHaveLength(2)
  })
})

describe('what a firm owes in every period', () => {
  const duties = async (actor: Actor) =>
    (await todayOf(c.engine, actor)).items.filter((i) => i.kind === 'duty')

  it('is told with its last day, until it is done with proof; from the figures that count it', async () => {
    const door = c.door(c.county)
    const made = {
      ...{ name: '示例职责机械有限公司', division: '140525108', industry: '机械', status: '在产' },
      plantInPlant: true,
    }
    const { row: firm } = await door.create('enterprise', made, key())
    const owner = person_(
      '吴安全',
      [{ role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm.id } }],
      '140525108',
    )
    const told = async () => (await duties(owner)).map((i) => `${i.title} ${i.due}`)
    expect(await told()).toEqual([
      '本季度主要负责人带队检查还没做 2026-03-31',
      '本季度重大事故隐患季度统计报告还没做 2026-03-31',
      '本半年疏散逃生演练还没做 2026-06-30',
    ])
    expect((await duties(owner))[0]).toMatchObject({
      why: expect.stringContaining('3月31日止'),
      link: '/self-check',
      act: { do: 'go', label: '按清单自查' },
    })
    // what is under way is gone on with, not entered a second time
    const kind = '重大隐患季度统计报告'
    const under = { enterpriseId: firm.id, kind, stage: '进行中', doneOn: '2026-03-01' }
    const begun = await door.create('measure-record', under, key())
    const report = (await duties(owner)).find((i) => i.title.includes('季度统计报告'))
    expect(report?.title).toBe(
      `本季度重大事故隐患季度统计报告已登记，还不算完成：进展是“进行中”，应为“已完成”`,
    )
    expect(report?.act).toMatchObject({ register: 'measure-record', record: begun.row.id })
    await door.archive('measure-record', begun.row.id, begun.row.version, key())
    const check = {
      ...{ enterpriseId: firm.id, checkedOn: '2026-03-01', leader: '吴总' },
      ...{ inPerson: true, subject: '全厂', findings: 0, majors: 0 },
    }
    const own = await c.door(owner).create('chief-check', check, key())
    expect((await told())[0]).toBe('本季度主要负责人带队检查已登记，还缺佐证材料 2026-03-31')
    // who only claimed is led to his record, not to a second one
    expect((await duties(owner))[0]?.act).toMatchObject({ register: 'chief-check', record: own.row.id })
    await door.archive('chief-check', own.row.id, own.row.version, key())
    // an officer has seen it
    await door.create('chief-check', check, key())
    expect(await told()).toHaveLength(2)
    const { row: chief } = await door.create(
      'person',
      { enterpriseId: firm.id, name: '吴总', roles: ['主要负责人'] },
      key(),
    )
    expect(await told()).toContain('本年度负责人轮训还没做：吴总 2026-12-31')
    await door.create(
      'training',
      {
        ...{ personId: chief.id, topic: '轮训', trainedOn: '2026-03-01', kind: '主要负责人轮训' },
        ...{ organiser: '县局', result: '合格' },
      },
      key(),
    )
    expect((await told()).join()).not.toContain('轮训')
    // a new month asks for its walk, although the quarter's check is done
    c.clock.set('2026-04-02T09:00:00+08:00')
    expect((await duties(owner)).map((i) => [i.title, i.due, i.link])[0]).toEqual([
      ...['本季度主要负责人带队检查还没做', '2026-06-30', '/self-check'],
    ])
    await door.create('chief-check', { ...check, checkedOn: '2026-04-01' }, key())
    c.clock.set('2026-05-02T09:00:00+08:00')
    expect((await duties(owner)).find((i) => i.link === '/self-check')).toMatchObject({
      ...{ title: '每月自查还没做', due: '2026-05-31' },
    })
    // nobody else is told of it
    expect(await duties(c.county)).toEqual([])
    const { statements } = await sentBy(new Set(), () => todayOf(c.engine, owner))
    const tables = await scannedBy(c.url, statements)
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(12)
    expect(tables.size, [...tables].join(' ')).toBeLessThanOrEqual(12)
  })

  it('a town whose powers are asked needs no more statements', async () => {
    const door = c.door(c.county)
    const { row: firm } = await door.create(
      'enterprise',
      { name: '示例受托机械有限公司', division: '140525108', industry: '机械', status: '在产' },
      key(),
    )
    const photo = await keptFile(c.engine.db, c.bagong)
    const found = {
      ...{ enterpriseId: firm.id, name: '护栏缺失', spot: '一车间', level: '一般', foundOn: '2026-03-01' },
      ...{ origin: '监管执法查处', foundBy: '乡镇', before: [photo] },
    }
    const { row } = await c.door(c.bagong).create('hazard', found, key())
    await c
      .door(c.bagong)
      .act('hazard', row.id, 'assess', { level: '一般', clause: '护栏' }, row.version, key())
    const [asked] = (await todayOf(c.engine, c.bagong)).items.filter((i) => i.title === '护栏缺失')
    // without an entrustment it gives notice
    expect(asked?.act).toMatchObject({ action: 'notify', label: '下达隐患告知单' })
    await todayOf(c.engine, c.bagong)
    const { statements } = await sentBy(new Set(), () => todayOf(c.engine, c.bagong))
    const tables = await scannedBy(c.url, statements)
    expect([...tables]).toContain('entrustment')
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(12)
    expect(tables.size, [...tables].join(' ')).toBeLessThanOrEqual(12)
  })
})
