import { attributes, scanXml } from '../../exchange/sheet/xml.ts'
import { printedNumber } from './number-formats.ts'

/*
 * Styles and numbering of a .docx (ECMA-376, 17.7 and 17.9): which paragraph bears which automatic number, and which
 * words a style strikes out or hides.
 */

/** `w:val` of a switch: absent means on. */
export const isOn = (val: string | undefined): boolean =>
  val === undefined || !/^(?:0|false|off|none)$/i.test(val)

export interface Style {
  name: string
  basedOn?: string
  numId?: string
  level?: number
  /** outline level from 0, as headings have it */
  outline?: number
  struck?: boolean
  hidden?: boolean
}

export interface Styles {
  byId: Map<string, Style>
  /** style of paragraphs that name none */
  plain?: string
}

export function readStyles(xml: string): Styles {
  const styles: Styles = { byId: new Map() }
  let style: Style | undefined
  scanXml(xml, {
    open(name, raw) {
      if (name === 'style') {
        const { type, styleId, default: standard } = attributes(raw)
        style = { name: '' }
        if (styleId !== undefined) styles.byId.set(styleId, style)
        if (type === 'paragraph' && standard !== undefined && isOn(standard)) styles.plain = styleId
        return
      }
      if (!style || !STYLE_PARTS.has(name)) return
      const { val } = attributes(raw)
      if (name === 'name') style.name = val ?? ''
      else if (name === 'basedOn') style.basedOn = val
      else if (name === 'numId') style.numId = val
      else if (name === 'ilvl') style.level = Number(val)
      else if (name === 'outlineLvl') style.outline = Number(val)
      else if (name === 'vanish') style.hidden = isOn(val)
      else style.struck = isOn(val)
    },
    close(name) {
      if (name === 'style') style = undefined
    },
  })
  return styles
}

const STYLE_PARTS = new Set(['name', 'basedOn', 'numId', 'ilvl', 'outlineLvl', 'vanish', 'strike', 'dstrike'])

/** A style with what it has from those it is based on. */
export function resolveStyle(styles: Styles, id: string | undefined): Style {
  const all: Style = { name: '' }
  let next = id ?? styles.plain
  for (let deep = 0; next !== undefined && deep < 20; deep++) {
    const style = styles.byId.get(next)
    if (!style) break
    all.name ||= style.name
    all.numId ??= style.numId
    all.level ??= style.level
    all.outline ??= style.outline
    all.struck ??= style.struck
    all.hidden ??= style.hidden
    next = style.basedOn
  }
  return all
}

interface Level {
  start: number
  format: string
  /** "%1." with the numbers of this and higher levels */
  text: string
  style?: string
  /** all numbers in Arabic digits */
  legal: boolean
  /** begins again after this level (from 1); 0 never; undefined after any higher one */
  restart?: number
}

interface Num {
  list: string
  levels: Map<number, Level>
  starts: Map<number, number>
}

export interface Numbering {
  lists: Map<string, { levels: Map<number, Level>; link?: string; style?: string }>
  nums: Map<string, Num>
}

export function readNumbering(xml: string): Numbering {
  const numbering: Numbering = { lists: new Map(), nums: new Map() }
  let levels: Map<number, Level> | undefined
  let list: { levels: Map<number, Level>; link?: string; style?: string } | undefined
  let num: Num | undefined
  let override = 0
  let level: Level | undefined
  scanXml(xml, {
    open(name, raw) {
      if (!NUMBERING_PARTS.has(name)) return
      const a = attributes(raw)
      const { val = '' } = a
      switch (name) {
        case 'abstractNum':
          list = { levels: new Map() }
          levels = list.levels
          numbering.lists.set(a.abstractNumId ?? '', list)
          break
        case 'num':
          num = { list: '', levels: new Map(), starts: new Map() }
          levels = num.levels
          numbering.nums.set(a.numId ?? '', num)
          break
        case 'abstractNumId':
          if (num) num.list = val
          break
        case 'lvlOverride':
          override = Number(a.ilvl)
          break
        case 'startOverride':
          num?.starts.set(override, Number(val))
          break
        case 'lvl':
          level = { start: 1, format: 'decimal', text: '', legal: false }
          levels?.set(Number(a.ilvl), level)
          break
        case 'numStyleLink':
          if (list) list.link = val
          break
        case 'styleLink':
          if (list) list.style = val
          break
        default:
          if (level) ofLevel(level, name, a)
      }
    },
    close(name) {
      if (name === 'lvl') level = undefined
      if (name === 'abstractNum' || name === 'num') levels = list = num = undefined
    },
  })
  return numbering
}

const NUMBERING_PARTS = new Set(
  'abstractNum num abstractNumId lvlOverride startOverride lvl numStyleLink styleLink start numFmt lvlText pStyle isLgl lvlRestart'.split(
    ' ',
  ),
)

function ofLevel(level: Level, name: string, { val = '' }: Record<string, string>): void {
  if (name === 'start') level.start = Number(val) || 0
  else if (name === 'numFmt') {
    // a second one stands in the fallback for programs that do not know the first
    if (level.format === 'decimal' || level.format === 'custom') level.format = val
  } else if (name === 'lvlText') level.text = val
  else if (name === 'pStyle') level.style = val
  else if (name === 'isLgl') level.legal = isOn(val === '' ? undefined : val)
  else if (name === 'lvlRestart') level.restart = Number(val)
}

/** Counts on through a document. */
export class Counter {
  readonly #numbering: Numbering
  readonly #styles: Styles
  /** last number of every level, by list */
  readonly #counts = new Map<string, (number | undefined)[]>()
  readonly #begun = new Set<string>()

  constructor(numbering: Numbering, styles: Styles) {
    this.#numbering = numbering
    this.#styles = styles
  }

  /**
   * The automatic number of the next paragraph, with a blank behind it where it would run into the words.
   * @param own what the paragraph itself says; it goes before its style
   */
  next(own: { numId?: string; level?: number }, styleId: string | undefined): string {
    const style = resolveStyle(this.#styles, styleId)
    const numId = own.numId ?? style.numId
    if (numId === undefined || numId === '0') return ''
    const num = this.#numbering.nums.get(numId)
    if (!num) return ''
    const { key, levels } = this.#listOf(num)
    const at = Math.min(8, Math.max(0, own.level ?? this.#levelOf(levels, styleId) ?? style.level ?? 0))
    const levelAt = (n: number) => num.levels.get(n) ?? levels.get(n)
    const level = levelAt(at)
    if (!level) return ''
    const counts = this.#counts.get(key) ?? []
    this.#counts.set(key, counts)
    if (!this.#begun.has(numId)) {
      this.#begun.add(numId)
      for (const [n, start] of num.starts) counts[n] = start - 1
    }
    counts[at] = (counts[at] ?? level.start - 1) + 1
    for (let deeper = at + 1; deeper <= 8; deeper++) {
      const restart = levelAt(deeper)?.restart
      if (restart === undefined || (restart > 0 && at < restart)) counts[deeper] = undefined
    }
    if (level.format === 'bullet') return '• '
    const label = level.text.replace(/%([1-9])/g, (_, digit: string) => {
      const n = Number(digit) - 1
      const of = levelAt(n)
      return of ? printedNumber(counts[n] ?? of.start, level.legal ? 'decimal' : of.format) : ''
    })
    return label === '' || /[、）)．。：:］\]\s]$/.test(label) ? label : `${label} `
  }

  #listOf(num: Num): { key: string; levels: Map<number, Level> } {
    const list = this.#numbering.lists.get(num.list)
    if (list?.link) {
      for (const [key, other] of this.#numbering.lists)
        if (other.style === list.link) return { key, levels: other.levels }
    }
    return { key: num.list, levels: list?.levels ?? new Map() }
  }

  /** Numbered by style: the level is the one that names the style, or one it is based on. */
  #levelOf(levels: Map<number, Level>, styleId: string | undefined): number | undefined {
    let next = styleId
    for (let deep = 0; next !== undefined && deep < 20; deep++) {
      for (const [n, level] of levels) if (level.style === next) return n
      next = this.#styles.byId.get(next)?.basedOn
    }
    return undefined
  }
}
