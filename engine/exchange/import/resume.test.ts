import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportCounty, openImportCounty } from '../../../test/import-county.ts'
import { messyXlsx } from '../../../test/messy/messy.ts'
import { bundle } from '../../../test/reader.ts'
import { sql } from '../../store/db.ts'
import { getImport, isBusy, resumeImports, stopImports } from './index.ts'

let program: Awaited<ReturnType<typeof bundle>>
let c: ImportCounty
let children: ChildProcess[] = []
beforeAll(async () => {
  program = await bundle('test/import-child.ts')
  c = await openImportCounty()
}, 60_000)
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await c?.close()
  program?.remove()
})

const actor = () => ({ ...c.county, id: '00000000-0000-7000-9000-0000000000aa' })

function child(...args: string[]): { process: ChildProcess; ended: Promise<void> } {
  const made = spawn(process.execPath, [program.file, c.url, c.dir, ...args], { stdio: 'ignore' })
  children = [...children, made]
  return { process: made, ended: new Promise((done) => made.on('exit', () => done())) }
}

async function until<T>(what: () => Promise<T | undefined>, ms = 150_000): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const found = await what()
    if (found !== undefined) return found
    if (performance.now() > end) throw new Error('waited in vain')
    await new Promise((r) => setTimeout(r, 25))
  }
}

const progress = async () =>
  (
    await sql<{
      id: string
      state: string
      done: number
    }>`select id, state, done from import_session`.execute(c.engine.db)
  ).rows[0]

/** As the minute's wake-up does, until the stage has ended. */
const resumed = (id: string, who = actor()) =>
  until(async () => {
    await resumeImports(c.engine)
    const session = await getImport(c.engine, who, id)
    return isBusy(session.state) ? undefined : session
  })

describe('an import survives its program', () => {
  it('killed while reading and killed while writing: the next one goes on, nothing is lost, nothing twice', {
    timeout: 400_000,
  }, async () => {
    const ledger = messyXlsx({ rows: 2500, seed: 3 })
    const file = path.join(c.dir, '台账.xlsx')
    writeFileSync(file, ledger.bytes)
    const reader = child('start', file)
    const { id } = await until(async () => {
      const at = await progress()
      return at && at.done > 0 ? at : undefined
    })
    reader.process.kill('SIGKILL')
    await reader.ended
    const read = await resumed(id)
    expect(read.state).toBe('preview')
    const n = read.counts
    const { rows: staged } = await sql<{
      line: number
    }>`select line from import_row where session_id = ${id}`.execute(c.engine.db)
    const lines = new Set(staged.map((r) => r.line))
    for (const r of ledger.records) expect(lines).toContain(r.line)
    expect(n.create + n.update + n.same + n.error + n.skipped).toBe(lines.size)

    const writer = child('run', id)
    await until(async () => {
      const at = await progress()
      return at?.state === 'running' && at.done >= 1000 ? at : undefined
    })
    writer.process.kill('SIGKILL')
    await writer.ended
    const half = await written(id)
    // what was committed is marked, and only that
    expect(half.records).toBe(half.marked)
    expect(half.records).toBeGreaterThanOrEqual(900)
    const done = await resumed(id)
    expect(done).toMatchObject({ state: 'done', counts: n })
    const all = await written(id)
    expect(all).toEqual({ records: n.create, marked: n.create, entries: n.create, codes: all.codes })
    expect(all.codes).toBe(0)
  })

  it('goes on with the rights of the day it goes on: nothing more for who was stopped meanwhile', async () => {
    const { id } = await c.engine.auth.users.create({
      username: 'leaver',
      password: 'a-Long-Phrase-2026',
      name: '离任',
      home: c.county.home,
      assignments: [...c.county.assignments],
    })
    const leaver = (await c.engine.auth.users.find(id))!.actor
    const session = await c.upload(leaver, 'enterprise', [
      ['企业名称', '乡镇'],
      ['离任厂', '巴公镇'],
    ])
    await resumed(session.id, leaver)
    await sql`update import_session set state = 'running' where id = ${session.id}`.execute(c.engine.db)
    await c.engine.auth.users.disable(id)
    const stopped = await resumed(session.id, leaver)
    expect(stopped).toMatchObject({ state: 'failed', message: expect.stringContaining('账号已停用') })
    expect((await written(session.id)).records).toBe(0)
  })

  it('a program that stops ends the chunk it is at and leaves the rest for the next', async () => {
    await stopImports(c.engine)
    const session = await c.upload(c.county, 'enterprise', [
      ['企业名称', '乡镇'],
      ['停机厂', '巴公镇'],
    ])
    expect(session.state).toBe('reading')
    expect(await resumeImports(c.engine)).toBe(0)
  })
})

async function written(id: string) {
  const { rows } = await sql<{ records: number; marked: number; entries: number; codes: number }>`select
    (select count(*) from enterprise where batch = ${id}) as records,
    (select count(*) from import_row where session_id = ${id} and done) as marked,
    (select count(*) from journal where batch = ${id} and register = 'enterprise') as entries,
    (select count(*) from (select 1 from enterprise where batch = ${id} group by credit_code having count(*) > 1 and credit_code is not null) d) as codes`.execute(
    c.engine.db,
  )
  return rows[0]!
}
