/** `init`: an empty real county: areas, units, the first administrator; with --tls its own certificates. */
import { mkdir } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { parseArgs } from 'node:util'
import { loadAreas } from '../areas/load.ts'
import { createAuth, readSecret } from '../auth/index.ts'
import { oneTimePassword } from '../auth/users.ts'
import { systemClock } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { DEFAULT_PORT, dataDir, listenOn } from '../core/settings.ts'
import { journal } from '../journal/write.ts'
import { type Db, openDatabase, sql } from '../store/db.ts'
import { migrate } from '../store/migrate.ts'
import { makeCountyCa, terminalCode } from '../tls/index.ts'
import { withDatabase } from './database.ts'
import { commandLineActor } from './engine.ts'

const out = (line: string) => void process.stdout.write(`${line}\n`)

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      area: { type: 'string' },
      admin: { type: 'string', default: 'admin' },
      tls: { type: 'boolean', default: false },
      host: { type: 'string', multiple: true },
    },
  })
  if (!values.area && !values.tls)
    throw new Problem(
      'bad-input',
      '请用 --area 给出本县的行政区划代码，例如 --area 140525；或用 --tls 生成证书。',
    )
  const folder = dataDir()
  await mkdir(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  if (values.area) await county(values.area, values.admin, folder)
  if (values.tls) await certificates(folder, values.host ?? ownAddresses())
}

async function county(area: string, username: string, folder: string): Promise<void> {
  await withDatabase(async ({ url }) => {
    await migrate(url)
    const { db, close } = openDatabase(url, { max: 4 })
    try {
      const demo = await sql`select 1 from app_user where demo limit 1`.execute(db)
      if (demo.rows.length)
        throw new Problem(
          'conflict',
          '这里已有演示县的数据。真实的县请用另一个数据文件夹（ZHIBEN_DATA）或另一个数据库。',
        )
      const loaded = await loadAreas(db, area)
      out(`${loaded.name}：新增行政区划 ${loaded.areas} 个、监管单位 ${loaded.units} 个`)
      const admins = await sql<{
        username: string
      }>`select u.username from app_user u join assignment a on a.user_id = u.id
        where a.role = 'county-admin' and u.disabled_at is null and left(u.home_area, 6) = ${area}`.execute(
        db,
      )
      if (admins.rows[0]) {
        out(`县级管理员已有：${admins.rows.map((r) => r.username).join('、')}，没有再建。`)
        return
      }
      const { users } = createAuth({ db, clock: systemClock, secret: readSecret(folder) })
      const password = oneTimePassword()
      const now = systemClock.now()
      await db.transaction().execute(async (tx) => {
        const { id } = await users.create(
          {
            username,
            password,
            name: '县级管理员',
            home: area,
            unit: `${area}/`,
            assignments: [
              { role: 'county-admin', ground: { by: 'area', area } },
              { role: 'county-officer', ground: { by: 'area', area } },
            ],
            oneTime: true,
          },
          tx as Db,
        )
        const what = { register: 'user', recordId: id, title: '县级管理员', what: 'create', area }
        await journal(tx as Db, { actor: commandLineActor(area), now, ...what })
      })
      out('第一位县级管理员：')
      out(`  用户名      ${username}`)
      out(`  一次性密码  ${password}`)
      out('密码只显示这一次，首次登录时须修改。下一步：npm start，用它登录，再为其他人员建账号。')
    } finally {
      await close()
    }
  })
}

async function certificates(folder: string, hosts: string[]): Promise<void> {
  const ca = await makeCountyCa({ dataDir: folder, hosts, now: systemClock.now() })
  out('已生成本县根证书和服务器证书。')
  out(`  证书适用的地址  ${ca.hosts.join('、')}`)
  out(`  根证书指纹      ${ca.fingerprint}`)
  const host = ca.hosts.find((h) => h !== 'localhost' && h !== '127.0.0.1') ?? 'localhost'
  const address = `https://${host}:${listenOn().port ?? DEFAULT_PORT}/install`
  out('下次启动即为 https（加 --host 0.0.0.0 才能从别的设备访问）。手机和电脑先打开下面的地址安装根证书：')
  out(`  ${address}`)
  out(terminalCode(address))
  out(
    '地址不全时，用 --host 逐个给出（可写多次），例如 init --tls --host zhiben.example.lan --host 192.168.1.10',
  )
}

/** Addresses of this machine that others in its network may use. */
const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).filter((a) => a.family === 'IPv4' && !a.internal).map((a) => a.address),
  )
