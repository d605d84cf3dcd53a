/** The worst files one can upload, against the real program: pages stay quick, each file gets its answer. */
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { zipOf } from '../../engine/exchange/sheet/zip-write.ts'
import { isAlive } from '../../engine/store/embedded/processes.ts'
import { cloneDatabase, type TestDatabase } from '../pg.ts'
import { cleanUp, command, type Running, scratch, start, until } from './program.ts'

const MB = 1024 * 1024
const NOTICE =
  '泽州县应急管理局关于安全生产的通知\n一、摸清底数。各乡镇于2026年3月底前对企业逐一登记，登记率达到100%。\n'

let folder = ''
let database: TestDatabase
let how: { dataDir: string; env: NodeJS.ProcessEnv }
let server: Running
let key = ''
let keys = 0

beforeAll(async () => {
  folder = scratch('读 文件')
  database = await cloneDatabase()
  how = {
    dataDir: path.join(folder, 'data'),
    env: { DATABASE_URL: database.url, ZHIBEN_READER_SECONDS: '20' },
  }
  expect((await command(['init', '--area', '140525'], how)).code).toBe(0)
  const made = await command(['key', 'create', '--role', 'county-officer', '--area', '140525', '--json'], how)
  key = (made.json as { key: string }).key
  server = await start(how)
})
afterAll(async () => {
  await cleanUp(folder, server ? [server] : [])
  await database?.drop()
})

const headers = () => ({
  authorization: `Bearer ${key}`,
  // what a person is told
  'accept-language': 'zh-CN',
  'idempotency-key': `reader-test-${++keys}-${process.pid}`,
})

interface Told {
  status: number
  detail: string
  body: { notice?: { state: string; reason: string | null }; items?: unknown[]; id?: string }
}
async function told(answer: Promise<Response>): Promise<Told> {
  const response = await answer
  const body = (await response.json()) as Told['body'] & { detail?: string }
  return { status: response.status, detail: body.detail ?? '', body }
}
const upload = (url: string, name: string, bytes: Uint8Array) => {
  const body = new FormData()
  body.append('file', new Blob([bytes as BlobPart]), name)
  return told(fetch(`${server.url}${url}`, { method: 'POST', headers: headers(), body }))
}
// the same paper is sent again and again here: it is not asked whether it is there
const notice = (name: string, bytes: Uint8Array) => upload('/api/notices?confirm=1', name, bytes)
const paste = (text: string) =>
  told(
    fetch(`${server.url}/api/notices?confirm=1`, {
      method: 'POST',
      headers: { ...headers(), 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    }),
  )

/** Processes begun by another one that read files. */
function readersOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]
        const reads = readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('reader')
        return parent === String(pid) && reads ? [Number(name)] : []
      } catch {
        return []
      }
    })
}
const memory = (pid: number, what: 'VmRSS' | 'VmHWM') =>
  Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

/**
 * In a thread of its own: this one is busy with making and sending the files. In turn it asks a server of two lines
 * beside itself: what that one is late is the machine's, which other tests keep busy as well. So is the time that the
 * server and this thread stood ready and got no processor, which the kernel counts (the second number, ns).
 */
const asking = `
const { parentPort, workerData } = require('node:worker_threads')
const { createServer } = require('node:http')
const { readFileSync } = require('node:fs')
const stood = () => ['/proc/' + workerData.pid, '/proc/thread-self'].reduce((sum, of) => {
  try {
    return sum + Number(readFileSync(of + '/schedstat', 'utf8').split(' ')[1]) / 1e6
  } catch {
    return sum
  }
}, 0)
let worst = 0, machine = 0, asked = 0, over = false
parentPort.on('message', () => { over = true })
const timed = async (url) => {
  const waited = stood()
  const begun = performance.now()
  const { status } = await fetch(url)
  if (status !== 200) throw new Error(url + ' ' + status)
  return performance.now() - begun - (stood() - waited)
}
const beside = createServer((_, answer) => answer.end('ok')).listen(0, '127.0.0.1', async () => {
  const own = 'http://127.0.0.1:' + beside.address().port
  while (!over) {
    worst = Math.max(worst, await timed(workerData.url))
    machine = Math.max(machine, await timed(own))
    asked++
    await new Promise((r) => setTimeout(r, 15))
  }
  beside.closeAllConnections()
  beside.close()
  parentPort.postMessage({ worst, machine, asked })
  parentPort.close()
})
`

/** The slowest of the answers to `GET /api/health` while something goes on, and of the machine's own, ms. */
async function slowest(during: () => Promise<unknown>): Promise<{ worst: number; machine: number }> {
  const worker = new Worker(asking, {
    eval: true,
    workerData: { url: `${server.url}/api/health`, pid: server.child.pid },
  })
  const told = once(worker, 'message') as Promise<[{ worst: number; machine: number; asked: number }]>
  await once(worker, 'online')
  try {
    await during()
    worker.postMessage('over')
    const [{ worst, machine, asked }] = await told
    expect(asked).toBeGreaterThan(0)
    return { worst, machine }
  } finally {
    await worker.terminate()
  }
}

const word = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const docx = (body: string | Buffer) =>
  zipOf({
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    'word/document.xml': Buffer.concat([
      Buffer.from(`<w:document xmlns:w="${word}"><w:body>`),
      Buffer.from(body),
      Buffer.from('</w:body></w:document>'),
    ]),
  })
const workbook = (sheet: Buffer) =>
  zipOf({
    '[Content_Types].xml': '<Types/>',
    'xl/workbook.xml':
      '<workbook xmlns:r="r"><sheets><sheet name="台账" sheetId="1" r:id="a"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="a" Type="/worksheet" Target="sheet.xml"/></Relationships>',
    'xl/sheet.xml': sheet,
  })
/** A page whose content is `stream`, packed. */
function pdf(stream: Buffer): Buffer {
  const packed = deflateSync(stream)
  return Buffer.concat([
    Buffer.from(
      `%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>\nendobj\n4 0 obj\n<< /Length ${packed.length} /Filter /FlateDecode >>\nstream\n`,
    ),
    packed,
    Buffer.from('\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF'),
  ])
}

const bombs: [name: string, send: () => Promise<Told>, says: RegExp][] = [
  [
    'a .docx of 200 kB that unpacks to 200 MB',
    () => notice('展开.docx', docx(Buffer.alloc(200 * MB, 32))),
    /超过 \d+ MB.*请/,
  ],
  [
    'a .docx of three million paragraphs',
    () => notice('段落.docx', docx('<w:p><w:r><w:t>安</w:t></w:r></w:p>'.repeat(900_000))),
    /请/,
  ],
  [
    'a sheet of empty space',
    () => upload('/api/imports/enterprise', '空.xlsx', workbook(Buffer.alloc(300 * MB, 32))),
    /400 倍.*请/,
  ],
  ['400,000 characters of notice', () => paste(NOTICE.repeat(400_000 / NOTICE.length + 1)), /请/],
  [
    '2,000,000 characters of notice',
    () => notice('长.txt', Buffer.from(NOTICE.repeat(2_000_000 / NOTICE.length))),
    /请/,
  ],
  ['a PDF whose page unpacks to 400 MB', () => notice('页.pdf', pdf(Buffer.alloc(400 * MB, 'q '))), /请/],
  [
    'a CSV of one line of 150 MB',
    () => upload('/api/imports/enterprise', '一行.csv', Buffer.alloc(150 * MB, '企业')),
    /请/,
  ],
]

/** Keeps its reader busy for many seconds: rows without end, nothing wrong with them. */
const endless = () => Buffer.from(`企业名称,所在乡镇\n${'甲,\n'.repeat(8_000_000)}`)

describe('while the worst files are read', () => {
  it.each(bombs)(
    '%s: pages answer, it is told what to do, nothing stays',
    { retry: 2 },
    async (_name, send, says) => {
      const pid = server.child.pid!
      const before = memory(pid, 'VmRSS')
      let answer: Told | undefined
      const { worst, machine } = await slowest(async () => {
        answer = await send()
      })
      const { status, detail, body } = answer!
      expect(`${detail}${body.notice?.reason ?? ''}`).toMatch(says)
      expect([201, 400]).toContain(status)
      expect(worst).toBeLessThan(200 + machine)
      expect(memory(pid, 'VmRSS') - before).toBeLessThan(200 * MB)
      for (const reader of readersOf(pid)) expect(memory(reader, 'VmHWM')).toBeLessThan(900 * MB)
    },
  )

  it('a good file is read right after, and two at once', async () => {
    const made = await Promise.all([notice('一.txt', Buffer.from(NOTICE)), paste(NOTICE)])
    for (const { status, body } of made) {
      expect(status).toBe(201)
      expect(body.items).toHaveLength(1)
    }
  })
})

describe('a reading process that goes', () => {
  it('killed in the middle: the import says so, the next file works', async () => {
    const pid = server.child.pid!
    for (const old of readersOf(pid)) process.kill(old, 'SIGKILL')
    await until('no readers', () => readersOf(pid).length === 0)
    const answer = upload('/api/imports/enterprise', '台账.csv', endless())
    await until('a busy reader', () => readersOf(pid).some((reader) => memory(reader, 'VmRSS') > 60 * MB))
    for (const reader of readersOf(pid)) process.kill(reader, 'SIGKILL')
    const { status, detail } = await answer
    expect({ status, detail }).toMatchObject({ status: 503, detail: expect.stringContaining('意外中断') })
    expect((await paste(NOTICE)).status).toBe(201)
  })

  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    'the server ended by %s leaves none behind',
    async (signal) => {
      const pid = server.child.pid!
      const answer = upload('/api/imports/enterprise', '台账.csv', endless()).catch(() => 'gone')
      await until('a busy reader', () => readersOf(pid).some((reader) => memory(reader, 'VmRSS') > 60 * MB))
      const readers = readersOf(pid)
      server.child.kill(signal)
      expect(await server.ended).toBe(signal === 'SIGKILL' ? null : 0)
      await answer
      await until('no orphan', () => readers.every((reader) => !isAlive(reader)))
      server = await start(how)
    },
  )
})

it('the command line goes through the same door', async () => {
  const file = path.join(folder, '展开 的.docx')
  writeFileSync(file, docx(Buffer.alloc(200 * MB, 32)))
  const { code, said } = await command(['notice', 'parse', file], how)
  expect(code).toBe(1)
  expect(said).toMatch(/超过 \d+ MB/)
  const text = path.join(folder, '通知 一.txt')
  writeFileSync(text, NOTICE)
  const read = await command(['notice', 'parse', text, '--json'], how)
  expect(read.json).toMatchObject({ readable: true, items: [{ text: expect.stringContaining('登记率') }] })
})
