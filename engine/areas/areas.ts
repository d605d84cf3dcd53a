import type { Clock } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { type Db, sql } from '../store/db.ts'
import { isArea } from '../store/places.ts'

export interface Area {
  code: string
  name: string
  parent: string | null
  level: 'province' | 'city' | 'county' | 'town' | 'village'
}

export interface Unit {
  id: string
  path: string
  name: string
  area: string
  kind: string
}

const MOST = 6000
const TRUST_MS = 60_000

/** The area of a prefix and everything below it that is valid today; villages are left out where that is too much. */
export async function readAreas(db: Db, under: string, today: string): Promise<Area[]> {
  const query = (levels: string) => sql<Area>`select code, name, parent, level from area
    where starts_with(code, ${under}) and (valid_from is null or valid_from <= ${today})
      and (valid_to is null or valid_to >= ${today}) ${sql.raw(levels)}
    order by code limit ${MOST + 1}`
  const all = await query('').execute(db)
  return all.rows.length <= MOST
    ? all.rows
    : (await query("and level <> 'village'").execute(db)).rows.slice(0, MOST)
}

export async function readUnits(db: Db, today: string): Promise<Unit[]> {
  const { rows } = await sql<Unit>`select id, path, name, area, kind from unit
    where (valid_from is null or valid_from <= ${today}) and (valid_to is null or valid_to >= ${today})
    order by path`.execute(db)
  return rows
}

/**
 * What is kept for an area (an account, a key, a number, a task) stands on one that exists.
 * @throws Problem `bad-input`
 */
export async function requireKnownArea(s: { db: Db; clock: Clock }, area: string): Promise<void> {
  if (await isArea(s, area)) return
  throw new Problem('bad-input', `没有代码为 ${area} 的地区，请重新选择地区。`, {
    complaints: [{ path: 'area', message: '没有这个地区，请重新选择' }],
  })
}

/** Codes of the counties an installation is for, kept in memory. */
export function countyCodes(db: Db, clock: Clock) {
  let codes: string[] = []
  let until = 0
  return async (): Promise<string[]> => {
    const now = clock.now().getTime()
    if (now > until) {
      const { rows } = await sql<{ code: string }>`select code from area where level = 'county'
        order by code`.execute(db)
      codes = rows.map((r) => r.code)
      // none yet: areas are being set up
      until = codes.length ? now + TRUST_MS : now
    }
    return codes
  }
}

/** Names of areas by code, kept in memory: a few hundred in a county, some thousands in a province. */
export function areaNames(db: Db, clock: Clock) {
  let names = new Map<string, string>()
  let until = 0
  return async (): Promise<(code: string) => string> => {
    const now = clock.now().getTime()
    if (now > until) {
      const { rows } = await sql<{ code: string; name: string }>`select code, name from area`.execute(db)
      names = new Map(rows.map((r) => [r.code, r.name]))
      until = now + TRUST_MS
    }
    const known = names
    return (code) => known.get(code) ?? code
  }
}

/** The name of the town an area lies in; of a county or above its own. A firm's place may be a village. */
export const townName = (name: (code: string) => string, area: string): string => name(area.slice(0, 9))
