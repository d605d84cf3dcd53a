import { attributes, XmlTokenizer } from './xml.ts'

/** A merged area, 0-based columns, 1-based rows, both ends inclusive. */
export interface Merge {
  top: number
  left: number
  bottom: number
  right: number
}

/** 'AB12' → 27 (0-based column), -1 when it is no cell name. */
export function columnOf(ref: string): number {
  let col = 0
  let i = 0
  for (; i < ref.length; i++) {
    const c = ref.charCodeAt(i)
    if (c >= 65 && c <= 90) col = col * 26 + c - 64
    else if (c >= 97 && c <= 122) col = col * 26 + c - 96
    else break
  }
  return i === 0 || i > 3 ? -1 : col - 1
}

export function parseMerge(ref: string): Merge | undefined {
  const m = /^\$?([A-Za-z]{1,3})\$?(\d+):\$?([A-Za-z]{1,3})\$?(\d+)$/.exec(ref)
  if (!m) return undefined
  return { left: columnOf(m[1] ?? ''), top: Number(m[2]), right: columnOf(m[3] ?? ''), bottom: Number(m[4]) }
}

/** What lies behind the rows in a worksheet part, found without parsing them. */
export interface SheetTail {
  merges: Merge[]
  rows: number
  /** 0-based */
  hiddenColumns: number[]
}

const maxMerges = 500_000

/**
 * Merged areas are written behind the rows, so a streaming reader meets them too late. This first pass only
 * unpacks, counts row tags and parses what follows the last one: about a tenth of the cost of reading.
 */
export async function scanTail(chunks: AsyncIterable<Buffer>): Promise<SheetTail> {
  const merges: Merge[] = []
  let rows = 0
  let carry: Buffer = Buffer.alloc(0)
  let hiddenColumns: number[] | undefined
  let tail: XmlTokenizer | undefined
  const decoder = new TextDecoder()
  for await (const chunk of chunks) {
    if (tail) {
      tail.write(decoder.decode(chunk, { stream: true }))
      continue
    }
    // columns are described in front of the rows
    hiddenColumns ??= hiddenIn(chunk)
    const here = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk
    const end = closingTag(here, 'sheetData')
    rows += countClosing(here, 'row>', end < 0 ? here.length - overlap : end)
    if (end >= 0) {
      tail = new XmlTokenizer({
        open(name, raw) {
          if (name !== 'mergeCell') return
          const merge = parseMerge(attributes(raw).ref ?? '')
          if (merge && merges.length < maxMerges) merges.push(merge)
        },
        close() {},
        text() {},
      })
      tail.write(decoder.decode(here.subarray(end), { stream: true }))
    } else carry = Buffer.from(here.subarray(Math.max(0, here.length - overlap)))
  }
  merges.sort((a, b) => a.top - b.top)
  return { merges, rows, hiddenColumns: hiddenColumns ?? [] }
}

const MOST_COLUMNS = 512

function hiddenIn(head: Buffer): number[] {
  const end = head.indexOf('sheetData')
  const out: number[] = []
  for (const [tag] of head
    .toString('latin1', 0, end < 0 ? head.length : end)
    .matchAll(/<(?:\w+:)?col\s[^>]*>/g)) {
    const { hidden, min, max } = attributes(tag.slice(1))
    if (hidden !== '1' && hidden !== 'true') continue
    for (let c = Number(min); c <= Math.min(Number(max), MOST_COLUMNS); c++) out.push(c - 1)
  }
  return out
}

/** Longer than any closing tag looked for, with a prefix. */
const overlap = 40

/** Where </name> or </x:name> begins, -1 when it is not in the buffer. */
function closingTag(bytes: Buffer, name: string): number {
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) {
    const lt = bytes.lastIndexOf(60, at)
    if (lt >= 0 && at - lt <= overlap / 2 && bytes[lt + 1] === 47) return lt
  }
  return -1
}

/** How many </row> (or prefixed ones) begin before `limit`. */
function countClosing(bytes: Buffer, mark: string, limit: number): number {
  let n = 0
  for (let at = bytes.indexOf(mark); at >= 0 && at < limit; at = bytes.indexOf(mark, at + mark.length)) {
    const before = bytes[at - 1]
    if (before === 47 || (before === 58 && bytes.lastIndexOf('</', at) > at - overlap / 2)) n++
  }
  return n
}
