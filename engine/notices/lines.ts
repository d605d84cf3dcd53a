import { cleanRun, emptyRun, joinRuns, pairQuotes, type Run, sliceRun } from './clean.ts'
import { startsWithMarker } from './markers.ts'
import { headKind } from './table-columns.ts'

/** One printed line. */
export interface Line {
  run: Run
  /** text of the cells when the line is a row of a table (tabs, pipes or wide gaps); otherwise empty */
  cells: Run[]
  /** depth of a markdown heading; 0 when it is none */
  markdown: number
  /** a page ended before this line */
  newPage: boolean
}

const PAGE_NUMBER = /^(?:[—\-·.\s~]*\d{1,4}[—\-·.\s~]*|第\d{1,4}页(?:[,，/]?共\d{1,4}页)?|\d{1,4}\/\d{1,4})$/
const DECORATED = /[—\-·~页/]/
const RULE = /^[-=_*—~+|:\s]{3,}$/

/** Splits the text into printed lines, without page numbers, rules and running heads. */
export function readLines(source: string): Line[] {
  const lines: Line[] = []
  let newPage = false
  const ends = /\r\n|[\n\r\u2028\u2029\f\v]/g
  let from = 0
  while (from <= source.length) {
    const end = ends.exec(source)
    const to = end ? end.index : source.length
    const line = readLine(source, from, to)
    if (line === 'page') newPage = true
    else if (line) {
      lines.push({ ...line, newPage })
      newPage = false
    }
    if (end?.[0] === '\f') newPage = true
    if (!end) break
    from = end.index + end[0].length
  }
  return withoutRunningHeads(withLooseTables(source, lines))
}

const ORDINAL = /^[（(]?\d{1,3}[）)、.．]?$/
/** longer lines are prose, whatever blanks they have */
const LONGEST_LOOSE = 160

/**
 * "序号 任务 目标 责任单位 完成时限" with single blanks, and rows of as many parts below it that begin with a number: a
 * table that was pasted as text. Its lines get their cells.
 */
function withLooseTables(source: string, lines: Line[]): Line[] {
  for (let i = 0; i < lines.length; i++) {
    const heads = loose(source, lines[i])
    if (heads.length < 3 || !heads.every((h) => headKind(h.text) !== null)) continue
    // the number of a row may have no heading
    const first = loose(source, lines[i + 1])
    const width = first.length === heads.length + 1 ? first.length : heads.length
    const rows: Run[][] = []
    for (let row = first; isRow(row, width); row = loose(source, lines[i + 1 + rows.length])) rows.push(row)
    if (rows.length < 2) continue
    const head = width > heads.length ? [emptyRun(), ...heads] : heads
    for (const [n, cells] of [head, ...rows].entries()) {
      const line = lines[i + n]
      if (line) line.cells = cells
    }
    i += rows.length
  }
  return lines
}

const isRow = (cells: readonly Run[], width: number): boolean =>
  cells.length === width && ORDINAL.test(cells[0]?.text ?? '')

/** The parts of a line between single blanks; none where it has cells already or is too long. */
function loose(source: string, line: Line | undefined): Run[] {
  const from = line?.run.at[0]
  const last = line?.run.at[line.run.at.length - 1]
  if (!line || line.cells.length > 0 || from === undefined || last === undefined) return []
  if (last - from > LONGEST_LOOSE) return []
  const out: Run[] = []
  let start = from
  for (const hit of source.slice(from, last + 1).matchAll(/[ \u3000]+/g)) {
    out.push(cleanRun(source, start, from + hit.index))
    start = from + hit.index + hit[0].length
  }
  out.push(cleanRun(source, start, last + 1))
  return out.filter((c) => c.text !== '')
}

function readLine(source: string, from: number, to: number): Omit<Line, 'newPage'> | 'page' | null {
  const raw = source.slice(from, Math.min(to, from + 200))
  if (to - from < 200 && RULE.test(raw)) return null
  const lead = /^\s*(?:>\s*)*(#{1,6})?\s*(?:[-*+•●▪■◆]\s+)?/.exec(raw)
  const start = from + (lead?.[0].length ?? 0)
  const run = cleanRun(source, start, to)
  if (run.text === '') return null
  if (PAGE_NUMBER.test(run.text) && DECORATED.test(run.text)) return 'page'
  return { run, cells: cellsOf(source, start, to), markdown: lead?.[1]?.length ?? 0 }
}

/** Cells of "| a | b |", "a<TAB>b" and "a   b"; none for ordinary prose. */
function cellsOf(source: string, from: number, to: number): Run[] {
  if (to - from > 4000) return []
  const raw = source.slice(from, to)
  const piped = /^\s*\|.*\|\s*$/.test(raw)
  const gap = piped ? /\|/g : raw.includes('\t') ? /\t+/g : / {3,}|\u3000{2,}/g
  const cells: Run[] = []
  let last = from
  for (const hit of raw.matchAll(gap)) {
    cells.push(cleanRun(source, last, from + hit.index))
    last = from + hit.index + hit[0].length
  }
  cells.push(cleanRun(source, last, to))
  if (piped) return cells.slice(1, -1)
  const filled = cells.filter((c) => c.text !== '')
  return filled.length >= 3 ? filled : []
}

/** A short line that returns next to page breaks is the page's running head, not text. */
function withoutRunningHeads(lines: Line[]): Line[] {
  const seen = new Map<string, number>()
  const beside = (i: number) => lines[i]!.newPage || (lines[i + 1]?.newPage ?? false)
  for (let i = 0; i < lines.length; i++) {
    const { text } = lines[i]!.run
    if (text.length <= 40 && beside(i)) seen.set(text, (seen.get(text) ?? 0) + 1)
  }
  return lines.filter((line, i) => {
    const { text } = line.run
    return !(beside(i) && (seen.get(text) ?? 0) >= 3 && !/[。；：）]$/.test(text) && !startsWithMarker(text))
  })
}

const SENTENCE_END = /[。！？；：][”’）】]*$/
const CLOSED = /[。！？；：）】]$/

/** Width in half columns, as a printer counts it. */
const width = (text: string): number => {
  let sum = 0
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i) < 0x2e80 ? 1 : 2
  return sum
}

/**
 * The measure of hard-wrapped text in half columns; 0 when each line is a whole paragraph. In wrapped text most
 * lines that do not end a sentence are equally long.
 */
export function wrapWidth(lines: readonly Line[]): number {
  const open = lines.map((l) => l.run.text).filter((t) => t.length > 12 && !CLOSED.test(t))
  const widths = open.map(width).filter((w) => w <= 120)
  if (widths.length < 8) return 0
  const most = [...widths].sort((a, b) => a - b)[Math.floor(widths.length * 0.8)] ?? 0
  const near = widths.filter((w) => w >= most - 5 && w <= most + 4).length
  return near >= 0.5 * open.length ? most : 0
}

/** Joins printed lines to paragraphs: over hard wraps and page breaks, dropping what a page break printed twice. */
export function joinLines(lines: readonly Line[]): Line[] {
  const measure = wrapWidth(lines)
  const out: { head: Line; parts: Run[]; tail: string; last: Line }[] = []
  for (const line of lines) {
    const before = out[out.length - 1]
    if (before && continues(before.head, before.last, line, measure, before.parts.length === 1)) {
      const twice = overlap(before.tail, line.run.text)
      before.parts.push(twice > 0 ? sliceRun(line.run, twice) : line.run)
      before.tail = (before.tail + line.run.text.slice(twice)).slice(-400)
      before.last = line
    } else if (before && repeats(before.tail, line.run.text)) {
      const rest = sliceRun(line.run, repeats(before.tail, line.run.text))
      if (rest.text !== '') before.parts.push(rest)
      before.tail = (before.tail + rest.text).slice(-400)
      before.last = line
    } else {
      out.push({ head: line, parts: [line.run], tail: line.run.text.slice(-400), last: line })
    }
  }
  return out.map(({ head, parts }) => ({
    ...head,
    run: pairQuotes(parts.length === 1 ? parts[0]! : joinRuns(parts)),
  }))
}

function continues(head: Line, last: Line, next: Line, measure: number, first: boolean): boolean {
  const text = last.run.text
  if (next.markdown > 0 || last.cells.length > 0 || next.cells.length > 0) return false
  if (SENTENCE_END.test(text) || startsWithMarker(next.run.text)) return false
  if (/^[（【]/.test(next.run.text) && /[）】]$/.test(next.run.text)) return false
  if (/[，、“（《]$/.test(text)) return true
  if (/）$/.test(text) && opens(text)) return false
  const marked = head.markdown > 0 || (first && startsWithMarker(head.run.text))
  if (marked && !PROSE.test(text)) {
    // a heading goes on only where its line was full
    return measure > 0 ? width(text) >= measure - 6 : text.length > 60
  }
  // prose without a full stop was cut by the line or the page; a short loose line is a line of its own
  return /[。；]/.test(text) || text.length > (measure > 0 ? measure / 4 : 30)
}

/** What a heading does not say: it is the beginning of a duty, or has sentences in it. */
const PROSE = /[。；]|(?<![主重必需])要(?!求|素|点)|必须|\d月|每[年月季半]|至少|不少于/

/** "（县应急局负责）": the closing bracket belongs to a note, so the paragraph is over. */
const opens = (text: string): boolean => /（[^（）]*(?:负责|落实|配合|牵头|公开|发布)[^（）]*）$/.test(text)

/** Length of the longest beginning of `next` that `tail` ends with; counts from eight characters. */
function overlap(tail: string, next: string): number {
  for (let n = Math.min(tail.length, next.length, 200); n >= 8; n--) {
    if (tail.endsWith(next.slice(0, n))) return n
  }
  return 0
}

/** Length of a whole last sentence that a page break printed again. */
function repeats(tail: string, next: string): number {
  const sentence = /^[^。]{12,200}。/.exec(next)?.[0]
  return sentence && tail.endsWith(sentence) ? sentence.length : 0
}
