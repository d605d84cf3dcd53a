import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isAlive } from '../store/embedded/processes.ts'
import { type ReaderLimits, readerLimits } from './limits.ts'
import { memoryOf } from './memory.ts'
import { isPlain } from './plain.ts'
import { ReaderPool } from './pool.ts'

const MB = 1024 * 1024
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), '治本 读 '))
})
afterAll(() => rmSync(folder, { recursive: true }))

const pools: ReaderPool[] = []
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close()
})
function poolOf(limits: Partial<ReaderLimits> = {}): ReaderPool {
  const pool = new ReaderPool({ ...readerLimits(), ...limits })
  pools.push(pool)
  return pool
}

const NOTICE = '关于安全生产的通知\n一、摸清底数。各乡镇于2026年3月底前对企业逐一登记，登记率达到100%。\n'
function fileOf(name: string, content: string | Buffer): { path: string; name: string } {
  const file = path.join(folder, name)
  writeFileSync(file, content)
  return { path: file, name }
}
/** A csv that keeps its reader busy for seconds: half-open quotes are looked at again and again. */
const long = (pool: ReaderPool, user: string) => {
  const source = fileOf(`长 ${user}.csv`, `企业名称,地址\n${'甲,乙\n'.repeat(3_000_000)}`)
  return pool.read(
    'sheet-rows',
    { ...source, sheet: 0, after: 0, into: path.join(folder, `${user}.rows`) },
    user,
    source.name,
  )
}
const short = (pool: ReaderPool, user: string) => pool.read('notice', { text: NOTICE }, user, '')

async function until(what: () => boolean): Promise<void> {
  for (let n = 0; n < 400 && !what(); n++) await pause(25)
  expect(what()).toBe(true)
}

describe('reading apart', () => {
  it('answers plain JSON from a process that lives on, on paths with Chinese and spaces', async () => {
    const pool = poolOf()
    const source = fileOf('通知 一.txt', NOTICE)
    const first = (await pool.read('notice', source, 'u', source.name)) as { notice: { items: unknown[] } }
    expect(first.notice.items).toHaveLength(1)
    const [pid] = pool.pids
    expect(pid).not.toBe(process.pid)
    await pool.read('notice', source, 'u', source.name)
    expect(pool.pids).toEqual([pid])
  })

  it('hands over what the format says is wrong, as it says it', async () => {
    const empty = fileOf('空.docx', '')
    await expect(poolOf().read('notice', empty, 'u', empty.name)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('空文件'),
    })
  })

  it('ends by time, says what to do, and reads the next file with a fresh process', async () => {
    const pool = poolOf({ time: 1500 })
    await expect(long(pool, 'a')).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/“长 a.csv”读了 2 秒仍没有读完.*请.*另存为/),
      details: { why: 'time' },
    })
    expect(await short(pool, 'a')).toMatchObject({ kind: 'text' })
  })

  it('ends by memory as the system counts it, whatever the heap says', async () => {
    const pool = poolOf({ memory: 150 * MB })
    // shared strings are held while the sheet is read
    const read = short(pool, 'a').then(() =>
      pool.read('notice', { text: '安'.repeat(40 * MB) }, 'a', '大.txt'),
    )
    await expect(read).rejects.toMatchObject({ code: 'bad-input', details: { why: 'memory' } })
    expect(await short(pool, 'a')).toMatchObject({ kind: 'text' })
  })

  it('a process killed in the middle is said as such and replaced', async () => {
    const pool = poolOf()
    const read = long(pool, 'a')
    await until(() => pool.pids.length === 1 && (memoryOf(pool.pids[0]!) ?? 0) > 60 * MB)
    const [pid] = pool.pids
    process.kill(pid!, 'SIGKILL')
    await expect(read).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('意外中断'),
    })
    expect(await short(pool, 'a')).toMatchObject({ kind: 'text' })
    expect(pool.pids).not.toContain(pid)
  })

  it('one person’s bad files hold up nobody else', async () => {
    const pool = poolOf({ time: 4000 })
    const bad = [long(pool, 'a'), long(pool, 'a'), long(pool, 'a')]
    const fates = Promise.allSettled(bad)
    const others = await Promise.all(['b', 'c', 'd'].map((user) => short(pool, user)))
    expect(others).toHaveLength(3)
    // the first of the three has not even been given up
    expect(await Promise.race([bad[0]!.catch(() => 'over'), pause(0, 'still')])).toBe('still')
    pool.close()
    expect((await fates).every((f) => f.status === 'rejected')).toBe(true)
  })

  it('a queue has an end', async () => {
    const pool = poolOf({ waitingOfOne: 2 })
    const kept = [1, 2, 3].map(() => short(pool, 'a'))
    await expect(short(pool, 'a')).rejects.toMatchObject({ code: 'too-many' })
    expect(await Promise.all(kept)).toHaveLength(3)
  })

  it('closing ends the processes and what waits', async () => {
    const pool = poolOf()
    const reads = [long(pool, 'a'), short(pool, 'a')]
    await until(() => pool.pids.length === 1)
    const { pids } = pool
    const fates = Promise.allSettled(reads)
    pool.close()
    expect(await fates).toMatchObject(reads.map(() => ({ reason: { details: { why: 'closed' } } })))
    await until(() => pids.every((pid) => !isAlive(pid)))
  })
})

it('plain data is told from what reaches into prototypes or has no end', () => {
  expect(isPlain({ a: [1, null, { b: '__proto__' }] })).toBe(true)
  expect(isPlain(JSON.parse('{"a":[{"__proto__":{"admin":true}}]}'))).toBe(false)
  expect(isPlain({ constructor: { prototype: {} } })).toBe(false)
  let deep: unknown = 1
  for (let n = 0; n < 60; n++) deep = [deep]
  expect(isPlain(deep)).toBe(false)
})
