import { startsWithMarker } from '../markers.ts'
import { firstWord, type Placed, type PlacedLine } from './pdf-lines.ts'

/*
 * Paragraphs of pages: a line that fills the measure goes on in the next one, when that begins at the left edge and is not
 * indented. Only where paragraphs are indented at all: without that a full line says nothing.
 */

/** In characters: an indented line begins so far right of the edge. */
const INDENT = 1.5
/** The share of indented lines from which on a paper indents its paragraphs. */
const INDENTS = 0.08
const LEAST_LINES = 6

interface Measure {
  left: number
  right: number
}

/** Lines joined to paragraphs, also over the break of a page; pages as they are where nothing can be told. */
export function joinParagraphs(pages: readonly Placed[][]): Placed[][] {
  const lines = pages.flat().filter((p) => p.kind === 'line')
  const measure = measureOf(lines)
  if (!measure) return pages.map((page) => [...page])
  let open: PlacedLine | undefined
  let last: PlacedLine | undefined
  return pages.map((page) => {
    const out: Placed[] = []
    for (const one of page) {
      if (one.kind === 'table') {
        open = last = undefined
        out.push(one)
      } else if (open && last && goesOn(last, one, measure)) {
        open.text += one.text
        open.marks = [...open.marks, ...one.marks]
        last = one
      } else {
        last = one
        open = { ...one }
        out.push(open)
      }
    }
    return out
  })
}

function measureOf(lines: readonly PlacedLine[]): Measure | undefined {
  if (lines.length < LEAST_LINES) return undefined
  const size = middle(lines.map((l) => l.size))
  const lefts = new Map<number, number>()
  for (const line of lines) {
    const at = Math.round(line.x / 3)
    lefts.set(at, (lefts.get(at) ?? 0) + 1)
  }
  const often = [...lefts].filter(([, n]) => n >= 0.1 * lines.length).map(([at]) => at * 3)
  const left = Math.min(...(often.length > 0 ? often : lines.map((l) => l.x)))
  const body = lines.filter((l) => l.x < left + 4 * size)
  const ends = body.map((l) => l.to).sort((a, b) => a - b)
  const right = ends[Math.floor(0.85 * ends.length)] ?? 0
  const indented = body.filter((l) => l.x > left + INDENT * size).length
  return indented >= INDENTS * lines.length && right > left + 10 * size ? { left, right } : undefined
}

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 10

function goesOn(before: PlacedLine, next: PlacedLine, { left, right }: Measure): boolean {
  const { size } = before
  const full = right - before.to < firstWord(next.text) * size + 0.3 * size
  const flush = Math.abs(next.x - left) < 0.8 * size
  const alike = Math.abs(next.size - size) < 0.15 * size
  // "伍、监管…" behind a full line is no fifth heading
  const begins = startsWithMarker(next.text) && /[。；：！？）]$/.test(before.text)
  return full && flush && alike && before.x < left + 4 * size && !begins
}
