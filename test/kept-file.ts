import { createHash } from 'node:crypto'
import type { Actor } from '../engine/access/actor.ts'
import { type Db, sql } from '../engine/store/db.ts'
import type { NamedFile } from '../engine/store/kept-files.ts'

/**
 * A file as it is known after its upload, without the bytes, which only the file store reads.
 * @param by who brought it
 */
export async function keptFile(
  db: Db,
  by: Actor | readonly Actor[],
  more: Partial<Omit<NamedFile, 'id'>> & { content?: string } = {},
): Promise<NamedFile> {
  const { name = '现场.jpg', type = 'image/jpeg', size = 10, takenAt, place, content = 'a file' } = more
  const id = createHash('sha256')
    .update(JSON.stringify([content, type, takenAt, place]))
    .digest('hex')
  await sql`insert into file (id, type, size, taken_at, place, created_at)
    values (${id}, ${type}, ${size}, ${takenAt ?? null}, ${place ? JSON.stringify(place) : null}, now())
    on conflict do nothing`.execute(db)
  for (const actor of [by].flat())
    await sql`insert into file_upload (file_id, actor_id, name, uploaded_at)
      values (${id}, ${actor.id}, ${name}, now()) on conflict do nothing`.execute(db)
  return { id, name, type, size, ...(takenAt && { takenAt }), ...(place && { place }) }
}
