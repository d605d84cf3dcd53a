import { Problem } from '../core/errors.ts'
import { canonicalJson } from '../core/naming.ts'
import { type Db, sql } from '../store/db.ts'
import { sm3 } from './write.ts'

const SEAL_LOCK = 7_140_527
const GENESIS = '0'.repeat(64)

/** A place in the feed: rows are ordered by (transaction, id). */
export interface Place {
  xid: string
  id: string
}

export const start: Place = { xid: '0', id: '0' }

export interface FeedEntry extends Place {
  at: string
  register: string
  recordId: string | null
  organisation: string | null
  what: string
  actorId: string
}

/**
 * The next entries of the feed. Only rows older than every running transaction are given, in the order
 * (transaction, id): a row that commits later has a later transaction, so none is skipped.
 */
export async function readFeed(db: Db, after: Place, limit = 1000): Promise<FeedEntry[]> {
  const { rows } =
    await sql<FeedEntry>`select xid::text as xid, id::text as id, at, register, record_id as "recordId",
      organisation, what, actor_id as "actorId"
    from journal where (xid, id) > (${after.xid}::xid8, ${after.id}::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
    order by journal.xid, journal.id limit ${limit}`.execute(db)
  return rows
}

interface Sealed {
  no: number
  hash: string
  lastXid: string
  lastId: string
}

/** Every column of the journal: what is not sealed could be changed unseen. */
const columns =
  sql.raw(`id::text as id, xid::text as xid, at, actor_id as "actorId", actor_name as "actorName",
  actor_kind as "actorKind", register, record_id as "recordId", title, organisation, area, what, changes, reason,
  idempotency_key as "idempotencyKey", batch, device_time as "deviceTime", place`)

/** Hash of a block: the previous head and every entry in order, as canonical JSON. */
const blockHash = (previous: string, entries: readonly unknown[]): string =>
  sm3(`${previous}\n${entries.map((e) => canonicalJson(e)).join('\n')}`)

async function head(db: Db): Promise<Sealed> {
  const { rows } =
    await sql<Sealed>`select no, hash, last_xid::text as "lastXid", last_id::text as "lastId" from journal_block
    order by no desc limit 1`.execute(db)
  return rows[0] ?? { no: 0, hash: GENESIS, lastXid: '0', lastId: '0' }
}

/**
 * Seals what has settled into the next block (design §3.7). One sealer at a time (advisory lock).
 * @returns entries sealed
 */
export async function sealJournal(db: Db, now: Date, most = 5000): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const lock = await sql<{ ok: boolean }>`select pg_try_advisory_xact_lock(${SEAL_LOCK}) as ok`.execute(tx)
    if (!lock.rows[0]?.ok) return 0
    const last = await head(tx as Db)
    const { rows } = await sql<{ id: string; xid: string }>`select ${columns} from journal
      where (xid, id) > (${last.lastXid}::xid8, ${last.lastId}::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
      order by journal.xid, journal.id limit ${most}`.execute(tx)
    const end = rows.at(-1)
    if (!end) return 0
    await sql`insert into journal_block (no, first_id, last_xid, last_id, entries, previous, hash, sealed_at)
      values (${last.no + 1}, ${rows[0]!.id}, ${end.xid}::xid8, ${end.id}, ${rows.length}, ${last.hash}, ${blockHash(last.hash, rows)}, ${now})`.execute(
      tx,
    )
    return rows.length
  })
}

export interface Verdict {
  ok: boolean
  blocks: number
  entries: number
  head: string
  /** entries not sealed yet */
  open: number
  message: string
}

/**
 * Recomputes the chain from the first entry.
 * @param anchor a head written down earlier, outside the database: {no, hash}
 */
export async function verifyJournal(db: Db, anchor?: { no: number; hash: string }): Promise<Verdict> {
  const blocks = (
    await sql<{
      no: number
      lastXid: string
      lastId: string
      entries: number
      previous: string
      hash: string
    }>`select no,
      last_xid::text as "lastXid", last_id::text as "lastId", entries, previous, hash from journal_block order by no`.execute(
      db,
    )
  ).rows
  let previous = GENESIS
  let at: Place = start
  let entries = 0
  const fail = (message: string): Verdict => ({
    ok: false,
    blocks: blocks.length,
    entries,
    head: previous,
    open: 0,
    message,
  })
  for (const b of blocks) {
    const { rows } = await sql`select ${columns} from journal
      where (xid, id) > (${at.xid}::xid8, ${at.id}::bigint) and (xid, id) <= (${b.lastXid}::xid8, ${b.lastId}::bigint)
      order by journal.xid, journal.id`.execute(db)
    if (b.previous !== previous) return fail(`第 ${b.no} 块与前一块不相连，留痕被改动过。`)
    if (rows.length !== b.entries)
      return fail(`第 ${b.no} 块应有 ${b.entries} 条，现有 ${rows.length} 条，留痕有增删。`)
    if (blockHash(previous, rows) !== b.hash) return fail(`第 ${b.no} 块的内容与封存时不一致，留痕被改动过。`)
    if (anchor && anchor.no === b.no && anchor.hash !== b.hash)
      return fail(`第 ${b.no} 块与库外保存的摘要不一致，整条留痕可能被重写过。`)
    previous = b.hash
    at = { xid: b.lastXid, id: b.lastId }
    entries += rows.length
  }
  if (anchor && anchor.no > blocks.length)
    return fail(`库外保存的摘要是第 ${anchor.no} 块，库里只有 ${blocks.length} 块，留痕被截断。`)
  const rest = await sql<{
    n: number
  }>`select count(*) as n from journal where (xid, id) > (${at.xid}::xid8, ${at.id}::bigint)`.execute(db)
  const open = Number(rest.rows[0]?.n ?? 0)
  return {
    ok: true,
    blocks: blocks.length,
    entries,
    head: previous,
    open,
    message: `留痕完好：${blocks.length} 块、${entries} 条已封存，${open} 条待封存。`,
  }
}

/** The head to write down outside the database. */
export async function journalHead(db: Db): Promise<{ no: number; hash: string }> {
  const h = await head(db)
  if (h.no === 0) throw new Problem('not-found', '还没有封存过留痕。')
  return { no: h.no, hash: h.hash }
}
