import type { Catalogue } from '../core/catalogue.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import type { Json } from '../core/condition/ast.ts'
import type { PolicyDef } from '../core/definition.ts'
import { PolicyBook } from '../core/policy.ts'
import { type Db, sql } from './db.ts'
import { loopVersions, storeDefinitions } from './definitions.ts'
import { followLocal } from './local.ts'
import { createSeal, readSealKey } from './seal.ts'
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

/** How long the county's own numbers are believed before a look whether another program has changed them. */
const TRUST_MS = 15_000

/** Moves with every change of a county's own numbers. */
async function markOf(db: Db): Promise<string> {
  const { rows } = await sql<{ mark: string }>`select
    concat_ws(' ', count(*), sum(version), max(updated_at)) as mark from policy_row`.execute(db)
  return rows[0]?.mark ?? ''
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

/**
 * Services over a migrated database: stores the definitions, reads the policies. A county's own numbers may be changed
 * by another program on the same database: who asks for them after `policyTrustMs` also sets off a look behind their
 * back, so that nobody waits and the next one has them fresh.
 */
export async function openServices(
  db: Db,
  catalogue: Catalogue,
  options: { clock?: Clock; lenient?: boolean; policyTrustMs?: number } = {},
): Promise<OpenServices> {
  const clock = options.clock ?? systemClock
  await storeDefinitions(db, catalogue, clock.now(), { lenient: options.lenient ?? false })
  const freshLocal = followLocal(db, catalogue)
  await freshLocal()
  const trust = options.policyTrustMs ?? TRUST_MS
  let mark = await markOf(db)
  let book = new PolicyBook(catalogue.policies, await readLocalPolicies(db))
  let looked = performance.now()
  const read = async (seen: string) => {
    book = new PolicyBook(catalogue.policies, await readLocalPolicies(db))
    mark = seen
  }
  const look = async () => {
    const seen = await markOf(db)
    if (seen !== mark) await read(seen)
  }
  return {
    db,
    catalogue,
    clock,
    policies() {
      if (performance.now() - looked > trust) {
        looked = performance.now()
        // the database is away: the numbers of before serve, and the next one looks again
        look().catch(() => undefined)
      }
      return book
    },
    seal: createSeal(await readSealKey(db)),
    freshLocal,
    onWrite: [],
    loopVersion: loopVersions(db, catalogue),
    async refreshPolicies() {
      await read(await markOf(db))
    },
  }
}
