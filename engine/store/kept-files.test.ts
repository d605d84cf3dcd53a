import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { files, photos, text } from '../../fields/index.ts'
import { keptFile } from '../../test/kept-file.ts'
import {
  inArea,
  openSmallCounty,
  person_,
  type SmallCounty,
  smallDefinitions,
} from '../../test/model-county.ts'
import type { Actor } from '../access/actor.ts'
import { defineRegister } from '../core/define.ts'
import { noteFilesOnWrite } from '../files/refs.ts'
import { type NamedFile, storedFiles } from './kept-files.ts'

const round = defineRegister('round', {
  label: '巡查',
  basis: ['测试'],
  of: 'enterprise',
  title: 'name',
  fields: {
    name: text('巡查内容').required(),
    shots: photos('照片').required(),
    papers: files('材料'),
  },
  rights: {
    'county-officer': 'below',
    'town-officer': 'below',
    'enterprise-officer': 'own',
    'city-viewer': 'read',
  },
})
const taken = { takenAt: '2026-03-01T02:00:00.000Z', place: { lon: 112.9, lat: 35.5, accuracy: 8 } }

let c: SmallCounty
let enterpriseId: string
let safety: Actor
let plain: NamedFile
let shot: NamedFile
let note: NamedFile
beforeAll(async () => {
  c = await openSmallCounty('2026-03-02T09:00:00+08:00', {
    ...smallDefinitions,
    records: [...smallDefinitions.records, round],
  })
  c.services.onWrite.push(noteFilesOnWrite(c.services.catalogue))
  const { row } = await c
    .as(c.county)
    .create('enterprise', { name: '测试企业', place: '140525100', industry: '冶金' }, c.key())
  enterpriseId = row.id
  safety = person_('安全员', [
    { role: 'enterprise-officer', ground: { by: 'organisation', organisation: row.id } },
  ])
  plain = await keptFile(c.db, safety, { content: '没有时间地点' })
  shot = await keptFile(c.db, safety, { content: '拍的', ...taken })
  note = await keptFile(c.db, safety, { content: '文本', type: 'text/plain', name: '记录.txt' })
})
afterAll(() => c.close())

let rounds = 0
/** Each of another workshop: the same one again is asked about. */
const create = (actor: Actor, shots: unknown[], more = {}) =>
  c.as(actor).create('round', { enterpriseId, name: `车间${++rounds}`, shots, ...more }, c.key())

describe('files in a record are what the store knows of them', () => {
  it('a typed time, place, type and size count for nothing; only the name is the client’s', async () => {
    const { row } = await create(safety, [
      { ...plain, ...taken, name: '自取.jpg', type: 'image/png', size: 1 },
    ])
    expect(row.shots).toEqual([{ id: plain.id, name: '自取.jpg', type: 'image/jpeg', size: 10 }])
    expect(row.proof).toBe(1)
    const real = await create(safety, [{ id: shot.id, name: '真.jpg' }])
    expect(real.row.shots).toEqual([{ ...shot, name: '真.jpg' }])
    expect(real.row.proof).toBe(2)
  })

  it('the same on a change: nobody lifts a record by typing', async () => {
    const { row } = await create(safety, [plain])
    const again = await c
      .as(safety)
      .update('round', row.id, { shots: [{ ...plain, ...taken }], name: '另一车间' }, 1, c.key())
    expect(again.row).toMatchObject({ proof: 1, shots: [plain] })
  })

  it('a text called image/jpeg is no photo; elsewhere it is a file like any other', async () => {
    await expect(create(safety, [{ ...note, type: 'image/jpeg' }])).rejects.toMatchObject({
      code: 'bad-input',
      details: { complaints: [{ path: 'shots', message: expect.stringContaining('只能是照片') }] },
    })
    const { row } = await create(safety, [plain], { papers: [note] })
    expect(row.papers).toEqual([note])
  })

  it('a file that was never uploaded is refused on its field', async () => {
    await expect(create(c.county, [{ id: 'e'.repeat(64), name: '没有.jpg' }])).rejects.toMatchObject({
      code: 'bad-input',
      details: { complaints: [{ path: 'shots', message: expect.stringContaining('重新上传') }] },
    })
  })

  it('another’s file is taken only by who may read it in a record', async () => {
    const secret = await keptFile(c.db, safety, { content: '只有安全员有' })
    await expect(create(c.county, [secret])).rejects.toMatchObject({ code: 'bad-input' })
    const { row } = await create(safety, [secret])
    expect((await create(c.county, [secret])).row.shots).toEqual([secret])
    const far = person_('邻镇', [inArea('town-officer', '140525108')], '140525108')
    expect((await storedFiles(c.services, c.db, far, [secret])).complaint).toContain('不是您上传的')
    // an officer who mends the record keeps its photos
    const mended = await c.as(c.county).update('round', row.id, { shots: [secret], name: '改' }, 1, c.key())
    expect(mended.row.shots).toEqual([secret])
  })
})
