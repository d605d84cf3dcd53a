import { createHash } from 'node:crypto'

/** Texts longer than this are sent as they are, characters. */
const LONGEST = 20_000

/**
 * Names statements from their second use on: a pool keeps those prepared on its connections, which is three times
 * faster for point queries. The first `most` that come back are named and the rest sent unnamed, so that memory stays
 * bounded; of those seen once the oldest are forgotten, so that what is asked once takes no room from what comes back.
 */
export class StatementNames {
  private readonly most: number
  private readonly named = new Map<string, string>()
  private readonly seen = new Set<string>()

  constructor(most = 1_000) {
    this.most = most
  }

  of(text: string): string | undefined {
    const known = this.named.get(text)
    if (known || text.length > LONGEST || this.named.size >= this.most) return known
    if (this.seen.delete(text)) {
      const name = `z${createHash('sha1').update(text).digest('base64url')}`
      this.named.set(text, name)
      return name
    }
    this.seen.add(text)
    if (this.seen.size > this.most) this.forgetOldest()
    return undefined
  }

  private forgetOldest(): void {
    for (const text of this.seen) {
      this.seen.delete(text)
      return
    }
  }
}
