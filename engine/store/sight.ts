import type { Actor } from '../access/actor.ts'
import type { Reach } from '../access/scope.ts'
import type { Condition } from '../core/condition/ast.ts'
import { asCondition, checkCondition } from '../core/condition/check.ts'
import { frag } from '../core/condition/fragment.ts'
import type { Eyes } from '../core/condition/sql.ts'
import { nodes, pathsOf, registersOf } from '../core/condition/walk.ts'
import type { RecordDef, Role } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { isPersonal, isPersonalField } from '../core/personal.ts'
import type { PolicyBook } from '../core/policy.ts'
import { scopeOf } from './rows.ts'
import { looksIntoPersonal } from './search/grams.ts'
import type { Services } from './services.ts'
import type { ListQuery } from './types.ts'
import { reachSql } from './where.ts'

/**
 * What a reader may find out about personal content by asking: conditions, order and search. He knows it where he
 * may write the record; elsewhere a value decides nothing, as if it were empty, and who knows none at all is refused.
 */

/** The rows of a register whose personal content an actor may know: all that he may read, none, or these. */
export type Sight = 'all' | 'none' | Reach

export function sightOf(s: Services, actor: Actor, def: RecordDef): Sight {
  const writes = scopeOf(s, actor, def, 'write')
  if (writes.terms.length === 0) return 'none'
  const known = new Set(writes.terms.map((t) => JSON.stringify(t)))
  const all = (t: unknown) => known.has('{"everything":true}') || known.has(JSON.stringify(t))
  return scopeOf(s, actor, def, 'read').terms.every(all) ? 'all' : writes
}

/** What of an actor decides how his lists of a register compile, in one text; reaches stay what they are. */
const texts = new WeakMap<Reach, string>()
export function reachText(reach: Reach): string {
  let text = texts.get(reach)
  if (text === undefined) {
    text = JSON.stringify(reach.terms)
    texts.set(reach, text)
  }
  return text
}

/** An actor's eyes for conditions on a register: related rows within his reach, personal values he may know. */
export function eyesOf(s: Services, actor: Actor, def: RecordDef): Eyes {
  const own = JSON.stringify(scopeOf(s, actor, def, 'read').terms)
  return {
    rows(register, alias) {
      const reach = scopeOf(s, actor, register, 'read')
      // related rows share the scope columns: with the same terms they are within reach as the row itself is
      return JSON.stringify(reach.terms) === own ? undefined : frag`${reachSql(reach, alias)}`
    },
    value(register, field, alias) {
      if (!isPersonal(field)) return undefined
      const sight = sightOf(s, actor, register)
      if (sight === 'all') return undefined
      return sight === 'none' ? frag`false` : frag`${reachSql(sight, alias)}`
    },
  }
}

/** What decides how an actor's conditions on a register compile: two actors alike in this share a plan. */
export function eyesKey(s: Services, actor: Actor, def: RecordDef, where: Condition | undefined): string {
  const others = where ? askedBy(s, def, where).registers : []
  return [def, ...(def.of ? [s.catalogue.record(def.of)] : []), ...others]
    .map((r) => `${reachText(scopeOf(s, actor, r, 'read'))} ${reachText(scopeOf(s, actor, r, 'write'))}`)
    .join()
}

/** What a condition looks at, known to be one. */
interface Asked {
  policies: PolicyBook
  /** whose rows decide besides its own: related ones, and the parent where its fields are read */
  registers: RecordDef[]
  /** personal fields whose content it compares */
  personal: { holder: RecordDef; name: string; path: string }[]
}
const asked = new WeakMap<RecordDef, WeakMap<Condition, Asked>>()

/**
 * What a person's condition looks at, checked. The same lists are asked for all day: found out once a condition.
 * @throws Problem `bad-input` when it is none
 */
export function askedBy(s: Services, def: RecordDef, where: Condition): Asked {
  const policies = s.policies()
  const before = asked.get(def) ?? new WeakMap<Condition, Asked>()
  asked.set(def, before)
  const known = before.get(where)
  // of another county's numbers, or of other definitions, which have other ones
  if (known?.policies === policies) return known
  asCondition(where, def.name, s.catalogue, policies)
  const { related, parent } = registersOf(where)
  const names = parent && def.of ? [...related, def.of] : related
  const registers = names.map((name) => s.catalogue.record(name))
  const made = { policies, registers, personal: [...personalPaths(s, def, where)] }
  before.set(where, made)
  return made
}

const refused = (label: string, what: string, path: string): Problem =>
  new Problem('bad-input', `${label}是个人信息，您看到的是脱敏内容，不能按它${what}。`, {
    complaints: [{ path, message: `不能按${label}${what}。` }],
  })

/** @throws Problem `bad-input` when a query asks for the order or the content of what the actor sees masked */
export function refuseGuessing(s: Services, actor: Actor, def: RecordDef, query: ListQuery): void {
  for (const { holder, name, path } of query.where ? askedBy(s, def, query.where).personal : [])
    if (sightOf(s, actor, holder) === 'none')
      throw refused(holder.fields[name]!.label, '筛选', `where.${path}`)
  for (const key of query.sort ?? []) {
    const name = key.replace(/^-/, '')
    if (isPersonalField(def, name) && sightOf(s, actor, def) === 'none')
      throw refused(def.fields[name]!.label, '排序', 'sort')
  }
  const fields = def.search ?? [def.title]
  if (query.search?.trim() && fields.every((f) => isPersonalField(def, f)))
    if (sightOf(s, actor, def) === 'none') throw refused(def.fields[fields[0]!]!.label, '查找', 'q')
}

/** Every field whose content a condition compares; that something is filled in is no content. */
function* comparedPaths(
  s: Pick<Services, 'catalogue'>,
  def: RecordDef,
  where: Condition,
): Generator<{ holder: RecordDef; name: string; path: string }> {
  for (const { node, related } of nodes(where)) {
    if ('op' in node && !('related' in node) && (node.op === 'empty' || node.op === 'notEmpty')) continue
    // fields that an aggregate adds up or counts belong to the related register
    const asked = 'related' in node ? aggregated(node) : []
    const inner = 'related' in node ? s.catalogue.findRecord(node.related) : undefined
    for (const name of asked) if (inner) yield { holder: inner, name, path: name }
    const of = related ? s.catalogue.findRecord(related) : def
    for (const path of pathsOf(node)) {
      const up = path.includes('.')
      const holder = up ? s.catalogue.findRecord(of?.of ?? '') : of
      const name = path.slice(path.indexOf('.') + 1)
      if (holder) yield { holder, name, path }
    }
  }
}

/** Every personal field whose content a condition compares. */
export function* personalPaths(
  s: Pick<Services, 'catalogue'>,
  def: RecordDef,
  where: Condition,
): Generator<{ holder: RecordDef; name: string; path: string }> {
  for (const found of comparedPaths(s, def, where)) if (isPersonalField(found.holder, found.name)) yield found
}

/** What is written in records that not every reader of a figure may open: a count must not tell a word of it. */
const WRITTEN: ReadonlySet<string> = new Set([
  'text',
  'phone',
  'id-number',
  'credit-code',
  'place',
  'files',
  'photos',
])

/**
 * The fields that a condition compares, that are no choice, flag or division, of registers which some of those who see
 * the figure may not read: sealed ones, and those on which one of their roles has no right (tip-offs).
 */
export function* unsharedPaths(
  s: Pick<Services, 'catalogue'>,
  def: RecordDef,
  where: Condition,
  readers: readonly Role[],
): Generator<{ holder: RecordDef; name: string; path: string }> {
  for (const found of comparedPaths(s, def, where)) {
    const { sealed, rights, fields } = found.holder
    const type = fields[found.name]?.type
    if ((sealed || readers.some((r) => !rights[r])) && type && WRITTEN.has(type)) yield found
  }
}

const aggregated = (node: Condition): string[] => {
  const { of, by, distinct } = node as { of?: string; by?: string; distinct?: string }
  return [of, by, distinct].filter((f): f is string => typeof f === 'string')
}

/**
 * Whether a query holds personal content itself: values compared with personal fields, or words looked up in them.
 * Such a query is its author's alone; so is one whose
 * condition is not understood.
 */
export function holdsPersonal(s: Pick<Services, 'catalogue'>, def: RecordDef, query: ListQuery): boolean {
  if (query.where) {
    if (checkCondition(query.where, def.name, s.catalogue).length) return true
    for (const _ of personalPaths(s, def, query.where)) return true
  }
  return Boolean(query.search?.trim()) && looksIntoPersonal(def, query.search ?? '')
}
