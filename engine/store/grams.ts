/**
 * Search on our own character bigrams (design §7 "Chinese"): independent of the database's locale, and
 * two-character words find their rows through the index.
 */
const clean = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]+/gu, '')

/** Distinct bigrams of the given texts; a text of one character gives itself. */
export function gramsOf(texts: readonly (string | null | undefined)[]): string[] {
  const grams = new Set<string>()
  for (const text of texts) {
    if (!text) continue
    const chars = [...clean(text)]
    if (chars.length === 1) grams.add(chars[0]!)
    for (let i = 0; i + 1 < chars.length; i++) grams.add(chars[i]! + chars[i + 1]!)
  }
  return [...grams]
}

/** How a search text is looked up: words must all be found; a word of one character cannot use the index. */
export function searchWords(text: string): { word: string; grams: string[] }[] {
  return text
    .trim()
    .split(/\s+/)
    .map((w) => clean(w))
    .filter((w) => w !== '')
    .slice(0, 8)
    .map((word) => ({ word, grams: [...word].length > 1 ? gramsOf([word]) : [] }))
}
