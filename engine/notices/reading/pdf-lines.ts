import type { Piece, Rule } from './pdf-page.ts'

/** A printed line, or a table of cells with the rows and columns that they cover. */
export type Placed = PlacedLine | PlacedTable

export interface PlacedLine {
  kind: 'line'
  text: string
  x: number
  to: number
  y: number
  size: number
  marks: string[]
  /** parts that stand apart from each other */
  parts: number
}

export interface PlacedCell {
  column: number
  row: number
  columns: number
  rows: number
  text: string
}

export interface PlacedTable {
  kind: 'table'
  cells: PlacedCell[]
  rows: number
  /** left edges of the columns, by which a table goes on on the next page */
  edges: number[]
  y: number
  /** its lines are drawn */
  ruled?: boolean
}

/** Pieces on one base line, by x; a gap of a character parts them. */
export interface Row {
  y: number
  size: number
  parts: Piece[]
  /** as the file sets them */
  pieces: Piece[]
  /** numbers set high and small: of notes */
  marks: string[]
}

/** Base lines of one line differ by the fonts in it. */
const SAME_LINE = 0.45
/** In characters: a gap this wide parts columns. */
const GAP = 1.2

export function rowsOf(pieces: readonly Piece[]): Row[] {
  const rows: Row[] = []
  for (const piece of [...pieces].sort((a, b) => a.y - b.y || a.x - b.x)) {
    const row = rows.at(-1)
    if (row && piece.y - row.y <= SAME_LINE * Math.max(row.size, piece.size)) {
      row.pieces.push(piece)
      row.size = Math.max(row.size, piece.size)
    } else rows.push({ y: piece.y, size: piece.size, parts: [], pieces: [piece], marks: [] })
  }
  for (const row of rows) {
    const high = (p: Piece) =>
      p.size <= 0.75 * row.size &&
      /^[\d①-⑳*]{1,2}$/.test(p.text.trim()) &&
      p.y < rowLine(row) - 0.15 * row.size
    row.marks = row.pieces.filter(high).map((p) => p.text.trim())
    row.pieces = row.pieces.filter((p) => !high(p)).sort((a, b) => a.x - b.x)
    row.parts = joined(row.pieces)
  }
  return rows
}

/** Base line of the largest words. */
const rowLine = (row: Row): number => row.pieces.find((p) => p.size === row.size)?.y ?? row.y

const LATIN = /[A-Za-z0-9]/

export function joined(parts: readonly Piece[]): Piece[] {
  const out: Piece[] = []
  for (const piece of parts) {
    const last = out.at(-1)
    const gap = last ? piece.x - last.to : 0
    const size = Math.max(1, Math.min(piece.size, last?.size ?? piece.size))
    // drawn twice to look bold
    if (last && piece.text === last.text && Math.abs(piece.x - last.x) < 0.3 * size) continue
    if (!last || gap > GAP * size) out.push({ ...piece })
    else {
      const blank = gap > 0.2 * size && LATIN.test(last.text.at(-1) ?? '') && LATIN.test(piece.text[0] ?? '')
      last.text += (blank ? ' ' : '') + piece.text
      last.to = Math.max(last.to, piece.to)
      last.size = Math.max(last.size, piece.size)
    }
  }
  return out
}

export const lineOf = (row: Row): PlacedLine => ({
  kind: 'line',
  text: row.parts
    .map((p) => p.text.trim())
    .filter((t) => t !== '')
    .join(' '),
  x: row.parts[0]?.x ?? 0,
  to: row.parts.at(-1)?.to ?? 0,
  y: row.y,
  size: row.size,
  marks: row.marks,
  parts: row.parts.length,
})

/** Lines of a cell as its words: a full line goes on in the next, a short one ends a paragraph. */
export function cellText(rows: readonly Row[], width: number): string {
  let out = ''
  let left = 0
  for (const row of rows) {
    const { text, x, to, size } = lineOf(row)
    if (text === '') continue
    out += out === '' || left < firstWord(text) * size ? text : `\n${text}`
    left = width - (to - x)
  }
  return out
}

/** In characters: what cannot be parted at the beginning of a line, and so may have been too long for the one before. */
export function firstWord(text: string): number {
  const [word = ''] = /^[A-Za-z0-9.%‰~〔〕()-]*/.exec(text) ?? []
  const [signs = ''] = /^[，。、；：）》”’！？%]*/.exec(text.slice(Math.max(1, word.length))) ?? []
  return 0.6 + Math.max(1, 0.6 * word.length) + signs.length
}

const clustered = (values: readonly number[], by: number): number[] => {
  const out: number[] = []
  for (const v of [...values].sort((a, b) => a - b)) {
    const last = out.at(-1)
    if (last === undefined || v - last > by) out.push(v)
  }
  return out
}

const NEAR = 3

/** Tables drawn with lines, each with the box that it takes. */
export function ruledTables(
  rules: readonly Rule[],
  pieces: readonly Piece[],
): { table: PlacedTable; box: { x: number; y: number; x2: number; y2: number } }[] {
  const out: ReturnType<typeof ruledTables> = []
  for (const group of touching(rules)) {
    const across = group.filter((r) => r.y === r.y2)
    const down = group.filter((r) => r.x === r.x2)
    // a table may be open at its sides, and where a page cuts it
    const ends = (list: readonly Rule[], from: 'x' | 'y', to: 'x2' | 'y2') =>
      list.length === 0 ? [] : [Math.min(...list.map((r) => r[from])), Math.max(...list.map((r) => r[to]))]
    const xs = clustered([...down.map((r) => r.x), ...ends(across, 'x', 'x2')], NEAR)
    const ys = clustered([...across.map((r) => r.y), ...ends(down, 'y', 'y2')], NEAR)
    if (xs.length < 3 || ys.length < 3 || xs.length > 40 || ys.length > 400) continue
    const box = { x: xs[0] ?? 0, y: ys[0] ?? 0, x2: xs.at(-1) ?? 0, y2: ys.at(-1) ?? 0 }
    const cells = cellsOf(xs, ys, across, down)
    const inside = pieces.filter((p) => within(p, box))
    const lists = new Map(cells.map((c): [PlacedCell, Piece[]] => [c, []]))
    for (const piece of inside)
      for (const [cell, part] of parted(piece, cells, xs, ys)) lists.get(cell)?.push(part)
    for (const [cell, list] of lists)
      cell.text = cellText(
        rowsOf(list),
        (xs[cell.column + cell.columns] ?? 0) - (xs[cell.column] ?? 0) - NEAR * 2,
      )
    out.push({
      table: { kind: 'table', cells, rows: ys.length - 1, edges: xs.slice(0, -1), y: box.y, ruled: true },
      box,
    })
  }
  return out
}

const within = (p: Piece, box: { x: number; y: number; x2: number; y2: number }): boolean => {
  const [x, y] = middle(p)
  return x > box.x - NEAR && x < box.x2 + NEAR && y > box.y - NEAR && y < box.y2 + NEAR
}
const middle = (p: Piece): [number, number] => [(p.x + p.to) / 2, p.y - 0.35 * p.size]

/** A piece by the cell that it lies in; one that was set across a line is cut there. */
function parted(
  piece: Piece,
  cells: readonly PlacedCell[],
  xs: readonly number[],
  ys: readonly number[],
): [PlacedCell, Piece][] {
  const y = piece.y - 0.35 * piece.size
  const at = (x: number) =>
    cells.find(
      (c) =>
        x >= (xs[c.column] ?? 0) - 1 &&
        x < (xs[c.column + c.columns] ?? 0) + 1 &&
        y >= (ys[c.row] ?? 0) - 1 &&
        y < (ys[c.row + c.rows] ?? 0) + 1,
    )
  const [first, last] = [at(piece.x + 1), at(piece.to - 1)]
  const whole = at((piece.x + piece.to) / 2) ?? first ?? last
  if (!whole) return []
  if (!first || !last || first === last) return [[whole, piece]]
  const out: [PlacedCell, Piece][] = []
  const step = (piece.to - piece.x) / piece.text.length
  for (const [n, char] of [...piece.text].entries()) {
    const cell = at(piece.x + (n + 0.5) * step) ?? whole
    const before = out.at(-1)
    if (before && before[0] === cell) {
      before[1].text += char
      before[1].to = piece.x + (n + 1) * step
    } else out.push([cell, { ...piece, x: piece.x + n * step, to: piece.x + (n + 1) * step, text: char }])
  }
  return out
}

/** Rules that touch each other, together. */
function touching(rules: readonly Rule[]): Rule[][] {
  const groups: { box: Rule; rules: Rule[] }[] = []
  for (const rule of [...rules].sort((a, b) => a.y - b.y)) {
    const meets = groups.filter(
      ({ box }) =>
        rule.x <= box.x2 + NEAR &&
        rule.x2 >= box.x - NEAR &&
        rule.y <= box.y2 + NEAR &&
        rule.y2 >= box.y - NEAR,
    )
    const [home, ...others] = meets
    if (!home) {
      groups.push({ box: { ...rule }, rules: [rule] })
      continue
    }
    for (const { box, rules } of [{ box: rule, rules: [rule] }, ...others]) {
      home.box.x = Math.min(home.box.x, box.x)
      home.box.y = Math.min(home.box.y, box.y)
      home.box.x2 = Math.max(home.box.x2, box.x2)
      home.box.y2 = Math.max(home.box.y2, box.y2)
      home.rules.push(...rules)
    }
    for (const other of others) groups.splice(groups.indexOf(other), 1)
  }
  return groups.map((g) => g.rules)
}

/** Squares of the grid between which no line is drawn are one cell. */
function cellsOf(
  xs: readonly number[],
  ys: readonly number[],
  across: readonly Rule[],
  down: readonly Rule[],
): PlacedCell[] {
  const [width, height] = [xs.length - 1, ys.length - 1]
  const line = (y: number, x: number, x2: number) =>
    across.some((r) => Math.abs(r.y - y) <= NEAR && r.x <= x + NEAR && r.x2 >= x2 - NEAR) ||
    covered(
      across.filter((r) => Math.abs(r.y - y) <= NEAR).map((r) => [r.x, r.x2]),
      x,
      x2,
    )
  const post = (x: number, y: number, y2: number) =>
    covered(
      down.filter((r) => Math.abs(r.x - x) <= NEAR).map((r) => [r.y, r.y2]),
      y,
      y2,
    )
  const taken = new Set<number>()
  const out: PlacedCell[] = []
  for (let r = 0; r < height; r++)
    for (let c = 0; c < width; c++) {
      if (taken.has(r * width + c)) continue
      let columns = 1
      while (c + columns < width && !post(xs[c + columns] ?? 0, ys[r] ?? 0, ys[r + 1] ?? 0)) columns++
      let rows = 1
      while (r + rows < height && !line(ys[r + rows] ?? 0, xs[c] ?? 0, xs[c + columns] ?? 0)) rows++
      for (let y = r; y < r + rows; y++) for (let x = c; x < c + columns; x++) taken.add(y * width + x)
      out.push({ column: c, row: r, columns, rows, text: '' })
    }
  return out
}

/** Whether pieces of a line together reach from one place to the other. */
function covered(parts: readonly [number, number][], from: number, to: number): boolean {
  let at = from + NEAR
  for (const [a, b] of [...parts].sort((p, q) => p[0] - q[0])) {
    if (a > at + NEAR) break
    at = Math.max(at, b)
  }
  return at >= to - NEAR
}
