import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Json } from '../core/condition/ast.ts'
import { Problem } from '../core/errors.ts'
import { type Change, journal } from '../journal/write.ts'
import type { NoticeItem, Offset, ParsedNotice } from '../notices/model.ts'
import { paperLabel, type Told } from '../notices/papers.ts'
import type { NoticeAgain } from '../notices/read-file.ts'
import { type Db, sql } from '../store/db.ts'
import { requireManage, requireSeen } from './access.ts'
import { insertItem, type ReadItem, readItems } from './item-rows.ts'
import { documentOf } from './notices.ts'
import { findNotice, type Item, itemsOf, type Notice } from './rows.ts'
import { requireInForce, requireSameNotice } from './voided.ts'

/** What an officer corrects of a whole paper: how it is read, and how it is called. */
export interface Retold extends Told {
  title?: string | undefined
  docNo?: string | undefined
}

/** A notice that may be changed by this person now, with its file's looks. */
async function changeable(db: Db, actor: Actor, now: Date, id: string, lock?: 'update'): Promise<Notice> {
  const today = shanghaiDate(now)
  const notice = requireSeen(await findNotice(db, id, lock), actor, today, '通知')
  requireManage(actor, notice.area, today)
  requireInForce(notice)
  if (!notice.readable)
    throw new Problem('conflict', '这份文件没有读出文字，不能重新读。请做文字识别后重新录入。')
  return notice
}

/**
 * What a reading process is asked to read a kept notice again.
 * @param retold what is not said stays as it was told before
 * @throws Problem not-found, forbidden, conflict when it was called off or holds no words
 */
export async function askAgain(
  db: Db,
  actor: Actor,
  now: Date,
  id: string,
  retold: Told,
): Promise<NoticeAgain> {
  const notice = await changeable(db, actor, now, id)
  return { document: { ...(await documentOf(db, id)), text: notice.text }, told: toldOf(notice, retold) }
}

const toldOf = ({ told }: Notice, { year, paper }: Told): Told => ({
  ...told,
  ...(year && { year }),
  ...(paper && { paper }),
})

/** Whether a person has done something with an item: it then outlives another reading. */
const touched = (item: Item): boolean => item.version > 1 || item.state === 'accepted'

/**
 * Puts another reading of a notice in the place of the first. What officers have accepted, corrected, set aside or
 * added stays as it is; what the new reading makes of the same words is set aside beside it.
 * @returns titles of what stayed
 * @throws Problem version-lost when somebody else changed the notice meanwhile
 */
export async function rereadNotice(
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  version: number,
  parsed: ParsedNotice,
  retold: Retold,
): Promise<{ kept: string[] }> {
  const notice = await changeable(tx, actor, now, id, 'update')
  requireSameNotice(notice, version)
  const { kept } = await replaceItems(tx, actor, now, id, parsed)
  const told = toldOf(notice, retold)
  const after = {
    title: retold.title ?? notice.title ?? parsed.title,
    docNo: retold.docNo ?? notice.docNo ?? parsed.docNo,
    year: told.year ?? parsed.year,
    paper: parsed.paper,
  }
  const warnings = parsed.warnings.filter(
    (w) => !(after.title && w.includes('没有识别出标题')) && !(after.docNo && w.includes('没有识别出文号')),
  )
  await sql`update notice set title = ${after.title}, doc_no = ${after.docNo}, year = ${after.year}, paper = ${after.paper},
      told = ${JSON.stringify(told)}, structure = ${JSON.stringify(parsed.structure)},
      warnings = ${JSON.stringify(warnings)}, version = version + 1, updated_at = ${now} where id = ${id}`.execute(
    tx,
  )
  const shown = (key: keyof typeof after, of: Pick<Notice, keyof typeof after>): Json =>
    key === 'paper' ? of.paper && paperLabel[of.paper] : of[key]
  const changes: Change[] = corrected
    .filter((key) => after[key] !== notice[key])
    .map((key) => ({ field: key, label: labels[key], before: shown(key, notice), after: shown(key, after) }))
  await journal(tx, {
    actor,
    now,
    register: 'notice',
    recordId: id,
    title: after.title ?? notice.name,
    what: 'update',
    area: notice.area,
    changes,
  })
  return { kept: kept.map((k) => k.title) }
}

const corrected = ['title', 'docNo', 'year', 'paper'] as const
const labels = { title: '标题', docNo: '文号', year: '年份', paper: '种类' } as const

const share = (a: Offset, b: Offset): number =>
  Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start)) / Math.max(1, a.end - a.start)

async function replaceItems(tx: Db, actor: Actor, now: Date, id: string, parsed: ParsedNotice) {
  await sql`select id from notice_item where notice_id = ${id} order by id for update`.execute(tx)
  const old = await itemsOf(tx, id)
  const kept = old.filter(touched)
  const before = new Map(old.filter((i) => !touched(i)).map((i) => [i.key, i.id]))
  const fresh: ReadItem[] = readItems(parsed)
    .filter(({ item }) => !kept.some((k) => k.key === item.id))
    .map((read) => {
      const same = kept.find((k) => share(read.item.offset, k.offset) > 0.5)
      return same && !read.reason ? { ...read, reason: `与保留的“${same.title}”是同一段文字` } : read
    })
  await sql`delete from notice_item where notice_id = ${id} and id = any(${[...before.values()]}::uuid[])`.execute(
    tx,
  )
  // as printed; what is set aside comes last
  const order = [
    ...kept.map((k) => ({ kept: k, aside: k.state === 'dropped', start: k.offset.start })),
    ...fresh.map((f) => ({ fresh: f, aside: f.reason !== undefined, start: f.item.offset.start })),
  ].sort((a, b) => Number(a.aside) - Number(b.aside) || a.start - b.start)
  const nos = order.flatMap((o, n) => ('kept' in o ? [{ id: o.kept.id, no: n + 1 }] : []))
  await sql`update notice_item i set no = v.no from unnest(${nos.map((n) => n.id)}::uuid[], ${nos.map((n) => n.no)}::int[])
    as v (id, no) where i.id = v.id`.execute(tx)
  for (const [n, o] of order.entries())
    if ('fresh' in o)
      await insertItem(tx, actor, now, { notice: id, no: n + 1, id: before.get(o.fresh.item.id) }, o.fresh)
  return { kept }
}

/** Longest passage that is one item: longer ones are several duties. */
const LONGEST_PASSAGE = 2000

/**
 * Where a sentence stands in a notice, whatever blanks and breaks are between its characters.
 * @throws Problem bad-input where it does not stand in it, conflict where it is an item already
 */
export async function findPassage(
  db: Db,
  actor: Actor,
  now: Date,
  id: string,
  sentence: string,
): Promise<Offset> {
  const { text } = await changeable(db, actor, now, id)
  const say = (message: string) =>
    new Problem('bad-input', message, { complaints: [{ path: 'text', message }] })
  const words = sentence.replace(/[\s*#]/g, '')
  if (words.length < 4) throw say('请至少选中原文的四个字。')
  if (words.length > LONGEST_PASSAGE) throw say(`一条最多 ${LONGEST_PASSAGE} 字，请分几次收入。`)
  const places: number[] = []
  let plain = ''
  for (let n = 0; n < text.length; n++)
    if (!/[\s*#]/.test(text[n] ?? '')) {
      plain += text[n]
      places.push(n)
    }
  const items = await itemsOf(db, id)
  let taken: Item | undefined
  for (let at = plain.indexOf(words); at >= 0; at = plain.indexOf(words, at + 1)) {
    const place = { start: places[at] ?? 0, end: (places[at + words.length - 1] ?? 0) + 1 }
    const same = items.find((i) => share(place, i.offset) > 0.8 && share(i.offset, place) > 0.8)
    if (!same) return place
    taken = same
  }
  if (!taken) throw say('原文里没有这句话，请从原文中照抄或选中。')
  throw new Problem(
    'conflict',
    taken.state === 'dropped'
      ? `这一句列在“不分解”里（${taken.reason ?? taken.title}），请点“恢复”。`
      : `这一句已经是一条：${taken.title}。`,
    { item: taken.id },
  )
}

/** Takes a passage in as a duty, in its printed place; what a person added outlives another reading. */
export async function addItems(
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  found: readonly NoticeItem[],
): Promise<string[]> {
  const notice = await changeable(tx, actor, now, id, 'update')
  const items = await itemsOf(tx, id)
  const [first] = found
  if (!first) throw new Problem('bad-input', '选中的地方没有文字，请选中原文的一句话。')
  const open = items.filter((i) => i.state !== 'dropped' && i.offset.start <= first.offset.start)
  const near = open.at(-1)
  const after = near?.no ?? 0
  await sql`update notice_item set no = no + ${found.length} where notice_id = ${id} and no > ${after}`.execute(
    tx,
  )
  const ids: string[] = []
  for (const [n, item] of found.entries())
    ids.push(
      await insertItem(
        tx,
        actor,
        now,
        { notice: id, no: after + n + 1, version: 2 },
        { item: { ...item, path: near?.path ?? [] } },
      ),
    )
  await journal(tx, {
    actor,
    now,
    register: 'notice',
    recordId: id,
    title: notice.title ?? notice.name,
    what: 'update',
    area: notice.area,
    changes: found.map((i) => ({ field: 'item', label: '收入的条目', before: null, after: i.text })),
  })
  return ids
}
