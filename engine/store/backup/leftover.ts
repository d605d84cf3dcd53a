import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { type Holder, holderOf } from '../embedded/processes.ts'

/** Names the backup under way of a data folder: who writes it, and into which unfinished file. */
export const lockOf = (dataDir: string): string => path.join(dataDir, 'backup.lock')

/**
 * Removes the unfinished file of a backup whose process was killed; one that is under way is left alone. Called at
 * the next backup and at the next start.
 * @returns the removed file
 */
export async function sweepLeftover(dataDir: string): Promise<string | undefined> {
  const lock = lockOf(dataDir)
  const text = await readFile(lock, 'utf8').catch(() => '')
  if (!text || holderOf(lock)) return undefined
  const note = noteOf(text)
  if (note?.endsWith('.partial')) await rm(note, { force: true })
  await rm(lock, { force: true })
  return note
}

function noteOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as Partial<Holder>).note
  } catch {
    return undefined
  }
}
