import { Problem } from '../core/errors.ts'

/** Levels of nesting; conditions have sixteen, and nothing else that is sent is nested as deeply. */
const MOST_DEPTH = 64
/** Names and values of one request: a batch of 2,000 rows has a tenth of it. */
const MOST_PARTS = 50_000
/** What PostgreSQL cannot hold: NUL, and half of a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/u

/**
 * What no route takes, whatever its schema says: nesting without end, text that cannot be stored.
 * @throws Problem bad-input
 */
export function checkShape(value: unknown): void {
  const waiting: [unknown, number][] = [[value, 0]]
  let parts = 0
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [v, depth] = next
    if (++parts > MOST_PARTS) throw new Problem('bad-input', `请求内容超过 ${MOST_PARTS} 项，请分几次提交。`)
    if (typeof v === 'string') storable(v)
    if (typeof v !== 'object' || v === null) continue
    if (depth > MOST_DEPTH)
      throw new Problem('bad-input', `请求内容嵌套过深，最多 ${MOST_DEPTH} 层，请核对后重试。`)
    if (Array.isArray(v)) for (const item of v) waiting.push([item, depth + 1])
    else
      for (const [name, item] of Object.entries(v)) {
        storable(name)
        waiting.push([item, depth + 1])
      }
  }
}

function storable(text: string): void {
  if (UNSTORABLE.test(text)) throw new Problem('bad-input', '文字里含有无法保存的字符，请删除后重试。')
}
