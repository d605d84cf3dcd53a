import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { shanghaiDate } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { type Db, sql } from '../store/db.ts'
import { journalHead } from './seal.ts'

/** A head of the journal's chain as it stood at an instant; `journal verify --anchor` reads such a file. */
export interface Head {
  no: number
  hash: string
  at: string
}

/** Folder of the heads: one file a day, to be copied to where this machine's administrator cannot reach. */
export const headsFolder = (dataDir: string): string => path.join(dataDir, 'heads')

const NAME = /^\d{4}-\d{2}-\d{2}\.json$/

/** Names of the files there, oldest first. */
export async function headFiles(dataDir: string): Promise<string[]> {
  try {
    return (await readdir(headsFolder(dataDir))).filter((f) => NAME.test(f)).sort()
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw e
  }
}

/**
 * Writes the day's head outside the database (design §3.7), the last of the day staying; woken hourly. Before that
 * the newest head is held against the chain, so that a rewritten journal is noticed within the hour and no head of
 * it is written.
 * @returns the file; undefined while nothing is sealed
 * @throws Problem `conflict` when the chain does not contain the newest head any more
 */
export async function writeHead(db: Db, dataDir: string, now: Date): Promise<string | undefined> {
  const folder = headsFolder(dataDir)
  const newest = (await headFiles(dataDir)).at(-1)
  if (newest) {
    const before = JSON.parse(await readFile(path.join(folder, newest), 'utf8')) as Head
    const { rows } = await sql<{
      hash: string
    }>`select hash from journal_block where no = ${before.no}`.execute(db)
    if (rows[0]?.hash !== before.hash)
      throw new Problem(
        'conflict',
        `留痕与库外的摘要 ${newest} 对不上，可能被改写过，新摘要没有写。请运行 journal verify --anchor 核验；刚恢复过更早的备份的，把之后的摘要移走即可。`,
      )
  }
  const sealed = await sql`select 1 from journal_block limit 1`.execute(db)
  if (sealed.rows.length === 0) return undefined
  const head: Head = { ...(await journalHead(db)), at: now.toISOString() }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = path.join(folder, `${shanghaiDate(now)}.json`)
  await writeFile(`${file}.new`, `${JSON.stringify(head)}\n`)
  await rename(`${file}.new`, file)
  return file
}
