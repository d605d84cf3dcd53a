import { systemActor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Condition } from '../core/condition/ast.ts'
import { evaluate, type Reason, undecided, unworded } from '../core/condition/evaluate.ts'
import { registersOf } from '../core/condition/walk.ts'
import type { GradingDef, Level } from '../core/definition.ts'
import { type Grade, grade, type LocalRule } from '../core/grade.ts'
import { columnOf, parentField, tableOf } from '../core/naming.ts'
import { loadSubjects, type Subject } from '../indicators/subjects.ts'
import { journal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services, WriteHook } from '../store/services.ts'
import type { Row } from '../store/types.ts'

const REGISTER = 'enterprise'

export interface StoredRule extends LocalRule {
  id: string
  scheme: string
  area: string
}

/** A county's own adjustments in force on a day. */
export async function localRules(db: Db, on: string): Promise<StoredRule[]> {
  const { rows } =
    await sql<StoredRule>`select id, scheme, area, name, label, condition, steps, level, basis from grade_local_rule
    where removed_at is null and from_on <= ${on}::date and (to_on is null or to_on >= ${on}::date) order by name`.execute(
      db,
    )
  return rows
}

export const conditionsOf = (def: GradingDef): Condition[] => [
  def.applies,
  ...[...def.base, ...def.shifts, ...def.sets, ...(def.contradictions ?? [])].map((r) => r.when),
]

/** Child registers whose rows decide a grade. */
export function relatedOf(defs: readonly GradingDef[], rules: readonly StoredRule[]): Set<string> {
  const names = new Set<string>()
  for (const c of [...defs.flatMap(conditionsOf), ...rules.map((r) => r.condition)])
    for (const r of registersOf(c).related) names.add(r)
  for (const d of defs) if (d.recorded) names.add(d.recorded.register)
  return names
}

/** The sentences of the leaves that decided, joined. */
function leaves(why: Reason): string {
  if (!why.parts?.length) return why.text
  const told = why.parts.filter((p) => p.holds === why.holds)
  return (told.length ? told : why.parts).map(leaves).join('；')
}

function recordedOf(def: GradingDef, subject: Subject): { level: Level; because: string } | undefined {
  if (!def.recorded) return undefined
  const { register, level, by } = def.recorded
  const newest = [...(subject.related[register] ?? [])]
    .sort((a, b) => String(a[by] ?? '').localeCompare(String(b[by] ?? '')))
    .at(-1)
  if (!newest || typeof newest[level] !== 'string') return undefined
  return {
    level: newest[level] as Level,
    because: `${String(newest[by] ?? '')} 定级决定：${String(newest[level])}风险`,
  }
}

/** How the conditions of grading are judged on one enterprise on a day. */
export const judgeOf = (s: Services, subject: Subject, on: string) => {
  const context = { catalogue: s.catalogue, register: REGISTER, moment: { asOf: on }, policies: s.policies() }
  const { record, related } = subject
  return (c: Condition) => {
    const why = unworded(c, record, related, context)
    if (!why.holds) return { holds: false, text: '', unknown: undecided(why) }
    return { holds: true, text: leaves(evaluate(c, record, related, context).why) }
  }
}

/** The grade by the first scheme whose field the enterprise belongs to; none when it belongs to none. */
export function gradeOf(
  s: Services,
  defs: readonly GradingDef[],
  rules: readonly StoredRule[],
  subject: Subject,
  on: string,
): Grade | undefined {
  const judge = judgeOf(s, subject, on)
  const def = defs.find((d) => judge(d.applies).holds)
  if (!def) return undefined
  const area = String(subject.record.area ?? '')
  const local = rules.filter((r) => r.scheme === def.name && area.startsWith(r.area))
  return grade(def, judge, local, recordedOf(def, subject))
}

/**
 * Grades enterprises anew and keeps what changed: the proposal with its steps, the level on the record, a journal
 * entry. Runs inside the write that changed the facts, so the proposed grade is never stale.
 * @returns ids whose proposed level changed
 */
export async function propose(s: Services, tx: Db, ids: readonly string[], now: Date): Promise<string[]> {
  const defs = [...s.catalogue.gradings.values()]
  if (defs.length === 0 || ids.length === 0) return []
  const on = shanghaiDate(now)
  const rules = await localRules(tx, on)
  const related = [...relatedOf(defs, rules)]
  const def = s.catalogue.record(REGISTER)
  const subjects = await loadSubjects(tx, s.catalogue, REGISTER, ids, {
    related,
    parent: false,
    unsealed: true,
  })
  const graded = subjects.map(({ record, related }) => {
    const made = gradeOf(s, defs, rules, { record, related, parent: undefined }, on)
    return { record, made, before: record.proposedLevel as string | null, level: made?.level ?? null }
  })
  await keepProposals(tx, graded, now)
  const changed = graded.filter((g) => g.level !== g.before)
  for (const { record, made, before, level } of changed) {
    if (before === null) continue // the first proposal belongs to the registration itself
    await journal(tx, {
      actor: systemActor,
      now,
      register: REGISTER,
      recordId: record.id,
      title: String(record[def.title] ?? ''),
      what: 'propose',
      changes: [{ field: 'proposedLevel', label: '建议等级', before, after: level }],
      area: record.area,
      organisation: record.id,
      reason: made?.steps.at(-1)?.because,
    })
  }
  return changed.map((g) => g.record.id)
}

/**
 * Grades enterprises about to be registered, of which nothing but the record itself is known, and keeps the
 * proposals.
 * @returns level by id, to be inserted with the record
 */
async function proposeNew(
  s: Services,
  tx: Db,
  rows: readonly Row[],
  now: Date,
): Promise<Map<string, Level | null>> {
  const defs = [...s.catalogue.gradings.values()]
  if (defs.length === 0) return new Map()
  const on = shanghaiDate(now)
  const rules = await localRules(tx, on)
  const related = Object.fromEntries([...relatedOf(defs, rules)].map((name) => [name, []]))
  const fields = [...Object.keys(s.catalogue.record(REGISTER).fields), 'proposedLevel', 'adoptedLevel']
  const empty = Object.fromEntries(fields.map((f) => [f, null]))
  const graded = rows.map((row) => {
    // by the prototype, because copying a hundred empty fields for each row is what costs most
    const record: Row = Object.assign(Object.create(empty), row)
    const made = gradeOf(s, defs, rules, { record, related, parent: undefined }, on)
    // before and after are one: the record is written with its level
    return { record, made, before: made?.level ?? null, level: made?.level ?? null }
  })
  await keepProposals(tx, graded, now)
  return new Map(graded.map((g) => [g.record.id, g.level]))
}

interface Graded {
  record: Row
  made: Grade | undefined
  before: string | null
  level: string | null
}

/** Proposals and levels of many enterprises, a statement for each kind of change: imports bring thousands. */
async function keepProposals(tx: Db, graded: readonly Graded[], now: Date): Promise<void> {
  const made = graded.flatMap(({ record, made: g }) =>
    g
      ? [
          {
            id: record.id,
            scheme: g.scheme,
            version: g.schemeVersion,
            level: g.level,
            steps: g.steps,
            unknown: g.unknown,
            contradictions: g.contradictions,
          },
        ]
      : [],
  )
  if (made.length)
    await sql`insert into grade_proposal (enterprise_id, scheme, scheme_version, level, steps, unknown, contradictions,
        proposed_at)
      select id, scheme, version, level, steps, unknown, contradictions, ${now} from jsonb_to_recordset(${JSON.stringify(made)}::jsonb)
        as v(id uuid, scheme text, version int, level text, steps jsonb, unknown jsonb, contradictions jsonb)
      on conflict (enterprise_id) do update set scheme = excluded.scheme, scheme_version = excluded.scheme_version,
        level = excluded.level, steps = excluded.steps, unknown = excluded.unknown,
        contradictions = excluded.contradictions,
        proposed_at = case when grade_proposal.level = excluded.level then grade_proposal.proposed_at else excluded.proposed_at end`.execute(
      tx,
    )
  const none = graded.filter((g) => !g.made).map((g) => g.record.id)
  if (none.length)
    await sql`delete from grade_proposal where enterprise_id = any(${none}::uuid[])`.execute(tx)
  const levels = graded.filter((g) => g.level !== g.before).map((g) => ({ id: g.record.id, level: g.level }))
  if (levels.length)
    await sql`update ${sql.table(tableOf(REGISTER))} t set proposed_level = v.level, updated_at = ${now}
      from jsonb_to_recordset(${JSON.stringify(levels)}::jsonb) as v(id uuid, level text) where t.id = v.id`.execute(
      tx,
    )
}

/** How long the registers that a county's own rules look at are remembered. */
const REMEMBER_MS = 5_000

/** How often local rules changed in this process: what is remembered of them is then read again. */
let changes = 0
export const rulesChanged = (): void => {
  changes++
}

/** Hook of the store: writes on enterprises, or on a register that decides grades, propose anew. */
export function proposeOnWrite(s: Services): WriteHook {
  const shipped = relatedOf([...s.catalogue.gradings.values()], [])
  let local = new Set<string>()
  let readAt = Number.NEGATIVE_INFINITY
  let seen = changes
  return {
    async applies(def, now) {
      if (def.name === REGISTER || shipped.has(def.name)) return true
      if (seen !== changes || performance.now() - readAt > REMEMBER_MS) {
        seen = changes
        local = relatedOf([], await localRules(s.db, shanghaiDate(now)))
        readAt = performance.now()
      }
      return local.has(def.name)
    },
    async fresh(tx, def, rows, now) {
      if (def.name !== REGISTER) return undefined
      const levels = await proposeNew(s, tx, rows, now)
      return new Map([...levels].map(([id, level]) => [id, { proposed_level: level }]))
    },
    async many(tx, def, rows, now) {
      const own = def.name === REGISTER
      const link = own ? 'id' : parentField(REGISTER)
      // what is archived is graded when it is restored
      const open = own ? rows.filter((r) => !r.archivedAt) : rows
      await propose(s, tx, [...new Set(open.map((r) => String(r[link])))], now)
    },
  }
}

/** Ids of an area's enterprises, in order, a batch at a time. */
export async function* enterprisesOf(db: Db, area: string, size = 200): AsyncGenerator<string[]> {
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const { rows } = await sql<{
      id: string
    }>`select id from ${sql.table(tableOf(REGISTER))} where id > ${after}
      and ${sql.ref(columnOf('area'))} >= ${area} and ${sql.ref(columnOf('area'))} < ${`${area}~`} and archived_at is null
      order by id limit ${size}`.execute(db)
    if (rows.length === 0) return
    yield rows.map((r) => r.id)
    after = rows.at(-1)!.id
  }
}

/**
 * Grades every enterprise of an area again, in batches: after a scheme, a number or a local rule changed.
 * @param tx within which all of it stands or falls; without one each batch is a transaction of its own
 * @returns how many proposed levels changed
 */
export async function proposeAll(s: Services, area: string, now: Date, tx?: Db): Promise<number> {
  let n = 0
  for await (const ids of enterprisesOf(tx ?? s.db, area)) {
    const changed = tx
      ? await propose(s, tx, ids, now)
      : await s.db.transaction().execute((own) => propose(s, own as Db, ids, now))
    n += changed.length
  }
  return n
}
