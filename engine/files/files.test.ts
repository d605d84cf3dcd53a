import { readdirSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newKey, openTryApp, type TryApp } from '../../test/try-app.ts'
import { readExif } from './exif.ts'
import { noteFilesOnWrite } from './refs.ts'
import { sniff } from './sniff.ts'

let t: TryApp
let town: { id: string; cookie: string }
let county: { id: string; cookie: string }
beforeAll(async () => {
  t = await openTryApp()
  t.services.onWrite.push(noteFilesOnWrite(t.catalogue))
  town = await t.person('town-officer', '140525100')
  county = await t.person('county-officer', '140525')
})
afterAll(() => t.close())

/** A JPEG head with an EXIF block: time, zone, 35.4903 N 112.8999 E as degrees, minutes, seconds. */
function jpeg(more = '', big = true): Buffer {
  const u16 = (n: number) => {
    const b = Buffer.alloc(2)
    if (big) b.writeUInt16BE(n)
    else b.writeUInt16LE(n)
    return b
  }
  const u32 = (n: number) => {
    const b = Buffer.alloc(4)
    if (big) b.writeUInt32BE(n)
    else b.writeUInt32LE(n)
    return b
  }
  const entry = (tag: number, type: number, count: number, value: Buffer) =>
    Buffer.concat([u16(tag), u16(type), u32(count), Buffer.concat([value, Buffer.alloc(4)]).subarray(0, 4)])
  const directory = (...entries: Buffer[]) => Buffer.concat([u16(entries.length), ...entries, u32(0)])
  const rationals = (...of: [number, number][]) => Buffer.concat(of.flatMap(([a, b]) => [u32(a), u32(b)]))
  // offsets: header 8, root 30, exif 30, gps 54, then the long values
  const rootAt = 8
  const exifAt = rootAt + 30
  const gpsAt = exifAt + 30
  const longAt = gpsAt + 54
  const time = Buffer.from('2026:02:28 09:30:00\0', 'latin1')
  const zone = Buffer.from('+08:00\0', 'latin1')
  const lat = rationals([35, 1], [29, 1], [2508, 100])
  const lon = rationals([112, 1], [53, 1], [5964, 100])
  const block = Buffer.concat([
    Buffer.from(big ? 'MM' : 'II'),
    u16(42),
    u32(rootAt),
    directory(entry(0x8769, 4, 1, u32(exifAt)), entry(0x8825, 4, 1, u32(gpsAt))),
    directory(
      entry(0x9003, 2, time.length, u32(longAt)),
      entry(0x9011, 2, zone.length, u32(longAt + time.length)),
    ),
    directory(
      entry(1, 2, 2, Buffer.from('N\0')),
      entry(2, 5, 3, u32(longAt + time.length + zone.length)),
      entry(3, 2, 2, Buffer.from('E\0')),
      entry(4, 5, 3, u32(longAt + time.length + zone.length + lat.length)),
    ),
    time,
    zone,
    lat,
    lon,
  ])
  const app1 = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block])
  const length = Buffer.alloc(2)
  length.writeUInt16BE(app1.length + 2)
  return Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe1]),
    length,
    app1,
    Buffer.from([0xff, 0xda]),
    Buffer.from(more),
  ])
}

function multipart(parts: { name: string; file?: string; type?: string; content: Buffer | string }[]) {
  const line = '----zhiben'
  const chunks = parts.flatMap((p) => [
    `--${line}\r\ncontent-disposition: form-data; name="${p.name}"${p.file ? `; filename="${p.file}"` : ''}\r\n`,
    p.file ? `content-type: ${p.type ?? 'application/octet-stream'}\r\n\r\n` : '\r\n',
    p.content,
    '\r\n',
  ])
  const payload = Buffer.concat([...chunks, `--${line}--\r\n`].map((c) => Buffer.from(c as string)))
  return { payload, type: `multipart/form-data; boundary=${line}` }
}

async function upload(
  cookie: string,
  content: Buffer | string,
  file = '现场.jpg',
  fields: Record<string, string> = {},
  first = true,
) {
  const given = Object.entries(fields).map(([name, value]) => ({ name, content: value }))
  const part = { name: 'file', file, content }
  const { payload, type } = multipart(first ? [part, ...given] : [...given, part])
  const response = await t.app.inject({
    method: 'POST',
    url: '/api/files',
    headers: {
      host: 'zhiben.test',
      origin: 'http://zhiben.test',
      cookie,
      'content-type': type,
      'idempotency-key': newKey(),
    },
    payload,
  })
  return { status: response.statusCode, body: response.json() }
}

describe('files', () => {
  it('keep content under its digest, with type by bytes, time and place of the picture', async () => {
    const first = await upload(town.cookie, jpeg('one'), '护栏 缺失.JPG')
    expect(first).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        name: '护栏 缺失.JPG',
        type: 'image/jpeg',
        takenAt: '2026-02-28T01:30:00.000Z',
        place: { lon: 112.8999, lat: 35.4903 },
      },
    })
    const again = await upload(town.cookie, jpeg('one'), '另名.jpg')
    expect(again.body.id).toBe(first.body.id)
    expect(readdirSync(path.join(t.services.files.folder, 'incoming'))).toEqual([])
    expect(readdirSync(path.join(t.services.files.folder, first.body.id.slice(0, 2)))).toEqual([
      first.body.id.slice(2),
    ])
  })

  it('take time and place from the device where the picture has none, whatever the order of the parts', async () => {
    const png = (n: number) => Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from([n])])
    const told = { takenAt: '2026-03-01T10:00:00+08:00', lon: '112.9', lat: '35.5', accuracy: '12' }
    for (const [n, first] of [
      [1, true],
      [2, false],
    ] as const)
      expect((await upload(town.cookie, png(n), 'a.png', told, first)).body).toMatchObject({
        takenAt: '2026-03-01T02:00:00.000Z',
        place: { lon: 112.9, lat: 35.5, accuracy: 12 },
      })
    expect((await upload(town.cookie, png(3), 'a.png', { lon: 'x' })).status).toBe(400)
  })

  it('official papers (.ofd) are kept as what they are', () => {
    const paper = Buffer.from('PK\x03\x04 Doc_0/Document.xml OFD.xml')
    expect(sniff(paper, paper)).toBe('application/ofd')
  })

  it('refuse programs, archives, web pages, macros and empty files, whatever they are called', async () => {
    const bad: [string, Buffer | string][] = [
      ['a.jpg', Buffer.from('MZ\x90\0\x03', 'latin1')],
      ['a.png', Buffer.from('\x7fELF\x02\x01', 'latin1')],
      ['a.docx', 'PK\x03\x04 something else'],
      ['a.docx', 'PK\x03\x04 word/document.xml word/vbaProject.bin'],
      ['a.txt', '<!DOCTYPE html><script>alert(1)</script>'],
      ['a.txt', '  <svg onload=alert(1)>'],
      ['a.txt', '#!/bin/sh'],
      ['a.txt', ''],
    ]
    for (const [name, content] of bad) {
      const { status, body } = await upload(town.cookie, content, name)
      expect([name, status]).toEqual([name, 400])
      expect(body.detail).toContain('不支持')
    }
    expect((await upload(town.cookie, 'PK\x03\x04 word/document.xml', '通知.doc')).body).toMatchObject({
      name: '通知.doc.docx',
    })
    expect((await upload(town.cookie, '整改情况说明', '../../etc/说明.txt')).body).toMatchObject({
      name: '说明.txt',
      type: 'text/plain',
    })
  })

  it('refuse what is larger than the policy allows', async () => {
    const big = Buffer.concat([jpeg(), Buffer.alloc(21 * 1024 * 1024)])
    expect(await upload(town.cookie, big)).toMatchObject({ status: 413, body: { code: 'too-large' } })
    expect(readdirSync(path.join(t.services.files.folder, 'incoming'))).toEqual([])
  })

  it('are read by the uploader, and by whoever may read a record that names them, and by nobody else', async () => {
    const { body: file } = await upload(county.cookie, jpeg('secret'), '证据.jpg')
    const read = (cookie?: string) => t.send('GET', `/api/files/${file.id}`, cookie ? { cookie } : {})
    expect((await read()).status).toBe(401)
    expect((await read(town.cookie)).status).toBe(404)
    const mine = await read(county.cookie)
    expect(mine).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'image/jpeg',
        'x-content-type-options': 'nosniff',
        'content-disposition': expect.stringContaining('inline; filename*=UTF-8'),
      },
    })
    expect(mine.headers['content-security-policy']).toContain('sandbox')

    const firm = await t.send('POST', '/api/records/enterprise', {
      cookie: county.cookie,
      body: { name: '照片企业', place: '140525100' },
    })
    expect(t.log).toEqual([])
    const hazard = (before: unknown) =>
      t.send('POST', '/api/records/hazard', {
        cookie: county.cookie,
        body: { enterpriseId: firm.body.row.id, name: '有照片', level: '一般', before },
      })
    expect((await hazard([{ ...file, id: 'f'.repeat(64) }])).status).toBe(400)
    expect((await hazard([file])).status).toBe(201)
    expect((await read(town.cookie)).status).toBe(200)
    const other = await t.person('town-officer', '140525102')
    expect((await read(other.cookie)).status).toBe(404)
  })
})

describe('EXIF', () => {
  it('reads both byte orders', () => {
    for (const big of [true, false])
      expect(readExif(jpeg('', big))).toEqual({
        at: '2026-02-28T01:30:00.000Z',
        place: { lon: 112.8999, lat: 35.4903 },
      })
  })

  it('never throws and never invents, whatever the bytes', () => {
    const whole = jpeg()
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: whole.length }),
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }),
        (cut, changes) => {
          const bytes = Buffer.from(whole.subarray(0, cut))
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
          const { place } = readExif(bytes)
          return !place || (Math.abs(place.lat) <= 90 && Math.abs(place.lon) <= 180)
        },
      ),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => readExif(Buffer.from(bytes)) !== undefined),
    )
  })
})

it('text in UTF-8 and GB 18030 is text, also when the head ends inside a character', () => {
  const utf8 = Buffer.from('安全生产'.repeat(3))
  expect(sniff(utf8.subarray(0, utf8.length - 1), utf8)).toBe('text/plain')
  const gb = Buffer.from([0xb0, 0xb2, 0xc8, 0xab])
  expect(sniff(gb, gb)).toBe('text/plain')
  const neither = Buffer.from([0x80, 0xff, 0xfe, 0xff])
  expect(sniff(neither, neither)).toBeUndefined()
})
