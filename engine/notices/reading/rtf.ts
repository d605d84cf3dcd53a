import iconv from 'iconv-lite'
import { DocumentBuilder, type NoticeDocument, type Words } from './document.ts'
import { type CellDef, type RowDef, writeRows } from './grid-rows.ts'

/*
 * Rich Text Format (specification 1.9.1), as far as it says words: paragraphs, tables with merged cells, automatic
 * numbers (written out in \listtext), notes, struck-out, hidden and deleted text.
 */

interface State {
  /** words of this group are no text */
  skip: boolean
  /** words gathered apart: a note, a comment */
  into?: 'note' | 'comment'
  struck: boolean
  hidden: boolean
  deleted: boolean
  /** characters that stand for a Unicode one and are passed over */
  uc: number
  font: number
}

/** Destinations without words of the text. Those behind \* are skipped unless they are known. */
const SKIPPED = new Set(
  'fonttbl colortbl stylesheet info pict header headerl headerr headerf footer footerl footerr footerf fldinst object themedata colorschememapping latentstyles datastore xmlnstbl listtable listoverridetable rsidtbl generator filetbl revtbl nonshppict sp atnid atnauthor atrfstart atrfend bkmkstart bkmkend ftnsep ftnsepc aftnsep aftnsepc pgdsctbl template shprslt'.split(
    ' ',
  ),
)
const KNOWN_STARRED = new Set(['shptxt', 'shpinst', 'ud', 'footnote', 'annotation', 'listtext', 'pntext'])
const SIGNS: Record<string, string> = {
  tab: '\t',
  line: '\n',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  emdash: '—',
  endash: '–',
  bullet: '•',
  emspace: '\u2003',
  enspace: '\u2002',
  '~': '\u00a0',
  _: '-',
}
const CHARSETS: Record<number, string> = {
  0: 'cp1252',
  128: 'shift_jis',
  129: 'euc-kr',
  134: 'gb18030',
  136: 'big5',
}
const codePage = (page: number): string =>
  page === 936
    ? 'gb18030'
    : page === 65001
      ? 'utf8'
      : page === 950
        ? 'big5'
        : page === 932
          ? 'shift_jis'
          : 'cp1252'

const TOKEN = /\\([a-zA-Z]+)(-?\d+)? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)/g
const DEEPEST = 1000

/** @param bytes beginning with {\rtf */
export const readRtf = (bytes: Uint8Array): NoticeDocument =>
  new RtfReader().read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'))

class RtfReader {
  readonly #builder = new DocumentBuilder()
  #state: State = { skip: false, struck: false, hidden: false, deleted: false, uc: 1, font: 0 }
  #stack: State[] = []
  #fonts = new Map<number, number>()
  #inFonts = 0
  #page = 'cp1252'
  #pending: number[] = []
  #passOver = 0
  #words: Words[] = []
  #aside = ''
  #notes: { label: string; words: string; at: number }[] = []
  #hidden = ''
  #deleted = ''
  /** the row being read, and the rows of the table so far */
  #row: RowDef = { cells: [], paragraphs: [[]] }
  #rows: RowDef[] = []
  #def: CellDef = { right: 0 }
  #inTable = false

  read(all: string): NoticeDocument {
    TOKEN.lastIndex = 0
    for (const m of all.matchAll(TOKEN)) {
      const [, word, number, hex, sign, brace, text] = m
      if (hex !== undefined) this.#byte(Number.parseInt(hex, 16))
      else if (text !== undefined) {
        for (let i = 0; i < text.length; i++) this.#byte(text.charCodeAt(i))
      } else {
        this.#flush()
        if (brace === '{') this.#begin()
        else if (brace === '}') this.#end()
        else if (word !== undefined) {
          this.#control(word, number === undefined ? undefined : Number(number))
        } else if (sign === '*') this.#starred = true
        else if (sign === '\n' || sign === '\r') this.#paragraph()
        else if (sign !== undefined) this.#say(SIGNS[sign] ?? (/[\\{}]/.test(sign) ? sign : ''))
      }
    }
    this.#flush()
    this.#paragraph()
    this.#endTable()
    for (const { label, words, at } of this.#notes)
      this.#builder.paragraph([{ text: words }], { place: 'note', note: { label, at } })
    return this.#builder.document()
  }

  #starred = false

  #begin(): void {
    if (this.#stack.length < DEEPEST) this.#stack.push({ ...this.#state })
    this.#starred = false
  }

  #end(): void {
    const inner = this.#state
    const outer = this.#stack.pop()
    if (!outer) return
    if (inner.into && !outer.into) {
      const words = this.#aside.trim()
      if (inner.into === 'note' && words !== '')
        this.#notes.push({ label: String(this.#notes.length + 1), words, at: -1 })
      else if (words !== '') this.#builder.said.add('comment', words)
      this.#aside = ''
    }
    if (this.#inFonts > this.#stack.length) this.#inFonts = 0
    this.#state = outer
    this.#passOver = 0
  }

  #control(word: string, n: number | undefined): void {
    const s = this.#state
    const starred = this.#starred
    this.#starred = false
    if (word === 'fonttbl') this.#inFonts = this.#stack.length
    if (SKIPPED.has(word) || (starred && !KNOWN_STARRED.has(word))) {
      if (word === 'pict' && !s.skip) this.#builder.said.add('picture')
      if (word === 'object' && !s.skip) this.#builder.said.add('object')
      s.skip = true
      return
    }
    const on = n !== 0
    switch (word) {
      case 'ansicpg':
        this.#page = codePage(n ?? 1252)
        break
      case 'f':
        s.font = n ?? 0
        break
      case 'fcharset':
        if (this.#inFonts > 0) this.#fonts.set(s.font, n ?? 0)
        break
      case 'uc':
        s.uc = Math.max(0, n ?? 1)
        break
      case 'u':
        this.#say(String.fromCharCode(((n ?? 0) + 65_536) % 65_536))
        this.#passOver = s.uc
        break
      case 'strike':
      case 'striked':
        s.struck = on
        break
      case 'v':
        s.hidden = on
        break
      case 'deleted':
        s.deleted = on
        break
      case 'plain':
        s.struck = s.hidden = s.deleted = false
        break
      case 'footnote':
        s.into = 'note'
        break
      case 'annotation':
        s.into = 'comment'
        break
      case 'upr':
        // the same words in two ways: the second, in Unicode, is read
        s.skip = true
        break
      case 'ud':
        s.skip = false
        break
      case 'shptxt':
        this.#paragraph()
        break
      default:
        if (Object.hasOwn(SIGNS, word)) this.#say(SIGNS[word] ?? '')
        else this.#structure(word, n)
    }
  }

  #structure(word: string, n: number | undefined): void {
    if (this.#state.skip) return
    if (this.#state.into) {
      if (word === 'par') this.#aside += '\n'
      return
    }
    switch (word) {
      case 'par':
      case 'sect':
      case 'page':
        this.#paragraph()
        break
      case 'pard':
        this.#inTable = false
        break
      case 'intbl':
        this.#inTable = true
        break
      case 'trowd':
        this.#row.cells = []
        this.#def = { right: 0 }
        break
      case 'clvmgf':
        this.#def.merge = 'first'
        break
      case 'clvmrg':
        this.#def.merge = 'next'
        break
      case 'clmgf':
        this.#def.across = 'first'
        break
      case 'clmrg':
        this.#def.across = 'next'
        break
      case 'cellx':
        this.#row.cells.push({ ...this.#def, right: n ?? 0 })
        this.#def = { right: 0 }
        break
      case 'cell':
      case 'nestcell':
        this.#inTable = true
        this.#paragraph()
        this.#row.paragraphs.push([])
        break
      case 'row':
        this.#row.paragraphs.pop()
        if (this.#row.paragraphs.length > 0) this.#rows.push(this.#row)
        this.#row = { cells: [...this.#row.cells], paragraphs: [[]] }
        this.#inTable = false
        break
    }
  }

  #byte(byte: number): void {
    if (this.#passOver > 0) {
      this.#passOver--
      return
    }
    if (this.#state.skip) return
    if (byte < 0x80 && this.#pending.length === 0) this.#say(String.fromCharCode(byte))
    else this.#pending.push(byte)
  }

  /** Bytes are decoded by the font's character set, else by the file's code page. */
  #flush(): void {
    if (this.#pending.length === 0) return
    const bytes = Buffer.from(this.#pending)
    this.#pending = []
    const charset = CHARSETS[this.#fonts.get(this.#state.font) ?? -1]
    const by = charset && charset !== 'cp1252' ? charset : this.#page
    this.#say(iconv.decode(bytes, by))
  }

  #say(text: string): void {
    const s = this.#state
    if (s.skip || text === '') return
    if (s.into) this.#aside += text
    else if (s.deleted) this.#deleted += text
    else if (s.hidden) this.#hidden += text
    else {
      const last = this.#words.at(-1)
      if (last && (last.struck ?? false) === s.struck) last.text += text
      else this.#words.push({ text, ...(s.struck && { struck: true }) })
    }
  }

  #paragraph(): void {
    const words = this.#words
    this.#words = []
    const b = this.#builder
    for (const kind of ['hidden', 'deleted'] as const) {
      const text = kind === 'hidden' ? this.#hidden : this.#deleted
      if (text.trim() !== '') b.said.add(kind, text)
    }
    this.#hidden = this.#deleted = ''
    for (const { text, struck } of words) if (struck) b.said.add('struck', text)
    if (this.#inTable) {
      if (words.length > 0) this.#row.paragraphs.at(-1)?.push(words)
      return
    }
    if (words.length === 0) return
    this.#endTable()
    // a blank before an automatic number
    const [first] = words
    if (first) first.text = first.text.replace(/^ +/, '')
    b.paragraph(words)
    for (const note of this.#notes) if (note.at < 0) note.at = b.length - 1
  }

  #endTable(): void {
    writeRows(this.#builder, this.#rows)
    this.#rows = []
  }
}
