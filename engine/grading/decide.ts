import { type Actor, hasRole, requirePerson } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { GradingDef, Level } from '../core/definition.ts'
import { isProblem, Problem } from '../core/errors.ts'
import { type GradeStep, levelOrder } from '../core/grade.ts'
import { newId } from '../core/ids.ts'
import { journal, journalRefusal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import { getRow, lockRow } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import type { Row, WriteMeta } from '../store/types.ts'
import { requireReach } from '../store/write.ts'
import { type ClaimedFact, factComplaints, factsOfScheme, type GradeFact, unsaidComplaints } from './facts.ts'
import { write } from './write.ts'

const REGISTER = 'enterprise'

export interface Decision {
  id: string
  enterpriseId: string
  scheme: string
  level: Level
  proposedLevel: Level
  steps: GradeStep[]
  reason: string | null
  /** what the reason stands on, checked against the ledger */
  facts: ClaimedFact[]
  state: 'assessed' | 'adopted' | 'returned'
  assessor: string
  assessedBy: string
  assessedAt: string
  reviewer: string | null
  reviewedAt: string | null
  reviewReason: string | null
}

const columns =
  sql.raw(`id, enterprise_id as "enterpriseId", scheme, level, proposed_level as "proposedLevel", steps, reason, facts, state,
  assessor, assessed_by as "assessedBy", assessed_at as "assessedAt", reviewer, reviewed_at as "reviewedAt", review_reason as "reviewReason"`)

const boolOf = (v: unknown): boolean | null => (typeof v === 'boolean' ? v : null)

/** Letter and colour of a level in a scheme. */
export function labelOf(def: GradingDef | undefined, level: Level | null) {
  return def && level ? { level, ...def.labels[level] } : null
}

const levelNames = ['重大', '较大', '一般', '低'] as const

/** What a firm says of itself, as the scheme labels it. */
export const selfOf = (def: GradingDef | undefined, value: unknown) =>
  labelOf(def, levelNames.find((l) => l === value) ?? null)

export interface GradeView {
  enterprise: { id: string; title: string; version: number; town: string | null }
  scheme: { name: string; label: string; version: number } | null
  /** what the firm says of itself, where the ledger has it; it decides nothing */
  self: ReturnType<typeof labelOf>
  proposed: Proposed | null
  /** facts that a reason may stand on */
  facts: (GradeFact & { ledger: boolean | null })[]
  adopted: {
    level: Level
    letter: string
    colour: string
    decidedOn: string | null
    by: string | null
    reviewer: string | null
    reason: string | null
  } | null
  /** assessed and waiting for a second person */
  waiting: Decision | null
  history: Decision[]
}

/** What a proposal does not know, and what does not go together. */
export interface Doubts {
  unknown: string[]
  contradictions: string[]
}

export interface Kept extends Doubts {
  scheme: string
  version: number
  level: Level
  steps: GradeStep[]
  at: string
}

/** A proposal as it is shown. */
export type Proposed = {
  level: Level
  letter: string
  colour: string
  steps: GradeStep[]
  at: string
} & Doubts

/** What a kept proposal shows in its scheme; null where there is none. */
export function proposedOf(
  scheme: GradingDef | undefined,
  kept: Omit<Kept, 'version'> | undefined,
): Proposed | null {
  const label = labelOf(scheme, kept?.level ?? null)
  if (!label || !kept) return null
  const { steps, at, unknown, contradictions } = kept
  return { ...label, steps, at, unknown, contradictions }
}

/** The proposal of an enterprise as it was kept last. */
async function proposalOf(db: Db, id: string): Promise<Kept | undefined> {
  const { rows } =
    await sql<Kept>`select scheme, scheme_version as version, level, steps, unknown, contradictions,
      proposed_at as at from grade_proposal where enterprise_id = ${id}`.execute(db)
  return rows[0]
}

/** The whole reasoning of one enterprise's grade (B01): proposed, adopted, waiting, and every decision before. */
export async function explainGrade(s: Services, actor: Actor, id: string): Promise<GradeView> {
  const def = s.catalogue.record(REGISTER)
  const row = await getRow(s, s.db, actor, def, id)
  const kept = await proposalOf(s.db, id)
  const history = (
    await sql<Decision>`select ${columns} from grade_decision where enterprise_id = ${id} order by assessed_at desc, id desc limit 50`.execute(
      s.db,
    )
  ).rows
  const last = history.find((d) => d.state === 'adopted')
  const scheme = s.catalogue.gradings.get(kept?.scheme ?? last?.scheme ?? '')
  const adopted = labelOf(
    s.catalogue.gradings.get(last?.scheme ?? '') ?? scheme,
    row.adoptedLevel as Level | null,
  )
  return {
    enterprise: { id, title: String(row[def.title] ?? ''), version: row.version, town: row.town },
    scheme: scheme ? { name: scheme.name, label: scheme.label, version: scheme.version } : null,
    self: selfOf(scheme, row.selfLevel),
    proposed: proposedOf(scheme, kept),
    facts: scheme
      ? factsOfScheme(s.catalogue, scheme).map((f) => ({ ...f, ledger: boolOf(row[f.field]) }))
      : [],
    adopted: adopted
      ? {
          ...adopted,
          decidedOn: last?.reviewedAt ? shanghaiDate(new Date(last.reviewedAt)) : null,
          by: last?.assessor ?? null,
          reviewer: last?.reviewer ?? null,
          reason: last?.reason ?? null,
        }
      : null,
    waiting: history.find((d) => d.state === 'assessed') ?? null,
    history,
  }
}

export interface Judgement {
  enterpriseId: string
  /** default: the proposed level */
  level?: Level
  reason?: string
  facts?: ClaimedFact[]
}

/** What keeps a judgement from being written as it is. @param many one of several that are adopted at once */
function refuseJudgement(s: Services, row: Row, j: Judgement, kept: Kept, many: boolean): void {
  const name = String(row.name ?? row.id)
  const level = j.level ?? kept.level
  const deviates = level !== kept.level
  const reason = j.reason?.trim() ?? ''
  const doubt = kept.contradictions.join('；')
  if (many && (deviates || doubt))
    throw new Problem(
      'bad-input',
      deviates
        ? `“${name}”的评定等级与建议不同，不能和别的企业一起评定，请单独评定并写明理由。`
        : `“${name}”的台账有矛盾（${doubt}），不能和别的企业一起评定，请单独核对。`,
      { enterpriseId: row.id },
    )
  const say = (path: string, message: string) => [{ path, message }]
  const def = s.catalogue.gradings.get(kept.scheme)
  const complaints =
    deviates && !reason
      ? say('reason', `“${name}”的评定等级与建议等级不同，请写明理由。`)
      : doubt && !reason
        ? say('reason', `台账有矛盾：${doubt}。请核对后改正台账，或在理由里写明核对情况。`)
        : def
          ? [
              ...factComplaints(s.catalogue, def, row, j.facts ?? []),
              ...(deviates ? unsaidComplaints(s.catalogue, def, reason, j.facts ?? []) : []),
            ]
          : []
  if (complaints[0]) throw new Problem('bad-input', complaints[0].message, { complaints })
}

/**
 * The first signature: an officer adopts the proposal or, with a reason, another level. Waits for a second person.
 * Many at once are one write: all or none.
 */
export function assess(
  s: Services,
  actor: Actor,
  judgements: readonly Judgement[],
  meta: WriteMeta,
): Promise<{ decisions: Decision[] }> {
  return write(s, actor, 'assess', judgements, meta, async (tx, now) => {
    const decisions: Decision[] = []
    for (const j of judgements) {
      const row = await locked(s, tx, actor, j.enterpriseId)
      const kept = await proposalOf(tx, row.id)
      const name = String(row.name ?? row.id)
      if (!kept)
        throw new Problem('conflict', `“${name}”不属于任何分级办法的范围，不能评定。`, {
          enterpriseId: row.id,
        })
      const level = j.level ?? kept.level
      if (!levelOrder.includes(level))
        throw new Problem('bad-input', '风险等级只能是重大、较大、一般、低。', { level })
      refuseJudgement(s, row, j, kept, judgements.length > 1)
      await sql`update grade_decision set state = 'returned', reviewed_at = ${now}, review_reason = '由新的评定代替'
        where enterprise_id = ${row.id} and state = 'assessed'`.execute(tx)
      const { rows } =
        await sql<Decision>`insert into grade_decision (id, enterprise_id, scheme, scheme_version, level, proposed_level, steps,
          reason, facts, state, assessed_by, assessor, assessed_at)
        values (${newId()}, ${row.id}, ${kept.scheme}, ${kept.version}, ${level}, ${kept.level}, ${JSON.stringify(kept.steps)},
          ${j.reason ?? null}, ${JSON.stringify(j.facts ?? [])}, 'assessed', ${actor.id}, ${actor.name}, ${now}) returning ${columns}`.execute(
          tx,
        )
      decisions.push(rows[0]!)
      await trace(
        s,
        tx,
        actor,
        row,
        'grade-assess',
        row.adoptedLevel as string | null,
        level,
        j.reason,
        meta,
        now,
      )
    }
    return { decisions }
  })
}

export interface Review {
  enterpriseId: string
  /** id of the assessment that was looked at: what came since is not signed unseen */
  decisionId: string
  approve: boolean
  reason?: string
}

/** A level other than the proposed one is approved alone, and only while the ledger says what its reason says. */
async function refuseApproval(
  s: Services,
  tx: Db,
  row: Row,
  waiting: Decision,
  many: boolean,
): Promise<void> {
  const name = String(row.name ?? row.id)
  const kept = await proposalOf(tx, row.id)
  if (many && (waiting.level !== kept?.level || kept.contradictions.length))
    throw new Problem(
      'bad-input',
      `“${name}”的评定与现在的建议不同，或台账有矛盾，不能和别的企业一起复核，请单独看过再复核。`,
      { enterpriseId: row.id },
    )
  const def = s.catalogue.gradings.get(waiting.scheme)
  const complaint = def && factComplaints(s.catalogue, def, row, waiting.facts)[0]
  if (complaint)
    throw new Problem('conflict', `“${name}”：${complaint.message}可以退回，由评定人改正。`, {
      enterpriseId: row.id,
      complaints: [complaint],
    })
}

/** The second signature, by another person: the level is adopted, or the assessment goes back with a reason. */
export function review(
  s: Services,
  actor: Actor,
  reviews: readonly Review[],
  meta: WriteMeta,
): Promise<{ decisions: Decision[] }> {
  const done = write(s, actor, 'review', reviews, meta, async (tx, now) => {
    const decisions: Decision[] = []
    for (const r of reviews) {
      const row = await locked(s, tx, actor, r.enterpriseId)
      const waiting = (
        await sql<Decision>`select ${columns} from grade_decision where enterprise_id = ${row.id} and state = 'assessed' for update`.execute(
          tx,
        )
      ).rows[0]
      const name = String(row.name ?? row.id)
      if (!waiting) throw new Problem('conflict', `“${name}”没有等待复核的评定。`, { enterpriseId: row.id })
      if (waiting.id !== r.decisionId)
        throw new Problem('conflict', `“${name}”的评定在您查看以后又改过，请看过新的评定再复核。`, {
          enterpriseId: row.id,
          current: waiting,
        })
      if (waiting.assessedBy === actor.id)
        throw new Problem('action-not-possible', `“${name}”由您评定，须由另一人复核。`, {
          enterpriseId: row.id,
        })
      if (!r.approve && !r.reason?.trim())
        throw new Problem('bad-input', '退回评定请写明理由。', {
          complaints: [{ path: 'reason', message: '请写明理由' }],
        })
      if (r.approve) await refuseApproval(s, tx, row, waiting, reviews.length > 1)
      const { rows } =
        await sql<Decision>`update grade_decision set state = ${r.approve ? 'adopted' : 'returned'}, reviewed_by = ${actor.id},
          reviewer = ${actor.name}, reviewed_at = ${now}, review_reason = ${r.reason ?? null} where id = ${waiting.id} returning ${columns}`.execute(
          tx,
        )
      decisions.push(rows[0]!)
      if (r.approve) await adopt(tx, actor, row, waiting.level, now)
      const what = r.approve ? 'adopt' : 'grade-return'
      await trace(
        s,
        tx,
        actor,
        row,
        what,
        row.adoptedLevel as string | null,
        waiting.level,
        r.reason,
        meta,
        now,
      )
    }
    return { decisions }
  })
  // whoever tries to be both persons leaves a trace, though the attempt itself is undone
  return done.catch(async (e: unknown) => {
    if (isProblem(e) && e.code === 'action-not-possible')
      await journalRefusal(s.db, {
        actor,
        now: s.clock.now(),
        register: REGISTER,
        recordId: String(e.details.enterpriseId),
        what: 'grade-review',
        reason: e.message,
      })
    throw e
  })
}

async function adopt(tx: Db, actor: Actor, row: Row, level: Level, now: Date): Promise<void> {
  await sql`update enterprise set adopted_level = ${level}, version = version + 1, updated_at = ${now}, updated_by = ${actor.id} where id = ${row.id}`.execute(
    tx,
  )
}

async function locked(s: Services, tx: Db, actor: Actor, id: string): Promise<Row> {
  const def = s.catalogue.record(REGISTER)
  const row = await lockRow(s, tx, actor, def, id, 'write')
  requireReach(s, actor, def, row)
  requirePerson(actor, '评定等级')
  if (!hasRole(actor, ['county-officer', 'town-officer', 'county-admin']))
    throw new Problem('forbidden', '评定等级由县局或乡镇监管人员办理。', { enterpriseId: id })
  return row
}

async function trace(
  s: Services,
  tx: Db,
  actor: Actor,
  row: Row,
  what: string,
  before: string | null,
  after: string,
  reason: string | undefined,
  meta: WriteMeta,
  now: Date,
): Promise<void> {
  const def = s.catalogue.record(REGISTER)
  const changes = [{ field: 'adoptedLevel', label: '评定等级', before, after }]
  await journal(tx, {
    actor,
    now,
    register: REGISTER,
    recordId: row.id,
    title: String(row[def.title] ?? ''),
    what,
    changes:
      what === 'adopt'
        ? changes
        : [{ ...changes[0]!, label: what === 'grade-assess' ? '拟评定等级' : '退回的等级' }],
    reason,
    area: row.area,
    organisation: row.id,
    idempotencyKey: meta.idempotencyKey,
  })
}
