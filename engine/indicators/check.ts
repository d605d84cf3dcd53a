import type { Catalogue } from '../core/catalogue.ts'
import type { Condition } from '../core/condition/ast.ts'
import { checkCondition } from '../core/condition/check.ts'
import { looksAtDate } from '../core/condition/walk.ts'
import { type IndicatorDef, proofs } from '../core/definition.ts'
import type { Complaint } from '../core/errors.ts'
import type { Shape } from '../core/field-type.ts'
import type { PolicyBook } from '../core/policy.ts'

/** What is wrong with an indicator's inputs, with the wrong name in the message; run at start on every one. */
export function checkIndicator(def: IndicatorDef, catalogue: Catalogue, policies?: PolicyBook): Complaint[] {
  const out: Complaint[] = []
  const say = (path: string, message: string) => out.push({ path: `${def.name}.${path}`, message })
  const register = catalogue.findRecord(def.of.register)
  if (!register) {
    say('of', `没有名为“${def.of.register}”的台账。`)
    return out
  }
  const condition = (path: string, c: Condition | undefined, of = def.of.register) => {
    for (const x of c ? checkCondition(c, of, catalogue, policies) : [])
      say(x.path ? `${path}.${x.path}` : path, x.message)
  }
  const field = (path: string, name: string | undefined, shapes: Shape[]) => {
    const found = name ? catalogue.findField(def.of.register, name) : undefined
    if (!found) say(path, `“${register.label}”没有字段“${name ?? ''}”。`)
    else if (!shapes.includes(found.type.shape)) say(path, `字段“${name}”的类型不能用于此处。`)
  }
  condition('of.where', def.of.where)
  condition('met', def.met)
  if (def.measure === 'sum') {
    field('sum', def.sum, ['number'])
    if (def.over) field('over', def.over, ['number'])
  }
  if (def.measure === 'duration')
    for (const end of ['from', 'to'] as const) field(`duration.${end}`, def.duration?.[end], ['date', 'time'])
  if (def.measure === 'change') {
    if (!def.change) say('change', '“较上期变化”缺少周期（change）。')
    if (![def.of.where, def.met].some((c) => c && looksAtDate(c)))
      say('met', '“较上期变化”的条件应与截至日有关，否则两期总是相同。')
  }
  if (def.of.every && def.measure === 'change') say('of.every', '“较上期变化”不能再按周期展开。')
  if (!proofs.includes(def.proof.least)) say('proof.least', `没有可信程度“${def.proof.least}”。`)
  const { related, where } = def.proof
  if (related) {
    const child = catalogue.findRecord(related)
    if (!child) say('proof.related', `没有名为“${related}”的台账。`)
    else if (child.of !== register.name)
      say('proof.related', `“${child.label}”（${related}）不属于“${register.label}”。`)
    else condition('proof.where', where, related)
  } else if (where) say('proof.where', '没有写明由哪个台账佐证（proof.related）。')
  return out
}
