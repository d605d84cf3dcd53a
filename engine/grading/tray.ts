import type { Actor } from '../access/actor.ts'
import type { Condition } from '../core/condition/ast.ts'
import { all, any, field } from '../core/condition/build.ts'
import type { Level } from '../core/definition.ts'
import { sql } from '../store/db.ts'
import { openDoor } from '../store/door.ts'
import type { Services } from '../store/services.ts'
import type { Row } from '../store/types.ts'
import { type Decision, type Kept, labelOf, type Proposed, proposedOf, selfOf } from './decide.ts'

export interface TrayRow {
  enterprise: { id: string; title: string; town: string | null; industry: unknown; version: number }
  /** what the firm says of itself, where the ledger has it; it decides nothing */
  self: ReturnType<typeof labelOf>
  proposed: Proposed | null
  /** the level in force, with who assessed and who reviewed it */
  adopted:
    | ({ level: Level; letter: string; colour: string } & Partial<
        Pick<Decision, 'assessor' | 'reviewer' | 'reviewedAt' | 'reason'>
      >)
    | null
  /** assessed, not yet reviewed */
  waiting: Waiting | null
  /** what is assessed, or else what is in force, is not what is proposed */
  deviates: boolean
}

type Waiting = Pick<Decision, 'id' | 'level' | 'assessor' | 'assessedBy' | 'assessedAt' | 'reason'> & {
  letter?: string
  colour?: string
}

/** Proposals that differ from what is adopted, and assessments that wait for a second person (B01, B02). */
export async function gradeTray(
  s: Services,
  actor: Actor,
  query: {
    kind?: 'differs' | 'waiting' | 'all'
    search?: string
    where?: Condition
    limit?: number
    after?: string
    count?: boolean
  } = {},
): Promise<{ rows: TrayRow[]; next: string | null; total?: number }> {
  const kind = query.kind ?? 'differs'
  const differs = all(
    field('proposedLevel').notEmpty(),
    any(field('adoptedLevel').empty(), field('proposedLevel').isNot({ field: 'adoptedLevel' })),
  )
  const wheres: Condition[] = []
  if (kind === 'differs') wheres.push(differs)
  if (kind === 'waiting') {
    const { rows } = await sql<{
      id: string
    }>`select enterprise_id as id from grade_decision where state = 'assessed' limit 5000`.execute(s.db)
    wheres.push(field('id').in(rows.map((r) => r.id)))
  }
  if (query.where) wheres.push(query.where)
  const page = await openDoor(s, actor).list('enterprise', {
    ...(wheres.length && { where: all(...wheres) }),
    ...(query.search && { search: query.search }),
    ...(query.after && { after: query.after }),
    limit: query.limit ?? 50,
    count: query.count ?? false,
    sort: ['name'],
  })
  return {
    rows: await trayRows(s, page.rows),
    next: page.next,
    ...(page.total !== undefined && { total: page.total }),
  }
}

async function trayRows(s: Services, rows: readonly Row[]): Promise<TrayRow[]> {
  const ids = rows.map((r) => r.id)
  const title = s.catalogue.record('enterprise').title
  const proposals = new Map(
    (
      await sql<
        Omit<Kept, 'version'> & { id: string }
      >`select enterprise_id as id, scheme, level, steps, unknown, contradictions,
        proposed_at as at from grade_proposal where enterprise_id = any(${ids}::uuid[])`.execute(s.db)
    ).rows.map((p) => [p.id, p]),
  )
  const { rows: decisions } = await sql<
    Pick<Decision, 'enterpriseId' | 'state' | 'reviewer' | 'reviewedAt'> & Waiting
  >`select distinct on (enterprise_id, state) id, enterprise_id as "enterpriseId", state, level, assessor,
      assessed_by as "assessedBy", assessed_at as "assessedAt", reason, reviewer, reviewed_at as "reviewedAt"
    from grade_decision where state in ('assessed', 'adopted') and enterprise_id = any(${ids}::uuid[])
    order by enterprise_id, state, assessed_at desc, id desc`.execute(s.db)
  const decided = new Map(decisions.map((d) => [`${d.enterpriseId} ${d.state}`, d]))
  return rows.map((row) => {
    const kept = proposals.get(row.id)
    const scheme = s.catalogue.gradings.get(kept?.scheme ?? '')
    const level = row.adoptedLevel as Level | null
    const adopted = labelOf(scheme, level ?? null)
    const last = decided.get(`${row.id} adopted`)
    const open = decided.get(`${row.id} assessed`)
    return {
      enterprise: {
        id: row.id,
        title: String(row[title] ?? ''),
        town: row.town,
        industry: row.industry,
        version: row.version,
      },
      self: selfOf(scheme, row.selfLevel),
      proposed: proposedOf(scheme, kept),
      adopted: adopted && {
        ...adopted,
        ...(last && {
          assessor: last.assessor,
          reviewer: last.reviewer,
          reviewedAt: last.reviewedAt,
          reason: last.reason,
        }),
      },
      waiting: open
        ? {
            id: open.id,
            level: open.level,
            assessor: open.assessor,
            assessedBy: open.assessedBy,
            assessedAt: open.assessedAt,
            reason: open.reason,
            ...labelOf(scheme, open.level),
          }
        : null,
      deviates: kept !== undefined && (open?.level ?? level ?? kept.level) !== kept.level,
    }
  })
}
