import type { Catalogue } from '../../core/catalogue.ts'
import type { RecordDef } from '../../core/definition.ts'
import { type Db, sql } from '../../store/db.ts'
import { labelOf } from './fields.ts'
import type { Ask, Repair, RowProblem } from './types.ts'

/** Most kinds of questions and of repairs that are told; beyond them their rows tell. */
const MOST = 500
const LINES = 20
const MOVES = '这些行要把已有的记录改到别的乡镇或县，名下的记录会一起过去。改到新乡镇，还是不改，请选定'

interface Group {
  kind: Ask['kind'] | null
  level: RowProblem['level']
  field: string
  text: string
  to: string | null
  message: string
  count: number
  lines: number[]
  candidates: Ask['candidates'] | null
}

/**
 * What is asked about the rows of a sheet, and what was taken for something else than it says: each once for all rows
 * alike, the most frequent first; questions go before repairs, of which a ledger may have one in every row. Rows that are left out ask nothing.
 */
export async function askedOf(
  db: Db,
  catalogue: Catalogue,
  def: RecordDef,
  id: string,
): Promise<{ asks: Ask[]; repairs: Repair[] }> {
  const { rows } = await sql<Group>`select p->>'ask' as kind, p->>'level' as level, p->>'field' as field,
      coalesce(p->>'text', '') as text, p->>'to' as to, min(p->>'message') as message, count(*)::int as count,
      (array_agg(r.line order by r.line))[1:${sql.raw(String(LINES))}] as lines,
      (array_agg(p->'candidates' order by r.line))[1] as candidates
    from import_row r, jsonb_array_elements(r.problems) p
    where r.session_id = ${id} and r.state <> 'skipped' and (p ? 'ask' or p->>'level' = 'repair')
    group by 1, 2, 3, 4, 5, case when p->>'ask' = 'which' then r.line end
    order by (p->>'ask') is null, count desc, 3, 4 limit ${2 * MOST}`.execute(db)
  const label = (field: string) => labelOf(catalogue, def, field)
  const asks = rows.flatMap((g): Ask[] =>
    g.kind
      ? [
          {
            kind: g.kind,
            field: g.field,
            label: g.kind === 'hidden' ? '隐藏行' : label(g.field),
            text: g.text,
            holds: g.level === 'error',
            message: g.kind === 'moves' && g.count > 1 ? MOVES : g.message,
            count: g.count,
            lines: g.lines,
            // of a move each row has its own
            ...(g.candidates && g.kind !== 'moves' && { candidates: g.candidates }),
          },
        ]
      : [],
  )
  const repairs = rows.flatMap((g): Repair[] =>
    g.level === 'repair'
      ? [
          {
            field: g.field,
            label: label(g.field),
            from: g.text,
            to: g.to ?? '',
            why: g.message,
            count: g.count,
            lines: g.lines,
          },
        ]
      : [],
  )
  return { asks: asks.slice(0, MOST), repairs: repairs.slice(0, MOST) }
}
