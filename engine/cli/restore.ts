/** `restore FILE`: replaces the content of this installation by a backup. */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Problem } from '../core/errors.ts'
import { dataDir } from '../core/settings.ts'
import { restore } from '../store/backup/index.ts'
import { holderOf } from '../store/embedded/processes.ts'
import { withDatabase } from './database.ts'
import { progressLine } from './progress.ts'

export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { force: { type: 'boolean' }, fresh: { type: 'boolean' }, json: { type: 'boolean' } },
  })
  const [file, more] = positionals
  if (!file || more)
    throw new Problem('bad-input', '请写明备份文件，例如：node zhiben.mjs restore 2026-11-20.zhiben')
  const running = holderOf(path.join(dataDir(), 'server.lock'))
  if (running) {
    throw new Problem('conflict', `治本正在运行（进程 ${running.pid}）。请先停止它（Ctrl-C），再恢复。`)
  }
  const show = progressLine()
  const done = await withDatabase(({ url }) =>
    restore({
      databaseUrl: url,
      dataDir: dataDir(),
      inFile: path.resolve(file),
      force: (values.force || values.fresh) ?? false,
      fresh: values.fresh ?? false,
      progress: show.update,
    }),
  )
  show.end()
  const rows = done.tables.reduce((sum, t) => sum + t.rows, 0)
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ rows, files: done.files })}\n`
      : `已恢复：${done.tables.length} 张表 ${rows} 行，${done.files.count} 个文件，校验和全部相符。现在可以启动治本。\n`,
  )
}
