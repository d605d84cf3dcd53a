import type { Actor } from '../access/actor.ts'
import type { Condition } from '../core/condition/ast.ts'
import { holds } from '../core/condition/evaluate.ts'
import { policiesOf, registersOf } from '../core/condition/walk.ts'
import { type DutyDef, type IndicatorDef, type Period, proofs, type RecordDef } from '../core/definition.ts'
import { dutyPeriod } from '../core/duty.ts'
import { parentField } from '../core/naming.ts'
import { periodOf } from '../core/period.ts'
import { almost, type LacksContext } from '../indicators/lacks.ts'
import { isOfWho, whoConditions, whoOf } from '../indicators/who.ts'
import { sql } from '../store/db.ts'
import { selectRows } from '../store/select.ts'
import type { Services } from '../store/services.ts'
import type { Row } from '../store/types.ts'
import { item, type TodayItem } from './item.ts'
import { withinOf } from './within.ts'

const thisPeriod: Record<Period, string> = {
  month: '本月',
  quarter: '本季度',
  'half-year': '本半年',
  year: '本年度',
}

/** 3月31日 */
const dayOf = (date: string): string => `${Number(date.slice(5, 7))}月${Number(date.slice(8, 10))}日`

interface Asked {
  duty: DutyDef
  def: IndicatorDef
  period: Period
}

/** Duties whose parameters have values here: without them nobody can say what is owed. */
function askedOf(s: Services, actor: Actor, today: string): Asked[] {
  const policies = s.policies()
  return s.catalogue.duties.flatMap((duty) => {
    const def = s.catalogue.indicator(duty.indicator)
    const period = dutyPeriod(def)
    const who = whoOf(def.of, { catalogue: s.catalogue, policies }, actor.home || null, today)
    const keys = [def.of.where, def.met, def.proof.where, who].flatMap((c) => (c ? policiesOf(c) : []))
    const known = keys.every((key) => policies.find(key, actor.home || null, today))
    return period && known ? [{ duty, def, period }] : []
  })
}

/**
 * What the actor's own organisation still owes in the running period, by the conditions of the figures that count it:
 * 本季度主要负责人带队检查还没做，3月31日止. One statement, however many
 * registers these conditions read.
 */
export async function dutyItems(s: Services, actor: Actor, today: string): Promise<TodayItem[]> {
  const { organisation } = actor
  const firm = s.catalogue.findRecord('enterprise')
  if (!organisation || !firm) return []
  const asked = askedOf(s, actor, today).filter(
    ({ def }) => def.of.register === firm.name || s.catalogue.record(def.of.register).of === firm.name,
  )
  const names = new Set([firm.name, ...asked.flatMap(({ def }) => registersRead(s, def))])
  const rows = await rowsOf(s, [...names], organisation)
  const own = rows.get(firm.name)?.[0]
  if (!own || !withinOf(actor, [firm], 'write', today).length) return []
  const items = asked.flatMap((a) => dutyItem(s, a, own, rows, today) ?? [])
  const walk = items.some((i) => i.link === SELF_CHECK) ? undefined : walkItem(s, asked, own, rows, today)
  return walk ? [...items, walk] : items
}

const SELF_CHECK = '/self-check'

/** The month's walk through the firm's own points, once the duty of the period is done: its own list, no legal term. */
function walkItem(
  s: Services,
  asked: readonly Asked[],
  firm: Row,
  rows: ReadonlyMap<string, Row[]>,
  today: string,
): TodayItem | undefined {
  const { selfCheck } = s.catalogue
  if (!selfCheck) return undefined
  const at = {
    ...{ catalogue: s.catalogue, policies: s.policies(), moment: { asOf: today } },
    register: 'enterprise',
  }
  const concerned = asked.some(
    ({ duty, def: { of } }) =>
      duty.bySelfCheck && (!of.where || holds(of.where, firm, {}, at)) && isOfWho(of, firm, {}, at),
  )
  const { from, to } = periodOf('month', today)
  const done = rows.get(selfCheck.record)?.some((r) => r.happenedOn >= from && r.happenedOn <= to)
  if (!concerned || done) return undefined
  return item({
    kind: 'duty',
    group: 'duty',
    title: `${selfCheck.label}还没做`,
    why: `按本企业清单每月走一遍，${dayOf(to)}止`,
    ifNot: '本月没有自查记录',
    due: to,
    link: SELF_CHECK,
    act: { do: 'go', label: '按清单自查' },
  })
}

function registersRead(s: Services, { of, met, proof }: IndicatorDef): string[] {
  return [
    of.register,
    ...[met, of.where, ...whoConditions(of, s.catalogue)].flatMap((c) => (c ? registersOf(c).related : [])),
    ...(proof.related ? [proof.related] : []),
  ]
}

/** An instant as JSON of PostgreSQL has it. */
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/

/** An organisation's live rows of some registers, in one statement. */
async function rowsOf(
  s: Services,
  names: readonly string[],
  organisation: string,
): Promise<Map<string, Row[]>> {
  const own = sql`where t.organisation = ${organisation} and t.archived_at is null`
  const parts = names.map((name) => {
    const rows = selectRows(s.catalogue.record(name), s.catalogue, own)
    return sql`select ${name}::text as name, (select coalesce(json_agg(x), '[]') from (${rows}) x) as rows`
  })
  const found = await sql<{ name: string; rows: Row[] }>`${sql.join(parts, sql` union all `)}`.execute(s.db)
  return new Map(found.rows.map(({ name, rows }) => [name, rows.map(withInstants)]))
}

/** As every other reading has them: with milliseconds and Z. */
const withInstants = (row: Row): Row => {
  for (const [key, value] of Object.entries(row))
    if (typeof value === 'string' && INSTANT.test(value)) row[key] = new Date(value).toISOString()
  return row
}

function dutyItem(
  s: Services,
  { duty, def, period }: Asked,
  firm: Row,
  rows: ReadonlyMap<string, Row[]>,
  today: string,
): TodayItem | undefined {
  const { register, where } = def.of
  const context = { catalogue: s.catalogue, policies: s.policies(), moment: { asOf: today } }
  const owing: { row: Row; weak?: Row }[] = []
  for (const row of rows.get(register) ?? []) {
    const link = parentField(register)
    const related = Object.fromEntries(
      [...rows].map(([name, all]) => [name, all.filter((r) => r[link] === row.id)]),
    )
    const at = { ...context, register, parent: firm }
    if ((where && !holds(where, row, related, at)) || !isOfWho(def.of, row, related, at)) continue
    if (!def.met || !holds(def.met, row, related, at)) owing.push({ row })
    else {
      const best = shownBy(def, row, related, context)
      if (best.proof <= proofs.indexOf(def.proof.least)) owing.push({ row, weak: best })
    }
  }
  if (owing.length === 0) return undefined
  const { from, to } = periodOf(period, today)
  const when = thisPeriod[period]
  const record = s.catalogue.record(duty.record)
  const title = String(s.catalogue.record(register).title)
  const people =
    s.catalogue.record(register).of === undefined
      ? ''
      : `：${names(owing.map((o) => String(o.row[title] ?? '')))}`
  const weak = owing.every((o) => o.weak) ? owing[0]?.weak : undefined
  const common = {
    kind: 'duty',
    group: 'duty',
    why: `${dayOf(to)}止。依据：${def.basis.join('；')}`,
    due: to,
  } as const
  if (weak)
    return item({
      ...common,
      title: `${when}${duty.label}已登记，还缺佐证材料`,
      ifNot: '现在只算自报，不计入完成：请上传带拍摄时间和位置的照片或佐证材料，或者请监管人员核实',
      link: `/records/${duty.record}/${weak.id}`,
      act: { do: 'go', label: '补佐证材料', register: duty.record, record: weak.id },
    })
  const ifNot = '到期没有登记的，记为本企业未履行'
  const begun = def.met && !people && begunOf(record, def.met, firm, rows, { ...context, register, today })
  if (begun && begun.day >= from)
    return item({
      ...common,
      title: `${when}${duty.label}已登记，还不算完成：${begun.why}`,
      ifNot,
      link: `/records/${duty.record}/${begun.id}`,
      act: { do: 'go', label: `补全${record.label}`, register: duty.record, record: begun.id },
    })
  return item({
    ...common,
    title: `${when}${duty.label}还没做${people}`,
    ifNot,
    link: duty.bySelfCheck ? SELF_CHECK : `/records/${duty.record}`,
    act: duty.bySelfCheck
      ? { do: 'go', label: '按清单自查' }
      : { do: 'go', label: `登记${record.label}`, register: duty.record },
  })
}

/** The record that is there and does not count yet, with its day and what it lacks. */
function begunOf(
  record: RecordDef,
  met: Condition,
  firm: Row,
  rows: ReadonlyMap<string, Row[]>,
  context: LacksContext,
): { id: string; day: string; why: string } | undefined {
  const found = almost(record.name, met, firm, Object.fromEntries(rows), context)
  if (!found) return undefined
  const { row, why } = found
  const day = (record.happenedOn && row[record.happenedOn]) || row.recordedAt
  return { id: String(row.id), day: String(day).slice(0, 10), why: why.join('，') }
}

const names = (all: readonly string[]): string =>
  all.slice(0, 3).join('、') + (all.length > 3 ? `等 ${all.length} 人` : '')

/** What proves the fact best: the record itself, or of the rows that show it the one with the most proof. */
function shownBy(
  def: IndicatorDef,
  row: Row,
  related: Readonly<Record<string, Row[]>>,
  context: Pick<Parameters<typeof holds>[3], 'catalogue' | 'policies' | 'moment'>,
): Row {
  const { related: register, where } = def.proof
  if (!register) return row
  const shows = (related[register] ?? []).filter(
    (r) => !where || holds(where, r, {}, { ...context, register, parent: row }),
  )
  return shows.sort((a, b) => b.proof - a.proof)[0] ?? { ...row, proof: 1 }
}
