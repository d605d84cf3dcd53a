/**
 * Reading notices: papers of the truth files strung together to 20,000, 200,000 and 1,000,000 characters, parsed in this
 * process once warm. The ratio is the time for a character at the largest size against the smallest: near 1 is linear.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parseNotice } from '../engine/notices/parse.ts'
import { median } from './measure.ts'

const SIZES = [20_000, 200_000, 1_000_000]
const LIMIT_MS = 150
/** how much dearer a character may be in the longest text */
const LIMIT_RATIO = 2

/** @returns milliseconds by size; `ok` says whether 20,000 characters took less than 150 ms and time grows with length */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({
    args,
    allowPositionals: true,
    options: { quick: { type: 'boolean' }, json: { type: 'boolean' } },
  })
  const sizes = values.quick ? SIZES.slice(0, 2) : SIZES
  const text = papers()
  for (let n = 0; n < 25; n++) parseNotice(sized(text, sizes[0] ?? 0))
  const results = sizes.map((characters) => {
    const paper = sized(text, characters)
    const times = Array.from({ length: characters > 500_000 ? 3 : 7 }, () => {
      const from = performance.now()
      parseNotice(paper)
      return performance.now() - from
    })
    const ms = median(times)
    return {
      characters,
      ms: Math.round(ms * 10) / 10,
      microsPerCharacter: Math.round((ms * 1e5) / characters) / 100,
    }
  })
  const [first] = results
  const last = results.at(-1)
  const ratio = first && last ? last.ms / last.characters / (first.ms / first.characters) : 0
  return {
    bench: 'notice',
    results,
    limitMs: LIMIT_MS,
    longestAgainstShortest: Math.round(ratio * 100) / 100,
    limitRatio: LIMIT_RATIO,
    ok: (first?.ms ?? LIMIT_MS) < LIMIT_MS && ratio < LIMIT_RATIO,
  }
}

function papers(): string {
  // from the source tree or from dist/program
  const folder = ['../test/notices/truth/', '../../test/notices/truth/']
    .map((at) => fileURLToPath(new URL(at, import.meta.url)))
    .find((at) => existsSync(at))
  if (!folder) throw new Error('bench notice: test/notices/truth is not beside the program')
  const files = readdirSync(folder).filter((f) => f.endsWith('.txt'))
  return files.map((f) => readFileSync(path.join(folder, f), 'utf8')).join('\n')
}

/** The text again and again, cut to a length. */
const sized = (text: string, characters: number): string =>
  text.repeat(Math.ceil(characters / text.length)).slice(0, characters)
