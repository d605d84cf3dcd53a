import type { Catalogue } from '../core/catalogue.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import type { Json } from '../core/condition/ast.ts'
import type { PolicyDef } from '../core/definition.ts'
import { PolicyBook } from '../core/policy.ts'
import { type Db, sql } from './db.ts'
import { loopVersions, storeDefinitions } from './definitions.ts'
import type { Services } from './services.ts'

interface LocalRow {
  key: string
  label: string
  value: Json
  unit: string | null
  area: string
  from: string
  to: string | null
  basis: string
  sure: PolicyDef['sure']
}

/** A county's own policy rows. */
export async function readLocalPolicies(db: Db): Promise<PolicyDef[]> {
  const { rows } =
    await sql<LocalRow>`select key, label, value, unit, area, from_on as "from", to_on as "to", basis, sure
    from policy_row where removed_at is null`.execute(db)
  return rows.map(({ unit, to, ...r }) => ({ ...r, ...(unit && { unit }), ...(to && { to }) }))
}

export interface OpenServices extends Services {
  /** reads the county's own policy rows again; call after they change */
  refreshPolicies(): Promise<void>
}

/** Services over a migrated database: stores the definitions, reads the policies. */
export async function openServices(
  db: Db,
  catalogue: Catalogue,
  options: { clock?: Clock; lenient?: boolean } = {},
): Promise<OpenServices> {
  const clock = options.clock ?? systemClock
  await storeDefinitions(db, catalogue, clock.now(), { lenient: options.lenient ?? false })
  let book = new PolicyBook(catalogue.policies, await readLocalPolicies(db))
  return {
    db,
    catalogue,
    clock,
    policies: () => book,
    onWrite: [],
    loopVersion: loopVersions(db, catalogue),
    async refreshPolicies() {
      book = new PolicyBook(catalogue.policies, await readLocalPolicies(db))
    },
  }
}
