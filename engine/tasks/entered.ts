import type { Condition } from '../core/condition/ast.ts'
import { nodes, pathsOf, registersOf } from '../core/condition/walk.ts'
import type { IndicatorDef } from '../core/definition.ts'

/** Where what is missing of an indicator is entered: a record of another register, or fields of the record itself. */
export interface Entered {
  register: string
  /** of the record itself; empty where a new one is made */
  fields: string[]
  /** what a new record must say to count: `{kind: '危险作业集中整治'}` */
  given: Record<string, string>
}

export function enteredIn({ of, met, proof }: Pick<IndicatorDef, 'of' | 'met' | 'proof'>): Entered {
  const other = proof.related ?? (met && registersOf(met).related[0])
  if (other) return { register: other, fields: [], given: proof.where ? givenBy(proof.where) : {} }
  const paths = met ? [...nodes(met)].flatMap(({ node }) => pathsOf(node)) : []
  const fields = [...new Set(paths)].filter((path) => !path.includes('.'))
  return { register: of.register, fields, given: {} }
}

/** Texts that every row has which the condition holds for. */
function givenBy(where: Condition): Record<string, string> {
  const parts = 'all' in where ? where.all : [where]
  return Object.fromEntries(
    parts.flatMap((c) =>
      'field' in c && c.op === 'is' && c.to && 'value' in c.to && typeof c.to.value === 'string'
        ? [[c.field, c.to.value]]
        : [],
    ),
  )
}
