import { Parser } from 'htmlparser2'
import { DocumentBuilder, type NoticeDocument, type Place, type Words } from './document.ts'
import { printedNumber } from './number-formats.ts'

const SKIPPED = new Set(
  'script style head title noscript template iframe object svg math select xml'.split(' '),
)
const BLOCKS = new Set(
  'p div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd section article header footer main nav aside blockquote pre center form fieldset figure figcaption address caption body html hr table thead tbody tfoot tr td th'.split(
    ' ',
  ),
)
const VOID = new Set('br hr img input meta link base col area embed source track wbr'.split(' '))
const STRUCK = new Set(['s', 'strike', 'del'])
const LIST_TYPES: Record<string, string> = {
  '1': 'decimal',
  a: 'lowerLetter',
  A: 'upperLetter',
  i: 'lowerRoman',
  I: 'upperRoman',
}

interface Open {
  name: string
  struck: boolean
  hidden: boolean
  skipped: boolean
  place?: Place
}

interface List {
  /** undefined for a list of dots */
  format?: string
  next: number
}

/** A web page as office programs and sites write them: blocks, tables, lists; never its tags. */
export function readHtml(page: string): NoticeDocument {
  const reader = new HtmlReader()
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      ontext: (text) => reader.text(text),
      onclosetag: (name) => reader.close(name),
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
  )
  parser.write(page)
  parser.end()
  return reader.document()
}

/** Beyond it tags lie in one another without sense; their words stay. */
const DEEPEST = 400

class HtmlReader {
  readonly #builder = new DocumentBuilder()
  #stack: Open[] = []
  #words: Words[] = []
  #label = ''
  #lists: List[] = []
  #heading: number | undefined
  #hidden = ''
  #blank = true

  open(name: string, attributes: Record<string, string>): void {
    const above = this.#stack.at(-1)
    const style = (attributes.style ?? '').toLowerCase().replace(/\s/g, '')
    const here: Open = {
      name,
      struck: (above?.struck ?? false) || STRUCK.has(name) || style.includes('line-through'),
      hidden:
        (above?.hidden ?? false) ||
        'hidden' in attributes ||
        /display:none|visibility:hidden|mso-hide:all/.test(style),
      skipped: (above?.skipped ?? false) || SKIPPED.has(name),
      ...(above?.place && { place: above.place }),
      ...(/mso-element:(?:foot|end)note-list/.test(style) && { place: 'note' as const }),
    }
    if (here.skipped && name !== 'br') {
      if (!VOID.has(name)) this.#push(here)
      return
    }
    if (name === 'br') this.#say('\n', here)
    else if (name === 'img') this.#builder.said.add('picture')
    else if (name === 'input' && /^(?:checkbox|radio)$/i.test(attributes.type ?? ''))
      this.#say('checked' in attributes ? '☑' : '☐', here)
    else if (BLOCKS.has(name)) {
      this.#endParagraph(above?.place)
      this.#block(name, attributes)
    }
    if (!VOID.has(name)) this.#push(here)
  }

  #push(here: Open): void {
    if (this.#stack.length < DEEPEST) this.#stack.push(here)
  }

  #block(name: string, attributes: Record<string, string>): void {
    const b = this.#builder
    const count = (value: string | undefined) => Number.parseInt(value ?? '1', 10) || 1
    if (name === 'table') b.openTable()
    else if (name === 'tr') b.openRow()
    else if (name === 'td' || name === 'th')
      b.openCell({ columns: count(attributes.colspan), rows: count(attributes.rowspan) })
    else if (/^h[1-6]$/.test(name)) this.#heading = Number(name[1])
    else if (name === 'ol')
      this.#lists.push({
        format: LIST_TYPES[attributes.type ?? '1'] ?? 'decimal',
        next: count(attributes.start),
      })
    else if (name === 'ul') this.#lists.push({ next: 1 })
    else if (name === 'li') {
      const list = this.#lists.at(-1)
      if (list && attributes.value) list.next = count(attributes.value)
      this.#label = list?.format ? `${printedNumber(list.next, list.format)}. ` : '• '
      if (list) list.next++
    }
  }

  text(text: string): void {
    const here = this.#stack.at(-1)
    if (here?.skipped) return
    const pre = this.#stack.some((o) => o.name === 'pre')
    this.#say(pre ? text : text.replace(/[\t\n\f\r ]+/g, ' '), here)
  }

  close(name: string): void {
    const n = this.#stack.findLastIndex((o) => o.name === name)
    if (n < 0) return
    const { skipped = false, place } = this.#stack[n] ?? {}
    this.#stack.length = n
    if (skipped || !BLOCKS.has(name)) return
    this.#endParagraph(place)
    const b = this.#builder
    if (name === 'table') b.closeTable()
    else if (name === 'tr') b.closeRow()
    else if (name === 'td' || name === 'th') b.closeCell()
    else if (name === 'ol' || name === 'ul') this.#lists.pop()
    else if (/^h[1-6]$/.test(name)) this.#heading = undefined
  }

  #say(text: string, here: Open | undefined): void {
    if (here?.hidden) {
      this.#hidden += text.slice(0, 200)
      return
    }
    // blanks between blocks and after blanks are layout
    const words = this.#blank ? text.replace(/^ +/, '') : text
    if (words === '') return
    this.#blank = /[ \n]$/.test(words)
    const struck = here?.struck ?? false
    const last = this.#words.at(-1)
    if (last && (last.struck ?? false) === struck) last.text += words
    else this.#words.push({ text: words, ...(struck && { struck }) })
  }

  #endParagraph(place?: Place): void {
    const b = this.#builder
    if (this.#hidden.trim() !== '') b.said.add('hidden', this.#hidden)
    this.#hidden = ''
    const label = this.#label
    if (this.#words.some((w) => w.text.trim() !== '')) {
      for (const { text, struck } of this.#words) if (struck) b.said.add('struck', text)
      b.paragraph(label ? [{ text: label }, ...this.#words] : this.#words, {
        ...(label && { label: label.length }),
        ...(this.#heading !== undefined && { heading: this.#heading }),
        ...(place && { place }),
      })
      this.#label = ''
    }
    this.#words = []
    this.#blank = true
  }

  document(): NoticeDocument {
    this.#endParagraph()
    return this.#builder.document()
  }
}

/** The charset that a page names for itself. */
export const charsetOf = (head: string): string | undefined =>
  /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] ??
  /<\?xml[^>]{0,100}encoding\s*=\s*["']([\w-]+)/i.exec(head)?.[1]
