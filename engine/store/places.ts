import type { Clock } from '../core/clock.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Fields } from '../core/definition.ts'
import type { Complaint } from '../core/errors.ts'
import { type Db, sql } from './db.ts'
import { fieldEntries } from './values.ts'

/** Which codes of areas and paths of units there are: the one check of forms, API, imports, accounts, keys, numbers. */
export interface Places {
  /** areas have been set up; before that there is nothing to compare records with */
  setUp: boolean
  area(code: string): boolean
  unit(path: string): boolean
}

interface Kept extends Places {
  day: string
  until: number
}

const TRUST_MS = 60_000
const kept = new WeakMap<Db, Kept>()

async function readPlaces(db: Db, day: string): Promise<Places> {
  const valid = sql`(valid_from is null or valid_from <= ${day}) and (valid_to is null or valid_to >= ${day})`
  const { rows } = await sql<{ areas: string[] | null; units: string[] | null; any: boolean[] }>`select
    (select array_agg(code) from area where ${valid}) as areas,
    (select array_agg(path) from unit where ${valid}) as units,
    array[exists (select 1 from area), exists (select 1 from unit)] as "any"`.execute(db)
  const [{ areas, units, any } = { areas: [], units: [], any: [] }] = rows
  const codes = new Set(areas)
  const paths = new Set(units)
  const [someArea, someUnit] = any
  // towns whose villages are kept: of the others any village is taken, the national table does not have them all
  const listed = new Set([...codes].flatMap((c) => (c.length === 12 ? [c.slice(0, 9)] : [])))
  return {
    setUp: someArea === true,
    area: (code) =>
      !someArea ||
      codes.has(code) ||
      (code.length === 12 && codes.has(code.slice(0, 9)) && !listed.has(code.slice(0, 9))),
    unit: (path) => !someUnit || paths.has(path),
  }
}

/**
 * The places there are today, kept in memory: the database is asked again only when one is wanted that is not among
 * them, so that one made a moment ago is known.
 * @param db what to read with, a transaction too
 */
async function placesWith(
  s: { db: Db; clock: Clock },
  db: Db,
  wanted: Record<'area' | 'unit', readonly string[]>,
): Promise<Places> {
  const now = s.clock.now()
  const day = shanghaiDate(now)
  const hit = kept.get(s.db)
  if (hit && hit.day === day && hit.until > now.getTime())
    if (wanted.area.every(hit.area) && wanted.unit.every(hit.unit)) return hit
  const read = { ...(await readPlaces(db, day)), day, until: now.getTime() + TRUST_MS }
  kept.set(s.db, read)
  return read
}

/** Whether there is an area of this code today: for accounts, keys and numbers, which stand on areas. */
export async function isArea(s: { db: Db; clock: Clock }, code: string): Promise<boolean> {
  const places = await placesWith(s, s.db, { area: [code], unit: [] })
  return places.setUp && places.area(code)
}

type Named = { name: string; label: string }
const ofType = new WeakMap<Fields, Record<'area' | 'unit', readonly Named[]>>()

/** The fields of a kind, found once: imports ask for every row. */
function fieldsOf(fields: Fields, type: 'area' | 'unit'): readonly Named[] {
  let known = ofType.get(fields)
  if (!known) {
    const of = (t: string) =>
      fieldEntries(fields).flatMap(([name, f]) => (f.type === t ? [{ name, label: f.label }] : []))
    known = { area: of('area'), unit: of('unit') }
    ofType.set(fields, known)
  }
  return known[type]
}

const named = (fields: Fields, values: Record<string, unknown>, type: 'area' | 'unit') =>
  fieldsOf(fields, type).flatMap(({ name, label }) => {
    const value = values[name]
    return typeof value === 'string' && value !== '' ? [{ name, label, value }] : []
  })

const anywhere: Places = { setUp: false, area: () => true, unit: () => true }

/** The places to check what is being written against; the database is not asked when no place is named. */
export async function placesFor(
  s: { db: Db; clock: Clock },
  db: Db,
  fields: Fields,
  rows: readonly Record<string, unknown>[],
): Promise<Places> {
  const wanted = (type: 'area' | 'unit') => [
    ...new Set(rows.flatMap((values) => named(fields, values, type).map((n) => n.value))),
  ]
  const [area, unit] = [wanted('area'), wanted('unit')]
  return area.length || unit.length ? placesWith(s, db, { area, unit }) : anywhere
}

/**
 * Complaints about areas and units that do not exist. A place that stood before the change stays, also when it has
 * been merged or closed since.
 */
export function placeComplaints(
  places: Places,
  fields: Fields,
  values: Record<string, unknown>,
  before?: Record<string, unknown>,
): Complaint[] {
  const unknown = (type: 'area' | 'unit', say: (value: string) => string) =>
    named(fields, values, type)
      .filter(({ name, value }) => value !== before?.[name] && !places[type](value))
      .map(({ name, label, value }) => ({ path: name, message: `${label}：${say(value)}` }))
  return [
    ...unknown('area', (code) => `没有代码为 ${code} 的区划，请从列表中重新选择。`),
    ...unknown('unit', (path) => `没有路径为“${path}”的监管单位，请从列表中重新选择。`),
  ]
}
