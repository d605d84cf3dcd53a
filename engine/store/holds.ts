import { shanghaiDate } from '../core/clock.ts'
import type { Condition } from '../core/condition/ast.ts'
import { holds } from '../core/condition/evaluate.ts'
import type { RecordDef } from '../core/definition.ts'
import type { Services } from './services.ts'

/** Evaluates conditions on values that may not be stored yet; `parent` gives `enterprise.x` paths. */
export const holdsOn =
  (s: Services, def: RecordDef, now: Date, parent?: Record<string, unknown>) =>
  (condition: Condition, values: Record<string, unknown>): boolean =>
    holds(
      condition,
      values,
      {},
      {
        catalogue: s.catalogue,
        register: def.name,
        moment: { asOf: shanghaiDate(now) },
        policies: s.policies(),
        parent,
      },
    )
