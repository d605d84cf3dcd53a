/**
 * A piece of SQL with its parameters in place, free of any query builder: it is spliced into Kysely by
 * `toKysely` (engine/core/condition/kysely.ts) and into plain SQL by `render`, which numbers the parameters.
 * Values are always parameters; names come from definitions through `ident`, never from a request.
 */
export class Fragment {
  /** one more than `values`: text before, between and after the parameters */
  readonly parts: readonly string[]
  readonly values: readonly unknown[]

  constructor(parts: readonly string[], values: readonly unknown[]) {
    this.parts = parts
    this.values = values
  }
}

/** SQL template: fragments are spliced in, everything else becomes a parameter. */
export function frag(strings: TemplateStringsArray, ...args: unknown[]): Fragment {
  const parts: string[] = [strings[0] ?? '']
  const values: unknown[] = []
  const extend = (text: string) => {
    parts[parts.length - 1] += text
  }
  args.forEach((arg, i) => {
    if (arg instanceof Fragment) {
      extend(arg.parts[0] ?? '')
      arg.values.forEach((v, k) => {
        values.push(v)
        parts.push(arg.parts[k + 1] ?? '')
      })
    } else {
      values.push(arg)
      parts.push('')
    }
    extend(strings[i + 1] ?? '')
  })
  return new Fragment(parts, values)
}

/** Text that is SQL already: keywords and operators of our own. */
export const raw = (text: string): Fragment => new Fragment([text], [])

/** A quoted name: `ident('t', 'valid_until')` is `"t"."valid_until"`. */
export const ident = (...names: string[]): Fragment =>
  raw(names.map((n) => `"${n.replaceAll('"', '""')}"`).join('.'))

export function join(fragments: readonly Fragment[], separator: string): Fragment {
  const [first, ...rest] = fragments
  if (!first) return raw('')
  return rest.reduce((sum, f) => frag`${sum}${raw(separator)}${f}`, first)
}

/** Plain SQL: parameters numbered from `$first`. */
export function render(f: Fragment, first = 1): { text: string; values: unknown[] } {
  const text = f.parts.reduce((sum, part, i) => (i === 0 ? part : `${sum}$${first + i - 1}${part}`), '')
  return { text, values: [...f.values] }
}
