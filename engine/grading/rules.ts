import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Condition, Json } from '../core/condition/ast.ts'
import { checkCondition } from '../core/condition/check.ts'
import { explain } from '../core/condition/explain.ts'
import { nodes } from '../core/condition/walk.ts'
import type { GradingDef, Level } from '../core/definition.ts'
import { type Complaint, Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { loadSubjects } from '../indicators/subjects.ts'
import { journal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import { claimKey, keepAnswer } from '../store/idempotency.ts'
import type { Services } from '../store/services.ts'
import { personalPaths } from '../store/sight.ts'
import type { WriteMeta } from '../store/types.ts'
import {
  enterprisesOf,
  gradeOf,
  judgeOf,
  localRules,
  proposeAll,
  relatedOf,
  rulesChanged,
  type StoredRule,
} from './propose.ts'

const REGISTER = 'enterprise'
/** What a rule may not look at: it would decide by its own result. */
const GRADES = ['proposedLevel', 'adoptedLevel']
const SAMPLE = 20

/** A county's own adjustment as it is written: moves the level, or sets it, never both. */
export interface RuleInput {
  scheme: string
  /** default: the county of the person */
  area: string
  label: string
  condition: Condition
  /** −2 … +2, not 0; up is worse */
  steps: number | null
  level: Level | null
  basis: string
  from: string
  /** null: until it is ended */
  to: string | null
}

export interface Rule extends RuleInput {
  id: string
  version: number
  name: string
  endedAt: string | null
  endReason: string | null
}

const columns =
  sql.raw(`id, version, scheme, area, name, label, condition, steps, level, basis, from_on as "from",
  to_on as "to", removed_at as "endedAt", end_reason as "endReason"`)

/** Schemes a county may adjust: not those whose level somebody above decides. */
export const adjustable = (s: Services): GradingDef[] =>
  [...s.catalogue.gradings.values()].filter((d) => !d.recorded)

/** The condition as a sentence. */
export const ruleText = (s: Services, condition: Condition): string => {
  try {
    return explain(condition, REGISTER, { catalogue: s.catalogue, policies: s.policies() })
  } catch {
    return '条件引用的字段已不存在，请修改'
  }
}

/** Rules of an area, those above and those below it; ended ones last. */
export async function listRules(s: Services, area: string): Promise<Rule[]> {
  const { rows } = await sql<Rule>`select ${columns} from grade_local_rule
    where starts_with(area, ${area}) or starts_with(${area}, area)
    order by removed_at desc nulls first, name limit 500`.execute(s.db)
  return rows
}

/** @throws Problem bad-input with a complaint for each wrong field */
function checkRule(s: Services, rule: RuleInput): void {
  const complaints: Complaint[] = []
  const say = (path: string, message: string) => complaints.push({ path, message })
  if (!s.catalogue.gradings.has(rule.scheme)) say('scheme', '没有这个分级办法，请从列表中选择。')
  else if (!adjustable(s).some((d) => d.name === rule.scheme))
    say('scheme', '这个分级办法以上级的定级决定为准，本县不作调整。')
  const wrong = checkCondition(rule.condition, REGISTER, s.catalogue, s.policies())
  for (const c of wrong) say(c.path ? `condition.${c.path}` : 'condition', c.message)
  if (wrong.length === 0) {
    for (const { holder, name } of personalPaths(s, s.catalogue.record(REGISTER), rule.condition))
      say('condition', `${holder.fields[name]!.label}是个人信息，不能写进人人可见的规则。`)
    for (const { node, related } of nodes(rule.condition)) {
      const to = 'to' in node ? node.to : undefined
      const named = ['field' in node && node.field, to && 'field' in to && to.field]
      if (!related && named.some((f) => f && GRADES.includes(f)))
        say('condition', '条件不能引用建议等级或评定等级：它们正由规则得出。')
    }
    if (JSON.stringify(rule.condition).includes('"always"') || emptyGroup(rule.condition))
      say('condition', '请至少写一个条件：没有条件的规则会涉及所有企业。')
  }
  if ((rule.steps === null) === (rule.level === null))
    say('steps', '请选择上调、下调或直接定级中的一种，不能都选，也不能都不选。')
  else if (rule.steps !== null && ![-2, -1, 1, 2].includes(rule.steps))
    say('steps', '只能上调或下调一至两级。')
  if (rule.to !== null && rule.to < rule.from) say('to', '终止日期不能早于生效日期。')
  if (complaints.length) throw new Problem('bad-input', `规则有误：${complaints[0]!.message}`, { complaints })
}

const emptyGroup = (c: Condition): boolean =>
  [...nodes(c)].some(
    ({ node }) => ('all' in node && node.all.length === 0) || ('any' in node && node.any.length === 0),
  )

/** What a change of rules did to the proposals. */
export interface RuleResult {
  rule: Rule
  /** enterprises whose proposed level changed */
  changed: number
}

/** A new rule; the proposals of its area are made anew in the same transaction. */
export function createRule(
  s: Services,
  actor: Actor,
  input: RuleInput,
  meta: WriteMeta,
): Promise<RuleResult> {
  return write(s, actor, { rule: input }, meta, async (tx, now) => {
    checkRule(s, input)
    await sameName(tx, input)
    const id = newId()
    const { rows } = await sql<Rule>`insert into grade_local_rule
        (id, scheme, area, name, label, condition, steps, level, basis, from_on, to_on, updated_by, updated_at)
      values (${id}, ${input.scheme}, ${input.area}, ${`local-${id}`}, ${input.label}, ${JSON.stringify(input.condition)},
        ${input.steps}, ${input.level}, ${input.basis}, ${input.from}, ${input.to}, ${actor.id}, ${now})
      returning ${columns}`.execute(tx)
    await note(s, tx, actor, now, 'create', undefined, rows[0]!, meta)
    return { rule: rows[0]!, changed: await proposeAll(s, input.area, now, tx) }
  })
}

/** @param may whether the person may change rules of an area; otherwise it is not found */
export function changeRule(
  s: Services,
  actor: Actor,
  id: string,
  wish: Partial<Omit<RuleInput, 'scheme' | 'area'>>,
  version: number,
  meta: WriteMeta,
  may: (area: string) => boolean,
): Promise<RuleResult> {
  return write(s, actor, { rule: id, wish, version }, meta, async (tx, now) => {
    const before = await lockRule(tx, id, version, may)
    const next = { ...before, ...wish }
    checkRule(s, next)
    await sameName(tx, next, id)
    const { rows } =
      await sql<Rule>`update grade_local_rule set label = ${next.label}, condition = ${JSON.stringify(next.condition)},
        steps = ${next.steps}, level = ${next.level}, basis = ${next.basis}, from_on = ${next.from}, to_on = ${next.to},
        version = version + 1, updated_by = ${actor.id}, updated_at = ${now} where id = ${id} returning ${columns}`.execute(
        tx,
      )
    await note(s, tx, actor, now, 'update', before, rows[0]!, meta)
    return { rule: rows[0]!, changed: await proposeAll(s, before.area, now, tx) }
  })
}

/** Ends a rule from now on; it stays to be read, with the reason. */
export function endRule(
  s: Services,
  actor: Actor,
  id: string,
  reason: string,
  version: number,
  meta: WriteMeta,
  may: (area: string) => boolean,
): Promise<RuleResult> {
  return write(s, actor, { rule: id, end: reason, version }, meta, async (tx, now) => {
    const before = await lockRule(tx, id, version, may)
    const { rows } = await sql<Rule>`update grade_local_rule set removed_at = ${now}, end_reason = ${reason},
        version = version + 1, updated_by = ${actor.id}, updated_at = ${now} where id = ${id} returning ${columns}`.execute(
      tx,
    )
    await note(s, tx, actor, now, 'archive', before, rows[0]!, { ...meta, reason })
    return { rule: rows[0]!, changed: await proposeAll(s, before.area, now, tx) }
  })
}

export interface RulePreview {
  /** enterprises of the scheme in the area */
  of: number
  /** how many of them the condition holds for */
  matched: number
  /** proposals that would change, by from → to */
  changed: number
  moves: { from: Level; to: Level; count: number }[]
  sample: { id: string; title: string; town: string | null; from: Level; to: Level }[]
}

/**
 * What a rule would do if it held today: nothing is written.
 * @param id the rule it would replace
 */
export async function previewRule(
  s: Services,
  input: Omit<RuleInput, 'label' | 'basis' | 'from' | 'to'>,
  id?: string,
): Promise<RulePreview> {
  checkRule(s, { ...input, label: '', basis: '', from: '', to: null })
  const on = shanghaiDate(s.clock.now())
  const now = await localRules(s.db, on)
  const { scheme, area, condition, steps, level } = input
  const name = now.find((r) => r.id === id)?.name ?? '~'
  const rule: StoredRule = { id: id ?? '', name, scheme, area, label: '', condition, steps, level, basis: '' }
  const then = [...now.filter((r) => r.id !== id), rule].sort((a, b) => (a.name < b.name ? -1 : 1))
  const defs = [...s.catalogue.gradings.values()]
  const related = [...relatedOf(defs, [...then, ...now])]
  const title = s.catalogue.record(REGISTER).title
  const out: RulePreview = { of: 0, matched: 0, changed: 0, moves: [], sample: [] }
  const moves = new Map<string, RulePreview['moves'][number]>()
  for await (const ids of enterprisesOf(s.db, area))
    for (const subject of await loadSubjects(s.db, s.catalogue, REGISTER, ids, {
      related,
      parent: false,
      unsealed: true,
    })) {
      const before = gradeOf(s, defs, now, subject, on)
      if (before?.scheme !== scheme) continue
      out.of++
      if (judgeOf(s, subject, on)(condition).holds) out.matched++
      const after = gradeOf(s, defs, then, subject, on)!
      if (before.level === after.level) continue
      out.changed++
      const key = `${before.level} ${after.level}`
      const move = moves.get(key) ?? { from: before.level, to: after.level, count: 0 }
      move.count++
      moves.set(key, move)
      const { id, town } = subject.record
      if (out.sample.length < SAMPLE)
        out.sample.push({
          id,
          title: String(subject.record[title] ?? ''),
          town,
          from: before.level,
          to: after.level,
        })
    }
  out.moves = [...moves.values()].sort((a, b) => b.count - a.count)
  return out
}

async function lockRule(tx: Db, id: string, version: number, may: (area: string) => boolean): Promise<Rule> {
  const { rows } =
    await sql<Rule>`select ${columns} from grade_local_rule where id = ${id} for update`.execute(tx)
  const rule = rows[0]
  if (!rule || !may(rule.area))
    throw new Problem('not-found', '没有找到这条调整规则，或者它不在您的管辖范围内。')
  if (rule.endedAt) throw new Problem('conflict', `“${rule.label}”已经结束，需要时请新建规则。`)
  if (rule.version !== version)
    throw new Problem('version-lost', '这条规则刚被别人修改过，请对照后重新提交。', { current: rule })
  return rule
}

async function sameName(tx: Db, rule: RuleInput, id?: string): Promise<void> {
  const { rows } =
    await sql`select 1 from grade_local_rule where scheme = ${rule.scheme} and area = ${rule.area}
    and label = ${rule.label} and removed_at is null and id is distinct from ${id ?? null}`.execute(tx)
  if (rows.length)
    throw new Problem('bad-input', '已有同名的规则，请换一个名称，或修改原来的规则。', {
      complaints: [{ path: 'label', message: '已有同名的规则' }],
    })
}

const effectText = (r: Pick<Rule, 'steps' | 'level'>): string =>
  r.level ? `直接定为${r.level}` : `${(r.steps ?? 0) > 0 ? '上调' : '下调'}${Math.abs(r.steps ?? 0)}级`

async function note(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  what: string,
  before: Rule | undefined,
  after: Rule,
  meta: WriteMeta,
): Promise<void> {
  const told: [string, string, (r: Rule) => Json][] = [
    ['label', '规则名称', (r) => r.label],
    ['condition', '条件', (r) => ruleText(s, r.condition)],
    ['effect', '作用', effectText],
    ['basis', '依据', (r) => r.basis],
    ['from', '生效日期', (r) => r.from],
    ['to', '终止日期', (r) => r.to],
    ['endedAt', '结束时间', (r) => r.endedAt],
  ]
  await journal(tx, {
    actor,
    now,
    register: 'grade-rule',
    recordId: after.id,
    title: after.label,
    what,
    area: after.area,
    reason: meta.reason,
    idempotencyKey: meta.idempotencyKey,
    changes: told
      .map(([field, label, of]) => ({ field, label, before: before ? of(before) : null, after: of(after) }))
      .filter((c) => c.before !== c.after),
  })
}

/**
 * One transaction for the rule, its trace and the proposals. A fact written at the same moment may still be graded by
 * the rules of before: the hourly look at the inputs (refresh.ts) makes all proposals once more after a change.
 */
async function write(
  s: Services,
  actor: Actor,
  request: unknown,
  meta: WriteMeta,
  run: (tx: Db, now: Date) => Promise<RuleResult>,
): Promise<RuleResult> {
  const now = s.clock.now()
  const done = await s.db.transaction().execute(async (own) => {
    const tx = own as Db
    const before = await claimKey<RuleResult>(tx, actor.id, meta.idempotencyKey, request, now)
    if (before) {
      meta.onReplay?.()
      return before
    }
    const result = await run(tx, now)
    await keepAnswer(tx, actor.id, meta.idempotencyKey, result)
    return result
  })
  rulesChanged()
  return done
}
