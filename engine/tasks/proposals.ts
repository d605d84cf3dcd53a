import { columnOf, tableOf } from '../core/naming.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { type Proposal, proposeBinding, settleProposals } from './propose.ts'
import type { Item, Notice } from './rows.ts'

/** A proposal with names resolved where the database knows them. */
export interface ItemProposal extends Omit<Proposal, 'units' | 'names'> {
  /** ids of supervising units meant by the printed names */
  owners: string[]
  /** ids of enterprises that the sentence names */
  subset?: string[]
  /** printed names that matched nothing */
  unknown: string[]
}

/** Items proposed for in one go; a long notice must not hold up everybody else. */
const AT_ONCE = 40

/** What the words of all items come to, some at a time. */
export async function proposalsFor(
  s: Services,
  notice: Notice,
  items: readonly Item[],
): Promise<Map<string, Proposal>> {
  const offered = [...s.catalogue.indicators.values()].filter((i) => s.catalogue.offered(i.name, notice.area))
  const out: Proposal[] = []
  for (const [n, item] of items.entries()) {
    if (n > 0 && n % AT_ONCE === 0) await new Promise((r) => setImmediate(r))
    out.push(proposeBinding(item, offered, s.catalogue.vocabulary, notice.title ?? notice.name))
  }
  const settled = settleProposals(items, out)
  return new Map(items.flatMap((item, i) => (settled[i] ? [[item.id, settled[i]] as const] : [])))
}

export interface Known {
  units: { id: string; name: string; area: string }[]
  /** printed name of an enterprise → ids */
  enterprises: Map<string, string[]>
}

/** Units of the area, and enterprises whose names hold a printed name. */
export async function knownNames(s: Services, db: Db, area: string, items: readonly Item[]): Promise<Known> {
  const { rows: units } = await sql<Known['units'][number]>`select id, name, area from unit
    where area = ${area} or starts_with(area, ${area}) order by path`.execute(db)
  const enterprises = new Map<string, string[]>()
  const names = [...new Set(items.flatMap((i) => proposeBinding(i, []).names))]
  const def = s.catalogue.findRecord('enterprise')
  if (!def || names.length === 0) return { units, enterprises }
  const title = sql.ref(`t.${columnOf(def.title)}`)
  const { rows } = await sql<{
    id: string
    name: string
  }>`select t.id, n.name from ${sql.table(tableOf(def.name))} t
    join unnest(${names}::text[]) as n(name) on strpos(${title}, n.name) > 0
    where t.archived_at is null and starts_with(t.area, ${area}) limit 200`.execute(db)
  for (const { id, name } of rows) enterprises.set(name, [...(enterprises.get(name) ?? []), id])
  return { units, enterprises }
}

/** A proposal with the printed names as the database knows them. */
export function resolved(s: Services, { units, names, ...proposal }: Proposal, known: Known): ItemProposal {
  const def = proposal.indicator ? s.catalogue.indicators.get(proposal.indicator) : undefined
  const owners = new Set<string>()
  const unknown: string[] = []
  for (const printed of units) {
    const found = unitsMeant(printed, known.units)
    for (const id of found) owners.add(id)
    if (found.length === 0) unknown.push(printed)
  }
  const subset = new Set<string>()
  for (const name of names) {
    const ids = known.enterprises.get(name) ?? []
    // more than a few are no named enterprises but a word of many names
    if (ids.length === 0 || ids.length > 3) unknown.push(name)
    else for (const id of ids) subset.add(id)
  }
  const named = def?.of.register === 'enterprise' && subset.size > 0
  return { ...proposal, owners: [...owners], ...(named && { subset: [...subset] }), unknown }
}

/** 各镇应急管理中心 means all town centres; 县局 the county's bureau; other names what they are contained in. */
function unitsMeant(printed: string, units: Known['units']): string[] {
  const towns = units.filter((u) => u.area.length === 9)
  const county = units.filter((u) => u.area.length <= 6)
  const bureau = county.filter((u) => /应急管理局|应急局|安委/.test(u.name))
  const every = /各.*(镇|乡|街道)|乡镇/.test(printed)
  const both = /县[、和]镇|县、乡/.test(printed)
  if (every || both) return [...(both ? bureau : []), ...towns].map((u) => u.id)
  if (/^县(应急管理)?局$|^县应急/.test(printed)) return bureau.map((u) => u.id)
  return units.filter((u) => u.name.includes(printed) || printed.includes(u.name)).map((u) => u.id)
}
