import type { Actor } from '../access/actor.ts'
import type { ScopeRow } from '../access/scope.ts'
import { reaches } from '../access/scope.ts'
import type { RecordDef } from '../core/definition.ts'
import { isPersonal } from '../core/personal.ts'
import { mask } from '../store/mask.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'

/** Titles may be personal content: whoever may only look sees them as the record's page shows them. */
export function titleFor(
  s: Services,
  actor: Actor,
  def: RecordDef,
  row: ScopeRow & { title: string | null },
): string | null {
  const field = def.fields[def.title]
  const secret = row.title !== null && field !== undefined && isPersonal(field)
  return secret && !reaches(scopeOf(s, actor, def, 'write'), row) ? mask(row.title ?? '', field) : row.title
}
