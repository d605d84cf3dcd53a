import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { definitions } from '../../county/index.ts'
import type { Actor, Ground } from '../../engine/access/actor.ts'
import { systemActor } from '../../engine/access/actor.ts'
import { reach, reaches, type ScopeRow } from '../../engine/access/scope.ts'
import { Catalogue } from '../../engine/core/catalogue.ts'
import { fixedClock } from '../../engine/core/clock.ts'
import type { FieldDef, RecordDef, Role } from '../../engine/core/definition.ts'
import { parentField } from '../../engine/core/naming.ts'
import { type Database, openDatabase, sql } from '../../engine/store/db.ts'
import { openDoor } from '../../engine/store/door.ts'
import type { NamedFile } from '../../engine/store/kept-files.ts'
import { type OpenServices, openServices } from '../../engine/store/open.ts'
import type { Row } from '../../engine/store/types.ts'
import { fieldTypes } from '../../fields/index.ts'
import { keptFile } from '../kept-file.ts'
import { cloneDatabase, type TestDatabase } from '../pg.ts'
import { proves } from '../proves.ts'

/**
 * Who sees and who writes what, walked through in full (design §7 "scope"): every register × role × ground × place
 * against engine/access in memory, and one register of each shape against the door, its SQL and the journal. The
 * oracle below is written from the sentences of the design, with nothing of engine/access in it.
 */
const catalogue = new Catalogue(definitions, fieldTypes)
const day = '2026-06-15'

/** Places a firm may lie in: own town, other town of the county, other county of the city, other city. */
const places = [
  { name: '巴公镇', town: '140525104', unit: '140525/zhifa/', sector: '机械' },
  { name: '南村镇', town: '140525100', unit: '140525/jichu/', sector: '轻工' },
  { name: '邻县', town: '140522101', unit: '140522/zhifa/', sector: '机械' },
  { name: '外市', town: '140621100', unit: '140621/zhifa/', sector: '机械' },
] as const

let n = 0
let photo: NamedFile
let paper: NamedFile
/** The least value a required field accepts. */
function sample(f: FieldDef, own: Record<string, string>): unknown {
  n++
  switch (f.type) {
    case 'choice':
      return f.options![0]!.value
    case 'choices':
      return [f.options![0]!.value]
    case 'number':
    case 'money':
      return Math.max(f.min ?? 1, 1)
    case 'date':
      return '2026-05-01'
    case 'flag':
      return true
    case 'files':
      return [paper]
    case 'photos':
      return [photo]
    case 'ref':
      return own[f.to!]
    case 'area':
      return own.town
    case 'phone':
      return '13800000000'
    case 'id-number':
      return '140522198001011231'
    default:
      return `样例${n}`
  }
}

/** How a register comes by its place: what the store makes SQL and columns of. The rights are the pure part's. */
const shapeOf = (def: RecordDef): string =>
  [def.name === 'enterprise' ? 'root' : (def.of ?? Object.keys(def.scope ?? {}).join()), def.kind].join(' ')
const shapes = [...new Map([...catalogue.records.values()].reverse().map((d) => [shapeOf(d), d])).values()]
/** What is seeded: the shapes and the records above them. */
const seeded = [...catalogue.records.values()].filter((d) => {
  const above = (x: RecordDef): string[] => [x.name, ...(x.of ? above(catalogue.record(x.of)) : [])]
  return shapes.some((s) => above(s).includes(d.name))
})

interface Placed {
  row: Row
  place: (typeof places)[number]
  firm: string
}
let test: TestDatabase
let database: Database
let services: OpenServices
const rows = new Map<string, Placed[]>()

beforeAll(async () => {
  test = await cloneDatabase()
  database = openDatabase(test.url)
  services = await openServices(database.db, catalogue, { clock: fixedClock(`${day}T09:00:00+08:00`) })
  photo = await keptFile(database.db, systemActor)
  paper = await keptFile(database.db, systemActor, { name: '材料.pdf', type: 'application/pdf' })
  const door = openDoor(services, systemActor)
  const key = () => ({ idempotencyKey: `seed-${++n}` })
  for (const place of places) {
    const own: Record<string, string> = { town: place.town }
    for (const def of seeded) {
      const values: Record<string, unknown> = {}
      for (const [name, f] of Object.entries(def.fields))
        if (f.required && f.default === undefined) values[name] = sample(f, own)
      if (def.name === 'enterprise')
        Object.assign(values, {
          name: `${place.name}企业`,
          division: place.town,
          supervisor: place.unit,
          industry: place.sector,
        })
      // what a firm found itself is sealed: sealed.test.ts walks that
      if (def.name === 'hazard') values.origin = '监管执法查处'
      if (def.of) values[parentField(def.of)] = own[def.of]
      const { row } = await door.create(def.name, values, key())
      own[def.name] = row.id
      rows.set(def.name, [...(rows.get(def.name) ?? []), { row, place, firm: own.enterprise! }])
    }
  }
})
afterAll(async () => {
  await database?.close()
  await test?.drop()
})

type GroundName =
  | 'town'
  | 'county'
  | 'city'
  | 'province'
  | 'village'
  | 'unit'
  | 'sector'
  | 'organisation'
  | 'grant'
  | 'grant-look'
  | 'grant-over'
  | 'none'
const groundNames: GroundName[] = [
  'town',
  'county',
  'city',
  'province',
  'village',
  'unit',
  'sector',
  'organisation',
  'grant',
  'grant-look',
  'grant-over',
  'none',
]

/** A ground of the actor who stands in the first place: `firm` is his, `lent` the record of a grant. */
function ground(name: GroundName, register: string, firm: string, lent: string): Ground | undefined {
  const grant = (act: boolean, to: string): Ground => ({
    by: 'grant',
    register,
    record: lent,
    from: '2026-06-01',
    to,
    act,
  })
  switch (name) {
    case 'town':
      return { by: 'area', area: '140525104' }
    case 'county':
      return { by: 'area', area: '140525' }
    case 'city':
      return { by: 'area', area: '1405' }
    case 'province':
      return { by: 'area', area: '14' }
    case 'village':
      return { by: 'area', area: '140525104201' }
    case 'unit':
      return { by: 'unit', unit: '140525/zhifa/' }
    case 'sector':
      return { by: 'sector', sector: '机械', area: '1405' }
    case 'organisation':
      return { by: 'organisation', organisation: firm }
    case 'grant':
      return grant(true, '2026-06-30')
    case 'grant-look':
      return grant(false, '2026-06-30')
    case 'grant-over':
      return grant(true, '2026-06-14')
    case 'none':
      return undefined
  }
}

/** Places (by index) that each ground covers, from the words of the design. */
const covers: Record<GroundName, number[]> = {
  town: [0],
  county: [0, 1],
  city: [0, 1, 2],
  province: [0, 1, 2, 3],
  village: [],
  unit: [0],
  sector: [0, 2],
  organisation: [0],
  grant: [2],
  'grant-look': [2],
  'grant-over': [],
  none: [],
}
/** What belongs to no enterprise has a place, but no supervising unit, sector or organisation. */
const coversOf = (def: RecordDef, g: GroundName): number[] =>
  !def.of && def.name !== 'enterprise' && ['unit', 'sector', 'organisation'].includes(g) ? [] : covers[g]
const isGrant = (g: GroundName) => g.startsWith('grant')

/** May look: the role has some right here, and — where it is a right over one's own — the ground is one's own firm or a grant. */
function maySee(def: RecordDef, role: Role, g: GroundName, place: number): boolean {
  const right = def.rights[role]
  if (right === undefined) return false
  if (right === 'own' && g !== 'organisation' && !isGrant(g)) return false
  return coversOf(def, g).includes(place)
}
/** May change: a right to write; a grant lets nobody edit. */
function mayWrite(def: RecordDef, role: Role, g: GroundName, place: number): boolean {
  const right = def.rights[role]
  if (right === undefined || right === 'read' || isGrant(g)) return false
  if (right === 'own' && g !== 'organisation') return false
  return coversOf(def, g).includes(place)
}

const roles: Role[] = [
  'county-admin',
  'county-officer',
  'town-officer',
  'enterprise-officer',
  'city-viewer',
  'province-viewer',
  'integration',
]
const actorOf = (role: Role, g: GroundName, at: Ground | undefined): Actor => ({
  id: `00000000-0000-7000-8000-${String(roles.indexOf(role) * 100 + groundNames.indexOf(g) + 10).padStart(12, '0')}`,
  name: `${role} ${g}`,
  kind: 'person',
  assignments: at ? [{ role, ground: at }] : [],
  home: '140525',
})

/** The scope columns that a record at a place has, as the design says. */
const columnsAt = (def: RecordDef, p: number): ScopeRow => {
  const { town, unit, sector } = places[p]!
  const firms = def.of !== undefined || def.name === 'enterprise'
  return {
    id: `record-${p}`,
    area: town,
    town,
    county: town.slice(0, 6),
    unit: firms ? unit : null,
    sector: firms ? sector : null,
    organisation: firms ? `firm-${p}` : null,
  }
}

/** One role for each kind of right a register gives: what differs between two of one kind is the pure part's. */
const rolesOfKind = (def: RecordDef): Role[] => [
  ...new Map([...roles].reverse().map((r) => [def.rights[r] ?? 'none', r] as const)).values(),
]

describe('the scope matrix', () => {
  it.each([...catalogue.records.values()].map((d) => [d.name, d] as const))(
    '%s: everyone reaches exactly his own',
    (_, def) => {
      for (const role of roles)
        for (const g of groundNames) {
          const actor = actorOf(role, g, ground(g, def.name, 'firm-0', 'record-2'))
          for (const p of [0, 1, 2, 3]) {
            const row = columnsAt(def, p)
            const found = [
              reaches(reach(actor, def, 'read', day), row),
              reaches(reach(actor, def, 'write', day), row),
            ]
            const expected = [maySee(def, role, g, p), mayWrite(def, role, g, p)]
            expect(found, `${role} on ${g} at ${places[p]!.name}`).toEqual(expected)
          }
        }
    },
  )

  it.each(shapes.map((d) => [shapeOf(d), d] as const))(
    '%s: the door shows and changes exactly that',
    async (_, def) => {
      const all = rows.get(def.name)!
      for (const role of rolesOfKind(def))
        for (const g of groundNames) {
          const at = ground(g, def.name, all[0]!.firm, all[2]!.row.id)
          const door = openDoor(services, actorOf(role, g, at))
          const seen = (await door.list(def.name, { limit: 100 })).rows
            .map((r) => all.findIndex((p) => p.row.id === r.id))
            .sort()
          expect(seen, `${role} on ${g} sees`).toEqual([0, 1, 2, 3].filter((p) => maySee(def, role, g, p)))
          for (const p of [0, 1, 2]) {
            const { row } = all[p]!
            const outcome = await door
              .update(def.name, row.id, {}, row.version, { idempotencyKey: `m-${++n}` })
              .then(() => 'written')
              .catch((e: { code: string }) => e.code)
            const expected = !maySee(def, role, g, p)
              ? 'not-found'
              : mayWrite(def, role, g, p)
                ? 'written'
                : 'forbidden'
            expect(outcome, `${role} on ${g} at ${places[p]!.name}`).toBe(expected)
          }
        }
    },
  )

  it('each level lists its own enterprises and those below', async () => {
    const listed = async (role: Role, area: string) => {
      const door = openDoor(services, actorOf(role, 'none', { by: 'area', area }))
      return (await door.list('enterprise')).rows.map((r) => String(r.division)).sort()
    }
    const all = places.map((p) => p.town).sort()
    const below = (area: string) => all.filter((town) => town.startsWith(area))
    await proves(
      'A08',
      2,
      'town, county and city list their own enterprises and those below, nobody else’s',
      async () => {
        expect(await listed('town-officer', '140525104')).toEqual(['140525104'])
        expect(await listed('county-officer', '140525')).toEqual(['140525100', '140525104'])
        expect(await listed('city-viewer', '1405')).toEqual(below('1405'))
      },
    )
    expect(await listed('province-viewer', '14')).toEqual(below('14'))
  })

  it('a role’s dates bind: before and after its span it is nothing', async () => {
    const door = (from: string, to: string) =>
      openDoor(services, {
        id: '00000000-0000-7000-8000-000000009999',
        name: '临时',
        kind: 'person',
        home: '140525',
        assignments: [{ role: 'county-officer', ground: { by: 'area', area: '140525' }, from, to }],
      })
    expect((await door('2026-06-15', '2026-06-15').list('enterprise')).rows).toHaveLength(2)
    expect((await door('2026-06-16', '2026-12-31').list('enterprise')).rows).toHaveLength(0)
    expect((await door('2026-01-01', '2026-06-14').list('enterprise')).rows).toHaveLength(0)
  })

  it('every refused write stands in the journal', async () => {
    const { rows: kept } = await sql<{
      n: number
    }>`select count(*) as n from journal where what = 'refused:update'`.execute(database.db)
    let expected = 0
    for (const def of shapes)
      for (const role of rolesOfKind(def))
        for (const g of groundNames) for (const p of [0, 1, 2]) if (!mayWrite(def, role, g, p)) expected++
    expect(Number(kept[0]!.n)).toBe(expected)
  })
})
