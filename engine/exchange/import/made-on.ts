import { type Db, sql } from '../../store/db.ts'
import { type RawCell, textOfRaw } from './cells.ts'
import { labelOf } from './fields.ts'
import type { Reading } from './parse.ts'
import { sheetOf } from './place.ts'
import { rowDigest } from './returned.ts'
import type { Dropped, FoundSheet, Heading, SessionRow } from './types.ts'

/**
 * Corrections by hand hold for the row they were made on: its sheet, its line there, and the cell of each field. After
 * other sheets or columns have been chosen a row may have another number, and a field another cell; what no longer
 * fits is dropped and named, never laid over something else.
 */

export interface MadeOn {
  sheet: string
  at: number
  /** cell text of each corrected field; '' where no column gave it */
  cells: Record<string, string>
  /** digest of the whole row, for a decision about it */
  row: string
}

export interface Kept {
  line: number
  fixed: Record<string, unknown> | null
  decision: string | null
  made_on: MadeOn | null
}

const cellOf = (headings: readonly Heading[], field: string, raw: readonly RawCell[]): string =>
  headings
    .filter((h) => h.field === field)
    .map((h) => textOfRaw(raw[h.column]).trim())
    .join(' ')

/** What a correction of this row is made on. */
export function madeOn(
  found: SessionRow['found'],
  line: number,
  raw: readonly RawCell[],
  fields: readonly string[],
): MadeOn {
  const sheet = sheetOf(found, line)
  const headings = sheet?.headings ?? found.headings ?? []
  return {
    sheet: sheet?.name ?? '',
    at: line - (sheet?.offset ?? 0),
    cells: Object.fromEntries(fields.map((f) => [f, cellOf(headings, f, raw)])),
    row: rowDigest(raw.map(textOfRaw)),
  }
}

/** The corrections of a session, each with what it was made on. */
export async function keptCorrections(db: Db, session: SessionRow): Promise<Kept[]> {
  const { rows } = await sql<
    Kept & { raw: RawCell[] }
  >`select line, fixed, decision, made_on, raw from import_row
    where session_id = ${session.id} and (fixed is not null or decision is not null)`.execute(db)
  return rows.map(({ raw, ...kept }) => ({
    ...kept,
    // made before it was kept with them: the file as it was read then
    made_on: kept.made_on ?? madeOn(session.found, kept.line, raw, Object.keys(kept.fixed ?? {})),
  }))
}

/** Corrections waiting for their rows. */
export class Corrections {
  readonly #waiting = new Map<string, Kept>()
  readonly dropped: Dropped[] = []

  constructor(kept: readonly Kept[]) {
    for (const k of kept) if (k.made_on) this.#waiting.set(`${k.made_on.at} ${k.made_on.sheet}`, k)
  }

  waiting(): Iterable<Kept> {
    return this.#waiting.values()
  }

  /** What of a correction holds for a row; the rest is named. */
  take(
    r: Reading,
    sheet: Pick<FoundSheet, 'name' | 'headings'>,
    at: number,
    raw: readonly RawCell[],
  ): Kept | undefined {
    if (this.#waiting.size === 0) return undefined
    const key = `${at} ${sheet.name}`
    const kept = this.#waiting.get(key)
    if (!kept?.made_on) return undefined
    this.#waiting.delete(key)
    const { cells, row } = kept.made_on
    const fixed: Record<string, unknown> = {}
    for (const [field, value] of Object.entries(kept.fixed ?? {}))
      if (cellOf(sheet.headings ?? [], field, raw) === (cells[field] ?? '')) fixed[field] = value
      else this.#drop(sheet.name, at, labelOf(r.catalogue, r.def, field))
    const same = rowDigest(raw.map(textOfRaw)) === row
    if (kept.decision && !same) this.#drop(sheet.name, at, '对这一行的处理')
    return {
      ...kept,
      fixed: Object.keys(fixed).length ? fixed : null,
      decision: same ? kept.decision : null,
    }
  }

  /** Names what no row was found for. */
  end(r: Reading): Dropped[] {
    for (const { fixed, decision, made_on } of this.#waiting.values()) {
      const { sheet, at } = made_on ?? { sheet: '', at: 0 }
      for (const field of Object.keys(fixed ?? {})) this.#drop(sheet, at, labelOf(r.catalogue, r.def, field))
      if (decision) this.#drop(sheet, at, '对这一行的处理')
    }
    this.#waiting.clear()
    return this.dropped
  }

  #drop(sheet: string, at: number, label: string): void {
    this.dropped.push({ sheet, at, label })
  }
}
