import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { definitions } from '../../county/index.ts'
import { fieldTypes } from '../../fields/index.ts'
import { openImportCounty } from '../../test/import-county.ts'
import { person_ } from '../../test/model-county.ts'
import type { Actor } from '../access/actor.ts'
import { Catalogue } from '../core/catalogue.ts'
import type { Row } from './types.ts'
import { readValues } from './values.ts'
import { listWishes } from './wish/read.ts'
import { confirmWish } from './wish/settle.ts'

let c: Awaited<ReturnType<typeof openImportCounty>>
let firm: Row
let owner: Actor
let n = 0
const today = '2026-03-02'

beforeAll(async () => {
  c = await openImportCounty(`${today}T09:00:00+08:00`)
  const { row } = await c
    .door(c.county)
    .create(
      'enterprise',
      { name: '示例铸造有限公司', division: '140525108', industry: '机械', scale: '规上', status: '在产' },
      c.key(),
    )
  firm = row
  const ground = { by: 'organisation' as const, organisation: row.id }
  owner = person_('周安全', [{ role: 'enterprise-officer', ground }], '140525108')
})
afterAll(() => c.close())

const complaints = (e: unknown) =>
  (e as { details?: { complaints?: { path: string; message: string }[] } }).details?.complaints
const refused = (run: Promise<unknown>) => run.then(() => [], complaints)
const policy = (more: Record<string, unknown> = {}) => ({
  enterpriseId: firm.id,
  policyNumber: `ANZE-${++n}`,
  insurer: '示例财险',
  validFrom: '2026-01-01',
  validUntil: '2026-12-31',
  ...more,
})
const insure = (more: Record<string, unknown>) => c.door(c.county).create('insurance', policy(more), c.key())

describe('an end before its start', () => {
  const catalogue = new Catalogue(definitions, fieldTypes)
  const pairs = [...catalogue.records.values()].flatMap((def) =>
    Object.entries(def.fields).flatMap(([end, f]) => (f.notBefore ? [{ def, end, start: f.notBefore }] : [])),
  )

  it('is said by every register that holds a certificate, a policy, an entrustment or a span of work', () => {
    expect([...new Set(pairs.map((p) => p.def.name))].sort()).toEqual([
      'enforcement-certificate',
      'entrustment',
      'equipment',
      'guidance',
      'insurance',
      'monitoring-connection',
      'person',
      'project',
      'special-operation-certificate',
      'standardisation',
      'tenancy',
    ])
  })

  it.each(pairs.map((p) => [`${p.def.name}.${p.end}`, p] as const))(
    '%s: new, or changed on either side; the same day is none',
    (_, { def, end, start }) => {
      const said = (input: Record<string, unknown>, before?: Record<string, unknown>) =>
        readValues(catalogue, def.fields, input, { today, ...(before && { before }) }).complaints.filter(
          (x) => x.message.includes('不能早于'),
        )
      const label = (f: string) => def.fields[f]!.label
      const message = `${label(end)}（2025-04-30）不能早于${label(start)}（2025-05-01），请核对两个日期。`
      expect(said({ [start]: '2025-05-01', [end]: '2025-04-30' })).toEqual([{ path: end, message }])
      expect(said({ [end]: '2025-04-30' }, { [start]: '2025-05-01' })).toEqual([{ path: end, message }])
      expect(said({ [start]: '2025-05-01' }, { [end]: '2025-04-30' })).toEqual([{ path: start, message }])
      expect(said({ [start]: '2025-05-01', [end]: '2025-05-01' })).toEqual([])
      // what stood so before the rule blocks no other edit
      expect(said({}, { [start]: '2025-05-01', [end]: '2025-04-30' })).toEqual([])
      expect(said({ [end]: null }, { [start]: '2025-05-01', [end]: '2025-04-30' })).toEqual([])
    },
  )

  it('is refused by the door, new and changed, and in a ledger', async () => {
    const message = '保险止期（2025-12-31）不能早于保险起期（2026-01-01），请核对两个日期。'
    expect(await refused(insure({ validUntil: '2025-12-31' }))).toEqual([{ path: 'validUntil', message }])
    const { row } = await insure({})
    const change = (values: Record<string, unknown>) =>
      c.door(owner).update('insurance', row.id, values, row.version, c.key())
    expect(await refused(change({ validUntil: '2025-12-31' }))).toEqual([{ path: 'validUntil', message }])
    expect((await refused(change({ validFrom: '2027-01-01' })))?.[0]?.path).toBe('validFrom')
    const session = await c.upload(c.county, 'insurance', [
      ['企业名称', '保单号', '承保机构', '保险起期', '保险止期'],
      [String(firm.name), 'B-1', '示例财险', '2026-01-01', '2025-12-31'],
      [String(firm.name), String(row.policyNumber), '示例财险', '2027-01-01', ''],
    ])
    const rows = await c.rows(c.county, session.id)
    expect(rows.map((r) => r.state)).toEqual(['error', 'error'])
    expect(rows[0]?.problems.map((p) => p.message)).toContain(message)
  })

  it('waits together with the new start that waits, and neither is confirmed into a contradiction', async () => {
    const { row } = await c.door(c.county).create(
      'project',
      {
        enterpriseId: firm.id,
        name: '二期',
        kind: '扩建',
        stage: '竣工验收',
        startedOn: '2025-06-01',
        acceptedOn: '2025-12-01',
      },
      c.key(),
    )
    // the start decides and waits; an end before the start that still counts is not written beside it
    const saved = await c
      .door(owner)
      .update('project', row.id, { startedOn: '2024-06-01', acceptedOn: '2024-12-01' }, row.version, c.key())
    expect(saved.row).toMatchObject({ startedOn: '2025-06-01', acceptedOn: '2025-12-01' })
    expect(saved.waiting?.map((w) => w.field).sort()).toEqual(['acceptedOn', 'startedOn'])
    const open = async (field: string) =>
      (await listWishes(c.engine, c.bagong, { state: 'waiting', record: row.id })).rows.find(
        (w) => w.field === field,
      )!
    const confirm = async (field: string) => {
      const w = await open(field)
      return confirmWish(c.engine, c.bagong, w.id, { version: w.version, meta: c.key() })
    }
    const early = await confirm('acceptedOn').catch((e: Error) => e.message)
    expect(early).toContain('竣工验收日期（2024-12-01）不能早于开工日期（2025-06-01）')
    expect(early).toContain('请先核实')
    await confirm('startedOn')
    const { row: done } = await confirm('acceptedOn')
    expect(done).toMatchObject({ startedOn: '2024-06-01', acceptedOn: '2024-12-01' })
  })
})

describe('days that cannot be', () => {
  it('are refused by the door: before 1949, more than a year ahead, a validity beyond fifty years', async () => {
    const of = async (more: Record<string, unknown>) => (await refused(insure(more)))?.map((x) => x.message)
    expect(await of({ validFrom: '1948-12-31' })).toEqual(['保险起期：不能早于 1949-01-01，请核对年份'])
    expect(await of({ validFrom: '2027-03-03', validUntil: '2028-03-02' })).toEqual([
      '保险起期：不能晚于 2027-03-02，请核对年份',
    ])
    expect(await of({ validFrom: '2027-03-02', validUntil: '2028-03-01' })).toEqual([])
    expect(await of({ validUntil: '2076-03-03' })).toEqual(['保险止期：不能晚于 2076-03-02，请核对年份'])
    expect(await of({ validUntil: '2076-03-02' })).toEqual([])
    expect(await of({ validUntil: '9999-12-31' })).toEqual([])
  })

  it('and of what has happened a day after today; what a register says may be older than 1949', async () => {
    const of = async (foundedOn: string) =>
      (
        await refused(
          c.door(c.county).update('enterprise', firm.id, { foundedOn }, (await now()).version, c.key()),
        )
      )?.map((x) => x.message)
    const now = () => c.door(c.county).get('enterprise', firm.id)
    expect(await of('2026-03-03')).toEqual(['成立日期：不能晚于今天（2026-03-02），请改正'])
    expect(await of('1839-12-31')).toEqual(['成立日期：不能早于 1840-01-01，请核对年份'])
    expect(await of('1919-05-04')).toEqual([])
    expect((await now()).foundedOn).toBe('1919-05-04')
  })

  it('and positions off the globe; one outside the country is taken with a remark', async () => {
    const at = async (place: unknown) => {
      const { version } = await c.door(c.county).get('enterprise', firm.id)
      return c.door(c.county).update('enterprise', firm.id, { place }, version, c.key())
    }
    const field = Object.entries(c.engine.catalogue.record('enterprise').fields).find(
      ([, f]) => f.type === 'place',
    )
    expect(field?.[0]).toBe('place')
    for (const place of [{ lon: 181, lat: 35 }, { lon: 112, lat: 91 }, { lon: 112 }, '112,35'])
      expect(
        (await refused(at(place)))?.map((x) => x.path),
        JSON.stringify(place),
      ).toEqual(['place'])
    expect((await at({ lon: 2.35, lat: 48.85 })).warnings.map((w) => w.path)).toEqual(['place'])
    expect((await at({ lon: 112.85, lat: 35.49 })).row.place).toEqual({ lon: 112.85, lat: 35.49 })
  })
})
