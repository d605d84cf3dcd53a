import type { Actor } from '../access/actor.ts'
import type { Json } from '../core/condition/ast.ts'
import type { Fields } from '../core/definition.ts'
import type { Complaint } from '../core/errors.ts'
import { type Db, sql } from './db.ts'
import { opensFile } from './mask.ts'
import { findRow } from './rows.ts'
import type { Services } from './services.ts'

/** What the store knows of a file since it was uploaded. Files are named by their content and never change. */
export interface KeptFile {
  id: string
  /** media type by the bytes */
  type: string
  size: number
  /** ISO time */
  takenAt?: string
  place?: { lon: number; lat: number; accuracy?: number }
}

/** A file as a record or a form names it. */
export type NamedFile = KeptFile & { name: string }

/** A photo is uploaded a moment before the record that shows it is saved: it need not be asked for again. */
const MOST_KEPT = 5000
const kept = new WeakMap<Db, Map<string, { file: KeptFile; by: Set<string> }>>()

/** Remembers a file and who brought it. */
export function rememberFile(db: Db, { id, type, size, takenAt, place }: KeptFile, actorId: string): void {
  const files = kept.get(db) ?? new Map<string, { file: KeptFile; by: Set<string> }>()
  kept.set(db, files)
  const known = files.get(id)
  if (known) return void known.by.add(actorId)
  if (files.size >= MOST_KEPT) files.delete(files.keys().next().value!)
  const file = { id, type, size, ...(takenAt && { takenAt }), ...(place && { place }) }
  files.set(id, { file, by: new Set([actorId]) })
}

interface Row {
  id: string
  type: string
  size: number | string
  takenAt: string | null
  place: KeptFile['place'] | null
  own: boolean
  refs: { register: string; record: string }[] | null
}

/** Files by id that the actor brought, or may read in a record that names them. */
async function usableFiles(
  s: Services,
  tx: Db,
  actor: Actor,
  ids: readonly string[],
): Promise<Map<string, KeptFile>> {
  const out = new Map<string, KeptFile>()
  const known = kept.get(s.db)
  const unknown = ids.filter((id) => {
    const hit = known?.get(id)
    if (!hit?.by.has(actor.id)) return true
    out.set(id, hit.file)
    return false
  })
  if (unknown.length === 0) return out
  const { rows } = await sql<Row>`select f.id, f.type, f.size, f.taken_at as "takenAt", f.place,
      exists (select 1 from file_upload u where u.file_id = f.id and u.actor_id = ${actor.id}) as own,
      (select json_agg(json_build_object('register', r.register, 'record', r.record_id))
        from (select register, record_id from file_ref where file_id = f.id limit 200) r) as refs
    from file f where f.id = any(${unknown}::text[])`.execute(tx)
  for (const { takenAt, place, own, refs, ...row } of rows) {
    const file = {
      ...row,
      size: Number(row.size),
      ...(takenAt && { takenAt }),
      ...(place && { place }),
    }
    if (own) rememberFile(s.db, file, actor.id)
    if (own || actor.kind === 'system' || (await readsOne(s, tx, actor, refs ?? [], file.id)))
      out.set(file.id, file)
  }
  return out
}

async function readsOne(
  s: Services,
  tx: Db,
  actor: Actor,
  refs: NonNullable<Row['refs']>,
  file: string,
): Promise<boolean> {
  for (const { register, record } of refs) {
    const def = s.catalogue.findRecord(register)
    const row = def && (await findRow(s, tx, actor, def, record))
    if (row && opensFile(s, actor, def, row, file)) return true
  }
  return false
}

/**
 * What a list of files really is: type, size, time and place are the store's, whatever the client says of them;
 * only the name is the client's. Else anybody could type the proof of his own claim (design §3.5).
 * @returns the files, or in Chinese why they cannot be taken
 */
export async function storedFiles(
  s: Services,
  tx: Db,
  actor: Actor,
  given: readonly { id: string; name: string }[],
): Promise<{ files: NamedFile[]; complaint?: string }> {
  const usable = await usableFiles(s, tx, actor, [...new Set(given.map((f) => f.id))])
  const files: NamedFile[] = []
  for (const { id, name } of given) {
    const file = usable.get(id)
    if (!file) return { files: [], complaint: `“${name}”没有上传成功，或者不是您上传的，请重新上传。` }
    files.push({ ...file, name })
  }
  return { files }
}

/** Puts what the store knows in the place of the files that some values name. Without files it asks nothing. */
export async function settleFiles(
  s: Services,
  tx: Db,
  actor: Actor,
  fields: Fields,
  values: Record<string, unknown>,
): Promise<Complaint[]> {
  const out: Complaint[] = []
  for (const [path, f] of Object.entries(fields)) {
    if (f.type !== 'files' && f.type !== 'photos') continue
    const given = values[path]
    if (!Array.isArray(given) || given.length === 0) continue
    const { files, complaint } = await storedFiles(s, tx, actor, given)
    const odd = f.type === 'photos' && files.find((file) => !file.type.startsWith('image/'))
    if (complaint) out.push({ path, message: `${f.label}：${complaint}` })
    else if (odd) out.push({ path, message: `${f.label}：“${odd.name}”不是照片，只能是照片，请重新上传。` })
    else values[path] = files as unknown as Json
  }
  return out
}
