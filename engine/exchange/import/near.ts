import { type Reach, reaches, type ScopeRow } from '../../access/scope.ts'
import type { RecordDef } from '../../core/definition.ts'
import { columnOf, tableOf } from '../../core/naming.ts'
import { type Db, sql } from '../../store/db.ts'
import { type Named, whyNear } from '../../store/near.ts'
import { scopeOf } from '../../store/rows.ts'
import { firmCore } from '../../store/search/names.ts'
import type { Row } from '../../store/types.ts'
import type { Item } from './parse.ts'
import { failed, type Plan } from './planning.ts'
import { SHEET_LINES } from './sheets.ts'

/**
 * Near-doubles of parties: the same firm under a name that differs in its place, its legal form, brackets or a note
 * (（原…）, （演示）), or with another code. A person is asked 是不是这一家, with the reason; never a silent double.
 */

interface Known extends Named {
  id?: string
  line?: number
  /** a record that this reader may not see: that it is there is said, and nothing of it */
  hidden?: boolean
}

/** Names of parties by their core: those of the counties concerned, then those met in the file. */
export class NearNames {
  readonly #byCore = new Map<string, Known[]>()
  readonly #counties = new Set<string>()

  #add(known: Known): void {
    const core = firmCore(known.title)
    if (core === undefined) return
    const same = this.#byCore.get(core)
    if (same) same.push(known)
    else this.#byCore.set(core, [known])
  }

  /** Reads the names of counties that have not been read. */
  async load(
    db: Db,
    def: RecordDef,
    code: string | undefined,
    counties: ReadonlySet<string>,
    reach: Reach,
  ): Promise<void> {
    const fresh = [...counties].filter((c) => !this.#counties.has(c))
    if (fresh.length === 0) return
    for (const c of fresh) this.#counties.add(c)
    const column = code ? sql.ref(`t.${columnOf(code)}`) : sql`null::text`
    const { rows } = await sql<Known & ScopeRow>`select t.id, ${sql.ref(`t.${columnOf(def.title)}`)} as title,
        coalesce(${column}, '') as code, t.area, t.county, t.town, t.unit, t.sector, t.organisation
      from ${sql.table(tableOf(def.name))} t
      where t.archived_at is null and t.county = any(${fresh}::text[])`.execute(db)
    for (const row of rows) {
      const { id, title, code, area } = row
      this.#add({ id, title, code, area, hidden: !reaches(reach, row) })
    }
  }

  note(known: Known): void {
    this.#add(known)
  }

  find(title: string): readonly Known[] {
    const core = firmCore(title)
    return core === undefined ? [] : (this.#byCore.get(core) ?? [])
  }
}

const MOST = 5

/** Asks about new rows that look like a record or an earlier row, and about a code that comes with another name. */
export async function askNear(
  p: Plan,
  db: Db,
  items: readonly Item[],
  before: ReadonlyMap<string, Row>,
): Promise<void> {
  const area = p.def.scope?.area
  const code = p.def.near
  // what has been asked once is not asked again while it is written
  if (p.writing || !area || code === undefined) return
  p.near ??= new NearNames()
  const textOf = (item: Item, field: string) => String(item.values[field] ?? '')
  const counties = new Set(items.map((i) => textOf(i, area).slice(0, 6)).filter((c) => c.length === 6))
  await p.near.load(db, p.def, code, counties, scopeOf(p.s, p.actor, p.def, 'read'))
  for (const item of items) {
    const own: Known = {
      line: item.line,
      title: textOf(item, p.def.title),
      code: textOf(item, code),
      area: textOf(item, area),
    }
    if (own.title === '') continue
    const open = !item.decision && !failed(item)
    const record = item.recordId ? before.get(item.recordId) : undefined
    if (open && record) askRenamed(p, item, record, own, code)
    else if (open) askAlike(p, item, own, p.near.find(own.title))
    if (!failed(item)) p.near.note(own)
  }
}

function askRenamed(p: Plan, item: Item, record: Row, own: Known, code: string): void {
  const title = String(record[p.def.title] ?? '')
  const label = p.def.fields[code]?.label ?? ''
  if (own.code === '' || record[code] !== own.code || firmCore(title) === firmCore(own.title)) return
  ask(
    item,
    p.def.title,
    `是不是这一家：${label}与已有的“${title}”相同，名称却是“${own.title}”。更名请选定这一家，否则请改正代码。`,
    [{ id: record.id, title }],
  )
}

function askAlike(p: Plan, item: Item, own: Known, all: readonly Known[]): void {
  const alike = all.filter(
    (k) =>
      k.area.slice(0, 6) === own.area.slice(0, 6) &&
      !(k.line !== undefined && k.title === own.title && k.code === own.code),
  )
  const first = alike.find((k) => !k.hidden)
  if (!first && alike.length)
    ask(
      item,
      p.def.title,
      '是不是这一家：本县另有一家名称只差地名、组织形式或括号的，不在您的管辖范围内。请先与县局核对；不是同一家请选“新增”。',
      [],
    )
  if (!first) return
  const why = whyNear(own, first, (area) => p.lookups.areaName(area))
  const where = first.line === undefined ? '已有的' : `第 ${first.line % SHEET_LINES} 行的`
  ask(
    item,
    p.def.title,
    `是不是这一家：${where}“${first.title}”${first.code ? `（${first.code}）` : ''}，${why}。是同一家请选定或跳过本行，不是请选“新增”。`,
    alike.flatMap((k) => (k.id && !k.hidden ? [{ id: k.id, title: k.title }] : [])).slice(0, MOST),
  )
}

function ask(item: Item, field: string, message: string, candidates: { id: string; title: string }[]): void {
  item.problems.push({
    field,
    level: 'error',
    ask: 'which',
    text: String(item.values[field] ?? ''),
    message,
    ...(candidates.length > 0 && { candidates }),
  })
}
