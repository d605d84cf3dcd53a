import type { Condition } from '../../engine/core/condition/ast.ts'
import { all, asOf, field, some } from '../../engine/core/condition/build.ts'
import type { IndicatorDef } from '../../engine/core/definition.ts'
import type { measureKinds } from '../registers/measure-record.ts'

type Kind = (typeof measureKinds)[number]

/** The enterprise has this measure in place by the as-of date. */
export const measureDone = (kind: Kind, ...more: Condition[]): Condition =>
  some(
    'measure-record',
    all(field('kind').is(kind), field('stage').is('已完成'), field('doneOn').lte(asOf()), ...more),
  )

/** Only papers count: a measure without its document is the enterprise's word. */
export const measureProof = (kind: Kind): IndicatorDef['proof'] => ({
  related: 'measure-record',
  where: all(field('kind').is(kind), field('stage').is('已完成')),
  least: 'evidenced',
})
