import type { Actor } from '../access/actor.ts'
import { confirms } from '../access/proves.ts'
import { shanghaiDate } from '../core/clock.ts'
import { waitsToCorrect } from '../core/deciding.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { tableOf } from '../core/naming.ts'
import { policyNumber } from '../core/policy.ts'
import { type Db, sql } from './db.ts'
import { firmsPeople } from './firms-people.ts'
import type { NamedFile } from './kept-files.ts'
import type { Services } from './services.ts'
import type { Row } from './types.ts'

/**
 * Mistakes are daily work (decision 30): one's own entry is put right within the hours that the county gives without
 * asking; later, and in what somebody else entered, it is a correction by the next level, with a reason, and the old
 * value stays to be seen. A firm's later correction waits for that level as any wish does.
 */
export type Mending = 'own' | 'correction' | 'asked'

/** Policy row: hours in which one's own entry is put right without asking. */
const OWN_HOURS = 'correction.ownHours'

const HOUR_MS = 3_600_000

/** Whether what was recorded then is still one's own to put right; a county without the number gives no hours. */
export function isFresh(
  s: Services,
  { area, recordedAt }: { area: string | null; recordedAt: string },
  now: Date,
): boolean {
  const row = s.policies().find(OWN_HOURS, area, shanghaiDate(now))
  const hours = row ? (policyNumber(row.value) ?? 0) : 0
  return now.getTime() - Date.parse(recordedAt) < hours * HOUR_MS
}

interface Entry {
  id: string
  by: string
  last: string
}

/** What a change of each of some records by an actor is; those that are his own to mend are left out. */
export async function mendingOf(
  s: Services,
  db: Db,
  actor: Actor,
  def: RecordDef,
  rows: readonly Row[],
  now: Date,
): Promise<Map<string, Exclude<Mending, 'own'>>> {
  const out = new Map<string, Exclude<Mending, 'own'>>()
  if (!waitsToCorrect(def) || actor.kind !== 'person' || rows.length === 0) return out
  const { rows: entries } = await sql<Entry>`select id, created_by::text as by, updated_by::text as last
    from ${sql.table(tableOf(def.name))} where id = any(${rows.map((r) => r.id)}::uuid[])`.execute(db)
  const known = new Map(entries.map((e) => [e.id, e]))
  const today = shanghaiDate(now)
  const open: { row: Row; by: string }[] = []
  for (const row of rows) {
    const entry = known.get(row.id)
    if (!entry) continue
    const fresh = isFresh(s, row, now)
    if (fresh && entry.by === actor.id && entry.last === actor.id) continue
    if (confirms(actor, def, row, today)) out.set(row.id, 'correction')
    else if (fresh) open.push({ row, by: entry.by })
    else out.set(row.id, 'asked')
  }
  // colleagues of the firm mend each other's entries of the day
  const firms = await firmsPeople(
    db,
    open.map((o) => o.by),
  )
  for (const { row, by } of open) if (!firms.has(by)) out.set(row.id, 'asked')
  return out
}

const paperFields = (def: RecordDef) =>
  Object.entries(def.fields).filter(([, f]) => f.type === 'files' || f.type === 'photos')

/** The files that a record names, each once. */
export const papersIn = (def: RecordDef, row: Record<string, unknown> = {}): NamedFile[] => [
  ...new Map(
    paperFields(def)
      .flatMap(([name]): NamedFile[] => {
        const list = row[name]
        return Array.isArray(list) ? list : []
      })
      .map((file) => [file.id, file]),
  ).values(),
]

const complain = (path: string, message: string) =>
  new Problem('bad-input', message, { complaints: [{ path, message }] })

/** A correction says why; one that waits for the next level also shows by what. @throws Problem bad-input */
export function requireGrounds(
  def: RecordDef,
  mending: Mending,
  reason: string | undefined,
  after: Record<string, unknown>,
  row: Pick<Row, 'town'>,
): void {
  if (mending === 'own') return
  const who = row.town ? '乡镇' : '县局'
  if (!reason?.trim())
    throw complain(
      'reason',
      mending === 'correction'
        ? '更正已登记的内容请写明理由，如：保单号登记错，按保单原件更正。'
        : `这条${def.label}已过自行更正的时间，更正由${who}核实后写入。请写明哪里错了、依据什么，如：保单号登记错，按保单原件更正。`,
    )
  if (mending !== 'asked') return
  const [first] = paperFields(def)
  if (first && papersIn(def, after).length === 0)
    throw complain(first[0], `请在“${first[1].label}”附上能证明更正内容的材料，${who}据此核实。`)
}
