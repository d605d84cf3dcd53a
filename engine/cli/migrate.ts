/** `migrate`: brings the database to the schema of this version; `start` does it as well. */
import { parseArgs } from 'node:util'
import { migrate } from '../store/migrate.ts'
import { withDatabase } from './database.ts'

export async function run(args: string[]): Promise<void> {
  parseArgs({ args, options: {} })
  const applied = await withDatabase(({ url }) => migrate(url))
  const list = applied.map((name) => `  ${name}\n`).join('')
  process.stdout.write(
    applied.length ? `数据库结构已更新：\n${list}` : '数据库结构已是最新，没有要更新的。\n',
  )
}
