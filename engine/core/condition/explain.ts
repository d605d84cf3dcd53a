import type { Comparison, Condition, Related } from './ast.ts'
import { isAggregate, isRelated } from './walk.ts'
import { basisText, comparedText, operandText, quoted, type WordsContext } from './words.ts'

/**
 * The condition as a Chinese sentence, without any record: 「涉粉作业人数不少于 3 人（依据：…），且至少有 1 条监测接入」.
 * Never throws for a well-formed condition: names that are not known are quoted as they are.
 */
export function explain(condition: Condition, register: string, context: WordsContext): string {
  return sentence(condition, register, context, false)
}

function sentence(c: Condition, register: string, context: WordsContext, nested: boolean): string {
  if ('all' in c) return group(c.all, '，且', '（不限）', register, context, nested)
  if ('any' in c) return group(c.any, '，或', '（无一符合）', register, context, nested)
  if ('not' in c) return `不是${quoted(sentence(c.not, register, context, false))}`
  if ('always' in c) return c.always ? '（不限）' : '（无一符合）'
  return isRelated(c) ? related(c, register, context) : comparison(c, register, context)
}

function group(
  parts: Condition[],
  separator: string,
  none: string,
  register: string,
  context: WordsContext,
  nested: boolean,
): string {
  if (parts.length === 0) return none
  const text = parts.map((p) => sentence(p, register, context, parts.length > 1)).join(separator)
  return nested && parts.length > 1 ? `（${text}）` : text
}

function comparison(c: Comparison, register: string, context: WordsContext): string {
  const found = context.catalogue.findField(register, c.field)
  const parent = found?.viaParent ? found.register.label : ''
  const label = `${parent}${found?.def.label ?? c.field}`
  if (c.op === 'empty') return `${label}未填写`
  if (c.op === 'notEmpty') return `${label}已填写`
  if (found?.type.shape === 'boolean' && c.to && 'value' in c.to) {
    const yes = (c.to.value === true) === (c.op === 'is')
    return `${label}为${yes ? '是' : '否'}`
  }
  const to = operandText(c.to, found, register, context)
  return `${label}${comparedText(c.op, found?.type.shape ?? 'text', to)}${basisText(to.basis)}`
}

function related(c: Related, register: string, context: WordsContext): string {
  const child = context.catalogue.findRecord(c.related)
  const label = child?.label ?? c.related
  const where = c.where ? `${quoted(sentence(c.where, c.related, context, false))}的` : ''
  if (!isAggregate(c) && c.test !== 'latest')
    return `${c.test === 'some' ? '至少有 1 条' : '没有'}${where}${label}`
  const name = (path: string) => context.catalogue.findField(c.related, path)?.def.label ?? path
  if (c.test === 'latest')
    return `按${name(c.by)}最近一条${label}${sentence(c.where, c.related, context, false)}`
  const of = c.test === 'count' ? undefined : context.catalogue.findField(c.related, c.of)
  const to = operandText(c.to, of, register, context)
  const what = {
    count: () => (c.test === 'count' && c.distinct ? `按${name(c.distinct)}去重的数量` : '数量'),
    sum: () => `${of?.def.label}合计`,
    min: () => `${of?.def.label}最小值`,
    max: () => `${of?.def.label}最大值`,
  }[c.test]()
  return `${where}${label}${what}${comparedText(c.op, of?.type.shape ?? 'number', to)}${basisText(to.basis)}`
}
