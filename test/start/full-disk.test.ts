import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, rmSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanUp, command, type Running, scratch, start, until } from './program.ts'

const MB = 2 ** 20

/** Only root may mount a small disk of its own; elsewhere engine/http/hardening.test.ts shows the same edge. */
const mountable = (() => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const at = scratch('mount probe')
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'zhiben-test', at], { stdio: 'ignore' })
    execFileSync('umount', [at], { stdio: 'ignore' })
    return true
  } catch {
    return false
  } finally {
    rmSync(at, { recursive: true, force: true })
  }
})()

// a machine that lets nobody mount has no small disk to fill
if (mountable)
  describe('a real disk that fills up', () => {
    let folder: string
    let disk: string
    let program: Running
    let cookie = ''
    let oneTime = ''
    let n = 0

    beforeAll(async () => {
      folder = scratch('full disk')
      disk = path.join(folder, 'disk')
      mkdirSync(disk)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m,mode=755', 'zhiben-test', disk])
      const dataDir = path.join(disk, 'data')
      mkdirSync(dataDir)
      chmodSync(dataDir, 0o711)
      const made = await command(['init', '--area', '140525'], { dataDir })
      expect(made.code, made.said).toBe(0)
      oneTime = /一次性密码\s+(\S+)/.exec(made.said)?.[1] ?? ''
      program = await start({ dataDir })
      cookie = await signIn(oneTime)
      const changed = await send('POST', '/api/auth/change-password', {
        currentPassword: oneTime,
        newPassword: 'Zezhou-2026-anquan-chang',
      })
      expect(changed.status).toBe(200)
      cookie = cookiesOf(changed)
    }, 240_000)
    afterAll(async () => {
      if (program) {
        program.child.kill('SIGINT')
        await program.ended
      }
      if (existsSync(disk)) execFileSync('umount', ['-l', disk])
      await cleanUp(folder, [])
    })

    const cookiesOf = (r: Response) =>
      r.headers
        .getSetCookie()
        .map((c) => c.split(';')[0])
        .join('; ')
    const send = (method: string, at: string, body?: unknown) =>
      fetch(program.url + at, {
        method,
        headers: {
          ...(cookie && { cookie }),
          origin: program.url,
          'idempotency-key': `full-disk-${String(++n).padStart(4, '0')}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    const signIn = async (password: string) => {
      const answer = await send('POST', '/api/auth/sign-in/username', { username: 'admin', password })
      expect(answer.status).toBe(200)
      return cookiesOf(answer)
    }
    const write = () => send('POST', '/api/views/enterprise', { name: `视图 ${++n}` })
    const health = async () => ((await (await send('GET', '/api/health')).json()) as { disk: string }).disk
    const free = () => {
      const s = statfsSync(disk)
      return s.bavail * s.bsize
    }

    it('is told before it is full; then writes are 507 with what to do, reads and signing in go on; room again, writes again', async () => {
      expect(free()).toBeGreaterThan(300 * MB)
      expect(await health()).toBe('low')
      const today = (await (await send('GET', '/api/today')).json()) as { items: { title: string }[] }
      expect(today.items[0]?.title).toBe('磁盘快满了')
      expect((await write()).status).toBe(201)

      const filler = path.join(disk, 'filler')
      execFileSync('fallocate', ['-l', String(free() - 100 * MB), filler])
      await until('full', async () => (await health()) === 'full')
      const refused = await write()
      expect(refused.status).toBe(507)
      expect(await refused.json()).toMatchObject({
        code: 'disk-full',
        detail: expect.stringContaining('联系系统管理员清理磁盘或扩容'),
      })
      expect((await send('GET', '/api/records/enterprise')).status).toBe(200)
      expect((await send('GET', '/api/records/enterprise/export?purpose=test')).status).toBe(200)
      await signIn('Zezhou-2026-anquan-chang')
      const doctor = await command(['doctor', '--json'], { dataDir: path.join(disk, 'data') })
      const checks = (doctor.json as { checks: { id: string; state: string; detail: string }[] }).checks
      expect(checks.find((c) => c.id === 'disk')).toMatchObject({
        state: 'bad',
        detail: expect.stringContaining('只能查看，不能保存'),
      })

      rmSync(filler)
      await until('room', async () => (await health()) === 'low')
      expect((await write()).status).toBe(201)
    }, 120_000)
  })
else
  describe('a real disk that fills up', () =>
    it('cannot be mounted here: said, not passed over', () => expect(mountable).toBe(false)))
