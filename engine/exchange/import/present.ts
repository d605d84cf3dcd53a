import type { Db } from '../../store/db.ts'
import { areaNames } from './area-names.ts'
import { labelOf } from './fields.ts'
import { placeOf, rawByTitle } from './place.ts'
import type { Staged } from './rows.ts'
import type { ImportRow, ImportServices, SessionRow } from './types.ts'

/** A staged row as people and programs are shown it. */
export function presentRow(
  s: Pick<ImportServices, 'catalogue'>,
  r: Pick<SessionRow, 'found' | 'register'>,
  row: Staged,
): ImportRow {
  const def = s.catalogue.record(r.register)
  return {
    line: row.line,
    ...placeOf(r.found, row.line),
    state: row.state,
    done: row.done,
    values: row.given,
    raw: rawByTitle(r.found, row.line, row.raw),
    problems: row.problems.filter((p) => p.level !== 'change'),
    changes: row.problems.flatMap((p) =>
      p.level === 'change'
        ? [
            {
              field: p.field,
              label: labelOf(s.catalogue, def, p.field),
              from: p.text ?? '',
              to: p.to ?? '',
            },
          ]
        : [],
    ),
    decision: row.decision,
    // a row that cannot be taken may be about a record that is not the reader's to see
    record: row.state === 'error' ? null : row.record_id,
  }
}

/** Names of the areas that rows and the answers of a session mean, by code: a reader's own list ends at his town. */
export function areasOf(
  s: Pick<ImportServices, 'catalogue'>,
  db: Db,
  r: Pick<SessionRow, 'register' | 'mapping' | 'found'>,
  rows: readonly Staged[],
): Promise<Record<string, string>> {
  const fields = Object.entries(s.catalogue.findRecord(r.register)?.fields ?? {}).flatMap(([name, f]) =>
    f.type === 'area' ? [name] : [],
  )
  const of = new Set(fields)
  const codes = [
    ...rows.flatMap((row) => fields.map((f) => row.given[f])),
    ...fields.flatMap((f) => Object.values(r.mapping.values?.[f] ?? {})),
    ...(r.found.remembered ?? []).flatMap((m) => (of.has(m.field) ? [m.answer] : [])),
  ]
  return areaNames(
    db,
    codes.filter((c): c is string => typeof c === 'string' && c !== ''),
  )
}
