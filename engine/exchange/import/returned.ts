import { createHash } from 'node:crypto'
import type { Headings } from '../sheet/index.ts'
import { type RawCell, textOfRaw } from './cells.ts'

/** Titles by which a sheet of such rows is known again; the code says whether a row is as it was given back. */
export const RETURNED = { why: '未导入原因', line: '原行号', code: '核对码' }

/** Digest of a row's texts, whatever blanks stand at its end. */
export function rowDigest(texts: readonly string[]): string {
  const end = texts.findLastIndex((t) => t.trim() !== '') + 1
  const said = texts.slice(0, end).map((t) => t.trim())
  return createHash('sha1').update(JSON.stringify(said)).digest('base64url').slice(0, 12)
}

/** Of a sheet of rows that were given back: why a row was, where nothing in it has been changed since. */
export function returnedBy({
  titles,
}: Headings): ((raw: readonly RawCell[]) => string | undefined) | undefined {
  const [why, line, code] = [RETURNED.why, RETURNED.line, RETURNED.code].map((t) => titles.lastIndexOf(t))
  if (why === undefined || line === undefined || code === undefined || why < 0 || code < line)
    return undefined
  return (raw) => {
    const same = textOfRaw(raw[code]) === rowDigest(raw.slice(line + 1, code).map(textOfRaw))
    return same ? textOfRaw(raw[why]) || '没有写明' : undefined
  }
}
