import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync } from 'node:fs'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Actor } from '../access/actor.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { type Db, sql } from '../store/db.ts'
import { rememberFile } from '../store/kept-files.ts'
import { readExif, type Taken } from './exif.ts'
import { type KeptType, keptTypes, sniff, sniffTable } from './sniff.ts'

export interface StoredFile {
  /** SHA-256 of the content, hex */
  id: string
  name: string
  type: KeptType
  /** bytes */
  size: number
  takenAt?: string
  place?: { lon: number; lat: number; accuracy?: number }
}

export interface Upload {
  name: string
  by: Actor
  now: Date
  /** told by the device; the picture's own EXIF goes before it */
  takenAt?: string | undefined
  place?: { lon: number; lat: number; accuracy?: number } | undefined
}

interface FileRow {
  id: string
  type: KeptType
  size: number
  taken_at: string | null
  place: StoredFile['place'] | null
}

/** Bytes taken in but not yet a file. */
export interface Received {
  aside: string
  id: string
  size: number
  type: KeptType
  taken: Taken
}

const EDGE = 128 * 1024

/**
 * Content-addressed files: `ab/cdef…` in the folder is the file whose SHA-256 is `abcdef…`. A file is complete
 * once it has its name (written aside, synced, renamed), and is never changed or executed.
 */
export function createFileStore(db: Db, folder: string) {
  const incoming = path.join(folder, 'incoming')
  mkdirSync(incoming, { recursive: true, mode: 0o700 })
  const placeOf = (id: string) => path.join(folder, id.slice(0, 2), id.slice(2))

  return {
    folder,

    /** Where a kept file lies, for readers that must jump about in it. Never write there. */
    pathOf: placeOf,

    /**
     * Takes the bytes in, aside; `keep` makes them a file, `discard` forgets them.
     * @param table the reader of tables has read it: also what is kept as nothing else
     * @throws Problem `too-large`, or `bad-input` for a type that is not kept
     */
    async receive(content: Readable, maxBytes: number, table = false): Promise<Received> {
      const aside = path.join(incoming, newId())
      try {
        const { id, size } = await writeAside(content, aside, maxBytes)
        const { head, tail } = await edges(aside, size)
        const type = table ? sniffTable(head, tail) : sniff(head, tail)
        if (!type)
          throw new Problem(
            'bad-input',
            '不支持这种文件。请上传照片（JPG、PNG、WebP、HEIC）、PDF、OFD、Word（.docx）、Excel（.xlsx）或纯文本。',
          )
        return { aside, id, size, type, taken: type === 'image/jpeg' ? readExif(head) : {} }
      } catch (e) {
        await rm(aside, { force: true })
        throw e
      }
    },

    discard: (received: Received) => rm(received.aside, { force: true }),

    /** Keeps what was received. The same content again is the same file. */
    async keep(received: Received, upload: Upload): Promise<StoredFile> {
      const { id, size, type, taken } = received
      const target = placeOf(id)
      mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 })
      await rename(received.aside, target)
      const told = tellable(type, upload)
      const takenBy = taken.at || taken.place ? 'exif' : told.at || told.place ? 'device' : null
      const takenAt = past(taken.at, upload.now) ?? told.at ?? null
      const place = taken.place ?? told.place ?? null
      await sql`with kept as (
          insert into file (id, type, size, taken_at, place, taken_by, created_at)
          values (${id}, ${type}, ${size}, ${takenAt}, ${place && JSON.stringify(place)}, ${takenBy}, ${upload.now})
          on conflict (id) do nothing)
        insert into file_upload (file_id, actor_id, name, uploaded_at)
        values (${id}, ${upload.by.id}, ${cleanName(upload.name, type)}, ${upload.now})
        on conflict (file_id, actor_id) do update set name = excluded.name`.execute(db)
      const stored = (await this.find(id, upload.by))!
      rememberFile(db, stored, upload.by.id)
      return stored
    },

    /** Both steps at once, for those who have everything in hand. */
    async put(content: Readable, upload: Upload & { maxBytes: number; table?: true }): Promise<StoredFile> {
      const received = await this.receive(content, upload.maxBytes, upload.table)
      try {
        return await this.keep(received, upload)
      } finally {
        await this.discard(received)
      }
    },

    /** What is known of a file, under the name this actor gave it (or else its first name). */
    async find(id: string, actor: Actor): Promise<StoredFile | undefined> {
      const { rows } = await sql<
        FileRow & { name: string }
      >`select f.id, f.type, f.size, f.taken_at, f.place, u.name
        from file f join file_upload u on u.file_id = f.id where f.id = ${id}
        order by u.actor_id = ${actor.id} desc, u.uploaded_at limit 1`.execute(db)
      const row = rows[0]
      if (!row) return undefined
      return {
        id: row.id,
        name: row.name,
        type: row.type,
        size: row.size,
        ...(row.taken_at && { takenAt: row.taken_at }),
        ...(row.place && { place: row.place }),
      }
    },

    async uploadedBy(id: string, actor: Actor): Promise<boolean> {
      const { rows } =
        await sql`select 1 from file_upload where file_id = ${id} and actor_id = ${actor.id}`.execute(db)
      return rows.length > 0
    },

    /** Removes uploads that a killed program left half-way, a day later. @returns how many */
    async tidy(now: Date): Promise<number> {
      let n = 0
      for (const name of await readdir(incoming)) {
        const file = path.join(incoming, name)
        const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: now.getTime() }))
        if (now.getTime() - mtimeMs < 86_400_000) continue
        await rm(file, { force: true })
        n++
      }
      return n
    },

    /** Records that name the file. */
    async refs(id: string): Promise<{ register: string; recordId: string }[]> {
      const { rows } = await sql<{
        register: string
        recordId: string
      }>`select register, record_id as "recordId"
        from file_ref where file_id = ${id} limit 200`.execute(db)
      return rows
    },

    /** @throws Problem `not-found` when the bytes are gone from the data folder */
    async read(id: string): Promise<Readable> {
      const file = placeOf(id)
      try {
        await stat(file)
      } catch {
        throw new Problem('not-found', '文件内容不在数据文件夹中，请从备份恢复，或重新上传。')
      }
      return createReadStream(file)
    },
  }
}

export type FileStore = ReturnType<typeof createFileStore>

async function writeAside(
  content: Readable,
  aside: string,
  maxBytes: number,
): Promise<{ id: string; size: number }> {
  const hash = createHash('sha256')
  let size = 0
  await pipeline(
    content,
    async function* (chunks) {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > maxBytes)
          throw new Problem(
            'too-large',
            `文件超过 ${Math.floor(maxBytes / 1024 / 1024)} MB，请压缩后再上传。`,
            {
              maxBytes,
            },
          )
        hash.update(chunk)
        yield chunk
      }
    },
    createWriteStream(aside, { mode: 0o600, flush: true }),
  )
  return { id: hash.digest('hex'), size }
}

async function edges(file: string, size: number): Promise<{ head: Buffer; tail: Buffer }> {
  const handle = await open(file, 'r')
  try {
    const length = Math.min(size, EDGE)
    const head = Buffer.alloc(length)
    const tail = Buffer.alloc(length)
    await handle.read(head, 0, length, 0)
    await handle.read(tail, 0, length, size - length)
    return { head, tail }
  } finally {
    await handle.close()
  }
}

/** A name safe to show and to save under: no path, no control characters, the extension of its type. */
/** Clocks of phones run some minutes fast. */
const FAST = 10 * 60_000

/** A time that has come; a picture of tomorrow is none. */
const past = (at: string | undefined, now: Date): string | undefined =>
  at && Date.parse(at) <= now.getTime() + FAST ? at : undefined

/** When and where, told beside a file: of a picture alone, since of a text it would be typing about typing. */
function tellable(type: KeptType, { takenAt, place, now }: Upload): { at?: string; place?: Upload['place'] } {
  if (!type.startsWith('image/')) return {}
  const at = past(takenAt, now)
  // 0°, 0° is what a device says that does not know
  const known = place && (place.lon !== 0 || place.lat !== 0)
  return { ...(at && { at }), ...(known && { place }) }
}

function cleanName(name: string, type: KeptType): string {
  const base = name
    .split(/[\\/]/)
    .at(-1)!
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u001f\u007f"<>|*?:\u202a-\u202e\u2066-\u2069]/g, '')
    .slice(-150)
  const known = type === 'image/jpeg' ? /\.jpe?g$/i : type === 'image/heic' ? /\.(heic|heif)$/i : undefined
  const ending = keptTypes[type]
  const fits = known
    ? known.test(base)
    : type === 'text/plain'
      ? /\.(txt|csv)$/i.test(base)
      : base.toLowerCase().endsWith(ending)
  return fits ? base : `${base || '文件'}${ending}`
}
