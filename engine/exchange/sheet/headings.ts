import { cleanText, matchKey } from '../../../fields/normal/text.ts'
import { Problem } from '../../core/errors.ts'
import { hasContent } from './cell.ts'
import { bareTitle, type Candidate, certain, Matcher, type Term } from './heading-match.ts'
import { barePhone, longitude, personBeside, phoneOf } from './heading-patterns.ts'
import type { Cell, Row, Table } from './types.ts'

/** What the user laid down about a sheet; it overrules everything found. */
export interface GivenMap {
  /**
   * heading → field; '' leaves the column out. A heading is the text in the file (主要负责人/姓名 for two
   * levels) or a column letter where the file has no heading: {"C": "creditCode"}.
   */
  headings?: Record<string, string>
  /** Line of the lowest heading row; 0 when the sheet begins with data (then map by column letters). */
  headingLine?: number
  /** Formats for readDate, e.g. ['D/M/YYYY']. Passed on, not used here. */
  dateFormats?: string[]
  /** Fields by which records are recognised. Passed on, not used here. */
  key?: string[]
}

export interface ColumnMatch extends Candidate {
  /** 0-based. */
  column: number
  title: string
}

export interface ColumnLeft {
  column: number
  title: string
  /** sequence: 序号; ignored: left out by the user; conflict: another column feeds its field; else unknown. */
  why: 'unknown' | 'sequence' | 'ignored' | 'conflict'
  /** What it might be, to be offered to the user. */
  candidates: Candidate[]
}

export interface Headings {
  /** False: no row looks like headings. Show `seen` and let the user give a map. */
  found: boolean
  /** 1-based lines of the heading rows; data begins behind `lastLine`. Both 0 when not found. */
  firstLine: number
  lastLine: number
  /** Text of the rows above: titles, dates, units of the table. */
  above: string[]
  /** Title of every column, '' where it has none. */
  titles: string[]
  matches: ColumnMatch[]
  left: ColumnLeft[]
  /** Several columns that claim one field: the first of `columns` was taken, the user should confirm. */
  conflicts: { field: string; columns: number[] }[]
  /** Required fields without a column. */
  missing: string[]
  /** Headings of the given map that the sheet does not have. */
  notInSheet: string[]
  /** The first rows as text when nothing was found. */
  seen: { line: number; texts: string[] }[]
}

const maxLevels = 3
const lookAt = 40

/** The first rows of a sheet, enough to find its headings. */
export async function firstRows(table: Table, sheet?: string | number, count = lookAt): Promise<Row[]> {
  const rows: Row[] = []
  for await (const row of table.rows(sheet)) {
    rows.push(row)
    if (rows.length >= count) break
  }
  return rows
}

/** The visible sheet whose headings fit the vocabulary best; the first one when none fits. */
export async function findLedger(
  table: Table,
  vocabulary: Term[],
  given: GivenMap = {},
): Promise<{ sheet: number; headings: Headings }> {
  let best: { sheet: number; headings: Headings } | undefined
  for (const [sheet, info] of table.sheets.entries()) {
    if (info.hidden && table.sheets.some((s) => !s.hidden)) continue
    const headings = findHeadings(await firstRows(table, sheet), vocabulary, given)
    const weight = (h: Headings) => (h.found ? h.matches.reduce((n, m) => n + m.confidence, 0) : -1)
    if (!best || weight(headings) > weight(best.headings)) best = { sheet, headings }
  }
  return best ?? { sheet: 0, headings: findHeadings([], vocabulary, given) }
}

/**
 * Which rows are the headings and which field each column feeds. Looks for the row (or two or three rows
 * under merged headings) that names the most known fields; never maps two columns to one field without
 * saying so in `conflicts`.
 * @throws Problem('bad-input') when the given map names a field that does not exist.
 */
export function findHeadings(sample: Row[], vocabulary: Term[], given: GivenMap = {}): Headings {
  checkGiven(vocabulary, given)
  const matcher = new Matcher(vocabulary)
  let best: { headings: Headings; score: number } | undefined
  const rows = sample.slice(0, lookAt)
  for (const [i, row] of rows.entries()) {
    if (row.cells.length === 0) continue
    for (let levels = 1; levels <= maxLevels && i + levels <= rows.length; levels++) {
      const block = rows.slice(i, i + levels)
      if (given.headingLine !== undefined && block.at(-1)?.line !== given.headingLine) continue
      if (levels > 1 && !looksLikeHeadings(block.slice(1))) break
      // Cells merged downwards tie rows together: no block may begin or end between them.
      if (continues(rows[i - 1], row) || continues(block.at(-1), rows[i + levels])) continue
      const headings = assign(titlesOf(block), matcher, vocabulary, given)
      // A known name counts for its confidence; prefer fewer rows and, of equals, the upper.
      const score = headings.matches.reduce((n, m) => n + m.confidence, 0) - 0.3 * (levels - 1)
      if (best && score <= best.score) continue
      const above = rows
        .slice(0, i)
        .map(rowText)
        .filter((t) => t !== '')
      best = {
        headings: { ...headings, firstLine: row.line, lastLine: block.at(-1)?.line ?? row.line, above },
        score,
      }
    }
  }
  const matched = best?.headings.matches ?? []
  const enough = matched.some((m) => m.how === 'given') || matched.length >= Math.min(2, vocabulary.length)
  if (best && enough) return { ...best.headings, found: true }
  if (given.headingLine === 0) return byLetters(rows, vocabulary, given)
  const seen = rows.filter((r) => r.cells.length > 0).slice(0, 10)
  return {
    ...(best && matched.length > 0 ? best.headings : nothing(vocabulary)),
    found: false,
    seen: seen.map((r) => ({ line: r.line, texts: r.cells.map((c) => cleanText(c.text)) })),
  }
}

const nothing = (vocabulary: Term[]): Headings => ({
  found: false,
  firstLine: 0,
  lastLine: 0,
  above: [],
  titles: [],
  matches: [],
  left: [],
  conflicts: [],
  missing: vocabulary.filter((t) => t.required).map((t) => t.field),
  notInSheet: [],
  seen: [],
})

function checkGiven(vocabulary: Term[], given: GivenMap): void {
  const fields = new Set(vocabulary.map((t) => t.field))
  const unknown = Object.values(given.headings ?? {}).filter((f) => f !== '' && !fields.has(f))
  if (unknown.length > 0)
    throw new Problem(
      'bad-input',
      `列对应中的字段不存在：${unknown.join('、')}。可用字段：${[...fields].join('、')}`,
    )
}

/** Rows below the first heading row belong to it when they hold short words, no numbers, dates or codes. */
export function looksLikeHeadings(rows: Row[]): boolean {
  return rows.every((row) => {
    const own = row.cells.filter((c) => hasContent(c) && !c.merged)
    return (
      own.length > 0 &&
      own.every(
        (c) => c.number === undefined && !c.error && c.text.length <= 20 && !/\d{4,}|^\d/.test(c.text),
      )
    )
  })
}

/** Does a cell of `upper` reach down into `lower` by a merge? */
export function continues(upper: Row | undefined, lower: Row | undefined): boolean {
  if (!upper || !lower) return false
  return lower.cells.some((c, i) => {
    const above = upper.cells[i]
    const fromLeft = i > 0 && lower.cells[i - 1]?.text === c.text
    return c.merged && !fromLeft && above !== undefined && hasContent(above) && above.text === c.text
  })
}

/** Per column the heading texts from top to bottom; a parent without merge reaches right over its children. */
export function titlesOf(block: Row[]): string[][] {
  const width = Math.max(...block.map((r) => r.cells.length))
  const text = (level: number, c: number) => cleanText(block[level]?.cells[c]?.text ?? '')
  const titles: string[][] = []
  for (let c = 0; c < width; c++) {
    const parts: string[] = []
    for (let level = 0; level < block.length; level++) {
      let here = text(level, c)
      if (here === '' && level + 1 < block.length && text(level + 1, c) !== '') {
        const left = titles[c - 1]
        // Only when the column to the left is itself a child of that parent.
        if (left && left.length > level + 1) here = left[level] ?? ''
      }
      if (here !== '' && here !== parts.at(-1)) parts.push(here)
    }
    titles.push(parts)
  }
  return titles
}

export const isSequence = (title: string): boolean =>
  /^(?:序号|编序|序|no|num|#|行号|顺序号)$/i.test(bareTitle(title))

function assign(titles: string[][], matcher: Matcher, vocabulary: Term[], given: GivenMap): Headings {
  const shown = titles.map((parts) => parts.join('/'))
  const claims: { column: number; candidate: Candidate }[] = []
  const left: ColumnLeft[] = []
  const usedGiven = new Set<string>()
  const offers: Candidate[][] = []
  for (const [column, parts] of titles.entries()) {
    const title = shown[column] ?? ''
    const wish = givenFor(parts, column, given)
    if (wish) usedGiven.add(wish.heading)
    if (wish && wish.field === '') left.push({ column, title, why: 'ignored', candidates: [] })
    offers[column] = wish
      ? wish.field === ''
        ? []
        : [{ field: wish.field, confidence: 1, how: 'given' }]
      : parts.length === 0
        ? []
        : matcher.candidates(parts)
    for (const candidate of offers[column] ?? [])
      if (candidate.confidence >= certain) claims.push({ column, candidate })
  }
  besidePhones(offers, titles, claims, vocabulary, matcher)
  ownPhones(offers, titles, claims, vocabulary)
  // What the user gave comes first, then the surest; of equals the column further left.
  const rank = (c: Candidate) => (c.how === 'given' ? 2 : c.confidence)
  claims.sort((a, b) => rank(b.candidate) - rank(a.candidate) || a.column - b.column)
  const byField = new Map<string, ColumnMatch>()
  const byColumn = new Set<number>()
  const rivals = new Map<string, number[]>()
  for (const { column, candidate } of claims) {
    if (byColumn.has(column)) continue
    const holder = byField.get(candidate.field)
    if (holder) {
      rivals.set(candidate.field, [...(rivals.get(candidate.field) ?? [holder.column]), column])
      continue
    }
    byColumn.add(column)
    byField.set(candidate.field, { column, title: shown[column] ?? '', ...candidate })
  }
  // a person with a column of his own is not looked for beside his telephone
  for (const m of byField.values()) if (m.person && byField.has(m.person)) delete m.person
  const place = placeParts(shown, vocabulary, byField, byColumn, left)
  for (const m of place) byColumn.add(m.column)
  for (const [column, title] of shown.entries()) {
    if (title === '' || byColumn.has(column) || left.some((l) => l.column === column)) continue
    const conflict = [...rivals.values()].some((columns) => columns.includes(column))
    const why = conflict ? 'conflict' : isSequence(title) ? 'sequence' : 'unknown'
    const free = (offers[column] ?? []).filter((c) => conflict || !byField.has(c.field))
    left.push({ column, title, why, candidates: free })
  }
  return {
    ...nothing(vocabulary),
    titles: shown,
    matches: [...byField.values(), ...place].sort((a, b) => a.column - b.column),
    left: left.sort((a, b) => a.column - b.column),
    // A column that lost one field but feeds another is no rival.
    conflicts: [...rivals]
      .map(([field, columns]) => ({ field, columns: columns.filter((c, i) => i === 0 || !byColumn.has(c)) }))
      .filter((c) => c.columns.length > 1)
      .sort((a, b) => (a.columns[0] ?? 0) - (b.columns[0] ?? 0)),
    missing: vocabulary
      .filter((t) => t.required && !byField.has(t.field) && !place.some((m) => m.field === t.field))
      .map((t) => t.field),
    notInSheet: Object.keys(given.headings ?? {}).filter((h) => !usedGiven.has(h)),
  }
}

/** 主要负责人及联系电话 in one column is both, by what names the person. */
function besidePhones(
  offers: Candidate[][],
  titles: string[][],
  claims: { column: number; candidate: Candidate }[],
  vocabulary: Term[],
  matcher: Matcher,
): void {
  for (const [column, parts] of titles.entries()) {
    const title = parts.join('')
    const who = offers[column]?.[0]?.how === 'given' ? undefined : personBeside(title)
    const sure = who === undefined ? undefined : matcher.candidates([who])[0]
    if (who === undefined || !sure || sure.confidence < certain) continue
    const field = phoneOf({ title: who, field: sure.field }, vocabulary)
    if (!field) continue
    for (let i = claims.length - 1; i >= 0; i--) if (claims[i]?.column === column) claims.splice(i, 1)
    offers[column] = [{ field, confidence: 0.92, how: 'normalised', person: sure.field }]
    for (const candidate of offers[column]) claims.push({ column, candidate })
  }
}

/** A bare 联系电话 is the telephone of the person left of it; of somebody who has none here it is nobody's. */
function ownPhones(
  offers: Candidate[][],
  titles: string[][],
  claims: { column: number; candidate: Candidate }[],
  vocabulary: Term[],
): void {
  for (let column = 1; column < titles.length; column++) {
    const parts = titles[column] ?? []
    if (parts.length !== 1 || !barePhone(parts[0] ?? '') || offers[column]?.[0]?.how === 'given') continue
    const left = titles[column - 1]?.join('') ?? ''
    const surest = [...(offers[column - 1] ?? [])].sort((a, b) => b.confidence - a.confidence)[0]
    const field = phoneOf(
      { title: left, field: surest && surest.confidence >= certain ? surest.field : undefined },
      vocabulary,
    )
    if (field === undefined) continue
    for (let i = claims.length - 1; i >= 0; i--) if (claims[i]?.column === column) claims.splice(i, 1)
    offers[column] = field === null ? [] : [{ field, confidence: 0.9, how: 'normalised' }]
    for (const candidate of offers[column] ?? []) claims.push({ column, candidate })
  }
}

/** 经度 and 纬度 in two columns are one place, where no column gives it whole. */
function placeParts(
  shown: string[],
  vocabulary: Term[],
  byField: ReadonlyMap<string, ColumnMatch>,
  byColumn: ReadonlySet<number>,
  left: readonly ColumnLeft[],
): ColumnMatch[] {
  const field = vocabulary.find((t) => t.type === 'place' && !t.field.includes('.'))?.field
  if (!field || byField.has(field)) return []
  const at = (part: 'lon' | 'lat') =>
    shown.findIndex((t, c) => longitude(t) === part && !byColumn.has(c) && !left.some((l) => l.column === c))
  const [lon, lat] = [at('lon'), at('lat')]
  if (lon < 0 || lat < 0) return []
  const match = (column: number, part: 'lon' | 'lat'): ColumnMatch => ({
    column,
    title: shown[column] ?? '',
    field,
    confidence: 0.95,
    how: 'normalised',
    part,
  })
  return [match(lon, 'lon'), match(lat, 'lat')]
}

/** The given map's entry for a column: by its title, its title without signs, its lowest part, its letter. */
function givenFor(
  parts: string[],
  column: number,
  given: GivenMap,
): { heading: string; field: string } | undefined {
  const wanted = Object.entries(given.headings ?? {})
  const keys = new Set([parts.join('/'), parts.join('')].map(matchKey))
  const byTitle = wanted.find(([h]) => parts.length > 0 && keys.has(matchKey(h)) && matchKey(h) !== '')
  const byLast = wanted.find(([h]) => matchKey(h) !== '' && matchKey(h) === matchKey(parts.at(-1) ?? ''))
  const byLetter = wanted.find(([h]) => h === columnLetter(column))
  const entry = byTitle ?? byLast ?? byLetter
  return entry && { heading: entry[0], field: entry[1] }
}

/** 0 → A, 26 → AA. */
export function columnLetter(column: number): string {
  let letters = ''
  for (let n = column + 1; n > 0; n = Math.floor((n - 1) / 26))
    letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters
  return letters
}

function byLetters(rows: Row[], vocabulary: Term[], given: GivenMap): Headings {
  const width = Math.max(0, ...rows.map((r) => r.cells.length))
  const headings = assign(
    Array.from({ length: width }, () => []),
    new Matcher(vocabulary),
    vocabulary,
    given,
  )
  const matches = headings.matches.map((m) => ({ ...m, title: columnLetter(m.column) }))
  return {
    ...headings,
    matches,
    titles: Array.from({ length: width }, (_, c) => columnLetter(c)),
    found: matches.length > 0,
  }
}

function rowText(row: Row): string {
  const texts: string[] = []
  for (const cell of row.cells) if (own(cell)) texts.push(cleanText(cell.text))
  return texts.join(' ')
}

const own = (cell: Cell): boolean => hasContent(cell) && !cell.merged
