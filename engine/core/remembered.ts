/** Longer texts are no names, and are worked out each time. */
const LONGEST = 120

/**
 * A function of a text that remembers what it made of the last texts: names of definitions are turned with every read
 * and write, and one row of a ledger asks the same of its name several times. Forgets everything when `most` are known.
 */
export function remembered<T>(make: (text: string) => T, most = 5000): (text: string) => T {
  const known = new Map<string, { made: T }>()
  return (text) => {
    if (text.length > LONGEST) return make(text)
    const found = known.get(text)
    if (found) return found.made
    const made = make(text)
    if (known.size >= most) known.clear()
    known.set(text, { made })
    return made
  }
}
