import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folders of the code that makes a figure of rows: conditions and periods, indicators, tasks with their states. */
const computing = ['../core/', '../indicators/', './']

function* programFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)))
    if (entry.isDirectory()) yield* programFiles(path.join(folder, entry.name))
    else if (/(?<!\.test|\.d)\.[jt]s$/.test(entry.name)) yield path.join(folder, entry.name)
}

/** Hash of the program files in some folders, whatever the folders are called. */
export function hashOfProgram(folders: readonly string[]): string {
  const hash = createHash('sha256')
  for (const folder of folders)
    for (const file of programFiles(folder))
      hash.update(path.relative(folder, file)).update(readFileSync(file))
  return hash.digest('base64url').slice(0, 16)
}

let known: string | undefined

/**
 * The version of what computes figures, by its own text: a release that changes only the computation asks another
 * question than the one that a kept figure answers, also where nobody thought of a number. Read once.
 */
export const computedBy = (): string => {
  known ??= hashOfProgram(computing.map((f) => fileURLToPath(new URL(f, import.meta.url))))
  return known
}
