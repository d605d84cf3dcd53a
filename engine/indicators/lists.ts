import { type RawBuilder, sql } from 'kysely'
import { type EvaluateContext, evaluate, holds, type Reason } from '../core/condition/evaluate.ts'
import { registersOf } from '../core/condition/walk.ts'
import { type IndicatorDef, type Proof, proofs } from '../core/definition.ts'
import type { TextContext } from '../core/field-type.ts'
import { isPersonalField } from '../core/personal.ts'
import type { Row } from '../store/types.ts'
import { lacks, shows } from './lacks.ts'
import { type FigureContext, type FigureQuery, momentOf, populationSql, slicesOf } from './population.ts'
import { loadSubjects, type Subject } from './subjects.ts'

export interface ListedRow {
  row: Row
  /** with `every`: 2026年第1季度 */
  period?: string
  /** its period still runs: not yet done, and not late */
  running?: true
  /** proof of the fact, 1–3 */
  proof: number
  /** why it counts or not, in Chinese */
  reason: string
  why: Reason
  /** met on too weak a proof: the record that lacks it, to be proved or seen */
  weak?: { register: string; id: string }
}

export interface Listing {
  rows: ListedRow[]
  total: number
  /** of them those whose period still runs */
  running: number
}

export const proofLabel: Record<Proof, string> = { claimed: '自报', evidenced: '有佐证', verified: '已核实' }

type Page = {
  town?: string | undefined
  /** a further predicate on `population` */
  find?: RawBuilder<unknown> | undefined
  limit?: number | undefined
  offset?: number | undefined
  text?: Partial<TextContext> | undefined
}

/** Records of the population that are not counted: not met, or met on too weak a proof. Who is missing. */
export const missing = (context: FigureContext, def: IndicatorDef, query: FigureQuery & Page) =>
  list(context, def, query, false)

/** Records that are counted. */
export const met = (context: FigureContext, def: IndicatorDef, query: FigureQuery & Page) =>
  list(context, def, query, true)

interface ListRow {
  id: string
  slice: number
  met: boolean
  proof: number
  total: number
  running: boolean
  later: boolean
  open: number
}

async function list(
  context: FigureContext,
  def: IndicatorDef,
  query: FigureQuery & Page,
  counted: boolean,
): Promise<Listing> {
  const slices = slicesOf(def, query, context)
  const late = query.also ? slicesOf(def, { ...query, asOf: query.also }, context) : []
  const bases = slices.filter((s) => s.base).map((s) => s.no)
  const town = query.town ? sql`and town = ${query.town}` : sql``
  const find = query.find ? sql`and ${query.find}` : sql``
  const limit = Math.min(Math.max(query.limit ?? 20, 1), 500)
  // the order of names that a reader may see masked would tell them
  const register = context.catalogue.record(def.of.register)
  const order = isPersonalField(register, register.title) ? sql`` : sql`title, `
  const from = sql`from population where counted = ${counted} and slice <> all(${bases}::int[]) ${town} ${find}`
  const page = await sql<ListRow>`${populationSql(def, query, context)}
    select id, slice, met, proof, running, ${query.also ? sql`later` : sql`false as later`}, (select count(*) ${from}) as total,
      (select count(*) ${from} and running) as open ${from}
    order by running, slice, town, ${order}id limit ${limit} offset ${Math.max(0, query.offset ?? 0)}`.execute(
    context.db,
  )
  const total = page.rows[0]?.total ?? (query.offset ? await countOf(context, def, query, from) : 0)
  const needs = def.met ? registersOf(def.met) : { related: [], parent: false }
  const ids = [...new Set(page.rows.map((r) => r.id))]
  const subjects = new Map(
    (await loadSubjects(context.db, context.catalogue, def.of.register, ids, needs)).map((s) => [
      s.record.id,
      s,
    ]),
  )
  const rows = page.rows.flatMap((r): ListedRow[] => {
    const subject = subjects.get(r.id)
    const slice = (r.later ? late : slices).find((x) => x.no === r.slice)
    if (!subject || !slice) return []
    const at = {
      catalogue: context.catalogue,
      policies: context.policies,
      register: def.of.register,
      moment: momentOf(slice),
      parent: subject.parent,
      today: query.known ?? query.asOf,
      ...(query.text && { text: query.text }),
    }
    const condition = def.met ?? { always: true }
    const { why } = evaluate(condition, subject.record, subject.related, at)
    const told = (r.met ? shows : lacks)(condition, subject.record, subject.related, at).join('；')
    const reason = r.met && !counted ? weakProof(def, r.proof) : told || sentence(why)
    const weak = r.met && !counted ? weakRecord(def, subject, at) : undefined
    const open = r.running && !counted
    return [
      {
        row: subject.record,
        ...(slice.label && { period: slice.label }),
        ...(open && { running: true as const }),
        proof: r.proof,
        reason: open ? `本期还没做（${slice.ends}止）：${reason}` : reason,
        why,
        ...(weak && { weak }),
      },
    ]
  })
  return { rows, total, running: counted ? 0 : (page.rows[0]?.open ?? 0) }
}

/** A page beyond the last still says how many there are. */
async function countOf(
  context: FigureContext,
  def: IndicatorDef,
  query: FigureQuery,
  from: ReturnType<typeof sql>,
): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`${populationSql(def, query, context)} select count(*) as n ${from}`.execute(context.db)
  return rows[0]?.n ?? 0
}

function weakProof(def: IndicatorDef, proof: number): string {
  const has = proofLabel[proofs[proof - 1] ?? 'claimed']
  return `已达到要求，但只是${has}，${proofLabel[def.proof.least]}的才计入，请补佐证材料，或由监管人员现场核实`
}

/** Of what shows the fact the newest; without related records the record itself. */
function weakRecord(
  def: IndicatorDef,
  subject: Pick<Subject, 'record' | 'related'>,
  at: EvaluateContext,
): ListedRow['weak'] {
  const { related: register, where } = def.proof
  if (!register) return { register: def.of.register, id: subject.record.id }
  const shows = (subject.related[register] ?? []).filter(
    (r) => !where || holds(where, r, {}, { ...at, register, parent: subject.record }),
  )
  const newest = shows.sort((a, b) => String(b.happenedOn).localeCompare(String(a.happenedOn)))[0]
  return typeof newest?.id === 'string' ? { register, id: newest.id } : undefined
}

/** The sentences that decide: of a group its failing parts when it fails, all of them when it holds. */
function sentence(why: Reason): string {
  if (why.kind !== 'all' && why.kind !== 'any') return why.text
  const deciding = (why.parts ?? []).filter((p) => p.holds === why.holds)
  const parts = deciding.length ? deciding : (why.parts ?? [])
  return parts.length ? parts.map(sentence).join('；') : why.text
}
