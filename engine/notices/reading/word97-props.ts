import type { Numbering, Styles } from './docx-styles.ts'
import type { CellDef } from './grid-rows.ts'

/** What a paragraph of a Word 97 document is. */
export interface Pap {
  own: { numId?: string; level?: number }
  style: number
  inTable: boolean
  rowEnd: boolean
  outline?: number
  /** at the end of a row: its cells */
  cells: CellDef[]
}

export interface Look {
  struck?: boolean
  hidden?: boolean
  deleted?: boolean
  /** character of a symbol font, as hexadecimal */
  symbol?: string
}

export interface Props {
  paragraph(place: number): Pap
  look(place: number): Look
}

interface Run {
  from: number
  to: number
  data: Buffer
}

const NONE = Buffer.alloc(0)

/**
 * Properties by places of the text ([MS-DOC] 2.9.33 and 2.9.175): lists of pages of 512 bytes, each with the runs that it
 * describes.
 */
export function propsOf(word: Buffer, looks: Buffer, paragraphs: Buffer): Props {
  const lookRuns = runsOf(word, looks, 1)
  const paragraphRuns = runsOf(word, paragraphs, 13)
  const seenLooks = new Map<Buffer, Look>()
  return {
    paragraph: (place) => papOf(found(paragraphRuns, place)),
    look(place) {
      const data = found(lookRuns, place)
      const seen = seenLooks.get(data) ?? lookOf(data)
      seenLooks.set(data, seen)
      return seen
    },
  }
}

function runsOf(word: Buffer, plc: Buffer, entry: 1 | 13): Run[] {
  const out: Run[] = []
  const count = Math.max(0, Math.floor((plc.length - 4) / 8))
  for (let n = 0; n < count; n++) {
    const at = (plc.readUInt32LE(4 * (count + 1) + 4 * n) & 0x3fffff) * 512
    const page = word.subarray(at, at + 512)
    if (page.length < 512) continue
    const runs = page[511] ?? 0
    if (4 * (runs + 1) + entry * runs > 511) continue
    for (let r = 0; r < runs; r++) {
      const offset = 2 * (page[4 * (runs + 1) + entry * r] ?? 0)
      out.push({
        from: page.readUInt32LE(4 * r),
        to: page.readUInt32LE(4 * r + 4),
        data: offset === 0 ? NONE : entry === 1 ? character(page, offset) : paragraph(page, offset),
      })
    }
  }
  return out.sort((a, b) => a.from - b.from)
}

const character = (page: Buffer, at: number): Buffer => page.subarray(at + 1, at + 1 + (page[at] ?? 0))

function paragraph(page: Buffer, at: number): Buffer {
  const words = page[at] ?? 0
  return words === 0
    ? page.subarray(at + 2, at + 2 + 2 * (page[at + 1] ?? 0))
    : page.subarray(at + 1, at + 2 * words)
}

function found(runs: readonly Run[], place: number): Buffer {
  let low = 0
  let high = runs.length - 1
  while (low <= high) {
    const mid = (low + high) >> 1
    const run = runs[mid]
    if (!run || place < run.from) high = mid - 1
    else if (place >= run.to) low = mid + 1
    else return run.data
  }
  return NONE
}

/** Bytes of an operand by the kind of its property; -1 when the operand says so itself. */
const SIZES = [1, 1, 2, 4, 2, 2, -1, 3]

function* properties(data: Buffer, from: number): Generator<[number, Buffer]> {
  let at = from
  while (at + 2 < data.length + 1 && at + 2 <= data.length) {
    const code = data.readUInt16LE(at)
    at += 2
    let size = SIZES[code >> 13] ?? 1
    if (size < 0) {
      // the definition of a table counts itself in two bytes
      const wide = code === 0xd608
      if (at + (wide ? 2 : 1) > data.length) return
      size = wide ? Math.max(0, data.readUInt16LE(at) - 1) : (data[at] ?? 0)
      at += wide ? 2 : 1
    }
    yield [code, data.subarray(at, at + size)]
    at += size
  }
}

function papOf(data: Buffer): Pap {
  const pap: Pap = {
    own: {},
    style: data.length >= 2 ? data.readUInt16LE(0) : 0,
    inTable: false,
    rowEnd: false,
    cells: [],
  }
  for (const [code, value] of properties(data, 2)) {
    const [first = 0] = value
    if (code === 0x2416) pap.inTable = first !== 0
    else if (code === 0x2417) pap.rowEnd = first !== 0
    else if (code === 0x260a) pap.own.level = first
    else if (code === 0x460b && value.length >= 2) pap.own.numId = String(value.readUInt16LE(0))
    else if (code === 0x2640) pap.outline = first
    else if (code === 0xd608) pap.cells = cellsOf(value)
  }
  return pap
}

/** Edges of the cells, and of each whether it goes on with the one above ([MS-DOC] 2.9.321 and 2.9.317). */
function cellsOf(value: Buffer): CellDef[] {
  const [count = 0] = value
  const out: CellDef[] = []
  if (1 + 2 * (count + 1) > value.length) return out
  for (let n = 0; n < count; n++) {
    const at = 1 + 2 * (count + 1) + 20 * n
    const flags = at + 2 <= value.length ? value.readUInt16LE(at) : 0
    const merge = (flags >> 5) & 3
    out.push({
      right: value.readInt16LE(1 + 2 * (n + 1)),
      ...(merge === 1 && { merge: 'next' as const }),
      ...(merge === 3 && { merge: 'first' as const }),
    })
  }
  return out
}

function lookOf(data: Buffer): Look {
  const look: Look = {}
  for (const [code, value] of properties(data, 0)) {
    // 128 and 129: as the style has it, or the other way round
    const on = value[0] === 1 || value[0] === 129
    if (code === 0x0837 || code === 0x2a53) look.struck = on
    else if (code === 0x083c) look.hidden = on
    else if (code === 0x0800) look.deleted = on
    else if (code === 0x6a09 && value.length >= 4)
      look.symbol = value.readUInt16LE(2).toString(16).toUpperCase().padStart(4, '0')
  }
  return look
}

/** Paragraph styles: name, what they are based on, and their list. */
export function readStyleSheet(data: Buffer): Styles {
  const styles: Styles = { byId: new Map(), plain: '0' }
  if (data.length < 6) return styles
  const head = data.readUInt16LE(0)
  const count = data.readUInt16LE(2)
  const base = data.readUInt16LE(4)
  let at = 2 + head
  for (let n = 0; n < count && at + 2 <= data.length; n++) {
    const size = data.readUInt16LE(at)
    const std = data.subarray(at + 2, at + 2 + size)
    at += 2 + size
    if (size < base + 2 || std.length < size || (std.readUInt16LE(2) & 15) !== 1) continue
    const length = std.readUInt16LE(base)
    const name = std.subarray(base + 2, base + 2 + 2 * length).toString('utf16le')
    const upx = base + 2 + 2 * (length + 1)
    const based = std.readUInt16LE(2) >> 4
    const own = upx + 2 <= std.length ? std.subarray(upx + 2, upx + 2 + std.readUInt16LE(upx)) : NONE
    const pap = papOf(own)
    styles.byId.set(String(n), {
      name,
      ...(based !== 0xfff && based !== n && { basedOn: String(based) }),
      ...(pap.own.numId && { numId: pap.own.numId }),
      ...(pap.own.level !== undefined && { level: pap.own.level }),
      ...(pap.outline !== undefined && { outline: pap.outline }),
    })
  }
  return styles
}

/** Number formats by their code ([MS-OSHARED] 2.2.1.3) under the names that .docx gives them. */
const FORMATS: Record<number, string> = {
  0: 'decimal',
  1: 'upperRoman',
  2: 'lowerRoman',
  3: 'upperLetter',
  4: 'lowerLetter',
  10: 'ideographDigital',
  11: 'japaneseCounting',
  14: 'decimalFullWidth',
  18: 'decimalEnclosedCircle',
  19: 'decimalFullWidth2',
  22: 'decimalZero',
  23: 'bullet',
  26: 'decimalEnclosedFullstop',
  27: 'decimalEnclosedParen',
  28: 'decimalEnclosedCircleChinese',
  29: 'ideographEnclosedCircle',
  30: 'ideographTraditional',
  31: 'ideographZodiac',
  33: 'taiwaneseCounting',
  34: 'ideographLegalTraditional',
  35: 'taiwaneseCountingThousand',
  36: 'taiwaneseDigital',
  37: 'chineseCounting',
  38: 'chineseLegalSimplified',
  39: 'chineseCountingThousand',
  255: 'none',
}

/** @param at place of the lists in the table stream; their levels stand behind them */
export function readLists(table: Buffer, at: number, lists: Buffer, uses: Buffer): Numbering {
  const numbering: Numbering = { lists: new Map(), nums: new Map() }
  if (lists.length < 2) return numbering
  const count = lists.readUInt16LE(0)
  let level = at + lists.length
  for (let n = 0; n < count && 2 + 28 * (n + 1) <= lists.length; n++) {
    const id = String(lists.readInt32LE(2 + 28 * n))
    const simple = ((lists[2 + 28 * n + 26] ?? 0) & 1) !== 0
    const levels = new Map<number, { start: number; format: string; text: string; legal: boolean }>()
    for (let l = 0; l < (simple ? 1 : 9) && level + 28 <= table.length; l++) {
      const text = level + 28 + (table[level + 24] ?? 0) + (table[level + 25] ?? 0)
      const length = table.readUInt16LE(text)
      levels.set(l, {
        start: table.readInt32LE(level),
        format: FORMATS[table[level + 4] ?? 0] ?? 'decimal',
        text: [...table.subarray(text + 2, text + 2 + 2 * length).toString('utf16le')]
          .map((c) => (c.charCodeAt(0) < 9 ? `%${c.charCodeAt(0) + 1}` : c))
          .join(''),
        legal: ((table[level + 5] ?? 0) & 4) !== 0,
      })
      level = text + 2 + 2 * length
    }
    numbering.lists.set(id, { levels })
  }
  const used = uses.length >= 4 ? uses.readUInt32LE(0) : 0
  for (let n = 0; n < used && 4 + 16 * (n + 1) <= uses.length; n++)
    numbering.nums.set(String(n + 1), {
      list: String(uses.readInt32LE(4 + 16 * n)),
      levels: new Map(),
      starts: new Map(),
    })
  return numbering
}
