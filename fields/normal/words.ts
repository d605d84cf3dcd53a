import { halfWidth, visible } from './text.ts'

/**
 * Words of ledgers and what they mean. A cell means a word only when it *is* that word, whatever its width, blanks,
 * quotes and closing sign; a cell that merely contains one (未停产, 拟关停, 三级创建中) may mean its opposite.
 */

/** What a text is compared by: no blanks, no quotes round it, no closing sign. Signs inside stay: 停产？ is a question. */
export const wordKey = (text: string): string =>
  halfWidth(visible(text))
    .replace(/\s/g, '')
    .replace(/^["'`‘’“”]+|["'`‘’“”]+$/g, '')
    .replace(/[。.;,、]+$/, '')
    .toLowerCase()

/** Words by which a remark takes back, dates back, plans or doubts what stands before it. */
const turning =
  /[原曾前已未拟非不无没否待疑或?半改转停复恢拆撤销废仅退降升脱]|取消|过期|到期|失效|计划|准备|预计|可能|部分|申请|申报|整改|以前|历史|期间|间歇|季节|除外|名存|暂时|尚|现/

/** May this remark turn around what it stands behind? Then a person must look. */
export const turns = (remark: string): boolean => turning.test(halfWidth(remark))

const bracket = /^([^([【〔{]+)[([【〔{]([^()[\]【】〔〕{}]*)[)\]】〕}]$/

/** 停产（2023年） → 停产 and 2023年; undefined where there is no single bracket at the end. */
export function bracketRemark(text: string): { head: string; remark: string } | undefined {
  const m = bracket.exec(
    halfWidth(visible(text))
      .trim()
      .replace(/[。;,、]+$/, ''),
  )
  const [, head = '', remark = ''] = m ?? []
  return head.trim() === '' || remark.trim() === '' ? undefined : { head: head.trim(), remark: remark.trim() }
}

export interface Word<V> {
  value: V
  /** what stood in brackets behind it */
  remark?: string
}

/** A closed vocabulary: a value and the words that mean it. */
export class Words<V> {
  readonly #words = new Map<string, V>()

  constructor(entries: Iterable<readonly [V, readonly string[]]>) {
    for (const [value, words] of entries)
      for (const word of words) {
        const key = wordKey(word)
        if (key !== '' && !this.#words.has(key)) this.#words.set(key, value)
      }
  }

  /** The value of a text that is one of the words. */
  exact(text: string): V | undefined {
    return this.#words.get(wordKey(text))
  }

  /** The value of a text that is a word, or a word with a harmless remark in brackets. */
  read(text: string): Word<V> | undefined {
    const value = this.exact(text)
    if (value !== undefined) return { value }
    const split = bracketRemark(text)
    if (!split || turns(split.remark)) return undefined
    const head = this.exact(split.head)
    const said = this.exact(split.remark)
    // 在营（开业） says one thing twice; 停产（在产） says two
    return head === undefined || (said !== undefined && said !== head)
      ? undefined
      : { value: head, remark: split.remark }
  }
}

const ticked = '√✓✔☑■●☒'
const boxes = new RegExp(`([${ticked}□○☐◻])([^${ticked}□○☐◻]+)`, 'g')

/** √是 否 → 是: of several words the only one with a tick at its side. */
function markedWord(text: string): string | undefined {
  const words = halfWidth(visible(text))
    .trim()
    .split(/[\s/、,;]+/)
  const marked = words.filter((w) => [...w].some((c) => ticked.includes(c)))
  const [word = ''] = marked
  const bare = [...word].filter((c) => !ticked.includes(c)).join('')
  const one = words.length > 1 && marked.length === 1 && bare.length + 1 === [...word].length && bare !== ''
  return one && !/[□○☐◻]/.test(text) ? bare : undefined
}

/** √规上 □规下 → 规上: of several boxes with a word behind each, the only one that is ticked. */
export function tickedWord(text: string): string | undefined {
  const clean = halfWidth(visible(text)).replace(/\s/g, '')
  const found = [...clean.matchAll(boxes)]
  if (found.length < 2 || found.map((m) => m[0]).join('') !== clean) return markedWord(text)
  const on = found.filter((m) => ticked.includes(m[1] ?? ''))
  return on.length === 1 ? on[0]?.[2]?.replace(/[/、,;]+$/, '') : undefined
}
