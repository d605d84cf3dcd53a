import { createRequire } from 'node:module'
import { readAreas } from '../../core/area-tables.ts'
import { remembered } from '../../core/remembered.ts'

/**
 * How texts are compared in search: characters in one form, and what people leave out or write otherwise in the name
 * of a firm (its place in front, its legal form behind).
 */

const require = createRequire(import.meta.url)

let simple: Map<string, string> | undefined
/** Traditional characters and the simple ones they became; made when first asked for. */
function simplified(): Map<string, string> {
  if (simple) return simple
  const lib: typeof import('opencc-js') = require('opencc-js/t2cn')
  const turn = lib.Converter({ from: 't', to: 'cn' })
  simple = new Map()
  for (let code = 0x4e00; code <= 0x9fff; code++) {
    const char = String.fromCharCode(code)
    const one = turn(char)
    if (one !== char && one.length === 1) simple.set(char, one)
  }
  return simple
}

/** Lower case, one width, without blanks and marks, simple characters, one word for all limited companies. */
export const normal = remembered(normalised)

function normalised(text: string): string {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]+/gu, '')
  // ASCII and figures have no other form
  if (!/[\u4e00-\u9fff]/.test(plain)) return plain
  const map = simplified()
  let out = ''
  for (const char of plain) out += map.get(char) ?? char
  return out.replace(/(?:股份)?有限(?:责任)?公司/g, '有限公司')
}

/** Legal forms and the like at the end of a firm's name; of what a person types they may be any, or missing. */
const FORM = /(?:集团)?(?:有限公司|分公司|公司|总厂|分厂|厂|集团|合作社)$/

let known: ReadonlySet<string> | undefined
/** Names of provinces, cities and counties, with and without their last syllable. */
function places(): ReadonlySet<string> {
  if (known) return known
  const names = new Set<string>()
  for (const level of ['provinces', 'cities', 'areas'] as const) {
    for (const { name } of readAreas(level)) {
      names.add(name)
      const bare = name.replace(/(?:省|市|县|区|旗|盟|(?:壮族|回族|维吾尔)?自治区)$/, '')
      if (bare.length >= 2) names.add(bare)
    }
  }
  known = names
  return known
}

const LONGEST_PLACE = 11
const TOWN = /^[\u4e00-\u9fff]{2,3}(?:街道办事处|街道|镇|乡)(?=[\u4e00-\u9fff]{2})/

/** Characters of the place that a name begins with: 泽州县巴公镇 of 泽州县巴公镇汇宇铸造; at least two are left. */
export const placeLength = remembered(lengthOfPlace)

function lengthOfPlace(name: string): number {
  let at = 0
  for (;;) {
    const rest = name.slice(at)
    let n = Math.min(LONGEST_PLACE, rest.length - 2)
    while (n >= 2 && !places().has(rest.slice(0, n))) n--
    const town = n < 2 ? TOWN.exec(rest)?.[0].length : undefined
    if (n < 2 && !town) return at
    at += town ?? n
  }
}

/** A normalised name without its place and its legal form; the name itself where hardly anything would be left. */
export function coreOf(name: string): string {
  const bare = name.slice(placeLength(name))
  const core = bare.replace(FORM, '')
  return core.length >= 2 ? core : bare
}

const notes = /[（(【[](?:演示|示例|原|曾用名|原名|现|筹|拟|暂)[^）)】\]]*[）)】\]]/g

/** What two names of one firm have in common; undefined for a name that says nothing by itself. */
export const firmCore = remembered((name): string | undefined => {
  const core = coreOf(normal(name.replace(notes, '')))
  return core.length >= 2 ? core : undefined
})
