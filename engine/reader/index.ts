/** The one door through which the program reads what others made: see the decision on reading apart. */
import { readerLimits } from './limits.ts'
import { ReaderPool } from './pool.ts'

let pool: ReaderPool | undefined

/**
 * Has a file read in a process of its own.
 * @param format a name of `formats.ts`
 * @param input plain JSON, as the format wants it
 * @param whose account id (files of one person are read one after the other) and the file's shown name
 * @returns plain JSON; the caller checks its shape
 * @throws Problem in Chinese: what is wrong with the file, or that it cost too much
 */
export function readApart(
  format: string,
  input: unknown,
  whose: { user: string; name: string },
): Promise<unknown> {
  pool ??= new ReaderPool(readerLimits())
  return pool.read(format, input, whose.user, whose.name)
}

/** Process numbers of the readers of this program. */
export const readerPids = (): number[] => pool?.pids ?? []

/** Ends all readers of this program at once; for a clean stop. */
export function closeReaders(): void {
  pool?.close()
  pool = undefined
}
