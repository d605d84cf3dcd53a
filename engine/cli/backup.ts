/** `backup FILE`: data and files of this installation in one file, while the server runs. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { dataDir } from '../core/settings.ts'
import { backup } from '../store/backup/index.ts'
import { withDatabase } from './database.ts'
import { bytesText, progressLine } from './progress.ts'

/** Where the last backup is remembered, for `doctor`. */
export const lastBackupFile = (data = dataDir()) => path.join(data, 'last-backup.json')

export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  })
  const [file, more] = positionals
  if (!file || more)
    throw new Problem('bad-input', '请写明备份文件，例如：node zhiben.mjs backup 2026-11-20.zhiben')
  const outFile = path.resolve(file)
  const show = progressLine()
  const now = systemClock.now()
  const done = await withDatabase(({ url }) =>
    backup({ databaseUrl: url, dataDir: dataDir(), outFile, now, progress: show.update }),
  )
  show.end()
  writeFileSync(lastBackupFile(), JSON.stringify({ at: now.toISOString(), file: outFile, bytes: done.bytes }))
  const rows = done.tables.reduce((sum, t) => sum + t.rows, 0)
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ file: outFile, bytes: done.bytes, rows, files: done.files })}\n`)
    return
  }
  process.stdout.write(
    `已备份到 ${outFile}（${bytesText(done.bytes)}）：${done.tables.length} 张表 ${rows} 行，${done.files.count} 个文件。\n` +
      '备份含个人信息和密钥，请妥善保管，并另存一份到别的机器。\n',
  )
}
