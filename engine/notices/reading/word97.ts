import iconv from 'iconv-lite'
import { DocumentBuilder, type NoticeDocument, type Words } from './document.ts'
import { Counter, resolveStyle, type Styles } from './docx-styles.ts'
import { type RowDef, writeRows } from './grid-rows.ts'
import { SYMBOLS } from './symbols.ts'
import { type Look, type Pap, type Props, propsOf, readLists, readStyleSheet } from './word97-props.ts'

/*
 * Word 97–2003 and WPS documents ([MS-DOC]): the text by its piece table, paragraphs and tables by their properties,
 * automatic numbers by lists and styles, struck-out and hidden words by the properties of characters. Pictures, fonts and
 * layout are passed over.
 */

/** The streams of the container, and why it cannot be read. */
export type WordOrProblem = { document: NoticeDocument } | { problem: 'locked' | 'old' | 'broken' }

const PARAGRAPH = 13
const CELL = 7
const NOTE = 2
const FIELD = { begin: 0x13, separate: 0x14, end: 0x15 }

/**
 * @param word stream "WordDocument"
 * @param tables streams "0Table" and "1Table"
 */
export function readWord97(word: Buffer, tables: (Buffer | undefined)[]): WordOrProblem {
  if (word.length < 0x300 || word.readUInt16LE(0) !== 0xa5ec) return { problem: 'broken' }
  const flags = word.readUInt16LE(0x0a)
  if ((flags & 0x0100) !== 0) return { problem: 'locked' }
  if (word.readUInt16LE(2) < 0xc1) return { problem: 'old' }
  const table = tables[(flags & 0x0200) === 0 ? 0 : 1]
  if (!table) return { problem: 'broken' }
  try {
    return { document: new Reader(word, table).document() }
  } catch (e) {
    // a place that lies outside the file
    if (e instanceof RangeError) return { problem: 'broken' }
    throw e
  }
}

const MOST_CHARACTERS = 4_000_000

interface Char {
  text: string
  code: number
  /** place in the stream, by which properties are found */
  place: number
}

class Reader {
  readonly #word: Buffer
  readonly #chars: Char[] = []
  readonly #props: Props
  readonly #counter: Counter
  readonly #styles: ReturnType<typeof readStyleSheet>

  constructor(word: Buffer, table: Buffer) {
    this.#word = word
    const part = (n: number): Buffer => {
      const at = 0x9a + 8 * n
      const from = word.readUInt32LE(at)
      return table.subarray(from, from + word.readUInt32LE(at + 4))
    }
    this.#props = propsOf(word, part(12), part(13))
    this.#styles = readStyleSheet(part(1))
    this.#counter = new Counter(readLists(table, word.readUInt32LE(0x2e2), part(73), part(74)), this.#styles)
    this.#readPieces(part(33))
  }

  /** The text in the order of its characters, wherever its pieces lie. */
  #readPieces(clx: Buffer): void {
    let at = 0
    while (at < clx.length && clx[at] === 1) at += 3 + clx.readUInt16LE(at + 1)
    if (clx[at] !== 2) throw new RangeError('no piece table')
    const size = clx.readUInt32LE(at + 1)
    const pieces = (size - 4) / 12
    const plc = clx.subarray(at + 5, at + 5 + size)
    for (let n = 0; n < pieces; n++) {
      const length = plc.readUInt32LE(4 * n + 4) - plc.readUInt32LE(4 * n)
      const fc = plc.readUInt32LE(4 * (pieces + 1) + 8 * n + 2)
      if (this.#chars.length + length > MOST_CHARACTERS) throw new RangeError('more text than the file holds')
      const narrow = (fc & 0x40000000) !== 0
      const from = narrow ? (fc & 0x3fffffff) / 2 : fc
      const bytes = this.#word.subarray(from, from + length * (narrow ? 1 : 2))
      const text = narrow ? iconv.decode(bytes, 'cp1252') : bytes.toString('utf16le')
      for (let i = 0; i < text.length; i++)
        this.#chars.push({
          text: text.charAt(i),
          code: text.charCodeAt(i),
          place: from + i * (narrow ? 1 : 2),
        })
    }
  }

  document(): NoticeDocument {
    const count = (at: number) => Math.max(0, this.#word.readInt32LE(at))
    const lengths = [0x4c, 0x50, 0x54, 0x58, 0x5c, 0x60, 0x64].map(count)
    const parts: Char[][] = []
    let from = 0
    for (const length of lengths) {
      parts.push(this.#chars.slice(from, from + length))
      from += length
    }
    const [main = [], footnotes = [], , , comments = [], endnotes = [], boxes = []] = parts
    const b = new DocumentBuilder()
    const references = this.#story(b, main)
    for (const [n, words] of [...this.#notes(footnotes), ...this.#notes(endnotes)].entries())
      b.paragraph([{ text: words }], {
        place: 'note',
        note: { label: String(n + 1), at: references[n] ?? 0 },
      })
    const box = new DocumentBuilder()
    this.#story(box, boxes)
    b.append(box.document(), 'box')
    for (const words of this.#notes(comments)) b.said.add('comment', words)
    return b.document()
  }

  /** Notes stand one behind the other, each begun by its sign. */
  #notes(chars: readonly Char[]): string[] {
    const out: string[] = []
    for (const { code, text } of chars) {
      if (code === NOTE || code === 5 || out.length === 0) out.push('')
      if (code >= 32 || code === PARAGRAPH) out.push((out.pop() ?? '') + (code === PARAGRAPH ? '\n' : text))
    }
    return out.map((t) => t.trim()).filter((t) => t !== '')
  }

  /** @returns places at which notes are referred to, in order */
  #story(b: DocumentBuilder, chars: readonly Char[]): number[] {
    const story = new Story(b, this.#props, this.#styles, this.#counter)
    for (const char of chars) story.take(char)
    return story.end()
  }
}

const PLAIN: Pap = { own: {}, style: 0, inTable: false, rowEnd: false, cells: [] }

/** One run of text from its first character to its last: the body, the text boxes. */
class Story {
  readonly #b: DocumentBuilder
  readonly #props: Props
  readonly #styles: Styles
  readonly #counter: Counter
  #references: number[] = []
  #pending = 0
  #words: Words[] = []
  #rows: RowDef[] = []
  #row: RowDef['paragraphs'] = [[]]
  #apart = { hidden: '', deleted: '' }
  /** of every open field, whether its instruction is still being read */
  #fields: boolean[] = []

  constructor(b: DocumentBuilder, props: Props, styles: Styles, counter: Counter) {
    this.#b = b
    this.#props = props
    this.#styles = styles
    this.#counter = counter
  }

  take({ code, text, place }: Char): void {
    if (code === FIELD.begin) this.#fields.push(true)
    else if (code === FIELD.separate) this.#fields[this.#fields.length - 1] = false
    else if (code === FIELD.end) this.#fields.pop()
    else if (this.#fields.includes(true)) return
    else if (code === CELL) this.#endCell(this.#props.paragraph(place))
    else if (code === PARAGRAPH || code === 0x0c) {
      const pap = this.#props.paragraph(place)
      this.#paragraph(pap, pap.inTable)
    } else if (code === 1 || code === 8) this.#b.said.add('picture')
    else if (code === NOTE) this.#pending++
    else this.#character(code, text, this.#props.look(place))
  }

  #character(code: number, text: string, look: Look): void {
    if (code === 0x28 && look.symbol) {
      const sign = SYMBOLS[look.symbol]
      if (!sign) this.#b.said.add('glyph')
      this.#say(sign ?? '□', look)
    } else if (code >= 32 || code === 9) this.#say(code === 0xa0 ? ' ' : text, look)
    else if (code === 0x0b || code === 0x0e) this.#say('\n', look)
    else if (code === 0x1e) this.#say('-', look)
  }

  #say(text: string, look: Look): void {
    if (look.deleted) this.#apart.deleted += text
    else if (look.hidden) this.#apart.hidden += text
    else {
      const last = this.#words.at(-1)
      if (last && (last.struck ?? false) === (look.struck ?? false)) last.text += text
      else this.#words.push({ text, ...(look.struck && { struck: true }) })
    }
  }

  #endCell(pap: Pap): void {
    if (!pap.rowEnd) {
      this.#paragraph(pap, true)
      this.#row.push([])
      return
    }
    this.#row.pop()
    if (this.#row.length > 0) this.#rows.push({ cells: pap.cells, paragraphs: this.#row })
    this.#row = [[]]
    this.#words = []
  }

  #paragraph(pap: Pap, inCell: boolean): void {
    const b = this.#b
    for (const kind of ['hidden', 'deleted'] as const) {
      if (this.#apart[kind].trim() !== '') b.said.add(kind, this.#apart[kind])
      this.#apart[kind] = ''
    }
    for (const { text, struck } of this.#words) if (struck) b.said.add('struck', text)
    const label = this.#counter.next(pap.own, String(pap.style))
    const all = label ? [{ text: label }, ...this.#words] : this.#words
    this.#words = []
    if (inCell) {
      this.#row.at(-1)?.push(all)
      return
    }
    this.#endTable()
    const level = pap.outline ?? resolveStyle(this.#styles, String(pap.style)).outline
    b.paragraph(all, {
      ...(label && { label: label.length }),
      ...(level !== undefined && level < 9 && { heading: level + 1 }),
    })
    for (; this.#pending > 0; this.#pending--) this.#references.push(b.length - 1)
  }

  #endTable(): void {
    writeRows(this.#b, this.#rows)
    this.#rows = []
  }

  /** @returns places at which notes are referred to, in order */
  end(): number[] {
    if (this.#words.length > 0) this.#paragraph(PLAIN, false)
    this.#endTable()
    return this.#references
  }
}
