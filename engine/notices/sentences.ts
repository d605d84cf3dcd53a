/** Where numbers and full stops lose their meaning: inside quotes, book titles and brackets. */
export const QUOTED = 1
export const TITLED = 2
export const BRACKETED = 4

const PAIRS: Record<string, { close: string; bit: number }> = {
  '“': { close: '”', bit: QUOTED },
  '‘': { close: '’', bit: QUOTED },
  '《': { close: '》', bit: TITLED },
  '〈': { close: '〉', bit: TITLED },
  '〔': { close: '〕', bit: TITLED },
  '（': { close: '）', bit: BRACKETED },
  '【': { close: '】', bit: BRACKETED },
}
const MARKS = /[“”‘’《》〈〉〔〕（）【】]/g

/** A pair further apart than this is a lost bracket, not a pair; it also keeps the work linear. */
const REACH = 400

/** One byte for each character: which kinds of pairs enclose it (the marks included). */
export function enclosures(text: string): Uint8Array {
  const mask = new Uint8Array(text.length)
  let stack: { from: number; close: string; bit: number }[] = []
  for (const hit of text.matchAll(MARKS)) {
    const pair = PAIRS[hit[0]]
    if (pair) {
      stack.push({ from: hit.index, ...pair })
      if (stack.length > 6) stack = stack.slice(-6)
      continue
    }
    const n = stack.findLastIndex((s) => s.close === hit[0])
    const open = stack[n]
    if (!open) continue
    if (hit.index - open.from <= REACH) for (let k = open.from; k <= hit.index; k++) mask[k]! |= open.bit
    stack.length = n
  }
  return mask
}

export interface Span {
  start: number
  end: number
}

export interface Sentence extends Span {
  clauses: Span[]
  /** the mark that ends it: 。 ； or '' at the end of the text */
  ender: string
}

/** Sentences (。！？；) and their clauses (，) outside every pair. Spans include the closing mark. */
export function readSentences(text: string, mask: Uint8Array): Sentence[] {
  const out: Sentence[] = []
  let clauses: Span[] = []
  let from = 0
  let clauseFrom = 0
  const close = (end: number, ender: string) => {
    if (end > clauseFrom) clauses.push({ start: clauseFrom, end })
    if (clauses.length > 0) out.push({ start: from, end, clauses, ender })
    clauses = []
    from = end
    clauseFrom = end
  }
  for (const { index, 0: mark } of text.matchAll(/[，。！？；]/g)) {
    if (mask[index] !== 0) continue
    if (mark !== '，') close(index + 1, mark)
    else {
      clauses.push({ start: clauseFrom, end: index + 1 })
      clauseFrom = index + 1
    }
  }
  close(text.length, '')
  return out
}

const OPENS_CONDITION = /^(?:对|凡|如|若|因|一旦|当|未|经|有下列|属于|发现|发生|其中)/
/** "对一个月内发现2处以上隐患的矿山，": the population of a rule */
const CONCERNS =
  /^(?:对|凡|针对).*的[^，。；的]{0,10}(?:企业|矿山|煤矿|单位|项目|场所|人员|行为|地区|街道|乡镇|公司)$/
const HYPOTHESIS = /^(?:如|若|一旦|凡|当).{2,}|(?:达到|超过|低于|高于|大于|小于)[^，。；]{1,12}时$/

/**
 * The parts of a sentence that say when a rule applies ("对…的，"; "3个月之内发生2起以上…的，"): numbers in them
 * are thresholds, dates in them are no deadlines.
 */
export function conditionSpans(text: string, sentences: readonly Sentence[]): Span[] {
  const out: Span[] = []
  for (const { clauses } of sentences) {
    let open = -1
    for (let n = 0; n < clauses.length; n++) {
      const clause = clauses[n]!
      const words = text
        .slice(clause.start, Math.min(clause.end, clause.start + 400))
        .replace(/[，。；]$/, '')
      if (open < 0 && OPENS_CONDITION.test(words)) open = n
      const ends = words.endsWith('的') && !/[目似是]的$/.test(words) && n < clauses.length - 1
      if (ends || (n < clauses.length - 1 && CONCERNS.test(words))) {
        out.push({ start: clauses[open < 0 || n - open > 4 ? n : open]!.start, end: clause.end })
        open = -1
      } else if (HYPOTHESIS.test(words) && /(?:时|后|下)$/.test(words) && n < clauses.length - 1) {
        out.push(clause)
        open = -1
      }
    }
  }
  return out
}

/** A quick answer to "does a position lie in one of these sorted, disjoint spans?" */
export function spanFinder(spans: readonly Span[]): (at: number) => boolean {
  const sorted = [...spans].sort((a, b) => a.start - b.start)
  return (at) => {
    let low = 0
    let high = sorted.length - 1
    while (low <= high) {
      const mid = (low + high) >> 1
      const span = sorted[mid]!
      if (at < span.start) high = mid - 1
      else if (at >= span.end) low = mid + 1
      else return true
    }
    return false
  }
}
