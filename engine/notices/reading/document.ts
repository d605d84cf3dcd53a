import { Problem } from '../../core/errors.ts'
import { type Said, SaidList } from './said.ts'

/*
 * What a document is to the reader, whatever file it came in: one text, the blocks of which it consists in printed
 * order as places in that text, and what was left out or could not be read. See the decision on documents.
 */

/** Half-open range of UTF-16 positions in the document's text. */
export interface Span {
  start: number
  end: number
}

/** Where a block stands when it is not in the body: text boxes and embedded parts are read, notes and contents shown. */
export type Place = 'box' | 'part' | 'note' | 'contents'

export interface Paragraph extends Span {
  kind: 'paragraph'
  /** 1 to 9: the file marks it as a heading of that level */
  heading?: number
  /** characters at its start that are an automatic number, not typed */
  label?: number
  place?: Place
  /** a footnote: its number, and where in the text it is referred to */
  note?: { label: string; at: number }
}

export interface Cell extends Span {
  /** column of the grid in which it begins, from 0 */
  column: number
  /** columns and rows that it covers; a merged cell is listed once, in its first row */
  columns: number
  rows: number
  /** tables inside the cell */
  inner?: Table[]
}

export interface Table extends Span {
  kind: 'table'
  rows: Cell[][]
  place?: Place
}

export type Block = Paragraph | Table

export interface NoticeDocument {
  text: string
  blocks: Block[]
  /** struck-out words: shown as such, part of no duty */
  struck: Span[]
  said: Said[]
}

/** More is no notice; the parser refuses less than that with better words. */
const MOST_CHARACTERS = 2_000_000
const MOST_BLOCKS = 60_000
const DEEPEST = 6
/** What lies further right is one column: paper ends before. */
const MOST_COLUMNS = 120

export interface Words {
  text: string
  struck?: boolean
}

interface OpenTable {
  table: Table
  row: Cell[] | null
  cell: (Cell & { empty: boolean; continues: boolean }) | null
  /** columns still covered from above by a cell of several rows */
  covered: number[]
  column: number
}

/** Puts a document together in printed order. What stands wrongly in a file (a paragraph between rows) is mended. */
export class DocumentBuilder {
  readonly said = new SaidList()
  #parts: string[] = []
  #length = 0
  #blocks: Block[] = []
  #struck: Span[] = []
  #open: OpenTable[] = []
  /** deeper tables are paragraphs of their cell */
  #tooDeep = 0

  get length(): number {
    return this.#length
  }

  /** Whether what is written now lies under a cell that goes on from the row above: nobody sees it. */
  get covered(): boolean {
    return this.#open.at(-1)?.cell?.continues ?? false
  }

  /** @returns where its words begin; undefined when it is not shown */
  paragraph(
    words: readonly Words[],
    more: Omit<Paragraph, 'kind' | 'start' | 'end'> = {},
  ): number | undefined {
    if (this.covered) return undefined
    const open = this.#open.at(-1)
    if (open && !open.cell) this.openCell()
    const cell = open?.cell
    if (cell && !cell.empty) this.#write('\n')
    const start = this.#length
    for (const { text, struck } of words) {
      const from = this.#length
      this.#write(text.replaceAll('\0', ''))
      if (struck && this.#length > from) this.#strike({ start: from, end: this.#length })
    }
    const end = this.#length
    if (cell) {
      cell.empty = false
      cell.end = end
      return start
    }
    this.#write('\n')
    if (words.some((w) => w.text.trim() !== '')) this.#block({ kind: 'paragraph', start, end, ...more })
    return start
  }

  openTable(place?: Place): void {
    if (this.#open.length >= DEEPEST) {
      this.#tooDeep++
      return
    }
    const outer = this.#open.at(-1)
    if (outer && !outer.cell) this.openCell()
    if (outer?.cell && !outer.cell.empty) this.#write('\n')
    const at = this.#length
    const table: Table = { kind: 'table', start: at, end: at, rows: [], ...(place && { place }) }
    this.#open.push({ table, row: null, cell: null, covered: [], column: 0 })
  }

  /** @param before columns of the grid left free at the row's beginning */
  openRow(before = 0): void {
    const open = this.#open.at(-1)
    if (!open || this.#tooDeep > 0) return
    if (open.row) this.closeRow()
    if (open.table.rows.length > 0) this.#write('\n')
    open.row = []
    open.column = before
  }

  /**
   * @param continues it goes on with the cell above, as word processors put it
   * @param rows it covers so many rows, as web pages put it
   */
  openCell({ columns = 1, rows = 1, continues = false } = {}): void {
    const open = this.#open.at(-1)
    if (!open || this.#tooDeep > 0) return
    if (!open.row) this.openRow()
    if (open.cell) this.closeCell()
    const row = open.row!
    while ((open.covered[open.column] ?? 0) > 0) open.column++
    if (row.length > 0) this.#write('\t')
    const at = this.#length
    const full = open.column >= MOST_COLUMNS
    const column = full ? MOST_COLUMNS : open.column
    const span = full ? 1 : Math.min(Math.max(1, columns), MOST_COLUMNS - column)
    open.cell = {
      start: at,
      end: at,
      column,
      columns: span,
      rows: full ? 1 : Math.min(Math.max(1, rows), 5000),
      empty: true,
      continues,
    }
    open.column += span
  }

  closeCell(): void {
    const open = this.#open.at(-1)
    if (!open?.cell || this.#tooDeep > 0) return
    const { empty: _empty, continues, ...cell } = open.cell
    open.cell = null
    const above = continues ? coveredBy(open.table.rows, cell.column) : undefined
    if (above) above.rows++
    else open.row?.push(cell)
  }

  closeRow(): void {
    const open = this.#open.at(-1)
    if (!open?.row || this.#tooDeep > 0) return
    if (open.cell) this.closeCell()
    open.covered = open.covered.map((n) => Math.max(0, n - 1))
    for (const cell of open.row)
      for (let c = cell.column; c < cell.column + cell.columns; c++)
        open.covered[c] = Math.max(open.covered[c] ?? 0, cell.rows - 1)
    open.table.rows.push(open.row)
    open.row = null
  }

  closeTable(): void {
    if (this.#tooDeep > 0) {
      this.#tooDeep--
      return
    }
    const open = this.#open.at(-1)
    if (!open) return
    this.closeRow()
    this.#open.pop()
    const { table } = open
    table.end = this.#length
    const outer = this.#open.at(-1)?.cell
    if (outer) {
      outer.empty = false
      outer.end = this.#length
      if (!outer.continues && table.rows.length > 0) outer.inner = [...(outer.inner ?? []), table]
      return
    }
    this.#write('\n')
    if (table.rows.length > 0) this.#block(table)
  }

  pageBreak(): void {
    if (this.#open.length === 0) this.#write('\f')
  }

  /** Another document at this place: a text box, an embedded part, notes. */
  append(other: NoticeDocument, place?: Place): void {
    this.said.addAll(other.said)
    if (this.covered || other.text.trim() === '') return
    const cell = this.#open.at(-1)?.cell
    if (cell && !cell.empty) this.#write('\n')
    const by = this.#length
    this.#write(cell ? other.text.replace(/\n+$/, '') : other.text)
    if (!cell && !other.text.endsWith('\n')) this.#write('\n')
    for (const span of other.struck) this.#strike({ start: span.start + by, end: span.end + by })
    for (const block of other.blocks) {
      const moved = { ...shifted(block, by), ...(place && { place: block.place ?? place }) }
      if (!cell) this.#block(moved)
      else if (moved.kind === 'table') cell.inner = [...(cell.inner ?? []), moved]
    }
    if (cell) {
      cell.empty = false
      cell.end = this.#length
    }
  }

  document(): NoticeDocument {
    while (this.#open.length > 0) this.closeTable()
    return { text: this.#parts.join(''), blocks: this.#blocks, struck: this.#struck, said: this.said.list() }
  }

  #write(text: string): void {
    if (text === '') return
    this.#length += text.length
    if (this.#length > MOST_CHARACTERS)
      throw new Problem(
        'bad-input',
        `这份文件超过 ${MOST_CHARACTERS / 10_000} 万字，不像一份通知。请只录入通知正文，附件和汇编请拆开分别录入。`,
      )
    this.#parts.push(text)
  }

  #block(block: Block): void {
    if (this.#blocks.length >= MOST_BLOCKS)
      throw new Problem('bad-input', '这份文件的段落和表格太多，不像一份通知。请只录入通知正文。')
    this.#blocks.push(block)
  }

  #strike(span: Span): void {
    const last = this.#struck.at(-1)
    if (last && last.end === span.start) last.end = span.end
    else this.#struck.push(span)
  }
}

/** The cell of an earlier row under which a column of the next row lies. */
function coveredBy(rows: readonly Cell[][], column: number): Cell | undefined {
  for (let r = rows.length - 1; r >= 0; r--) {
    const cell = rows[r]?.find((c) => c.column <= column && column < c.column + c.columns)
    if (cell) return r + cell.rows === rows.length ? cell : undefined
  }
  return undefined
}

/** A block at another place of the text. */
export function shifted<T extends Block>(block: T, by: number): T {
  const span = { start: block.start + by, end: block.end + by }
  if (block.kind === 'table')
    return {
      ...block,
      ...span,
      rows: block.rows.map((row) =>
        row.map((cell) => ({
          ...cell,
          start: cell.start + by,
          end: cell.end + by,
          ...(cell.inner && { inner: cell.inner.map((t) => shifted(t, by)) }),
        })),
      ),
    }
  return { ...block, ...span, ...(block.note && { note: { ...block.note, at: block.note.at + by } }) }
}

/** A text that has nothing but lines. */
export function documentOfText(text: string, said: Said[] = []): NoticeDocument {
  return { text, blocks: [], struck: [], said }
}

/** Every table that holds no further one, in printed order: what only frames other tables is layout. */
export function tablesOf(document: NoticeDocument): Table[] {
  const out: Table[] = []
  const walk = (table: Table) => {
    const inner = table.rows.flat().flatMap((cell) => cell.inner ?? [])
    if (inner.length === 0) out.push(table)
    else for (const t of inner) walk(t)
  }
  for (const block of document.blocks)
    if (block.kind === 'table' && block.place !== 'note' && block.place !== 'contents') walk(block)
  return out
}

/**
 * The text as the parser reads it: every position as in the document, but blanks where words are struck out, stand in
 * a note or in a table of contents, and a line for every cell.
 */
export function textForParser({ text, blocks, struck }: NoticeDocument): string {
  const edits: { span: Span; by: 'blank' | 'line' }[] = struck.map((span) => ({ span, by: 'blank' }))
  const cells = (table: Table) => {
    for (const row of table.rows)
      for (const cell of row) {
        if (text[cell.end] === '\t') edits.push({ span: { start: cell.end, end: cell.end + 1 }, by: 'line' })
        for (const t of cell.inner ?? []) cells(t)
      }
  }
  for (const block of blocks) {
    if (block.place === 'note' || block.place === 'contents') edits.push({ span: block, by: 'blank' })
    else if (block.kind === 'table') cells(block)
  }
  if (edits.length === 0) return text
  edits.sort((a, b) => a.span.start - b.span.start)
  let out = ''
  let at = 0
  for (const { span, by } of edits) {
    const start = Math.max(at, span.start)
    if (span.end <= start) continue
    out += text.slice(at, start)
    const inside = text.slice(start, span.end)
    out += by === 'line' ? '\n' : inside.replace(/[^\n]/g, ' ')
    at = span.end
  }
  return out + text.slice(at)
}
