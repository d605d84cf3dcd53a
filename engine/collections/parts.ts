import { randomInt } from 'node:crypto'
import type { Actor } from '../access/actor.ts'
import { daysBetween, shanghaiDate } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { rowsById } from '../store/bulk.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { type Contact, contactsOf } from '../tasks/missing.ts'
import { ownCollection, requireVersion } from './access.ts'
import { note } from './make.ts'
import { partsOf } from './rows.ts'
import type { Collection, Part } from './types.ts'
import { type CellCounts, countCells, noCells } from './view.ts'

/** Letters and digits that cannot be taken for one another, also when they are read out by telephone. */
const LEGIBLE = 'ABCDEFGHJKMNPQRTUVWXY346789'
export const codePattern = /ZB[-－—]?([A-HJKMNP-RT-Y346789]{4})[-－—]?([A-HJKMNP-RT-Y346789]{4})/

const four = () => Array.from({ length: 4 }, () => LEGIBLE[randomInt(LEGIBLE.length)]).join('')
const newCode = () => `ZB-${four()}-${four()}`

export interface Send {
  asked: 'town' | 'firm'
  /** YYYY-MM-DD, the last day */
  dueOn: string
  note?: string | undefined
  /** towns or firms that are not asked this time */
  without?: readonly string[] | undefined
}

/** Whom a form would be sent to, with what is missing there. */
export interface Receiver {
  /** town code, or id of the firm */
  id: string
  title: string
  counts: CellCounts
}

export async function receivers(
  s: Services,
  actor: Actor,
  id: string,
  asked: 'town' | 'firm',
): Promise<Receiver[]> {
  const c = await ownCollection(s.db, actor, id, shanghaiDate(s.clock.now()))
  return receiversOf(s, s.db, c, asked)
}

async function receiversOf(s: Services, db: Db, c: Collection, asked: 'town' | 'firm'): Promise<Receiver[]> {
  const by = asked === 'town' ? sql`r.town` : sql`r.organisation::text`
  const counts = await countCells(db, c.id, by)
  const ids = [...counts].filter(([id, { missing }]) => id && missing > 0).map(([id]) => id)
  const named = asked === 'town' ? await townNames(db, ids) : await firmNames(s, db, ids)
  return named
    .map((r) => ({ ...r, counts: counts.get(r.id) ?? noCells }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

type Named = { id: string; title: string }

const townNames = async (db: Db, ids: readonly string[]): Promise<Named[]> =>
  (await sql<Named>`select code as id, name as title from area where code = any(${ids}::text[])`.execute(db))
    .rows

/** By the firm's own record: a row of the form may be a person or a machine of it. */
async function firmNames(s: Services, db: Db, ids: readonly string[]): Promise<Named[]> {
  const firm = s.catalogue.record('enterprise')
  return (await rowsById(s.catalogue, db, firm, ids)).map((r) => ({
    id: r.id,
    title: String(r[firm.title] ?? ''),
  }))
}

/**
 * Asks for what is missing: every town (or firm) with empty cells gets its part. Sent again, whoever has been asked keeps
 * his code, and the sheets have a new number.
 */
export async function sendCollection(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  version: number,
  { asked, dueOn, note: said, without = [] }: Send,
): Promise<void> {
  const today = shanghaiDate(now)
  const c = await ownCollection(tx, actor, id, today, true)
  requireVersion(c, version)
  if (c.state === 'closed') throw new Problem('action-not-possible', '这张表已经办结，不能再发。')
  if (dueOn < today) throw new Problem('bad-input', '截止日期已经过了，请选今天或以后的一天。')
  if (daysBetween(today, dueOn) > 366) throw new Problem('bad-input', '截止日期太远，请核对年份。')
  if (c.asked !== null && c.asked !== asked)
    throw new Problem('action-not-possible', '已经发给了另一方，不能改发。请另上传一次，重新发起。')
  requireTheirs(s, c, asked)
  const to = (await receiversOf(s, tx, c, asked)).filter((r) => !without.includes(r.id))
  const before = new Map((await partsOf(tx, id)).map((p) => [p.town ?? p.organisation, p]))
  const fresh = to.filter((r) => !before.has(r.id))
  if (to.length === 0 && before.size === 0)
    throw new Problem('action-not-possible', '没有缺的内容要别人填。可以直接下载填好的表。')
  const revision = c.revision + 1
  const parts = fresh.map((r) => ({ id: newId(), code: newCode(), to: r.id, title: r.title }))
  const column = asked === 'town' ? sql`town` : sql`organisation`
  const key = asked === 'town' ? sql`x.to` : sql`x.to::uuid`
  await sql`insert into collection_part (id, collection_id, code, ${column}, title, version, revision, sent_at)
    select id, ${id}, code, ${key}, title, 1, ${revision}, ${now}
    from jsonb_to_recordset(${JSON.stringify(parts)}::jsonb) x (id uuid, code text, "to" text, title text)`.execute(
    tx,
  )
  const again = to.flatMap((r) => before.get(r.id)?.id ?? [])
  await sql`update collection_part set revision = ${revision}, version = version + 1,
      returned_at = case when id = any(${again}::uuid[]) then null else returned_at end
    where collection_id = ${id} and withdrawn_at is null and revision < ${revision}`.execute(tx)
  await sql`update collection_row r set part_id = p.id from collection_part p
    where r.collection_id = ${id} and p.collection_id = ${id} and p.withdrawn_at is null and not r.gone
      and p.${column} = r.${column} and r.part_id is distinct from p.id`.execute(tx)
  await sql`update collection set version = version + 1, state = 'open', asked = ${asked}, due_on = ${dueOn}, revision = ${revision},
      note = ${said ?? c.note}, sent_at = ${now}, updated_at = ${now} where id = ${id}`.execute(tx)
  await note(tx, actor, now, c, 'send', `发给 ${before.size + fresh.length} 家，${dueOn} 前交回`)
}

/**
 * Who is asked gets what the records say of him: only of a register that is his to keep as well. Tip-offs, and what else
 * towns or firms may only look at, goes to nobody by way of a form.
 */
function requireTheirs(s: Services, c: Collection, asked: 'town' | 'firm'): void {
  const def = c.register ? s.catalogue.findRecord(c.register) : undefined
  if (!def) return
  const right = def.rights[asked === 'town' ? 'town-officer' : 'enterprise-officer']
  if (right === (asked === 'town' ? 'below' : 'own')) return
  throw new Problem(
    'action-not-possible',
    `${def.label}不由${asked === 'town' ? '乡镇' : '企业'}登记，内容不能发给${asked === 'town' ? '乡镇' : '企业'}。请由本单位直接填写。`,
  )
}

export interface PartView extends Omit<Part, 'collection_id'> {
  counts: CellCounts
  /** whom to call */
  contacts: Contact[]
}

/** Who was asked, who has handed in and who has not, with telephone numbers. */
export async function partsView(s: Services, actor: Actor, id: string): Promise<PartView[]> {
  const c = await ownCollection(s.db, actor, id, shanghaiDate(s.clock.now()))
  const parts = await partsOf(s.db, id)
  const counts = await countCells(s.db, id, sql`r.part_id::text`)
  const contacts = await contactsFor(s, actor, c, parts)
  return parts.map(({ collection_id: _, ...p }) => ({
    ...p,
    counts: counts.get(p.id) ?? noCells,
    contacts: contacts.get(p.id) ?? [],
  }))
}

async function contactsFor(
  s: Services,
  actor: Actor,
  c: Collection,
  parts: readonly Part[],
): Promise<Map<string, Contact[]>> {
  if (c.asked === 'town') {
    const towns = parts.flatMap((p) => p.town ?? [])
    const { rows } = await sql<{
      town: string
      name: string
      phone: string | null
    }>`select a.ground->>'area' as town, u.name, u.phone
      from assignment a join app_user u on u.id = a.user_id
      where a.role = 'town-officer' and a.ground->>'by' = 'area' and a.ground->>'area' = any(${towns}::text[])
        and u.disabled_at is null and (a.from_on is null or a.from_on <= ${shanghaiDate(s.clock.now())})
        and (a.to_on is null or a.to_on >= ${shanghaiDate(s.clock.now())}) order by u.name`.execute(s.db)
    return new Map(
      parts.map((p) => [
        p.id,
        rows.filter((r) => r.town === p.town).map((r) => ({ label: '', name: r.name, phone: r.phone ?? '' })),
      ]),
    )
  }
  const firm = s.catalogue.findRecord('enterprise')
  if (!firm) return new Map()
  const rows = await rowsById(
    s.catalogue,
    s.db,
    firm,
    parts.flatMap((p) => p.organisation ?? []),
  )
  const found = await contactsOf(s, s.db, actor, firm, rows)
  return new Map(parts.map((p) => [p.id, found.get(p.organisation ?? '') ?? []]))
}

/** Reminds who has not handed in: it stands on top of what is theirs today, with when they were reminded. */
export async function remindParts(
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  parts?: readonly string[],
): Promise<{ reminded: number }> {
  const c = await ownCollection(tx, actor, id, shanghaiDate(now), true)
  if (c.state !== 'open') throw new Problem('action-not-possible', '这张表没有在收，不用催。')
  const { rows } = await sql<{
    title: string
  }>`update collection_part set reminded_at = ${now}, reminders = reminders + 1,
      version = version + 1
    where collection_id = ${id} and withdrawn_at is null and returned_at is null
      ${parts ? sql`and id = any(${parts}::uuid[])` : sql``} returning title`.execute(tx)
  if (rows.length)
    await note(tx, actor, now, c, 'remind', `催报 ${rows.map((r) => r.title).join('、')}`.slice(0, 500))
  return { reminded: rows.length }
}

/** Ends the collecting: nobody can hand in any more; or opens it again. */
export async function closeCollection(
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  version: number,
  open: boolean,
): Promise<void> {
  const c = await ownCollection(tx, actor, id, shanghaiDate(now), true)
  requireVersion(c, version)
  const state = open ? (c.sent_at ? 'open' : 'draft') : 'closed'
  await sql`update collection set version = version + 1, state = ${state}, closed_at = ${open ? null : now}, updated_at = ${now}
    where id = ${id}`.execute(tx)
  await note(tx, actor, now, c, open ? 'restore' : 'close')
}
