/** What Chromium 86 does not understand, in built scripts and styles. */
import { parse } from 'acorn'
import { fullAncestor } from 'acorn-walk'
import postcss from 'postcss'

/** Methods and functions newer than Chromium 86 that web/public/old-browsers.js does not add. */
const newer = new Map<string, RegExp>([
  ['toReversed', /./],
  ['toSpliced', /./],
  ['isWellFormed', /./],
  ['getOrInsert', /./],
  ['groupBy', /^(Object|Map)$/],
  ['fromAsync', /^Array$/],
  ['withResolvers', /^Promise$/],
  ['timeout', /^AbortSignal$/],
  ['any', /^AbortSignal$/],
])

interface Seen {
  type: string
  start: number
  end: number
  static?: boolean
  operator?: string
  left?: { type: string }
  regex?: { flags: string }
  computed?: boolean
  object?: { type: string; name?: string }
  property?: { type: string; name?: string }
  callee?: Seen
}

/**
 * Syntax and methods of a script that came after Chromium 86 (static blocks 94, `#x in o` 91, top-level await 89, flag
 * `d` 90 and `v` 112 of expressions, and methods above). @throws where it is no script of any year
 */
export function scriptNewerThan86(code: string): string[] {
  const out: string[] = []
  const say = (what: string, n: Seen) => out.push(`${what}: ${code.slice(n.start, n.end).slice(0, 60)}`)
  fullAncestor(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (node, _state, above) => {
    const n = node as unknown as Seen
    if (n.type === 'AwaitExpression' && !above.some((a) => /Function/.test(a.type))) say('await', n)
    if (n.type === 'StaticBlock') say('static block', n)
    if (n.type === 'BinaryExpression' && n.left?.type === 'PrivateIdentifier') say('#x in o', n)
    if (n.type === 'Literal' && /[dv]/.test(n.regex?.flags ?? '')) say('flags', n)
    const called = n.type === 'CallExpression' ? n.callee : undefined
    if (called?.type !== 'MemberExpression' || called.computed) return
    const owner = newer.get(called.property?.name ?? '')
    if (owner?.test(called.object?.name ?? '(an expression)')) say('method', called)
  })
  return out
}

/** Selectors, properties, units and at-rules that came after Chromium 86, with the version that brought them. */
const selectors: [RegExp, number][] = [
  [/:(is|where)\(/, 88],
  [/:not\([^()]*,/, 88],
  [/:has\(/, 105],
  [/:user-(valid|invalid)/, 119],
  [/&/, 112],
]
const properties: [RegExp, number][] = [
  [/^(inset|inset-(block|inline)|(margin|padding|border)-(block|inline))$/, 87],
  [/^aspect-ratio$/, 88],
  [/^(translate|rotate|scale)$/, 104],
  [/^container/, 105],
]
const values: [RegExp, number][] = [
  [/\d(dvh|svh|lvh|dvw|svw|lvw)\b/, 108],
  [/\b(color-mix|oklch|oklab|lab|lch)\(/, 111],
  [/\b(round|mod|rem)\(/, 125],
]
const atRules: [RegExp, number][] = [
  [/^layer$/, 99],
  [/^container$/, 105],
  [/^(scope|starting-style)$/, 117],
]

/**
 * Rules of a style sheet that Chromium 86 would drop; what stands in an `@supports` is asked for by the sheet itself.
 * @param missed selectors that may be dropped
 */
export function styleNewerThan86(css: string, missed?: RegExp): string[] {
  const out: string[] = []
  const hit = (list: [RegExp, number][], text: string) => list.find(([what]) => what.test(text))?.[1]
  const inSupports = (node: postcss.Node): boolean =>
    node.parent !== undefined &&
    ((node.parent.type === 'atrule' && (node.parent as postcss.AtRule).name === 'supports') ||
      inSupports(node.parent))
  postcss.parse(css).walk((node) => {
    if (inSupports(node)) return
    if (missed && node.type === 'rule' && missed.test(node.selector)) return
    const since =
      node.type === 'rule'
        ? hit(selectors, node.selector)
        : node.type === 'decl'
          ? (hit(properties, node.prop) ?? hit(values, node.value))
          : node.type === 'atrule'
            ? hit(atRules, node.name)
            : undefined
    if (since) out.push(`Chromium ${since}: ${node.toString().slice(0, 100)}`)
  })
  return out
}

/**
 * Rules of the library that Chromium 86 drops and nobody misses: the focus of borderless boxes and selects beside
 * numbers, which no page has, corners between two chosen options of a list, and the focus of a checkbox, which
 * web/app/fields.css draws for it.
 */
export const missedByNobody =
  /-borderless\b.*:has\(|-(item-option-selected|input-number-addon|checkbox):has\(/s
