import type { PDFPageProxy } from 'unpdf/pdfjs'
import { plainHan } from '../han.ts'

/** Words at their place on a page; points, y downwards. */
export interface Piece {
  x: number
  /** where it ends */
  to: number
  /** base line */
  y: number
  size: number
  text: string
}

/** A ruled line: horizontal where y is one, vertical where x is one. */
export interface Rule {
  x: number
  y: number
  x2: number
  y2: number
}

export interface PageWords {
  width: number
  height: number
  pieces: Piece[]
  rules: Rule[]
  /** characters that no table of the file decodes; they are □ in the text */
  unknown: number
  pictures: number
}

/** Around words that a line strikes out; no file's characters lie here, since they are unreadable. */
export const STRUCK = { from: '\ue000', to: '\ue001' }

/** Words through whose middle a line is drawn. */
export function struckOut(pieces: readonly Piece[], rules: readonly Rule[]): Piece[] {
  const lines = rules.filter((r) => r.y === r.y2 && r.x2 - r.x < 400)
  return pieces.map((piece) => {
    const [top, bottom] = [piece.y - 0.5 * piece.size, piece.y - 0.15 * piece.size]
    const over = lines.filter((r) => r.y > top && r.y < bottom && r.x < piece.to && r.x2 > piece.x)
    const width = over.reduce((sum, r) => sum + Math.min(r.x2, piece.to) - Math.max(r.x, piece.x), 0)
    // a line of a table that touches a word does not lie over it from end to end
    const ends = over.every((r) => r.x > piece.x - 20 * piece.size && r.x2 < piece.to + 20 * piece.size)
    const struck = width > 0.8 * (piece.to - piece.x) && ends && piece.text.trim() !== ''
    return struck ? { ...piece, text: STRUCK.from + piece.text + STRUCK.to } : piece
  })
}

type Matrix = [number, number, number, number, number, number]
const times = (a: Matrix, b: Matrix): Matrix => [
  a[0] * b[0] + a[2] * b[1],
  a[1] * b[0] + a[3] * b[1],
  a[0] * b[2] + a[2] * b[3],
  a[1] * b[2] + a[3] * b[3],
  a[0] * b[4] + a[2] * b[5] + a[4],
  a[1] * b[4] + a[3] * b[5] + a[5],
]
const apply = (m: Matrix, x: number, y: number): [number, number] => [
  m[0] * x + m[2] * y + m[4],
  m[1] * x + m[3] * y + m[5],
]

interface Glyph {
  unicode: string
  originalCharCode: number
  width: number
  isSpace: boolean
}

interface Font {
  composite?: boolean
  vertical?: boolean
  toUnicode?: { _map?: (string | undefined)[] }
}

interface State {
  ctm: Matrix
  font: string
  size: number
  charSpacing: number
  wordSpacing: number
  scale: number
  leading: number
  rise: number
}

/** Codes of the operators that matter, by pdf.js' names. */
export type Ops = Record<string, number>

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0]

/** What a page says and where: glyph by glyph, so that what cannot be decoded is known. */
export async function pageWords(page: PDFPageProxy, ops: Ops): Promise<PageWords> {
  const { fnArray, argsArray } = await page.getOperatorList()
  const view = page.getViewport({ scale: 1 })
  const reader = new PageReader(matrixOf(view.transform), (name): Font | undefined =>
    page.commonObjs.has(name) ? page.commonObjs.get(name) : undefined,
  )
  const names = new Map(Object.entries(ops).map(([name, code]) => [code, name]))
  for (const [n, fn] of fnArray.entries()) reader.operator(names.get(fn) ?? '', argsArray[n] ?? [], ops)
  const { words } = reader
  return { width: view.width, height: view.height, ...words, pieces: struckOut(words.pieces, words.rules) }
}

class PageReader {
  readonly words: Omit<PageWords, 'width' | 'height'> = { pieces: [], rules: [], unknown: 0, pictures: 0 }
  readonly #fontOf: (name: string) => Font | undefined
  readonly #fonts = new Map<string, Font | undefined>()
  #state: State
  #stack: State[] = []
  #text: Matrix = IDENTITY
  #line: Matrix = IDENTITY

  constructor(view: Matrix, fontOf: (name: string) => Font | undefined) {
    this.#fontOf = fontOf
    this.#state = {
      ctm: view,
      font: '',
      size: 1,
      charSpacing: 0,
      wordSpacing: 0,
      scale: 1,
      leading: 0,
      rise: 0,
    }
  }

  operator(name: string, args: unknown[], ops: Ops): void {
    const n = (i: number) => Number(args[i] ?? 0)
    const s = this.#state
    switch (name) {
      case 'save':
      case 'paintFormXObjectBegin':
        this.#stack.push({ ...s })
        if (name !== 'save' && isList(args[0])) s.ctm = times(s.ctm, matrixOf(args[0]))
        break
      case 'restore':
      case 'paintFormXObjectEnd':
        this.#state = this.#stack.pop() ?? s
        break
      case 'transform':
        s.ctm = times(s.ctm, matrixOf(args))
        break
      case 'beginText':
        this.#text = this.#line = IDENTITY
        break
      case 'setFont':
        s.font = String(args[0])
        s.size = n(1)
        break
      case 'setCharSpacing':
        s.charSpacing = n(0)
        break
      case 'setWordSpacing':
        s.wordSpacing = n(0)
        break
      case 'setHScale':
        s.scale = n(0) / 100
        break
      case 'setLeading':
        s.leading = n(0)
        break
      case 'setTextRise':
        s.rise = n(0)
        break
      case 'setTextMatrix':
        this.#text = this.#line = matrixOf(isList(args[0]) ? args[0] : args)
        break
      case 'moveText':
        this.#move(n(0), n(1))
        break
      case 'setLeadingMoveText':
        s.leading = -n(1)
        this.#move(n(0), n(1))
        break
      case 'nextLine':
        this.#move(0, -s.leading)
        break
      case 'showText':
        if (isGlyphs(args[0])) this.#show(args[0])
        break
      case 'constructPath':
        this.#path(n(0), args[1], ops)
        break
      default:
        if (name.startsWith('paint') && /Image/.test(name)) this.words.pictures++
    }
  }

  #move(x: number, y: number): void {
    this.#line = times(this.#line, [1, 0, 0, 1, x, y])
    this.#text = this.#line
  }

  #font(name: string): Font | undefined {
    if (!this.#fonts.has(name)) this.#fonts.set(name, this.#fontOf(name))
    return this.#fonts.get(name)
  }

  #show(glyphs: readonly (Glyph | number)[]): void {
    const s = this.#state
    const font = this.#font(s.font)
    let text = ''
    let from: [number, number] | undefined
    const at = () => apply(s.ctm, ...apply(this.#text, 0, s.rise))
    const close = () => {
      if (from && text.trim() !== '') this.#piece(text, from, at())
      text = ''
      from = undefined
    }
    for (const glyph of glyphs) {
      if (typeof glyph === 'number') {
        // moved by more than a character: another column
        if (glyph < -900) close()
        this.#advance((-glyph / 1000) * s.size * s.scale, font)
        continue
      }
      from ??= at()
      text += this.#decoded(glyph, font)
      const width = (glyph.width / 1000) * s.size + s.charSpacing + (glyph.isSpace ? s.wordSpacing : 0)
      this.#advance(width * s.scale, font)
    }
    close()
  }

  #advance(by: number, font: Font | undefined): void {
    this.#text = times(this.#text, font?.vertical ? [1, 0, 0, 1, 0, -by] : [1, 0, 0, 1, by, 0])
  }

  #piece(text: string, from: [number, number], to: [number, number]): void {
    // text that stands askew is a mark over the page
    if (Math.abs(to[1] - from[1]) > 0.2 * Math.abs(to[0] - from[0]) + 1 && text.length > 1) return
    const [a, b, c, d] = times(this.#state.ctm, this.#text)
    const size = Math.abs(this.#state.size) * Math.max(Math.hypot(c, d), Math.hypot(a, b) * 0.5)
    this.words.pieces.push({
      x: Math.min(from[0], to[0]),
      to: Math.max(from[0], to[0]),
      y: from[1],
      size,
      text,
    })
  }

  /** Composite fonts without a table give the code itself as a character: that is no reading. */
  #decoded(glyph: Glyph, font: Font | undefined): string {
    const known =
      !font?.composite || font.toUnicode?._map === undefined
        ? !font?.composite
        : font.toUnicode._map[glyph.originalCharCode] !== undefined
    const { unicode } = glyph
    if (known && unicode !== '' && !UNREADABLE.test(unicode)) return plainHan(unicode)
    if (glyph.isSpace) return ' '
    this.words.unknown++
    return '□'
  }

  /** Lines of tables: strokes, and boxes filled so thin that they are lines. */
  #path(paint: number, data: unknown, ops: Ops): void {
    const strokes = [
      ops.stroke,
      ops.closeStroke,
      ops.fillStroke,
      ops.eoFillStroke,
      ops.closeFillStroke,
      ops.closeEOFillStroke,
    ].includes(paint)
    const fills = [ops.fill, ops.eoFill].includes(paint)
    if (!strokes && !fills) return
    const numbers = Array.isArray(data) ? data[0] : data
    if (!isList(numbers)) return
    for (const points of subpaths(Array.from(numbers, Number))) {
      const placed = points.map(([x, y]) => apply(this.#state.ctm, x, y))
      addPath(this.words.rules, placed, fills)
    }
  }
}

/** Adds what of a path is a line of a table: strokes along an axis, and boxes filled so thin that they are lines. */
export function addPath(rules: Rule[], points: readonly [number, number][], filled: boolean): void {
  const add = ([x, y]: [number, number], [x2, y2]: [number, number]) => {
    if (rules.length >= MOST_RULES) return
    if (Math.abs(y - y2) < 1 && Math.abs(x - x2) > 3)
      rules.push({ x: Math.min(x, x2), x2: Math.max(x, x2), y, y2: y })
    else if (Math.abs(x - x2) < 1 && Math.abs(y - y2) > 3)
      rules.push({ x, x2: x, y: Math.min(y, y2), y2: Math.max(y, y2) })
  }
  if (!filled) {
    for (const [n, point] of points.entries()) add(points[n - 1] ?? point, point)
    return
  }
  const xs = points.map((p) => p[0])
  const ys = points.map((p) => p[1])
  const [x, x2, y, y2] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  if (y2 - y < 3 && x2 - x > 6) add([x, (y + y2) / 2], [x2, (y + y2) / 2])
  else if (x2 - x < 3 && y2 - y > 6) add([(x + x2) / 2, y], [(x + x2) / 2, y2])
}

/** Control characters and those that every font uses as it likes. */
const UNREADABLE = /[\p{Cc}\p{Co}\ufffd]/u

/** A drawing, not a table. */
const MOST_RULES = 5000

const isList = (value: unknown): value is ArrayLike<unknown> =>
  typeof value === 'object' && value !== null && 'length' in value
const isGlyphs = (value: unknown): value is (Glyph | number)[] => Array.isArray(value)

function matrixOf(list: ArrayLike<unknown>): Matrix {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = Array.from(list, Number)
  return [a, b, c, d, e, f]
}

/** pdf.js' path data: 0 x y moves, 1 x y draws, 2 and 3 are curves, 4 closes. */
function subpaths(data: readonly number[]): [number, number][][] {
  const out: [number, number][][] = []
  let points: [number, number][] = []
  for (let i = 0; i < data.length; ) {
    const op = data[i]
    const [x = 0, y = 0] = data.slice(i + 1, i + 3)
    if (op === 0) {
      points = [[x, y]]
      out.push(points)
      i += 3
    } else if (op === 1) {
      points.push([x, y])
      i += 3
    } else if (op === 2 || op === 3) {
      // what is curved is no line of a table
      const take = op === 2 ? 7 : 5
      const [cx = 0, cy = 0] = data.slice(i + take - 2, i + take)
      points = [[cx, cy]]
      out.push(points)
      i += take
    } else {
      const [first] = points
      if (first) points.push(first)
      i += 1
    }
  }
  return out
}
