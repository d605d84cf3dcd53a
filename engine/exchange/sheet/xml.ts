/*
 * A pull-free, push-style tokenizer for the XML inside workbooks: fed with text in any pieces, calls back per
 * tag and text. It does not build trees and knows no DTD: a document type is refused, so no entity can be
 * defined (entity bombs, external entities). Written because the workbook readers tried either lose cells
 * or hold the sheet in memory; see the decision on spreadsheets.
 */

export interface XmlHandlers {
  /** Local name without prefix, the raw attribute text (see `attributes`), whether it closes itself. */
  open(name: string, attributes: string, selfClosing: boolean): void
  close(name: string): void
  /** Decoded text; a long run may come in several calls. */
  text(text: string): void
}

export class XmlRefused extends Error {}

const gt = 62
const slash = 47
const doubleQuote = 34
const singleQuote = 39

export class XmlTokenizer {
  private rest = ''
  private readonly on: XmlHandlers

  constructor(on: XmlHandlers) {
    this.on = on
  }

  write(piece: string): void {
    const s = this.rest === '' ? piece : this.rest + piece
    let at = 0
    for (;;) {
      const lt = s.indexOf('<', at)
      if (lt < 0) {
        // Keep a possible half entity (&am|p;) for the next piece.
        const amp = s.indexOf('&', Math.max(at, s.length - 12))
        const end = amp < 0 ? s.length : amp
        if (end > at) this.on.text(decode(s.slice(at, end)))
        this.rest = s.slice(end)
        return
      }
      if (lt > at) this.on.text(decode(s.slice(at, lt)))
      const end = this.tag(s, lt)
      if (end < 0) {
        if (s.length - lt > 1_000_000) throw new XmlRefused('tag too long')
        this.rest = s.slice(lt)
        return
      }
      at = end
    }
  }

  end(): void {
    if (this.rest.trim() !== '') throw new XmlRefused('unexpected end')
  }

  /** Handle the markup at `lt`; the position behind it, or -1 when it is not complete yet. */
  private tag(s: string, lt: number): number {
    const c = s.charCodeAt(lt + 1)
    if (c === 33 /* ! */) {
      if (s.startsWith('<!--', lt)) return behind(s, '-->', lt + 4)
      if (s.startsWith('<![CDATA[', lt)) {
        const end = s.indexOf(']]>', lt + 9)
        if (end < 0) return -1
        if (end > lt + 9) this.on.text(s.slice(lt + 9, end))
        return end + 3
      }
      if (s.length - lt < 9) return -1
      throw new XmlRefused('document type')
    }
    if (c === 63 /* ? */) return behind(s, '?>', lt + 2)
    if (c === slash) {
      const end = s.indexOf('>', lt)
      if (end < 0) return -1
      this.on.close(localName(s, lt + 2, end))
      return end + 1
    }
    let i = lt + 1
    let quote = 0
    let nameEnd = -1
    for (; i < s.length; i++) {
      const ch = s.charCodeAt(i)
      if (quote !== 0) {
        if (ch === quote) quote = 0
      } else if (ch === doubleQuote || ch === singleQuote) quote = ch
      else if (ch === gt) break
      else if (nameEnd < 0 && (ch <= 32 || ch === slash)) nameEnd = i
    }
    if (i >= s.length) return -1
    const selfClosing = s.charCodeAt(i - 1) === slash
    if (nameEnd < 0) nameEnd = i
    const name = localName(s, lt + 1, nameEnd)
    this.on.open(name, s.slice(nameEnd, selfClosing ? i - 1 : i), selfClosing)
    if (selfClosing) this.on.close(name)
    return i + 1
  }
}

const behind = (s: string, mark: string, from: number): number => {
  const end = s.indexOf(mark, from)
  return end < 0 ? -1 : end + mark.length
}

function localName(s: string, from: number, to: number): string {
  let start = from
  let end = to
  while (end > start && s.charCodeAt(end - 1) <= 32) end--
  for (let i = from; i < end; i++) if (s.charCodeAt(i) === 58 /* : */) start = i + 1
  return s.slice(start, end)
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

export function decode(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (all, ref: string) => {
    if (ref[0] !== '#') return entities[ref] ?? all
    const code = ref[1] === 'x' ? Number.parseInt(ref.slice(2), 16) : Number(ref.slice(1))
    return code <= 0x10ffff ? String.fromCodePoint(code) : all
  })
}

/** Attributes by local name (r:id becomes id), decoded. */
export function attributes(raw: string): Record<string, string> {
  const out: Record<string, string> = {}
  const pattern = /([^\s=:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
  for (let m = pattern.exec(raw); m; m = pattern.exec(raw)) out[m[1] ?? ''] = decode(m[2] ?? m[3] ?? '')
  return out
}

/** Excel writes characters that XML cannot hold as _x000D_; _x005F_ protects a real underscore. */
export function unescapeExcel(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text
}

/** Run a whole small document through handlers. */
export function scanXml(text: string, on: Partial<XmlHandlers>): void {
  const noop = () => {}
  const tokenizer = new XmlTokenizer({
    open: on.open ?? noop,
    close: on.close ?? noop,
    text: on.text ?? noop,
  })
  tokenizer.write(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  tokenizer.end()
}
