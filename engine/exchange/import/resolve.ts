import type { RecordDef } from '../../core/definition.ts'
import { parentField } from '../../core/naming.ts'
import type { Db } from '../../store/db.ts'
import { scopeOf } from '../../store/rows.ts'
import { namingFields } from './fields.ts'
import { type Answer, findNamed, type Wish } from './match.ts'
import type { Item } from './parse.ts'
import { complain, type Plan, warn } from './planning.ts'

const names = (item: Item, register: RecordDef): Record<string, string> => {
  const prefix = `${register.name}.`
  return Object.fromEntries(
    Object.entries(item.above).flatMap(([field, text]) =>
      field.startsWith(prefix) ? [[field.slice(prefix.length), text]] : [],
    ),
  )
}

/** The record each row hangs on, by what the sheet says of it; from the top of the chain down. */
export async function resolveAbove(p: Plan, db: Db, items: readonly Item[]): Promise<void> {
  if (!p.def.of) return
  const field = parentField(p.def.of)
  const open = items.filter((i) => !i.values[field] && Object.keys(i.above).length > 0)
  if (open.length === 0) return
  const answers = await resolveChain(p, db, p.s.catalogue.record(p.def.of), open)
  for (const [i, item] of open.entries()) {
    const answer = answers[i]
    if (!answer) continue
    if ('error' in answer) complain(item, field, answer.error, answer.candidates)
    else {
      item.values[field] = answer.id
      if (answer.remark) warn(item, field, answer.remark)
    }
  }
}

/** @returns one answer an item; undefined where the sheet says nothing of this register */
async function resolveChain(
  p: Plan,
  db: Db,
  register: RecordDef,
  items: readonly Item[],
): Promise<(Answer | undefined)[]> {
  const said = items.map((item) => names(item, register))
  const higher = register.of ? await resolveChain(p, db, p.s.catalogue.record(register.of), items) : []
  const asked: { at: number; wish: Wish }[] = []
  const out: (Answer | undefined)[] = items.map(() => undefined)
  for (const [at, texts] of said.entries()) {
    if (Object.keys(texts).length === 0) continue
    const above = higher[at]
    if (above && 'error' in above) out[at] = above
    else {
      const own = register.of === 'enterprise' ? p.actor.organisation : undefined
      asked.push({ at, wish: { names: texts, parent: above?.id ?? own } })
    }
  }
  const reach = scopeOf(p.s, p.actor, register, 'read')
  const found = await findNamed(
    db,
    p.s.catalogue,
    register,
    namingFields(register),
    asked.map((a) => a.wish),
    reach,
  )
  for (const [i, { at }] of asked.entries()) out[at] = found[i]
  return out
}

/** References by title or natural key, within the same parent where the register has one. */
export async function resolveRefs(p: Plan, db: Db, items: readonly Item[]): Promise<void> {
  for (const [field, def] of Object.entries(p.def.fields)) {
    if (def.type !== 'ref') continue
    const open = items.filter((i) => i.refs[field] !== undefined)
    const target = def.to ? p.s.catalogue.findRecord(def.to) : undefined
    if (open.length === 0 || !target) continue
    const fields = namingFields(target)
    const sibling = target.of && target.of === p.def.of ? parentField(target.of) : undefined
    const wishes = open.flatMap((item) =>
      fields.map((f) => ({
        names: { [f]: item.refs[field]! },
        parent: sibling ? String(item.values[sibling] ?? '') || undefined : undefined,
      })),
    )
    const reach = scopeOf(p.s, p.actor, target, 'read')
    const answers = await findNamed(db, p.s.catalogue, target, fields, wishes, reach)
    for (const [i, item] of open.entries()) {
      const own = answers.slice(i * fields.length, (i + 1) * fields.length)
      const hit = own.find((a) => 'id' in a) ?? own.find((a) => 'error' in a && a.candidates) ?? own[0]
      delete item.refs[field]
      if (!hit) continue
      if ('id' in hit) item.values[field] = hit.id
      else complain(item, field, `${def.label}：${hit.error}`, hit.candidates)
    }
  }
}
