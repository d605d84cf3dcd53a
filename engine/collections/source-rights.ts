import type { Actor } from '../access/actor.ts'
import type { RecordDef } from '../core/definition.ts'
import { isProblem, Problem } from '../core/errors.ts'
import { columnsOf as exportColumns } from '../exchange/export/index.ts'
import { sourcesOf } from '../indicators/population.ts'
import { checkQuery } from '../store/list.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import type { About, Column, Source } from './types.ts'

/*
 * A figure tells as much as a list: whoever may choose what is counted, and by which condition, reads the register bit by
 * bit. So a column is filled only by what the actor reads, and its condition is asked as a list's filter is.
 */

/** Registers that a source looks into. */
function registersIn(s: Services, source: Source): RecordDef[] {
  if ('count' in source) return [s.catalogue.record(source.count)]
  // a field of what the record hangs on
  const above = 'field' in source && source.field.includes('.') ? source.field.split('.')[0] : undefined
  if (above) return [s.catalogue.findRecord(above) ?? []].flat()
  const indicator = 'indicator' in source && s.catalogue.indicators.get(source.indicator)
  return indicator ? [...sourcesOf(indicator, s.catalogue)].map((name) => s.catalogue.record(name)) : []
}

/** @throws Problem `forbidden` for a register that the actor does not read, `bad-input` for a condition that is none */
function requireSource(s: Services, actor: Actor, source: Source): void {
  for (const def of registersIn(s, source))
    if (scopeOf(s, actor, def, 'read').terms.length === 0)
      throw new Problem('forbidden', `您不能查看${def.label}，不能用它填表。请另选来源。`, {
        register: def.name,
      })
  if ('count' in source && source.condition)
    checkQuery(s, actor, s.catalogue.record(source.count), { where: source.condition })
}

/** Whether the actor may fill columns by a source: what may not is neither offered nor computed. */
export const mayFill =
  (s: Services, actor: Actor) =>
  (source: Source): boolean => {
    try {
      requireSource(s, actor, source)
      return true
    } catch (e) {
      if (isProblem(e)) return false
      throw e
    }
  }

/**
 * @throws Problem `bad-input` for a source that does not fit the form, is not there, or has a wrong condition; `forbidden`
 * for one that the actor does not read
 */
export function checkSources(
  s: Services,
  actor: Actor,
  about: About,
  def: RecordDef | undefined,
  columns: readonly Column[],
): void {
  for (const { source, title } of columns) {
    if (!source || 'sequence' in source) continue
    const fits =
      'field' in source
        ? def !== undefined && about === 'record'
        : about === 'place' &&
          ('place' in source ||
            ('indicator' in source
              ? s.catalogue.indicators.has(source.indicator)
              : s.catalogue.findRecord(source.count) !== undefined))
    if (!fits) throw new Problem('bad-input', `“${title}”这一列的来源不适合这张表，请重新选择。`)
    if ('field' in source && def) exportColumns(s.catalogue, def, [source.field])
    requireSource(s, actor, source)
  }
}
