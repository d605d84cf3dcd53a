import type { Writable } from 'node:stream'
import type { Actor } from '../../access/actor.ts'
import { sql } from '../../store/db.ts'
import { columnLetter, writeSheet } from '../sheet/index.ts'
import { textOfRaw } from './cells.ts'
import { rowsOf } from './rows.ts'
import { sessionOf } from './sessions.ts'
import type { ImportServices } from './types.ts'

/**
 * The rows that were not imported, as the file had them, with the line and the reasons in front: to be corrected
 * and uploaded again. Ends `out`.
 */
export async function rejectedSheet(
  s: ImportServices,
  actor: Actor,
  id: string,
  out: Writable,
): Promise<void> {
  const session = await sessionOf(s, s.db, actor, id)
  const titles: string[] = []
  for (const h of session.found.headings ?? []) titles[h.column] = h.title || columnLetter(h.column)
  for (let c = 0; c < titles.length; c++) titles[c] ??= columnLetter(c)
  const columns = [
    { title: '未导入原因', type: 'text' as const, width: 50 },
    { title: '原行号', type: 'number' as const },
    ...titles.map((title) => ({ title, type: 'text' as const })),
  ]
  async function* rows(): AsyncGenerator<unknown[]> {
    let after = 0
    for (;;) {
      const page = await rowsOf(s.db, id, { where: sql`state = 'error'`, after, limit: 500 })
      for (const row of page) {
        const reasons = row.problems.filter((p) => p.level === 'error').map((p) => p.message)
        yield [reasons.join('；'), row.line, ...titles.map((_, c) => textOfRaw(row.raw[c]))]
      }
      const last = page.at(-1)
      if (!last) return
      after = last.line
    }
  }
  await writeSheet(columns, rows(), out, { sheetName: '未导入的行' })
}
