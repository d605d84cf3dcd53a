import { createRequire } from 'node:module'
import { remembered } from '../../core/remembered.ts'
import { coreOf, placeLength } from './names.ts'
import { segment } from './syllables.ts'

/**
 * Names by their sound: 汇宇 is found by huiyu and by hy. What is kept of a name stands in capitals, so that it is
 * never taken for its text: ` HUI YU ZHU ZAO` after a mark where the name begins, with its place and without, and the
 * first letters after the same mark. Initials count from a beginning only: two letters anywhere would be everything.
 */
export interface Sounds {
  text: string
  /** what the index holds of it: pairs of syllables, and beginnings */
  tokens: string[]
}

const MARK = '^'
const PAIR = '~'

const require = createRequire(import.meta.url)
let read: ((text: string) => string[]) | undefined

/** Syllables of Chinese characters, by the words they stand in; the library comes when first asked for. */
const syllables = remembered((text) => {
  if (!read) {
    const lib: typeof import('pinyin-pro') = require('pinyin-pro')
    read = (chars) => lib.pinyin(chars, { toneType: 'none', type: 'array', v: true, nonZh: 'removed' })
  }
  return read(text)
})

const han = (text: string): string => text.replace(/[^\u4e00-\u9fff]+/g, '')

/** @param name normalised */
export function soundsOf(name: string): Sounds {
  const place = han(name.slice(0, placeLength(name)))
  const core = han(coreOf(name))
  if (core.length === 0) return { text: '', tokens: [] }
  const own = syllables(core)
  const ways = place ? [own, [...syllables(place), ...own]] : [own]
  const tokens = new Set<string>()
  let text = ''
  for (const way of ways) {
    const initials = way.map((s) => s[0]).join('')
    text += `${MARK} ${way.join(' ')}${MARK}${initials}`
    tokens.add(MARK + way[0])
    if (way.length > 1) tokens.add(MARK + initials.slice(0, 2))
    for (let i = 0; i + 1 < way.length; i++) tokens.add(`${PAIR}${way[i]}${way[i + 1]}`)
  }
  return { text: text.toUpperCase(), tokens: [...tokens] }
}

/** One way a word may be meant as a sound: tokens the index must hold, and what must stand in the text. */
export interface SoundWish {
  tokens: string[]
  part: string
}

/** What letters may stand for; nothing for other words. @param word normalised */
export function soundWishes(word: string): SoundWish[] {
  if (!/^[a-z]{2,24}$/.test(word)) return []
  const out: SoundWish[] = []
  if (word.length <= 12) out.push({ tokens: [MARK + word.slice(0, 2)], part: MARK + word.toUpperCase() })
  for (const { whole, rest } of segment(word)) {
    const said = [...whole, ...(rest ? [rest] : [])].join(' ').toUpperCase()
    const pairs = whole.slice(1).map((s, i) => `${PAIR}${whole[i]}${s}`)
    // one syllable is no name: it counts where a name begins
    if (pairs.length === 0) out.push({ tokens: [MARK + whole[0]], part: `${MARK} ${said}` })
    else out.push({ tokens: pairs, part: ` ${said}` })
  }
  return out
}
