/** Checks of the database: reachable, version, encoding, order of Chinese, schema, clock. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { systemClock } from '../../core/clock.ts'
import { dataDir, externalDatabase } from '../../core/settings.ts'
import { asideText } from '../../store/aside.ts'
import { migrationFiles } from '../../store/migrate.ts'
import { withDatabase } from '../database.ts'
import type { Finding } from './types.ts'

/** How far the database's clock may be from ours before deadlines differ visibly, in seconds. */
const CLOCK_SECONDS = 5

export async function checkDatabase(): Promise<Finding[]> {
  const base = { id: 'database', title: '数据库' }
  if (!externalDatabase() && !existsSync(path.join(dataDir(), 'postgres.json'))) {
    return [{ ...base, state: 'ok', detail: '尚未建立，第一次 npm start 会建立' }]
  }
  try {
    return await withDatabase(async ({ url, embedded }) => {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
      client.on('error', () => undefined)
      await client.connect()
      try {
        return [
          await server(client, embedded),
          await order(client),
          await schema(client),
          await clock(client),
          ...(await aside(client)),
        ]
      } finally {
        await client.end()
      }
    })
  } catch (e) {
    return [
      {
        ...base,
        state: 'bad',
        detail: (e as Error).message || String(e),
        mend: externalDatabase()
          ? '请检查 DATABASE_URL 中的主机、端口、用户、口令和数据库名，以及 PostgreSQL 是否在运行'
          : `请查看 ${path.join(dataDir(), 'postgres.log')} 末尾的原因`,
      },
    ]
  }
}

const one = async (client: pg.Client, text: string) =>
  (await client.query(text)).rows[0] as Record<string, string | undefined>

async function server(client: pg.Client, embedded: boolean): Promise<Finding> {
  const base = { id: 'database', title: '数据库' }
  const r = await one(
    client,
    `select current_setting('server_version') as version, current_setting('server_version_num') as number,
      current_setting('server_encoding') as encoding, pg_size_pretty(pg_database_size(current_database())) as size`,
  )
  if (Number(r.number) < 150_000) {
    return { ...base, state: 'bad', detail: `PostgreSQL ${r.version}`, mend: '需要 PostgreSQL 15 或更高版本' }
  }
  if (r.encoding !== 'UTF8') {
    return {
      ...base,
      state: 'bad',
      detail: `编码是 ${r.encoding}`,
      mend: '请用 UTF8 编码新建数据库（create database … encoding UTF8 template template0），再恢复备份',
    }
  }
  return {
    ...base,
    state: 'ok',
    detail: `${embedded ? '内置' : '外部'} PostgreSQL ${r.version}，UTF8，${r.size}`,
  }
}

async function order(client: pg.Client): Promise<Finding> {
  const base = { id: 'collation', title: '中文排序' }
  const r = await one(client, `select count(*)::text as n from pg_collation where collname = 'zh-x-icu'`)
  if (r.n !== '0') return { ...base, state: 'ok', detail: '按拼音（ICU）' }
  return {
    ...base,
    state: 'warn',
    detail: '此 PostgreSQL 没有 ICU，中文按编码排序，不按拼音',
    mend: '不影响使用；要按拼音排序，请换用带 ICU 的 PostgreSQL',
  }
}

async function schema(client: pg.Client): Promise<Finding> {
  const base = { id: 'schema', title: '数据库结构' }
  const there = await one(client, `select to_regclass('public.schema_migration')::text as t`)
  const { rows } = there.t ? await client.query('select no, name from schema_migration') : { rows: [] }
  const applied = new Set(rows.map((r) => Number(r.no)))
  const files = migrationFiles()
  const known = new Set(files.map((f) => f.no))
  const newer = rows.filter((r) => !known.has(Number(r.no)))
  if (newer.length) {
    return {
      ...base,
      state: 'bad',
      detail: `数据库由更新的程序升级过（${newer.map((r) => r.name).join('、')}）`,
      mend: '请升级本程序',
    }
  }
  const missing = files.filter((f) => !applied.has(f.no))
  if (missing.length === 0) return { ...base, state: 'ok', detail: `最新（${files.at(-1)?.name ?? '空'}）` }
  return {
    ...base,
    state: 'warn',
    detail: `有 ${missing.length} 个升级未执行`,
    mend: '执行 node zhiben.mjs migrate，或直接启动（会自动执行）',
  }
}

/** Records that an upgrade left without effect because something else was typed: told until somebody has looked. */
async function aside(client: pg.Client): Promise<Finding[]> {
  const there = await one(client, `select to_regclass('public.set_aside')::text as t`)
  if (!there.t) return []
  const { rows } = await client.query('select distinct register from set_aside order by 1')
  const out: Finding[] = []
  for (const { register } of rows) {
    const { n = '0' } = await one(client, `select count(*)::text as n from (${asideText(register)}) x`)
    out.push({
      id: `aside-${register}`,
      title: '升级时没有采用的记录',
      ...(n === '0'
        ? { state: 'ok', detail: '都已核对' }
        : {
            state: 'warn',
            detail: `${n} 家企业最近的状态变更记录与台账上的状态不一致，按台账计`,
            mend: '县局人员在“今日”里逐家核对，登记一条新的状态变更后不再提示',
          }),
    })
  }
  return out
}

async function clock(client: pg.Client): Promise<Finding> {
  const base = { id: 'clock', title: '时钟' }
  const r = await one(client, `select extract(epoch from clock_timestamp())::text as at`)
  const off = Math.abs(Number(r.at) - systemClock.now().getTime() / 1000)
  if (off <= CLOCK_SECONDS) return { ...base, state: 'ok', detail: '本机与数据库一致' }
  return {
    ...base,
    state: 'warn',
    detail: `本机与数据库相差 ${Math.round(off)} 秒`,
    mend: '请让两台机器用同一个时间服务器（NTP）校时；期限和留痕都靠它',
  }
}
