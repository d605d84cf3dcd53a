import { cleanText, matchKey } from '../../../fields/normal/text.ts'
import { asksAbove, coreOf, partyKey, patternTypes, underCaption } from './heading-patterns.ts'
import { bareTitle, type Term } from './heading-words.ts'

export { bareTitle, type Term } from './heading-words.ts'

/** given: by the user's map; normalised: equal but for width, blanks, brackets, units, numbering. */
export type How = 'given' | 'exact' | 'alias' | 'normalised' | 'fuzzy'

export interface Candidate {
  field: string
  /** 0…1. From `certain` on a column is mapped, below it is only offered. */
  confidence: number
  how: How
  /** the column gives only this part of the field: 经度 of a place */
  part?: 'lon' | 'lat'
  /** the column gives this person too: 主要负责人及联系电话 */
  person?: string
}

export const certain = 0.7
const offered = 0.4

/** Words that say nothing without the heading above them. */
const generic = new Set(
  '姓名 名称 电话 手机 联系电话 联系方式 手机号 手机号码 电话号码 编号 证号 证书编号 日期 时间 数量 人数 职务 地址 备注 类别 类型 等级 有效期'.split(
    ' ',
  ),
)
const itself = new Set(['姓名', '名称', '名字', '全称'])

interface Known {
  field: string
  text: string
  key: string
  /** the key, whatever the firm is called in it; '' where it is not called */
  party: string
  how: 'exact' | 'alias'
  pairs: Map<string, number>
  tail: string
  type: string | undefined
  /** what names the thing, without the pattern of its type */
  core: string | undefined
}

/** Compares headings with a vocabulary prepared once. */
export class Matcher {
  private readonly known: Known[]
  /** terms by what they may be equal in, each with its place in `known` */
  private readonly by: Record<'text' | 'key' | 'party' | 'core' | 'tail', Map<string, number[]>> = {
    ...{ text: new Map(), key: new Map(), party: new Map(), core: new Map(), tail: new Map() },
  }
  /** of the headings asked so far: rows are looked at several times, and a sheet may have thousands of columns */
  private readonly answered = new Map<string, Candidate[]>()

  constructor(vocabulary: Term[]) {
    this.known = vocabulary.flatMap((term) =>
      [term.label, ...(term.aliases ?? [])].map((text, i) => {
        const key = matchKey(bareTitle(text))
        return {
          field: term.field,
          text: cleanText(text),
          key,
          party: partyKey(key),
          how: i === 0 ? ('exact' as const) : ('alias' as const),
          pairs: bigrams(key),
          tail: tailOf(key),
          type: term.type,
          core: coreKey(text, term.type),
        }
      }),
    )
    const put = (what: keyof Matcher['by'], name: string, i: number) =>
      this.by[what].set(name, [...(this.by[what].get(name) ?? []), i])
    for (const [i, { text, key, party, core, tail, type }] of this.known.entries()) {
      put('tail', tail, i)
      if (text) put('text', text, i)
      if (key) put('key', key, i)
      if (party) put('party', party, i)
      if (core) put('core', `${type} ${core}`, i)
    }
  }

  /** Terms in the order of the vocabulary. */
  private those(places: readonly (readonly number[] | undefined)[]): Known[] {
    const lists = places.filter((p) => p !== undefined)
    const all = lists.length < 2 ? (lists[0] ?? []) : [...new Set(lists.flat())].sort((x, y) => x - y)
    return all.flatMap((i) => this.known[i] ?? [])
  }

  /**
   * Fields this heading may mean, best first, one entry a field.
   * @param parts the heading from top to bottom: ['主要负责人', '电话'] for a two-level one.
   */
  candidates(parts: string[]): Candidate[] {
    const asked = parts.join('\n')
    let found = this.answered.get(asked)
    if (!found) {
      found = this.find(parts)
      this.answered.set(asked, found)
    }
    return found
  }

  private find(parts: string[]): Candidate[] {
    const best = new Map<string, Candidate>()
    const offer = (c: Candidate) => {
      if (c.confidence > (best.get(c.field)?.confidence ?? 0)) best.set(c.field, c)
    }
    const last = parts.at(-1) ?? ''
    const joined = parts.join('')
    for (const c of this.equal(joined)) offer(c)
    for (const c of this.patterned(parts.length > 1 && asksAbove(last) ? (parts.at(-2) ?? '') : joined))
      offer(c)
    const key = matchKey(bareTitle(joined))
    const like = { key, pairs: bigrams(key), tail: tailOf(key) }
    for (const term of this.those([this.by.tail.get(like.tail)])) {
      const likeness = fuzzy(like, term)
      if (likeness > 0) offer({ field: term.field, confidence: likeness, how: 'fuzzy' })
    }
    if (parts.length > 1) {
      const captioned = underCaption(parts.at(-2) ?? '', last)
      if (captioned) for (const c of this.equal(captioned)) offer(lower(c, 0.1))
      if (asksAbove(last)) for (const c of this.equal(parts.at(-2) ?? '')) offer(lower(c, 0.1))
      for (const c of this.patterned(last)) offer(lower(c, 0.05))
      const above = parts.slice(0, -1).join('')
      // 企业基本情况→企业名称: the lower heading is enough; 安全员→电话: it is not.
      if (!generic.has(bareTitle(last))) for (const c of this.equal(last)) offer(lower(c, 0.1))
      // 主要负责人→姓名 is the 主要负责人.
      if (itself.has(bareTitle(last))) for (const c of this.equal(above)) offer(lower(c, 0.1))
    }
    return [...best.values()]
      .filter((c) => c.confidence >= offered)
      .sort((a, b) => b.confidence - a.confidence)
  }

  /** Is this a heading by itself, as far as the vocabulary goes? */
  isHeading(title: string): boolean {
    return this.equal(title).length > 0
  }

  /** Equal once the pattern of the field's type is taken off on both sides: 是否涉及喷涂作业 is 喷涂. */
  private patterned(title: string): Candidate[] {
    // of two telephones of one person the one he carries
    const fixed = /(?:固定电话|座机)$/.test(bareTitle(title))
    const places = patternTypes.map((type) => this.by.core.get(`${type} ${coreKey(title, type)}`))
    return this.those(places).map((term) => ({
      field: term.field,
      confidence: fixed ? 0.78 : 0.85,
      how: 'normalised',
    }))
  }

  private equal(title: string): Candidate[] {
    const text = cleanText(title)
    const key = matchKey(bareTitle(title))
    const party = partyKey(key)
    const { by } = this
    return this.those([by.text.get(text), by.key.get(key), by.party.get(party)]).flatMap(
      (term): Candidate[] => {
        if (text === term.text)
          return [{ field: term.field, confidence: term.how === 'exact' ? 1 : 0.95, how: term.how }]
        if (key !== '' && key === term.key) return [{ field: term.field, confidence: 0.9, how: 'normalised' }]
        if (party !== '' && party === term.party)
          return [{ field: term.field, confidence: 0.85, how: 'normalised' }]
        return []
      },
    )
  }
}

const coreKey = (title: string, type: string | undefined): string | undefined => {
  const core = coreOf(title, type)
  return core === undefined ? undefined : matchKey(core)
}

const lower = (c: Candidate, by: number): Candidate => ({
  ...c,
  confidence: c.confidence - by,
  how: 'normalised',
})

/**
 * Likeness by character pairs (Dice), held under what equality earns. The last word of a Chinese heading
 * says what it is: 法定代表人电话 is no 法定代表人 however alike they look.
 */
function fuzzy({ key, pairs, tail }: Pick<Known, 'key' | 'pairs' | 'tail'>, term: Known): number {
  if (key.length < 3 || term.key.length < 3 || tail !== term.tail) return 0
  let common = 0
  for (const [pair, n] of pairs) common += Math.min(n, term.pairs.get(pair) ?? 0)
  const dice = (2 * common) / (key.length - 1 + term.key.length - 1)
  return dice < 0.5 ? 0 : dice * 0.85
}

function bigrams(key: string): Map<string, number> {
  const out = new Map<string, number>()
  for (let i = 0; i + 1 < key.length; i++) {
    const pair = key.slice(i, i + 2)
    out.set(pair, (out.get(pair) ?? 0) + 1)
  }
  return out
}

const tails: [string, RegExp][] = [
  ['phone', /(?:电话|手机|联系方式|号码|座机|传真)$/],
  ['date', /(?:日期|时间|年月|日)$/],
  ['count', /(?:人数|数量|次数|个数|家数|数)$/],
  ['code', /(?:代码|编号|证号|编码|号)$/],
  ['name', /(?:名称|姓名|全称)$/],
  ['place', /(?:地址|位置|地点|住所)$/],
  ['money', /(?:金额|资金|资本|费用|产值|收入)$/],
  ['grade', /(?:等级|级别|类别|分类|类型|层级)$/],
  ['other', /(?:面积|职务|邮箱|经度|纬度|备注|情况|部门|单位|人员|期限|有效期)$/],
]

/** What kind of thing the heading's last word names; 'other' words only agree with themselves. */
function tailOf(key: string): string {
  for (const [kind, pattern] of tails) {
    const m = pattern.exec(key)
    if (m) return kind === 'other' ? m[0] : kind
  }
  return ''
}
