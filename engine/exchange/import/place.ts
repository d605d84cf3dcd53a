import { type RawCell, textOfRaw } from './cells.ts'
import type { Found } from './types.ts'

/** The table a row came from. */
export const sheetOf = (found: Found, line: number) =>
  found.sheets?.filter((x) => x.read && (x.offset ?? 0) < line).at(-1)

/** Where a row stands: its sheet, when there are several, and its line there. */
export function placeOf(found: Found, line: number): { sheet: string | null; at: number } {
  const several = (found.sheets ?? []).filter((x) => x.read).length > 1
  const sheet = sheetOf(found, line)
  return { sheet: several ? (sheet?.name ?? null) : null, at: line - (sheet?.offset ?? 0) }
}

/** Cell texts by heading, as a person knows the row. */
export function rawByTitle(found: Found, line: number, raw: readonly RawCell[]): Record<string, string> {
  const out: Record<string, string> = {}
  const headings = sheetOf(found, line)?.headings ?? found.headings ?? []
  for (const h of headings) {
    const text = textOfRaw(raw[h.column])
    if (text === '') continue
    // two columns may bear one title
    out[h.title in out ? `${h.title} (${h.column + 1})` : h.title] = text
  }
  return out
}
