import { readFileSync } from 'node:fs'
import { parseRow } from '../../engine/exchange/import/parse.ts'
import type { Heading } from '../../engine/exchange/import/types.ts'
import { creditCodeCheck } from '../../fields/normal/credit-code.ts'
import { Chance } from './messy-firms.ts'
import { catalogue, reading } from './read-ledger.ts'

/**
 * Faults planted into clean rows: field, what is written, what it means, and whether a person must be asked ({ask: 1}).
 * `planted-truth.json` was written before the vocabularies, by the same hand; `planted-clerk.json` after them, by
 * another that had read neither them nor the first list. Of the second no further faults are made.
 */

type Truth = [field: string, written: string, means: unknown, hard?: 1]

export type Which = 'planted-truth' | 'planted-clerk'

const truthsOf = (which: Which): Truth[] =>
  JSON.parse(readFileSync(new URL(`${which}.json`, import.meta.url), 'utf8'))

export interface Planted {
  field: string
  written: string
  means: unknown
  /** what the program made of it */
  read: unknown
  /** a person is asked or warned about the cell */
  said: boolean
  hard: boolean
}

export interface Measured {
  planted: number
  hard: number
  /** of the cells that were given a value, those with the right one */
  precision: number
  /** of the faults, those that were put right or raised */
  recall: number
  /** of the cells whose meaning is certain, those that were put right by the program alone */
  repaired: number
  /** worst first: read as something else, then not noticed, then asked without need */
  failures: { what: 'wrong' | 'unnoticed' | 'asked'; cell: Planted }[]
}

const firstOf = (n: number): string => `91140525MA0${String(n % 10)}K${String(10_000 + n).slice(-4)}`

/** A valid credit code of an invented firm. */
function codeOf(n: number): string {
  const first = firstOf(n).padEnd(17, '0').slice(0, 17)
  return first + creditCodeCheck(first)
}

const wide = (text: string): string =>
  text.replace(/[0-9A-Z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))

/** Fills in what a truth says about a code: {code:dash} … */
function fill(text: string, code: string, other: string): string {
  const forms: Record<string, string> = {
    '{code}': code,
    '{other}': other,
    '{code:lower}': code.toLowerCase(),
    '{code:wide}': wide(code),
    '{code:blank}': `${code.slice(0, 8)} ${code.slice(8)}`,
    '{code:dash}': `${code.slice(0, 8)}-${code.slice(8)}`,
    '{code:000}': '911405250000123000',
    '{code:17}': code.slice(0, 17),
    '{code:19}': `${code}1`,
    '{code:stars}': `${code.slice(0, 6)}********${code.slice(14)}`,
    '{code:O}': code.replace('0', 'O'),
  }
  return text.replace(/\{[^}]+\}/g, (form) => forms[form] ?? form)
}

const isAsk = (means: unknown): boolean => typeof means === 'object' && means !== null

/** Slips of the hand that change no meaning. */
const slips: ((text: string) => string)[] = [
  (t) => ` ${t}\u3000`,
  (t) => `\u200b${t}`,
  (t) => `${t}。`,
  (t) => `“${t}”`,
  (t) => t.replace(/[0-9]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
]

/** What turns the meaning of a word round, or leaves it open. */
const turnings: ((text: string) => string)[] = [
  (t) => `未${t}`,
  (t) => `拟${t}`,
  (t) => `非${t}`,
  (t) => `${t}（原）`,
  (t) => `${t}？`,
  (t) => `${t}转其他`,
  (t) => `可能${t}`,
]

/** The truths, and those that follow: with a slip of the hand they mean the same, turned round they are asked. */
function widened(truths: readonly Truth[], chance: Chance): Truth[] {
  const known = new Set(truths.map((t) => `${t[0]} ${t[1]}`))
  const words = new Set(['status', 'scale', 'industry', 'standardLevel'])
  const more = truths.flatMap((t): Truth[] => {
    const [field, text, means] = t
    if (isAsk(means)) return []
    const slip = chance.pick(slips)(text)
    const turned = words.has(field) ? chance.pick(turnings)(text) : text
    const out: Truth[] = [[field, slip, means]]
    if (turned !== text) out.push([field, turned, { ask: 1 }, 1])
    return out.filter(([f, w]) => !known.has(`${f} ${w}`))
  })
  return [...truths, ...more]
}

/** Plants every truth once into a row of its own, the rows in an order by chance, and reads them. */
export function measure(which: Which = 'planted-truth', seed = 1): Measured {
  const truths = truthsOf(which)
  const chance = new Chance(seed)
  const def = catalogue.record('enterprise')
  const fields = ['name', 'creditCode', 'division', ...new Set(truths.map((t) => t[0]))]
  const columns = [...new Set(fields)]
  const headings: Heading[] = columns.map((field, column) => ({
    column,
    title: def.fields[field]?.label ?? field,
    field,
    how: 'exact',
    confidence: 1,
    candidates: [],
  }))
  const r = reading({ headings, def })
  const order = (which === 'planted-truth' ? widened(truths, chance) : truths)
    .map((t) => ({ t, at: chance.next() }))
    .sort((a, b) => a.at - b.at)
  const cells = order.map(({ t: [field, text, truth, hard] }, n): Planted => {
    const code = codeOf(n)
    const written = fill(text, code, codeOf(n + 5000))
    const means = typeof truth === 'string' ? fill(truth, code, '') : truth
    const row = columns.map((c) =>
      c === field
        ? written
        : c === 'name'
          ? `第${n}厂`
          : c === 'creditCode'
            ? code
            : c === 'division'
              ? '巴公镇'
              : null,
    )
    const item = parseRow(r, n + 2, row)
    const said = item.problems.some((p) => p.field === field && p.level !== 'repair')
    return { field, written, means, read: item.values[field] ?? null, said, hard: hard === 1 }
  })
  return judge(cells)
}

function judge(cells: Planted[]): Measured {
  const failures: Measured['failures'] = []
  let read = 0
  let right = 0
  let found = 0
  let certain = 0
  let repaired = 0
  for (const cell of cells) {
    const ask = isAsk(cell.means)
    const good = !ask && cell.read === cell.means
    if (cell.read !== null) read++
    if (good) right++
    if (!ask) certain++
    if (good) repaired++
    if (good || (cell.said && cell.read === null)) found++
    if (cell.read !== null && !good) failures.push({ what: 'wrong', cell })
    else if (cell.read === null && !cell.said) failures.push({ what: 'unnoticed', cell })
    else if (!ask && !good) failures.push({ what: 'asked', cell })
  }
  const worst = { wrong: 0, unnoticed: 1, asked: 2 }
  failures.sort((a, b) => worst[a.what] - worst[b.what])
  return {
    planted: cells.length,
    hard: cells.filter((c) => c.hard).length,
    precision: right / read,
    recall: found / cells.length,
    repaired: repaired / certain,
    failures,
  }
}
