import type { Item } from './parse.ts'
import { contentHash } from './plan.ts'
import { SHEET_LINES } from './sheets.ts'

/** Rows of the same file met before, by their natural keys. Holds keys and digests, never the rows. */
export class Seen {
  readonly #lines = new Map<string, number>()
  readonly #content = new Map<number, string>()

  /** Lets rows of an earlier reading count, e.g. when one row is corrected. */
  know(line: number, keys: readonly string[], values: Record<string, unknown>): void {
    this.#content.set(line, contentHash(values))
    for (const key of keys) if (!this.#lines.has(key)) this.#lines.set(key, line)
  }

  /**
   * The first row of a key stands. A later one that says the same is left out; one that says otherwise is an error
   * until a person decides. Rows with a decision are taken at their word.
   * @returns false for a row that is not to be written
   */
  check(item: Item, label: string): boolean {
    // two rows may also reach one record by different keys
    const keys = item.recordId ? [...item.keys, `#${item.recordId}`] : item.keys
    const earlier = item.decision
      ? undefined
      : keys.map((k) => this.#lines.get(k)).find((line) => line !== undefined && line !== item.line)
    if (earlier === undefined) {
      this.know(item.line, keys, item.values)
      return true
    }
    item.sameAs = earlier
    if (this.#content.get(earlier) === contentHash(item.values)) {
      item.state = 'skipped'
      item.problems.push({
        field: '',
        level: 'warning',
        message: `与第 ${earlier % SHEET_LINES} 行完全相同，不重复导入`,
      })
    } else {
      item.state = 'error'
      item.problems.push({
        field: '',
        level: 'error',
        settle: 'apply',
        message: `与第 ${earlier % SHEET_LINES} 行是同一条${label}，内容却不同。请保留一行，或改正本行。`,
      })
    }
    return false
  }
}
