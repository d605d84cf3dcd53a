/** Chance that is the same for the same seed: mulberry32, one stream per purpose so that a change in one part leaves the others alone. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number
  /** whole number, both ends included */
  int(from: number, to: number): number
  chance(p: number): boolean
  pick<T>(of: readonly T[]): T
  /** one of the values by weight */
  weighted<T>(of: readonly (readonly [T, number])[]): T
  shuffle<T>(of: readonly T[]): T[]
}

function hash(text: string): number {
  let h = 2166136261
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619)
  return h >>> 0
}

export function random(seed: number, purpose: string): Random {
  let a = (seed ^ hash(purpose)) >>> 0
  const next = () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = a
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  const pick = <T>(of: readonly T[]): T => of[int(0, of.length - 1)]!
  return {
    next,
    int,
    pick,
    chance: (p) => next() < p,
    weighted(of) {
      let left = next() * of.reduce((sum, [, w]) => sum + w, 0)
      for (const [value, w] of of) {
        left -= w
        if (left < 0) return value
      }
      return of.at(-1)![0]
    },
    shuffle(of) {
      const out = [...of]
      for (let i = out.length - 1; i > 0; i--) {
        const j = int(0, i)
        ;[out[i], out[j]] = [out[j]!, out[i]!]
      }
      return out
    },
  }
}
