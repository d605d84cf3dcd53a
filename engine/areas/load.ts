import { createReadStream } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { areaOfLine, areaTables, readAreas } from '../core/area-tables.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { type Db, sql } from '../store/db.ts'
import type { Area } from './areas.ts'

/** Villages of a county: the table is large (37 MB), so it is read as a stream and left when passed. */
async function villagesOf(county: string): Promise<{ code: string; name: string }[]> {
  const out: { code: string; name: string }[] = []
  const stream = createReadStream(path.join(areaTables, 'villages.csv'), {
    encoding: 'utf8',
    highWaterMark: 1 << 20,
  })
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.startsWith(county)) {
      const village = areaOfLine(line)
      if (village) out.push(village)
    } else if (out.length) break
  }
  stream.destroy()
  return out
}

/** What was read of the tables, which stay as they are while the program runs: a few counties at most. */
const known = new Map<string, Promise<readonly Area[]>>()

/**
 * A county's place in the tree: itself, what is above it, its towns and villages; parents before children.
 * @throws Problem `bad-input` for a code that is no county's
 */
export function areasOfCounty(county: string): Promise<readonly Area[]> {
  const before = known.get(county)
  if (before) return before
  if (known.size > 8) known.clear()
  const read = readCounty(county)
  known.set(county, read)
  read.catch(() => known.delete(county))
  return read
}

async function readCounty(county: string): Promise<Area[]> {
  const pick = (level: Parameters<typeof readAreas>[0], code: string) =>
    readAreas(level).find((l) => l.code === code)
  const self = /^\d{6}$/.test(county) ? pick('areas', county) : undefined
  if (!self)
    throw new Problem('bad-input', `“${county}”不是县级行政区划代码。请用 6 位代码，例如泽州县是 140525。`)
  const out: Area[] = []
  const add = (level: Area['level'], found: { code: string; name: string } | undefined, digits: number) => {
    if (found) out.push({ ...found, parent: digits ? found.code.slice(0, digits) : null, level })
  }
  add('province', pick('provinces', county.slice(0, 2)), 0)
  add('city', pick('cities', county.slice(0, 4)), 2)
  add('county', self, 4)
  for (const town of readAreas('streets')) if (town.code.startsWith(county)) add('town', town, 6)
  for (const village of await villagesOf(county)) add('village', village, 9)
  return out
}

/**
 * Puts a county's areas into the database, and its units: the bureau, and a safety centre in each town. What is
 * there already stays as it is, so it may be run again after the national tables changed.
 * @returns how many areas and units were new
 */
export async function loadAreas(
  db: Db,
  county: string,
): Promise<{ areas: number; units: number; name: string }> {
  const areas = await areasOfCounty(county)
  const name = areas.find((a) => a.code === county)!.name
  return db.transaction().execute(async (tx) => {
    const column = (key: keyof Area) => areas.map((a) => a[key])
    const inserted = await sql`insert into area (code, name, parent, level)
      select * from unnest(${column('code')}::text[], ${column('name')}::text[], ${column('parent')}::text[],
        ${column('level')}::text[])
      on conflict (code) do nothing returning code`.execute(tx as Db)
    const bureau = await unit(tx as Db, {
      path: `${county}/`,
      name: `${name}应急管理局`,
      area: county,
      kind: 'bureau',
    })
    const towns = areas.filter((a) => a.level === 'town')
    const centres = await sql`insert into unit (id, path, name, area, kind, parent)
      select id::uuid, ${county} || '/' || code || '/', name || '应急管理中心', code, 'town-centre', ${bureau.id}
      from unnest(${towns.map(newId)}::text[], ${towns.map((t) => t.code)}::text[],
        ${towns.map((t) => t.name)}::text[]) v(id, code, name)
      on conflict (path) do nothing returning id`.execute(tx as Db)
    return { areas: inserted.rows.length, units: Number(bureau.made) + centres.rows.length, name }
  })
}

async function unit(
  tx: Db,
  u: { path: string; name: string; area: string; kind: string },
): Promise<{ id: string; made: boolean }> {
  const { rows } = await sql<{ id: string }>`insert into unit (id, path, name, area, kind)
    values (${newId()}, ${u.path}, ${u.name}, ${u.area}, ${u.kind})
    on conflict (path) do nothing returning id`.execute(tx)
  if (rows[0]) return { id: rows[0].id, made: true }
  const known = await sql<{ id: string }>`select id from unit where path = ${u.path}`.execute(tx)
  return { id: known.rows[0]!.id, made: false }
}
