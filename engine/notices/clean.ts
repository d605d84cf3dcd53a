/**
 * Text made comparable: no layout blanks, no markdown, one form for digits, brackets and quotes. Every kept
 * character remembers where it stood, so that what is shown to people is always the printed text.
 */
export interface Run {
  /** normalised, one UTF-16 unit per entry of `at` */
  text: string
  /** position of each unit in the source text; a view where it can be, never to be written to */
  at: Uint32Array
}

export const emptyRun = (): Run => ({ text: '', at: new Uint32Array(0) })

export const sliceRun = (run: Run, from: number, to?: number): Run => ({
  text: run.text.slice(from, to),
  at: run.at.subarray(from, to),
})

export function joinRuns(runs: readonly Run[]): Run {
  const text = runs.map((r) => r.text).join('')
  const at = new Uint32Array(text.length)
  let n = 0
  for (const run of runs) {
    at.set(run.at, n)
    n += run.at.length
  }
  return { text, at }
}

/** The characters as printed in `source` for a part of the run. */
export function printed(source: string, run: Run, from = 0, to = run.at.length): string {
  const first = run.at[from]
  const last = run.at[to - 1]
  if (first === undefined || last === undefined) return ''
  if (last - first === to - 1 - from) return source.slice(first, last + 1)
  let out = ''
  for (let i = from; i < to; i++) out += source[run.at[i]!] ?? ''
  return out
}

const ZERO_WIDTH = /[\u00ad\u200b-\u200f\u2060\ufeff]/
const invisible = (char: string): boolean => {
  const code = char.charCodeAt(0)
  return code === 0x7f || (code < 0x20 && !/\s/.test(char)) || ZERO_WIDTH.test(char)
}
const BLANK = /\s/
const ASCII_WORD = /[A-Za-z0-9]/
const HAN = /[\u3400-\u9fff]/
const TO_CHINESE: Record<string, string> = {
  ',': '，',
  ';': '；',
  ':': '：',
  '?': '？',
  '!': '！',
  '.': '。',
}
const CANON: Record<string, string> = {
  '(': '（',
  ')': '）',
  '[': '〔',
  ']': '〕',
  '［': '〔',
  '］': '〕',
  '﹝': '〔',
  '﹞': '〕',
  '「': '“',
  '」': '”',
  '『': '“',
  '』': '”',
  '＂': '"',
  '％': '%',
  '﹪': '%',
  '～': '~',
  '〜': '~',
  '–': '—',
  '―': '—',
  '─': '—',
  '━': '—',
  '－': '-',
  '−': '-',
}

function canonical(char: string): string {
  const mapped = CANON[char]
  if (mapped) return mapped
  const code = char.charCodeAt(0)
  const fullWidthWord =
    (code >= 0xff10 && code <= 0xff19) ||
    (code >= 0xff21 && code <= 0xff3a) ||
    (code >= 0xff41 && code <= 0xff5a)
  return fullWidthWord ? String.fromCharCode(code - 0xfee0) : char
}

/** Normalises source[from, to); the range should hold no line break. */
export function cleanRun(source: string, from: number, to: number): Run {
  const chars: string[] = []
  const at = new Uint32Array(to - from)
  let blank = false
  let western = false
  for (let i = from; i < to; i++) {
    const char = source[i]!
    const code = source.charCodeAt(i)
    if (code >= 0x4e00 && code <= 0x9fff) {
      // by far most characters, and never changed
      at[chars.length] = i
      chars.push(char)
      blank = false
      continue
    }
    if (invisible(char)) continue
    if (BLANK.test(char)) {
      blank = true
      continue
    }
    if (char === '`' || (char === '*' && (source[i + 1] === '*' || source[i - 1] === '*'))) continue
    const next = canonical(char)
    // between two Latin words the blank is kept; everywhere else it is layout
    if (blank && chars.length > 0 && ASCII_WORD.test(chars[chars.length - 1]!) && ASCII_WORD.test(next)) {
      at[chars.length] = i - 1
      chars.push(' ')
    }
    blank = false
    western ||= next in TO_CHINESE
    at[chars.length] = i
    chars.push(next)
  }
  if (western) chinesePunctuation(chars)
  return { text: chars.join(''), at: at.subarray(0, chars.length) }
}

/** Straight quotes open and close in turn; only a whole paragraph can tell which is which. */
export function pairQuotes(run: Run): Run {
  if (!run.text.includes('"')) return run
  let open = false
  const text = run.text.replace(/"/g, () => {
    open = !open
    return open ? '“' : '”'
  })
  return { text, at: run.at }
}

function chinesePunctuation(chars: string[]): void {
  for (let i = 0; i < chars.length; i++) {
    const wide = TO_CHINESE[chars[i]!]
    if (!wide) continue
    const before = chars[i - 1] ?? ''
    const after = chars[i + 1] ?? ''
    const digits = /\d/.test(before) && /\d/.test(after)
    const chineseBefore = HAN.test(before) || /[）”》〕%]/.test(before)
    // "一.建立台账" is a numbered line, not a sentence
    const stop = chars[i] !== '.' || (i > 3 && (after === '' || HAN.test(after)))
    if (!digits && chineseBefore && stop) chars[i] = wide
  }
}
