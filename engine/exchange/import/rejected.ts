import type { Writable } from 'node:stream'
import type { Actor } from '../../access/actor.ts'
import { isPersonal } from '../../core/personal.ts'
import { sql } from '../../store/db.ts'
import { noteExport, requirePurpose } from '../export/purpose.ts'
import { columnLetter, writeSheet } from '../sheet/index.ts'
import { textOfRaw } from './cells.ts'
import { placeOf } from './place.ts'
import { RETURNED, rowDigest } from './returned.ts'
import { rowsOf } from './rows.ts'
import { sessionOf } from './sessions.ts'
import type { ImportServices } from './types.ts'

/**
 * The rows that were not imported, as the file had them, with the line and the reasons in front: to be corrected
 * and uploaded again. Ends `out`; leaves a journal entry. Who did not bring the sheet himself says what for.
 * @throws Problem `bad-input` without a purpose
 */
export async function rejectedSheet(
  s: ImportServices,
  actor: Actor,
  id: string,
  out: Writable,
  asked?: string,
): Promise<void> {
  const session = await sessionOf(s, s.db, actor, id)
  // who brought the sheet gets back his own; anybody else takes out what others wrote of people
  const purpose =
    session.actor_id === actor.id
      ? asked?.trim() || undefined
      : requirePurpose(asked, '别人上传的表格里可能有姓名、电话、证件号码')
  const def = s.catalogue.record(session.register)
  const personal = Object.values(def.fields).flatMap((f) => (isPersonal(f) ? [f.label] : []))
  const titles: string[] = []
  for (const h of session.found.headings ?? []) titles[h.column] = h.title || columnLetter(h.column)
  for (let c = 0; c < titles.length; c++) titles[c] ??= columnLetter(c)
  const columns = [
    { title: RETURNED.why, type: 'text' as const, width: 50 },
    { title: RETURNED.line, type: 'number' as const },
    ...titles.map((title) => ({ title, type: 'text' as const })),
    { title: RETURNED.code, type: 'text' as const },
  ]
  let sent = 0
  let whole = false
  async function* lines(): AsyncGenerator<unknown[]> {
    let after = 0
    for (;;) {
      const page = await rowsOf(s.db, id, { where: sql`state = 'error'`, after, limit: 500 })
      for (const row of page) {
        const reasons = row.problems.filter((p) => p.level === 'error').map((p) => p.message)
        sent++
        const texts = titles.map((_, c) => textOfRaw(row.raw[c]))
        yield [reasons.join('；'), placeOf(session.found, row.line).at, ...texts, rowDigest(texts)]
      }
      const last = page.at(-1)
      if (!last) return
      after = last.line
    }
  }
  async function* rows(): AsyncGenerator<unknown[]> {
    try {
      yield* lines()
      whole = true
    } finally {
      // before the end of the file is sent, and also when it is broken off
      const filter = `导入 ${session.id} 没有导入的行`
      const register = session.register
      await noteExport(s, actor, { register, rows: sent, whole, filter, purpose, personal })
    }
  }
  await writeSheet(columns, rows(), out, { sheetName: '未导入的行' })
}
