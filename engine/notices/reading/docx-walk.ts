import { attributes, XmlTokenizer } from '../../exchange/sheet/xml.ts'
import { DocumentBuilder, type NoticeDocument, type Place, type Words } from './document.ts'
import { type Counter, isOn, resolveStyle, type Styles } from './docx-styles.ts'
import { SYMBOLS } from './symbols.ts'

/** What a story of a .docx (its body, its notes) is read with. */
export interface Walk {
  styles: Styles
  counter: Counter
  /** a footnote or an endnote by kind and id, numbered when first met */
  note?: (kind: 'footnote' | 'endnote', id: string) => { label: string } | undefined
  /** an embedded part by relation id; undefined when it cannot be read */
  part?: (relation: string) => NoticeDocument | undefined
}

/** A footnote's reference as met in the text. */
export interface Reference {
  kind: 'footnote' | 'endnote'
  id: string
  label: string
  at: number
}

interface Open {
  words: Words[]
  own: { numId?: string; level?: number }
  style?: string
  outline?: number
  /** its automatic number, where the file writes it */
  label?: string
  /** the paragraph's own mark is deleted: its number is not counted */
  markDeleted: boolean
  references: Omit<Reference, 'at'>[]
  /** text boxes anchored in it, and embedded parts: they follow it */
  behind: { document: NoticeDocument; place: Place }[]
}

/** Elements whose content is no text of the document. */
const SKIPPED = new Set(
  'instrText delInstrText rPrChange pPrChange tblPrChange trPrChange tcPrChange sectPrChange numberingChange sdtPr rt moveFrom'.split(
    ' ',
  ),
)

const PROPERTIES = new Set('pStyle numId ilvl outlineLvl strike dstrike vanish rStyle'.split(' '))

/**
 * One pass over a part's XML. Tolerant: a part whose elements close in the wrong order is read as far as it says
 * something; a part that ends in the middle is refused.
 */
export class DocxWalker {
  readonly references: Reference[] = []
  readonly #walk: Walk
  #builder = new DocumentBuilder()
  /** those of the stories around a text box */
  readonly #outer: DocumentBuilder[] = []
  readonly #paragraphs: (Open | undefined)[] = [undefined]
  #skip: { name: string; depth: number } | undefined
  /** names of open elements inside which properties mean something */
  #inRunProperties = false
  #inParagraphProperties = false
  #run: { struck?: boolean; hidden?: boolean } = {}
  #text = false
  #deleted = 0
  #deletedWords = ''
  #choices: boolean[] = []
  #rowDeleted = false
  #rowPending = false
  #before = 0
  #cell: { columns: number; continues: boolean; pending: boolean } | undefined
  #hidden = ''
  readonly #resolved = new Map<string | undefined, ReturnType<typeof resolveStyle>>()

  constructor(walk: Walk) {
    this.#walk = walk
  }

  read(chunks: Iterable<string>): NoticeDocument {
    const tokenizer = new XmlTokenizer({
      open: (name, raw, alone) => this.#open(name, raw, alone),
      close: (name) => this.#close(name),
      text: (text) => this.#characters(text),
    })
    let first = true
    for (const chunk of chunks) {
      tokenizer.write(first && chunk.charCodeAt(0) === 0xfeff ? chunk.slice(1) : chunk)
      first = false
    }
    tokenizer.end()
    while (this.#outer.length > 0) this.#closeBox()
    this.#closeParagraph()
    return this.#builder.document()
  }

  get #paragraph(): Open | undefined {
    return this.#paragraphs.at(-1)
  }

  #open(name: string, raw: string, alone: boolean): void {
    if (this.#skip) {
      if (name === this.#skip.name && !alone) this.#skip.depth++
      return
    }
    // of two ways to say the same the first is read, the other only where there is no first
    if (SKIPPED.has(name) || (name === 'Fallback' && this.#choices.at(-1))) {
      if (!alone) this.#skip = { name, depth: 1 }
      return
    }
    switch (name) {
      case 't':
      case 'delText':
        this.#text = !alone
        // Word 2003 writes the number itself beside the list
        if (this.#inParagraphProperties && this.#paragraph) this.#paragraph.label = attributes(raw).val
        return
      case 'AlternateContent':
        this.#choices.push(false)
        return
      case 'Choice':
        if (this.#choices.length > 0) this.#choices[this.#choices.length - 1] = true
        return
      case 'p':
        this.#closeParagraph()
        this.#beginCell()
        this.#paragraphs[this.#paragraphs.length - 1] = {
          words: [],
          own: {},
          markDeleted: false,
          references: [],
          behind: [],
        }
        return
      case 'pPr':
        this.#inParagraphProperties = !alone
        return
      case 'r':
        this.#run = {}
        return
      case 'rPr':
        this.#inRunProperties = !alone
        return
      case 'del':
        if (this.#inParagraphProperties && this.#paragraph) this.#paragraph.markDeleted = true
        else if (!alone) this.#deleted++
        else if (!this.#paragraph) this.#rowDeleted = true
        return
      case 'ins':
        if (!alone && !this.#inParagraphProperties) this.#builder.said.add('inserted')
        return
      default:
        if (this.#inRunProperties || this.#inParagraphProperties) this.#property(name, raw)
        else if (!this.#table(name, raw)) this.#content(name, raw)
    }
  }

  #property(name: string, raw: string): void {
    if (!PROPERTIES.has(name)) return
    const { val } = attributes(raw)
    const p = this.#paragraph
    if (this.#inParagraphProperties) {
      // properties of the paragraph's mark concern the mark, not the words
      if (!p || this.#inRunProperties) return
      if (name === 'pStyle') p.style = val
      else if (name === 'numId') p.own.numId = val
      else if (name === 'ilvl') p.own.level = Number(val)
      else if (name === 'outlineLvl') p.outline = Number(val)
      return
    }
    if (name === 'strike') this.#run.struck = isOn(val)
    else if (name === 'dstrike') this.#run.struck = isOn(val) || (this.#run.struck ?? false)
    else if (name === 'vanish') this.#run.hidden = isOn(val)
    else if (name === 'rStyle') {
      const style = resolveStyle({ byId: this.#walk.styles.byId }, val)
      this.#run.struck ??= style.struck
      this.#run.hidden ??= style.hidden
    }
  }

  /** @returns whether the element is one of a table */
  #table(name: string, raw: string): boolean {
    const b = this.#builder
    if (name === 'tbl') {
      this.#beginCell()
      this.#closeParagraph()
      b.openTable()
    } else if (name === 'tr') {
      b.closeRow()
      this.#before = 0
      this.#rowDeleted = false
      this.#rowPending = true
    } else if (name === 'gridBefore') this.#before = Number(attributes(raw).val) || 0
    else if (name === 'tc') {
      if (this.#rowPending) b.openRow(this.#before)
      this.#rowPending = false
      this.#cell = { columns: 1, continues: false, pending: true }
    } else if (name === 'gridSpan' && this.#cell) this.#cell.columns = Number(attributes(raw).val) || 1
    else if (name === 'vMerge' && this.#cell) this.#cell.continues = attributes(raw).val !== 'restart'
    else return false
    return true
  }

  /** A cell is opened when its first content comes: by then its properties are known. */
  #beginCell(): void {
    if (!this.#cell?.pending) return
    this.#cell.pending = false
    this.#builder.openCell(this.#cell)
  }

  #content(name: string, raw: string): void {
    switch (name) {
      case 'tab':
      case 'ptab':
        this.#say('\t')
        return
      case 'br':
      case 'cr':
        this.#say('\n')
        return
      case 'noBreakHyphen':
        this.#say('-')
        return
      case 'sym': {
        const { char = '' } = attributes(raw)
        const sign = SYMBOLS[char.toUpperCase()]
        if (!sign) this.#builder.said.add('glyph')
        this.#say(sign ?? '□')
        return
      }
      case 'footnoteReference':
      case 'endnoteReference': {
        const kind = name === 'footnoteReference' ? 'footnote' : 'endnote'
        const { id = '' } = attributes(raw)
        const note = this.#walk.note?.(kind, id)
        if (note) this.#paragraph?.references.push({ kind, id, label: note.label })
        return
      }
      case 'txbxContent':
        this.#paragraphs.push(undefined)
        this.#outer.push(this.#builder)
        this.#builder = new DocumentBuilder()
        return
      case 'altChunk': {
        const part = this.#walk.part?.(attributes(raw).id ?? '')
        if (!part) {
          this.#builder.said.add('part')
          return
        }
        this.#closeParagraph()
        this.#beginCell()
        this.#builder.append(part, 'part')
        return
      }
      case 'blip':
      case 'imagedata':
        this.#builder.said.add('picture')
        return
      case 'OLEObject':
      case 'chart':
      case 'relIds':
        this.#builder.said.add('object')
    }
  }

  #close(name: string): void {
    if (this.#skip) {
      if (name === this.#skip.name && --this.#skip.depth === 0) this.#skip = undefined
      return
    }
    switch (name) {
      case 't':
      case 'delText':
        this.#text = false
        return
      case 'AlternateContent':
        this.#choices.pop()
        return
      case 'p':
        this.#closeParagraph()
        return
      case 'pPr':
        this.#inParagraphProperties = false
        return
      case 'rPr':
        this.#inRunProperties = false
        return
      case 'r':
        this.#run = {}
        return
      case 'del':
        if (this.#deleted > 0 && --this.#deleted === 0) {
          if (this.#deletedWords.trim() !== '') this.#builder.said.add('deleted', this.#deletedWords)
          this.#deletedWords = ''
        }
        return
      case 'tc':
        this.#closeParagraph()
        this.#beginCell()
        this.#builder.closeCell()
        this.#cell = undefined
        return
      case 'tr':
        this.#builder.closeRow()
        this.#rowDeleted = false
        return
      case 'tbl':
        this.#builder.closeTable()
        this.#cell = undefined
        return
      case 'txbxContent':
        this.#closeBox()
    }
  }

  #characters(text: string): void {
    if (this.#text && !this.#skip) this.#say(text)
  }

  #say(text: string): void {
    if (this.#inParagraphProperties) return
    if (this.#deleted > 0 || this.#rowDeleted) {
      this.#deletedWords += text.slice(0, 200)
      return
    }
    const p = this.#paragraph
    if (!p) return
    const style = p.style === undefined && !this.#walk.styles.plain ? undefined : this.#styleOf(p)
    if (this.#run.hidden ?? style?.hidden) {
      this.#hidden += text
      return
    }
    this.#showHidden()
    const struck = this.#run.struck ?? style?.struck ?? false
    const last = p.words.at(-1)
    if (last && (last.struck ?? false) === struck) last.text += text
    else p.words.push({ text, ...(struck && { struck }) })
  }

  #showHidden(): void {
    if (this.#hidden.trim() !== '') this.#builder.said.add('hidden', this.#hidden)
    this.#hidden = ''
  }

  #styleOf(p: Open): ReturnType<typeof resolveStyle> {
    let style = this.#resolved.get(p.style)
    if (!style) {
      style = resolveStyle(this.#walk.styles, p.style)
      this.#resolved.set(p.style, style)
    }
    return style
  }

  #closeParagraph(): void {
    const p = this.#paragraph
    if (!p) return
    this.#paragraphs[this.#paragraphs.length - 1] = undefined
    this.#inParagraphProperties = this.#inRunProperties = false
    this.#showHidden()
    this.#beginCell()
    const b = this.#builder
    for (const { text, struck } of p.words) if (struck) b.said.add('struck', text)
    const gone = p.markDeleted && p.words.every((w) => w.text === '')
    if (!gone && !b.covered) this.#print(p)
    for (const { document, place } of p.behind) b.append(document, place)
  }

  #print(p: Open): void {
    const style = this.#styleOf(p)
    const contents = /^(?:toc|目录)\s*\d/i.test(style.name)
    const label = p.label ?? this.#walk.counter.next(p.own, p.style)
    const outline = p.outline ?? style.outline
    const at = this.#builder.paragraph(label ? [{ text: label }, ...p.words] : p.words, {
      ...(label && { label: label.length }),
      ...(outline !== undefined && outline < 9 && { heading: outline + 1 }),
      ...(contents && { place: 'contents' as const }),
    })
    if (contents && this.#builder.said.list().every((s) => s.kind !== 'contents'))
      this.#builder.said.add('contents')
    if (at === undefined) return
    const end = at + label.length + p.words.reduce((n, w) => n + w.text.length, 0)
    for (const reference of p.references) this.references.push({ ...reference, at: end })
  }

  #closeBox(): void {
    const outer = this.#outer.pop()
    if (!outer) return
    this.#closeParagraph()
    const box = this.#builder.document()
    this.#builder = outer
    this.#paragraphs.pop()
    const anchor = this.#paragraph
    if (anchor) anchor.behind.push({ document: box, place: 'box' })
    else this.#builder.append(box, 'box')
  }
}
