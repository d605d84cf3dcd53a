import type { Writable } from 'node:stream'
import type { Actor } from '../../access/actor.ts'
import { type JournalQuery, readJournal } from '../../journal/list.ts'
import type { Services } from '../../store/services.ts'
import type { TimelineEntry } from '../../store/types.ts'
import { type SheetColumn, writeCsv, writeSheet } from '../sheet/index.ts'
import { noteExport, requirePurpose } from './purpose.ts'

const PAGE = 200

const columns: SheetColumn[] = [
  { title: '序号', type: 'text' },
  { title: '时间', type: 'time' },
  { title: '人员', type: 'text' },
  { title: '内容', type: 'text' },
  { title: '类别', type: 'text' },
  { title: '对象编号', type: 'text' },
  { title: '变化', type: 'text' },
  { title: '理由', type: 'text' },
]

const said = (value: unknown): string =>
  value === null || value === undefined
    ? '空'
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)

const changesOf = (e: TimelineEntry): string =>
  e.changes.map((c) => `${c.label}：${said(c.before)} → ${said(c.after)}`).join('\n')

/**
 * The journal of areas as a sheet, newest first, for whoever audits. Personal content stays out, as on the page.
 * Ends `out`; leaves an entry of its own.
 * @throws Problem `bad-input` without a purpose: it names people and what they did
 */
export async function exportJournal(
  s: Services,
  actor: Actor,
  query: JournalQuery,
  how: { format: 'xlsx' | 'csv'; purpose: string | undefined; filter: string },
  out: Writable,
): Promise<{ rows: number }> {
  const purpose = requirePurpose(how.purpose, '留痕里有人员姓名和操作')
  const counted = { rows: 0 }
  async function* rows(): AsyncGenerator<unknown[]> {
    let whole = false
    try {
      for (let after = query.after; ; ) {
        const page = await readJournal(s, { ...query, after, limit: PAGE })
        for (const e of page.entries) {
          counted.rows++
          yield [e.seq, e.at, e.actor.name, e.text, e.register, e.recordId, changesOf(e), e.reason ?? '']
        }
        if (!page.next) break
        after = page.next
      }
      whole = true
    } finally {
      await noteExport(s, actor, {
        register: 'journal',
        rows: counted.rows,
        whole,
        purpose,
        filter: how.filter,
      })
    }
  }
  if (how.format === 'csv') await writeCsv(columns, rows(), out)
  else await writeSheet(columns, rows(), out, { sheetName: '留痕' })
  return counted
}
