import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { isProblem, Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { type Lookups, readLookups } from '../exchange/import/lookups.ts'
import { openTableApart } from '../exchange/sheet/index.ts'
import { readApart } from '../reader/index.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { isAsked, makes } from './access.ts'
import { type CollectionServices, note } from './make.ts'
import { type Merged, mergeSheet } from './merge.ts'
import { type ReturnedFile, readReturned } from './return-read.ts'
import type { Collection, Part } from './types.ts'

const MOST_BYTES = 40_000_000
/** Files at a time, archives and what is in them together. */
const MOST_FILES = 300

/** A file that came back, read as far as it can be. */
export interface ReadFile {
  name: string
  fileId: string | null
  read?: ReturnedFile
  /** why it cannot be read, and what to do */
  problem?: string
}

const unpacked = z
  .object({
    files: z.array(z.object({ name: z.string(), path: z.string() })),
    skipped: z.array(z.object({ name: z.string(), why: z.string() })),
  })
  .nullable()

/**
 * Reads files that came back, each apart; an archive gives its files. Whatever they are, each is kept and gets an answer.
 * Files lie aside while they are read and are the caller's to remove.
 */
export async function readReturns(
  s: CollectionServices,
  actor: Actor,
  files: readonly { path: string; name: string }[],
): Promise<ReadFile[]> {
  const out: ReadFile[] = []
  for (const file of files) {
    if (out.length >= MOST_FILES) {
      out.push({
        name: file.name,
        fileId: null,
        problem: `一次最多收 ${MOST_FILES} 个文件，这一个没有读。请另传一次。`,
      })
      continue
    }
    const into = path.resolve(s.files.folder, 'incoming', `back-${newId()}`)
    let inside: z.output<typeof unpacked> = null
    try {
      inside = unpacked.parse(
        await readApart(
          'files-unpack',
          { ...file, path: path.resolve(file.path), into },
          { user: actor.id, name: file.name },
        ),
      )
    } catch (e) {
      if (!isProblem(e)) throw e
      out.push({ name: file.name, fileId: await keep(s, actor, file), problem: e.message })
      continue
    }
    if (!inside) {
      out.push(await readOne(s, actor, file))
      continue
    }
    for (const one of inside.files) {
      out.push(await readOne(s, actor, { ...one, name: `${file.name}：${one.name}` }))
      await rm(one.path, { force: true })
    }
    for (const { name, why } of inside.skipped)
      out.push({ name: `${file.name}：${name}`, fileId: null, problem: why })
    if (inside.files.length + inside.skipped.length === 0)
      out.push({ name: file.name, fileId: await keep(s, actor, file), problem: `“${file.name}”里没有文件。` })
  }
  return out
}

async function readOne(
  s: CollectionServices,
  actor: Actor,
  file: { path: string; name: string },
): Promise<ReadFile> {
  const fileId = await keep(s, actor, file)
  try {
    const table = await openTableApart(file, {
      user: actor.id,
      folder: path.join(s.files.folder, 'incoming'),
    })
    return { name: file.name, fileId, read: await readReturned(table) }
  } catch (e) {
    if (!isProblem(e)) throw e
    return { name: file.name, fileId, problem: e.message }
  }
}

/** Kept also when it cannot be read: what somebody sent is not lost. A type that is not kept at all is said by the reader. */
async function keep(
  s: CollectionServices,
  actor: Actor,
  file: { path: string; name: string },
): Promise<string | null> {
  try {
    const name = file.name.split('：').at(-1) ?? file.name
    const kept = await s.files.put(createReadStream(file.path), {
      name,
      by: actor,
      now: s.clock.now(),
      maxBytes: MOST_BYTES,
      table: true,
    })
    return kept.id
  } catch (e) {
    if (isProblem(e)) return null
    throw e
  }
}

export interface TakenReturn {
  id: string
  name: string
  part: string | null
  title: string | null
  state: 'merged' | 'waiting' | 'refused'
  message: string | null
  counts: Partial<Merged['counts']>
}

interface At {
  s: Services
  tx: Db
  actor: Actor
  now: Date
  lookups: Lookups
  /** whose upload it is: the collecting office's, or who was asked */
  collection: Collection
  own: boolean
}

/**
 * Takes files that were read: each into the part that its code names. What cannot be taken says why and what to do,
 * and stands in the list with its file.
 * @param own part of who uploads, where it is not the collecting office
 */
export async function takeReturns(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  collection: Collection,
  files: readonly ReadFile[],
): Promise<TakenReturn[]> {
  const today = shanghaiDate(now)
  const lookups = await readLookups(tx, collection.area.slice(0, 6), today)
  const at: At = { s, tx, actor, now, lookups, collection, own: makes(actor, collection.area, today) }
  const out: TakenReturn[] = []
  for (const file of files) out.push(await takeOne(at, file))
  const merged = out.filter((r) => r.state === 'merged').length
  await note(tx, actor, now, collection, 'return', `交回 ${files.length} 个文件，合并 ${merged} 个`)
  return out
}

/** What a file is to this collection: a part of it, or why it is none. */
async function partFor(
  at: At,
  file: ReadFile,
): Promise<{ part: Part } | { state: 'waiting' | 'refused'; message: string }> {
  const { tx, collection: c, actor, now } = at
  if (!file.read) return { state: 'refused', message: file.problem ?? '读不出来。' }
  const { code } = file.read
  if (!code)
    return {
      state: 'waiting',
      message: '文件里没有编号，认不出是谁的。请选定是哪一家的，或请对方用发出的表填写。',
    }
  const { rows } = await sql<
    Part & { of: string; area: string }
  >`select p.*, c.title as of, c.area from collection_part p
    join collection c on c.id = p.collection_id where p.code = ${code}`.execute(tx)
  const part = rows[0]
  const today = shanghaiDate(now)
  const mine = part !== undefined && isAsked(actor, part, today)
  // who was asked learns nothing of others' sheets, not even whose they are
  if (!part || (!mine && !makes(actor, part.area, today)))
    return { state: 'refused', message: `编号 ${code} 不是发给您的。请核对文件，交回自己的那一份。` }
  if (part.collection_id !== c.id)
    return {
      state: 'refused',
      message: `这是“${part.of}”的表（${part.title}），不是这一张的。请到那一张里上传。`,
    }
  if (part.withdrawn_at !== null)
    return { state: 'waiting', message: `没有要${part.title}填这张表。确要收的，请选定是哪一家的。` }
  if (!at.own && !mine) return { state: 'refused', message: '这一份不是发给您的。' }
  return { part }
}

async function takeOne(at: At, file: ReadFile): Promise<TakenReturn> {
  const whose = await partFor(at, file)
  if (!('part' in whose)) return writeReturn(at, file, null, whose)
  return takeInto(at, file, whose.part)
}

async function takeInto(at: At, file: ReadFile, part: Part, again?: string): Promise<TakenReturn> {
  const { s, tx, actor, now, collection: c } = at
  if (c.state === 'closed')
    return writeReturn(
      at,
      file,
      part,
      { state: 'refused', message: '这张表已经办结，不再收。要收的，请先重新打开。' },
      again,
    )
  if (file.fileId && !again) {
    const { rows } = await sql<{ at: string }>`select at from collection_return
      where part_id = ${part.id} and file_id = ${file.fileId} and state = 'merged' limit 1`.execute(tx)
    if (rows[0])
      return writeReturn(
        at,
        file,
        part,
        { state: 'merged', message: '同一个文件已经收过，没有重复计入。' },
        again,
      )
  }
  const kept = await writeReturn(at, file, part, { state: 'merged', message: null }, again)
  const { id } = kept
  const merged =
    file.read &&
    (await mergeSheet(s, tx, actor, now, { c, part, file: file.read, returned: id, lookups: at.lookups }))
  if (!merged) {
    const { unseen = 0 } = file.read ?? {}
    const message = `文件里没有找到要填的表：表头都对不上${unseen ? `（工作表太多，后面的 ${unseen} 张没有看）` : ''}。请用发出的表填写，或在页面上直接填。`
    await sql`update collection_return set state = 'refused', message = ${message} where id = ${id}`.execute(
      tx,
    )
    return { ...kept, state: 'refused', message }
  }
  await sql`update collection_return set counts = ${JSON.stringify(merged.counts)}, message = ${merged.notes.join('；') || null}
    where id = ${id}`.execute(tx)
  await sql`update collection_part set version = version + 1, returned_at = ${now}, returned_by = ${actor.name} where id = ${part.id}`.execute(
    tx,
  )
  return { ...kept, message: merged.notes.join('；') || null, counts: merged.counts }
}

async function writeReturn(
  { tx, actor, now, collection }: At,
  file: ReadFile,
  part: Part | null,
  told: { state: TakenReturn['state']; message: string | null },
  again?: string,
): Promise<TakenReturn> {
  const id = again ?? newId()
  if (again)
    await sql`update collection_return set part_id = ${part?.id ?? null}, state = ${told.state}, message = ${told.message}
      where id = ${id}`.execute(tx)
  else
    await sql`insert into collection_return (id, collection_id, part_id, file_id, name, state, revision, message, at, actor_id, actor_name)
      values (${id}, ${collection.id}, ${part?.id ?? null}, ${file.fileId}, ${file.name}, ${told.state}, ${file.read?.revision ?? null},
        ${told.message}, ${now}, ${actor.id}, ${actor.name})`.execute(tx)
  if (file.fileId)
    await sql`insert into file_ref (file_id, register, record_id) values (${file.fileId}, 'collection', ${collection.id})
      on conflict do nothing`.execute(tx)
  return { id, name: file.name, part: part?.id ?? null, title: part?.title ?? null, counts: {}, ...told }
}

/** A file that nobody could place is somebody's after all. */
export async function assignReturn(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  collection: Collection,
  { id, file, part }: { id: string; file: ReadFile; part: Part },
): Promise<TakenReturn> {
  const lookups = await readLookups(tx, collection.area.slice(0, 6), shanghaiDate(now))
  return takeInto({ s, tx, actor, now, lookups, collection, own: true }, file, part, id)
}

/** A file that was kept when it came back, read once more. @throws Problem where it was not kept */
export async function readKept(
  s: CollectionServices,
  actor: Actor,
  collection: Collection,
  id: string,
): Promise<ReadFile> {
  const { rows } = await sql<{
    name: string
    file_id: string | null
  }>`select name, file_id from collection_return
    where id = ${id} and collection_id = ${collection.id} and state = 'waiting'`.execute(s.db)
  const found = rows[0]
  if (!found?.file_id)
    throw new Problem('not-found', '这个文件已经处理过，或者没有留下来。请刷新，或重新上传。')
  const table = await openTableApart(
    { path: s.files.pathOf(found.file_id), name: found.name },
    { user: actor.id, folder: path.join(s.files.folder, 'incoming') },
  )
  return { name: found.name, fileId: found.file_id, read: await readReturned(table) }
}
