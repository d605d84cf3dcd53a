import type { Catalogue } from '../core/catalogue.ts'
import { columnOf, tableOf } from '../core/naming.ts'
import { sql } from './db.ts'

/** An enterprise, as accounts need it. */
export interface Firm {
  id: string
  name: string
  creditCode: string | null
  area: string
}

/** Table and columns of the enterprises, by the definition; the alias is `e`. */
export function firmTable(s: { catalogue: Catalogue }) {
  const def = s.catalogue.record('enterprise')
  const code = Object.entries(def.fields).find(([, f]) => f.type === 'credit-code')?.[0]
  const creditCode = code ? sql`e.${sql.id(columnOf(code))}` : sql`null::text`
  const title = sql`e.${sql.id(columnOf(def.title))}`
  return {
    creditCode,
    title,
    firm: sql`e.id, ${title} as name, ${creditCode} as "creditCode", e.area`,
    from: sql`${sql.id(tableOf(def.name))} e`,
  }
}
