import { type Reach, reaches } from '../../access/scope.ts'
import type { RecordDef } from '../../core/definition.ts'
import type { Db } from '../../store/db.ts'
import { maskRows } from '../../store/mask.ts'
import { areaColumns, type ScopeColumns } from '../../store/scope-columns.ts'
import type { Row } from '../../store/types.ts'
import { scopeOfChange } from '../../store/write.ts'
import { areaNames } from './area-names.ts'
import type { Item } from './parse.ts'
import { type Plan, type Planned, textOfValue, warn } from './planning.ts'

/**
 * What a row changes on a record that is there already: said cell by cell, before it is written and after. A move to
 * another town or county takes all that hangs on the record along: a person says so, the sheet alone does not.
 */

/** Longest text of a cell that is told; the record itself has the rest. */
const MOST_TOLD = 200
const cut = (text: string): string => (text.length > MOST_TOLD ? `${text.slice(0, MOST_TOLD)}…` : text)

/** Names the areas that records found lie in, where the import's county does not know them. */
export async function nameAreas(p: Plan, db: Db, rows: readonly Row[]): Promise<void> {
  const fields = Object.keys(p.def.fields).filter((f) => p.def.fields[f]?.type === 'area')
  const codes = rows.flatMap((r) => fields.map((f) => r[f])).filter((v) => typeof v === 'string')
  const unknown = codes.filter((code) => p.lookups.areaName(code) === code)
  if (unknown.length === 0) return
  const names = await areaNames(db, unknown)
  const { areaName } = p.lookups
  p.lookups = { ...p.lookups, areaName: (code) => names[code] ?? areaName(code) }
}

/** To another town or county; to a place within the same, or from the county to a town of its own, is no move. */
export const movesTo = (before: ScopeColumns, after: Pick<ScopeColumns, 'county' | 'town'>): boolean =>
  before.county !== after.county || (before.town !== null && before.town !== after.town)

/** The field that says in which area a record lies; records under others lie where those do. */
const areaField = (def: RecordDef): string | undefined => (def.of ? undefined : def.scope?.area)

/**
 * Asks where the row would move its record and nobody has said whether it is to: once for all rows
 * (`Mapping.moves`), or by a correction of the row's own cell.
 * @param write what the importer may write
 */
export function askMoved(p: Plan, item: Item, before: Row, write: Reach): void {
  const field = areaField(p.def)
  const def = field && p.def.fields[field]
  const code = field && item.values[field]
  if (!def || typeof code !== 'string' || (item.fixed && field in item.fixed)) return
  if (!reaches(write, before) || !movesTo(before, areaColumns(code))) return
  const { label } = def
  const from = textOfValue(p, def, before, field) || '别处'
  const to = p.lookups.areaName(code)
  if (p.mapping.moves === false) {
    item.values[field] = before.area
    warn(item, field, `${label}：本表写的是${to}，按选定不改，仍在${from}`)
    return
  }
  const told = item.problems.some((x) => x.level === 'change' && x.field === field && x.to === cut(to))
  const wide = { ...before, [field]: code }
  const may = reaches(write, { id: before.id, ...scopeOfChange(p.def, before, wide, p.actor) })
  // what has moved since the preview is another move than the one that was agreed to
  if (p.mapping.moves === true && (!may || !p.writing || told)) return
  item.problems.push({
    field,
    level: 'error',
    ask: 'moves',
    text: '',
    message: may
      ? `${label}：已登记在${from}，本表要把它改到${to}，名下的记录会一起过去。改到${to}，还是不改${label}，请选定`
      : `${label}：已登记在${from}，本表要把它改到${to}，您不能改。请选“不改${label}”，或请县局办理`,
    candidates: [
      ...(may ? [{ id: code, title: `改到${to}` }] : []),
      ...(typeof before[field] === 'string' ? [{ id: before[field], title: `不改${label}` }] : []),
    ],
  })
}

/** What the sheet wants and the importer may not. @param before the record, where there is one */
export function outOfReach(p: Plan, before: Row | undefined, after: ScopeColumns): string {
  const name = (area: string | null) => (area ? p.lookups.areaName(area) : '')
  if (!before)
    return `${after.area ? `“${name(after.area)}”` : '这一行'}不在您的职责范围内，不能导入。请删去这一行，或请县局导入。`
  if (movesTo(before, after))
    return `已登记在${name(before.area)}，本表要把它改到${name(after.area)}，您不能改。请改正这一格，或请县局办理。`
  return `照本表改了，这条${p.def.label}就不在您的职责范围内，您不能改。请改正这一行，或请县局办理。`
}

/**
 * Notes on rows what each changes: the record's present value and the row's, in words, as this importer may read
 * them. Notes of an earlier look go.
 */
export function noteChanges(p: Plan, items: readonly Item[], planned: readonly Planned[]): void {
  for (const item of items) item.problems = item.problems.filter((x) => x.level !== 'change')
  const known = planned.flatMap((x) => (x.before ? [{ x, before: x.before }] : []))
  const masked = maskRows(
    p.s,
    p.actor,
    p.def,
    known.map((k) => k.before),
  )
  for (const [i, { x, before }] of known.entries()) {
    const shown = masked[i] ?? before
    const after: Record<string, unknown> = { ...Object.fromEntries(x.changes.map((c) => [c.field, c.after])) }
    // what is made beside the row says it of the record
    for (const { setter, values } of x.derived ?? [])
      for (const [to, own] of Object.entries(setter.fields))
        if (own in values && values[own] !== before[to]) after[to] = values[own]
    for (const [field, value] of Object.entries(after)) {
      const def = p.def.fields[field]
      if (!def) continue
      const to =
        value !== null && def.type === 'ref'
          ? (x.item.texts[field] ?? '另选的一条')
          : textOfValue(p, def, { ...shown, [field]: value }, field)
      x.item.problems.push({
        field,
        level: 'change',
        message: `${def.label}有改动`,
        text: cut(textOfValue(p, def, shown, field)),
        to: cut(to),
      })
    }
  }
}
