import type { Writable } from 'node:stream'
import type { Actor } from '../../access/actor.ts'
import { reaches } from '../../access/scope.ts'
import { shanghaiDate } from '../../core/clock.ts'
import type { Condition } from '../../core/condition/ast.ts'
import type { RecordDef } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import { parentField } from '../../core/naming.ts'
import { rowsById } from '../../store/bulk.ts'
import { listRows } from '../../store/list.ts'
import { maskRows } from '../../store/mask.ts'
import { scopeOf } from '../../store/rows.ts'
import type { Services } from '../../store/services.ts'
import type { ListQuery, Row } from '../../store/types.ts'
import { ancestors } from '../import/fields.ts'
import { type Lookups, readLookups } from '../import/lookups.ts'
import { writeCsv, writeSheet } from '../sheet/index.ts'
import { type Column, columnsOf } from './columns.ts'
import { filterWords, noteExport, personalColumns, requirePurpose } from './purpose.ts'

export { type Column, columnsOf } from './columns.ts'
export { exportJournal } from './journal.ts'
export { noteExport, personalColumns } from './purpose.ts'
export { exportTaskGrid, exportTaskRows } from './tasks.ts'
export { templateSheet } from './template.ts'

export interface ExportQuery {
  where?: Condition | undefined
  search?: string | undefined
  sort?: string[] | undefined
  /** only the records of this parent */
  parent?: string | undefined
  /** without what a newer record has replaced */
  newest?: boolean | undefined
  format?: 'xlsx' | 'csv' | undefined
  /** fields in the order wanted; default: all */
  columns?: string[] | undefined
  /** what for; asked where personal content goes out in full */
  purpose?: string | undefined
}

/** Rows read at a time: few enough to be held twice, enough that asking costs nothing beside reading. */
const PAGE = 2000

/**
 * A register's ledger as a sheet that can be imported again: headings are the labels, rows those within the
 * actor's reach, a page at a time. Personal content is masked where the actor may only look. Ends `out`; leaves a
 * journal entry with the number of rows, the filter and the purpose.
 * @throws Problem `forbidden` without any right on the register, `bad-input` where personal content would go out
 * without a purpose; later faults destroy `out`
 */
export async function exportRegister(
  s: Services,
  actor: Actor,
  register: string,
  query: ExportQuery,
  out: Writable,
): Promise<{ rows: number }> {
  const def = s.catalogue.record(register)
  if (scopeOf(s, actor, def, 'read').terms.length === 0)
    throw new Problem('forbidden', `您不能查看${def.label}，因此不能导出。`, { register })
  const columns = columnsOf(s.catalogue, def, query.columns)
  const personal = personalColumns(s, actor, def, columns)
  const purpose = personal.length
    ? requirePurpose(query.purpose, `导出的内容里有个人信息（${personal.slice(0, 5).join('、')}）`)
    : query.purpose?.trim()
  const lookups = await readLookups(s.db, actor.home, shanghaiDate(s.clock.now()))
  const { format = 'xlsx', columns: _, purpose: __, ...list } = query
  const page = async (after?: string | null) => {
    const read = await listRows(s, actor, def, { ...list, limit: PAGE, ...(after && { after }) }, PAGE)
    return { ...read, above: await aboveOf(s, actor, def, columns, read.rows) }
  }
  // the first page before the first byte: a wrong filter is a message, not a broken file
  const first = await page()
  const counted = { rows: 0 }
  async function* rows(): AsyncGenerator<unknown[]> {
    let whole = false
    try {
      for (let read: typeof first | undefined = first; read; ) {
        // the next page comes while this one is written; a fault of it is told when its turn comes
        const next: Promise<typeof first> | undefined = read.next ? page(read.next) : undefined
        next?.catch(() => undefined)
        const cells = cellsOf(s, actor, def, columns, lookups, read.above)
        for (const row of read.rows) {
          counted.rows++
          yield readable(row, cells)
        }
        read = await next
      }
      whole = true
    } finally {
      // before the end of the file is sent, and also when it is broken off
      const filter = filterWords(s, def, list as ListQuery)
      await noteExport(s, actor, { register, rows: counted.rows, whole, filter, purpose, personal })
    }
  }
  const sheet = columns.map((c) => ({ title: c.title, type: c.type }))
  if (format === 'csv') await writeCsv(sheet, rows(), out)
  else await writeSheet(sheet, rows(), out, { sheetName: def.label })
  return counted
}

/**
 * Cells of rows that were listed, column by column, as an export would show them to this reader; for sheets that are
 * not an export (a form that is filled).
 */
export async function cellsOfRows(
  s: Services,
  actor: Actor,
  def: RecordDef,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<unknown[][]> {
  const lookups = await readLookups(s.db, actor.home, shanghaiDate(s.clock.now()))
  const cells = cellsOf(s, actor, def, columns, lookups, await aboveOf(s, actor, def, columns, rows))
  return rows.map(cells)
}

/** A row's cells; of a record that cannot be read, which one it is. */
function readable(row: Row, cells: (row: Row) => unknown[]): unknown[] {
  try {
    return cells(row)
  } catch {
    return [`（内容有误，编号 ${row.id}，请告诉管理员）`]
  }
}

/** The records that rows hang on, by register and id; only registers that some column shows. */
type Above = Map<string, Map<string, Row>>

async function aboveOf(
  s: Services,
  actor: Actor,
  def: RecordDef,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<Above> {
  const out: Above = new Map()
  if (!columns.some((c) => c.of)) return out
  let at: readonly Row[] = rows
  let child = def
  for (const parent of ancestors(s.catalogue, def)) {
    const link = parentField(child.of ?? '')
    const ids = [...new Set(at.map((r) => String(r[link] ?? '')).filter(Boolean))]
    at = await rowsById(s.catalogue, s.db, parent, ids)
    out.set(parent.name, new Map(maskRows(s, actor, parent, at).map((r) => [r.id, r])))
    child = parent
  }
  return out
}

/** How a row reads, cell by cell; made once a page. */
function cellsOf(
  s: Services,
  actor: Actor,
  def: RecordDef,
  columns: readonly Column[],
  lookups: Lookups,
  above: Above,
): (row: Row) => unknown[] {
  const chain = ancestors(s.catalogue, def)
  const within = (d: RecordDef) => {
    const reach = scopeOf(s, actor, d, 'read')
    return (row: Row | undefined) => (row && reaches(reach, row) ? row : undefined)
  }
  const own = within(def)
  const holders = chain.map((of) => ({ of, link: parentField(of.name), seen: within(of) }))
  const texts = columns.map((column) => {
    const register = column.of ?? def
    const name = column.of ? column.field.slice(register.name.length + 1) : column.field
    return { from: column.of ? chain.indexOf(column.of) + 1 : 0, text: cellText(s, name, column, lookups) }
  })
  return (row) => {
    // the record and those it hangs on, each once a row and not once a cell
    const sources = [own(row)]
    let at: Row | undefined = row
    for (const { of, link, seen } of holders) {
      at = at && above.get(of.name)?.get(String(at[link] ?? ''))
      sources.push(seen(at))
    }
    return texts.map(({ from, text }) => {
      const source = sources[from]
      return source ? text(source) : null
    })
  }
}

/** How one column reads a record. */
function cellText(
  s: Services,
  field: string,
  { def, type }: Column,
  lookups: Lookups,
): (row: Row) => unknown {
  // kept as they are, so that nothing is lost on the way back; an endless date is written as a word
  if (type === 'number' || type === 'flag' || type === 'time') return (row) => row[field] ?? null
  if (def.type === 'ref') return (row) => (row[field] ? (row[`${field}Title`] ?? null) : null)
  const fieldType = s.catalogue.fieldType(def)
  const names = {
    areaName: (code: string) => lookups.areaName(code),
    refTitle: (register: string, id: string) => (register === 'unit' ? lookups.unitName(id) : id),
  }
  return (row) => {
    const value = row[field]
    return value === null || value === undefined ? null : fieldType.toText(value, def, names)
  }
}
