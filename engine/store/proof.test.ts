import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { choice, date, files, phone, photos, text } from '../../fields/index.ts'
import { keptFile } from '../../test/kept-file.ts'
import {
  inArea,
  openSmallCounty,
  person_,
  type SmallCounty,
  smallDefinitions,
} from '../../test/model-county.ts'
import type { Actor, Assignment } from '../access/actor.ts'
import { proves } from '../access/proves.ts'
import type { ScopeRow } from '../access/scope.ts'
import { Catalogue } from '../core/catalogue.ts'
import { checkCatalogue } from '../core/catalogue-check.ts'
import { defineRegister } from '../core/define.ts'
import type { Role } from '../core/definition.ts'
import { roleConfirms, roleProves } from '../core/roles.ts'
import type { NamedFile } from './kept-files.ts'

const cover = defineRegister('cover', {
  label: '保险',
  basis: ['测试'],
  of: 'enterprise',
  title: 'number',
  fields: {
    number: text('保单号').required(),
    kind: choice('险种', ['安责险', '其他']),
    until: date('止期').validity(),
    contact: phone('电话'),
    note: text('备注').multiline(),
    document: files('保单'),
    others: files('其他材料'),
    shots: photos('照片'),
  },
  evidence: ['document'],
  rights: { 'county-officer': 'below', 'enterprise-officer': 'own' },
})
const definitions = { ...smallDefinitions, records: [...smallDefinitions.records, cover] }

let c: SmallCounty
let enterpriseId: string
let safety: Actor
const file: Record<string, NamedFile> = {}
beforeAll(async () => {
  c = await openSmallCounty('2026-03-02T09:00:00+08:00', definitions)
  const firm = { name: '测试企业', place: '140525100', industry: '冶金' }
  enterpriseId = (await c.as(c.county).create('enterprise', firm, c.key())).row.id
  safety = person_('安全员', [
    { role: 'enterprise-officer', ground: { by: 'organisation', organisation: enterpriseId } },
  ])
  const both = [safety, c.county]
  file.pdf = await keptFile(c.db, both, { content: 'pdf', type: 'application/pdf', name: '保单.pdf' })
  file.txt = await keptFile(c.db, both, { content: 'txt', type: 'text/plain', name: '保单.txt' })
  file.plain = await keptFile(c.db, both, { content: 'plain' })
  file.typed = await keptFile(c.db, both, {
    content: 'typed',
    type: 'text/plain',
    takenAt: '2099-01-01T00:00:00.000Z',
    place: { lon: 0, lat: 0 },
  })
  const taken = { takenAt: '2026-03-01T02:00:00.000Z', place: { lon: 112.9, lat: 35.5 } }
  file.shot = await keptFile(c.db, both, { content: 'shot', ...taken })
})
afterAll(() => c.close())

let n = 0
const create = async (actor: Actor, values: Record<string, unknown> = {}) =>
  (await c.as(actor).create('cover', { enterpriseId, number: `P${++n}`, ...values }, c.key())).row
const change = async (actor: Actor, id: string, values: Record<string, unknown>, reason?: string) => {
  const { version } = await c.as(actor).get('cover', id)
  return (await c.as(actor).update('cover', id, values, version, c.key(reason ? { reason } : {}))).row.proof
}

describe('how sure a record is', () => {
  it('a document in the field that proves is evidence by itself; typing, or a paper elsewhere, is not', async () => {
    expect((await create(safety)).proof).toBe(1)
    expect((await create(safety, { document: [file.pdf] })).proof).toBe(2)
    expect((await create(safety, { document: [file.plain] })).proof).toBe(2)
    expect((await create(safety, { document: [file.txt] })).proof).toBe(1)
    expect((await create(safety, { others: [file.pdf] })).proof).toBe(1)
    // a time and place typed beside a text are more typing
    expect((await create(safety, { others: [file.typed] })).proof).toBe(1)
    expect((await create(safety, { document: [file.typed] })).proof).toBe(1)
    expect((await create(safety, { shots: [file.plain] })).proof).toBe(1)
    expect((await create(safety, { shots: [file.shot] })).proof).toBe(2)
    expect((await create(c.county)).proof).toBe(3)
  })

  it('an officer who mends a telephone number or a name has not verified what the enterprise claims', async () => {
    const { id } = await create(safety, { kind: '安责险' })
    expect(await change(c.county, id, { contact: '13800000001' })).toBe(1)
    expect(await change(c.county, id, { note: '已电话联系', number: `P${++n}` })).toBe(1)
    expect(await change(c.county, id, { until: '2026-12-31' })).toBe(3)
  })

  it('an officer verifies by saving with a reason and no change; the enterprise does not', async () => {
    const { id } = await create(safety)
    expect(await change(safety, id, {}, '我说的')).toBe(1)
    expect(await change(c.county, id, {}, '现场核实')).toBe(3)
  })

  it('an enterprise keeps a verified record verified while it mends contact and remarks, or adds papers', async () => {
    const { id } = await create(c.county, { document: [file.pdf] })
    expect(await change(safety, id, { contact: '13800000002', note: '换了电话' })).toBe(3)
    expect(await change(safety, id, { shots: [file.plain] })).toBe(3)
    expect(await change(safety, id, { document: [file.plain] })).toBe(2)
    const other = await create(c.county, { until: '2026-12-31' })
    expect(await change(safety, other.id, { until: '2027-12-31' })).toBe(1)
  })

  it('a role verifies only where its definition says so, and a grant on one case raises nobody', async () => {
    const grant = (role: Role) => ({
      role,
      ground: {
        by: 'grant' as const,
        register: 'hazard',
        record: '',
        from: '2026-01-01',
        to: '2026-12-31',
        act: true,
      },
    })
    const { row } = await c
      .as(c.county)
      .create('hazard', { enterpriseId, name: '护栏缺失', level: '一般' }, c.key())
    const word = (assignments: Assignment[]) => {
      const lent = assignments.map((a) =>
        a.ground.by === 'grant' ? { ...a, ground: { ...a.ground, record: row.id } } : a,
      )
      return proves(person_('某人', lent), c.catalogue.record('hazard'), row as ScopeRow, '2026-03-02')
    }
    expect(word([inArea('town-officer', '140525100')])).toBe('verified')
    expect(word([inArea('integration', '140525')])).toBe('verified')
    for (const role of ['city-viewer', 'province-viewer', 'expert', 'constructor'])
      expect(word([inArea(role as Role, '140525')]), role).toBe('claimed')
    // lent the case as an officer: an officer from elsewhere stays one, the firm's person and a nobody do not become one
    expect(word([grant('county-officer')])).toBe('claimed')
    expect(word([...safety.assignments, grant('county-officer')])).toBe('claimed')
    expect(word([inArea('county-officer', '140526'), grant('county-officer')])).toBe('verified')
    // two hats: what reaches the record decides, not the better hat
    expect(word([...safety.assignments, inArea('town-officer', '140525107')])).toBe('claimed')
    expect(roleProves('expert')).toBe('claimed')
    expect(roleConfirms('integration')).toBe(false)
  })

  it('a definition that names no file field as proving does not start', () => {
    const wrong = { ...cover, evidence: ['number'] }
    const catalogue = new Catalogue(
      { ...definitions, records: [...smallDefinitions.records, wrong] },
      c.services.catalogue.fieldTypes,
    )
    expect(checkCatalogue(catalogue)).toEqual([
      { path: 'cover.evidence', message: expect.stringContaining('不是“保险”的附件字段') },
    ])
  })
})
