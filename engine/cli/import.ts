/** `import REGISTER FILE`: reads a ledger, says what would become of each row, writes it unless --dry-run. */
import { createWriteStream, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Problem } from '../core/errors.ts'
import {
  dropImport,
  getImport,
  type ImportSession,
  importRows,
  isBusy,
  type Mapping,
  rejectedSheet,
  runImport,
  settled,
  startImport,
} from '../exchange/import/index.ts'
import type { Engine } from '../main.ts'
import { sql } from '../store/db.ts'
import { commandLineActor, printJson, withEngine } from './engine.ts'
import { say } from './say.ts'

const SHOWN = 200

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      area: { type: 'string' },
      map: { type: 'string' },
      'dry-run': { type: 'boolean' },
      rejected: { type: 'string' },
      json: { type: 'boolean' },
    },
  })
  const [register, file] = positionals
  if (!register || !file)
    throw new Problem('bad-input', '请写明台账和文件：import enterprise 台账.xlsx --area 140525')
  const mapping = values.map ? readMap(values.map) : {}
  return withEngine(async (engine) => {
    const area = values.area ?? (await onlyCounty(engine))
    const actor = commandLineActor(area)
    const source = { path: path.resolve(file), name: path.basename(file) }
    const { id } = await startImport(engine, actor, register, source, { area, mapping })
    const watch = async () => {
      const done = follow(engine, id)
      await settled(id)
      done()
      // another program may have taken it up
      for (;;) {
        const session = await getImport(engine, actor, id)
        if (!isBusy(session.state)) return session
        await new Promise((r) => setTimeout(r, 500))
      }
    }
    let session = await watch()
    const writable = session.counts.create + session.counts.update + session.counts.same > 0
    if (session.state === 'preview' && !values['dry-run'] && writable) {
      await runImport(engine, actor, id)
      session = await watch()
    }
    const { rows } = await importRows(engine, actor, id, { state: 'error', limit: SHOWN })
    if (values.rejected && session.counts.error)
      await rejectedSheet(engine, actor, id, createWriteStream(values.rejected))
    if (values['dry-run'] && session.state === 'preview') await dropImport(engine, actor, id)
    const { sample: _, ...told } = session
    if (values.json) printJson({ ...told, dryRun: values['dry-run'] ?? false, errors: rows })
    else print(session, rows, values['dry-run'] ?? false)
    const failed =
      session.state === 'failed' || !session.recognised || (!writable && session.counts.error > 0)
    return failed ? 1 : 0
  })
}

/** heading → field, or a whole map: headings, headingLine, sheet, dateFormats, key, values. */
function readMap(file: string): Mapping {
  let map: unknown
  try {
    map = JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''))
  } catch (e) {
    throw new Problem('bad-input', `读不出列对应文件 ${file}（${(e as Error).message}），请检查是否为 JSON。`)
  }
  if (typeof map !== 'object' || map === null || Array.isArray(map))
    throw new Problem('bad-input', `列对应文件 ${file} 应为 JSON 对象，如 {"headings": {"单位": "name"}}。`)
  const known = ['headings', 'headingLine', 'sheet', 'dateFormats', 'key', 'values']
  const plain =
    Object.values(map).every((v) => typeof v === 'string') && !Object.keys(map).some((k) => known.includes(k))
  return plain ? { headings: map as Record<string, string> } : (map as Mapping)
}

/** The county, where the installation has just one. */
async function onlyCounty(engine: Engine): Promise<string> {
  const { rows } = await sql<{
    code: string
  }>`select code from area where level = 'county' order by code limit 2`.execute(engine.db)
  if (rows.length === 1) return rows[0]!.code
  throw new Problem(
    'bad-input',
    rows.length
      ? '这里有不止一个县，请用 --area 写明导入到哪个县或乡镇（区划代码）。'
      : '数据库里还没有行政区划，请先运行 init --area 县代码。',
  )
}

/** Progress for the person at the terminal. @returns stops it */
function follow(engine: Engine, id: string): () => void {
  if (!process.stderr.isTTY) return () => {}
  const timer = setInterval(() => {
    void sql<{
      state: string
      done: number
      total: number
    }>`select state, done, total from import_session where id = ${id}`
      .execute(engine.db)
      .then(({ rows: [r] }) => {
        if (r) process.stderr.write(`\r\x1b[K${r.state === 'reading' ? '读取' : '写入'} ${r.done}/${r.total}`)
      })
      .catch(() => {})
  }, 300)
  return () => {
    clearInterval(timer)
    process.stderr.write('\r\x1b[K')
  }
}

function print(
  session: ImportSession,
  errors: { sheet: string | null; at: number; problems: { message: string; level: string }[] }[],
  dry: boolean,
): void {
  const { counts: n } = session
  const lines = [
    `${session.name}：${session.sheet ?? ''}，${session.recognised ? `表头第 ${session.headingLines?.join('–')} 行` : '没有认出表头'}`,
    ...session.headings.map((h) => `  ${h.title || '（无标题）'} → ${h.field ?? `不导入（${h.how}）`}`),
    ...session.asks
      .slice(0, 20)
      .map(
        (a) =>
          `  请选定（${a.count} 行）${a.kind === 'moves' ? '' : `${a.label}：${a.text === '' ? '空白' : `“${a.text}”`}，`}${a.message}`,
      ),
    ...(session.repairs.length ? [`  ${session.repairs.length} 种写法作了统一，--json 逐项列出`] : []),
    `${dry ? '预览' : '结果'}：新增 ${n.create}，更新 ${n.update}，不变 ${n.same}，有提醒 ${n.warning}，未导入 ${n.error}，跳过 ${n.skipped}`,
    ...errors.slice(0, 20).map(
      (r) =>
        `  ${r.sheet ? `${r.sheet} ` : ''}第 ${r.at} 行：${r.problems
          .filter((p) => p.level === 'error')
          .map((p) => p.message)
          .join('；')}`,
    ),
  ]
  if (n.error > 20) lines.push(`  …… 共 ${n.error} 行，用 --rejected 文件.xlsx 导出全部`)
  if (session.message) lines.push(session.message)
  if (!dry && session.state === 'done') lines.push(`导入编号 ${session.id}，可在“导入”页撤销`)
  process.stdout.write(`${lines.join('\n')}\n`)
  if (session.state === 'failed') say(session.message ?? '导入失败')
}
