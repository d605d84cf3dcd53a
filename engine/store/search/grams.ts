import type { RecordDef } from '../../core/definition.ts'
import { isPersonal, isPersonalField } from '../../core/personal.ts'
import { coreOf, firmCore, normal } from './names.ts'
import { type SoundWish, soundsOf, soundWishes } from './sounds.ts'

/**
 * Search on our own character bigrams (design §7 "Chinese"): independent of the database's locale, and
 * two-character words find their rows through the index. Beside them every row keeps the texts that decide, as they
 * are compared (`normal`): what everybody reads, and apart from it what is personal content (decision 18).
 */

/** Raised when what is kept for searching changes: rows are then brought to it at the next start. */
export const SEARCH_FORM = 2

/** Columns kept for searching. */
export interface SearchColumns {
  grams: string[]
  /** open texts, the sound of the name among them */
  sought: string
  /** personal content; null without any */
  sought_own: string | null
  /** of registers that are asked about near-doubles: what the name has in common with other names of one firm */
  name_core?: string | null
}

/** Names are spoken, descriptions are not: a title that may be longer is found by its text alone. */
const LONGEST_NAME = 120

/** Fields that are searched: those the definition names, and every telephone number. */
export function searchFields(def: RecordDef): readonly string[] {
  let fields = searched.get(def)
  if (!fields) {
    const phones = Object.keys(def.fields).filter((name) => def.fields[name]?.type === 'phone')
    fields = [...new Set([...(def.search ?? [def.title]), ...phones])]
    searched.set(def, fields)
  }
  return fields
}
const searched = new WeakMap<RecordDef, readonly string[]>()

/** Whether words can only be a telephone number's: they are looked up in no other personal field's stead. */
export const holdsDigits = (text: string): boolean => /\d{3}/.test(normal(text))

const spoken = (def: RecordDef): boolean => {
  const title = def.fields[def.title]
  return title?.type === 'text' && (title.length ?? Number.POSITIVE_INFINITY) <= LONGEST_NAME
}

/** What is kept of a record for searching. @param row values under the names of their fields */
export function searchColumns(def: RecordDef, row: Record<string, unknown>): SearchColumns {
  const open: string[] = []
  const own: string[] = []
  const grams = new Set<string>()
  for (const name of searchFields(def)) {
    const value = row[name]
    if (typeof value !== 'string' || value === '') continue
    const text = normal(value)
    const texts = isPersonal(def.fields[name]) ? own : open
    texts.push(text)
    addGrams(grams, text)
    if (name !== def.title || !spoken(def)) continue
    const sounds = soundsOf(text)
    if (sounds.text) texts.push(sounds.text)
    for (const token of sounds.tokens) grams.add(token)
  }
  return {
    grams: [...grams],
    sought: open.join('|'),
    sought_own: own.length ? own.join('|') : null,
    ...(def.near && { name_core: firmCore(String(row[def.title] ?? '')) ?? null }),
  }
}

/** Adds the bigrams of a text; a text of one character gives itself. */
function addGrams(grams: Set<string>, text: string): void {
  const chars = [...text]
  if (chars.length === 1) grams.add(chars[0] ?? '')
  for (let i = 0; i + 1 < chars.length; i++) grams.add(`${chars[i]}${chars[i + 1]}`)
}

export function gramsOf(texts: readonly string[]): string[] {
  const grams = new Set<string>()
  for (const text of texts) addGrams(grams, text)
  return [...grams]
}

/** One word of a search. */
export interface Word {
  /** as it was typed, normalised: what has it comes first */
  full: string
  /** without place and legal form: what has it is found */
  core: string
  /** bigrams of `core`; none for a single character, which cannot use the index */
  grams: string[]
  sounds: SoundWish[]
}

/** How a search text is looked up: all of its words must be found, each by its text or by its sound. */
export const searchWords = (text: string): Word[] =>
  text
    .trim()
    .split(/\s+/)
    .map(normal)
    .filter((w) => w !== '')
    .slice(0, 8)
    .map((full) => {
      const core = coreOf(full)
      return {
        full,
        core,
        grams: [...core].length > 1 ? gramsOf([core]) : [],
        sounds: soundWishes(full),
      }
    })

/** Whether a search of these words looks into personal content. */
export const looksIntoPersonal = (def: RecordDef, text: string): boolean =>
  (def.search ?? [def.title]).some((f) => isPersonalField(def, f)) ||
  (holdsDigits(text) && searchFields(def).some((f) => isPersonalField(def, f)))
