/** For tests: firms whose every personal field holds a value that stands nowhere else, in every register. */
import { gunzipSync } from 'node:zlib'
import { systemActor } from '../../engine/access/actor.ts'
import type { FieldDef, RecordDef } from '../../engine/core/definition.ts'
import { newId } from '../../engine/core/ids.ts'
import { columnOf, parentField, tableOf } from '../../engine/core/naming.ts'
import { isPersonal } from '../../engine/core/personal.ts'
import { openTable } from '../../engine/exchange/sheet/index.ts'
import { type Db, sql } from '../../engine/store/db.ts'
import { openDoor } from '../../engine/store/door.ts'
import type { OpenServices } from '../../engine/store/open.ts'
import type { Row } from '../../engine/store/types.ts'
import { keptFile } from '../kept-file.ts'

/** User name of somebody who has an account: certificates name one. */
async function anAccount(s: OpenServices): Promise<string> {
  const id = newId()
  const username = `planted-${id.slice(-8)}`
  await sql`insert into auth."user" (id, name, email, username)
    values (${id}, '持证人', ${`${username}@example.invalid`}, ${username})`.execute(s.db)
  await sql`insert into app_user (id, username, name, home_area) values (${id}, ${username}, '持证人', '140525')`.execute(
    s.db,
  )
  return username
}

export interface Planted {
  def: RecordDef
  row: Row
  /** own personal fields and the two values each has had: the present one last */
  secrets: { field: string; def: FieldDef; values: string[] }[]
}

export interface Firm {
  town: string
  sector: string
  records: Map<string, Planted>
}

/**
 * What the routes make of a register or a task: others of the same shape answer through the same statements. Rights,
 * which differ register by register, are walked in memory: matrix.test.ts.
 */
export const shapeOf = ({ def, secrets }: Planted): string =>
  [
    def.name === 'enterprise' ? 'root' : (def.of ?? Object.keys(def.scope ?? {}).join()),
    def.kind,
    ...new Set(secrets.map((s) => `${s.def.type} ${s.def.account ?? ''}`).sort()),
  ].join()
export const oneOfEach = <T>(all: readonly T[], shape: (x: T) => string): T[] => [
  ...new Map(all.toReversed().map((x) => [shape(x), x])).values(),
]
/** The present value and the former one of everything planted, with its place. */
export const secretsOf = (all: readonly Planted[]) =>
  all.flatMap(({ def, secrets }) =>
    secrets.flatMap((s) => s.values.map((value) => ({ at: `${def.name}.${s.field}`, value }))),
  )

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const idNumber = (n: number): string => {
  const body = `14052219800101${String(n).padStart(3, '0')}`
  const sum = [...body].reduce((s, d, i) => s + Number(d) * weights[i]!, 0)
  return body + '10X98765432'[sum % 11]
}
/** Four rare characters that say the number, so that no value is part of another. */
const rare = (n: number): string =>
  [...n.toString(9).padStart(4, '0')].map((d) => '甪仝伥佟俅偲傕僖儆'[Number(d)]).join('')

const plantedValue = (f: FieldDef, n: number): string => {
  if (f.type === 'phone') return `139${String(77_000_000 + n)}`
  if (f.type === 'id-number') return idNumber(n)
  if (f.type === 'date') return `${1900 + (n % 50)}-0${1 + (n % 9)}-1${n % 10}`
  return `${rare(n)}${rare(n + 1000)}`
}

/** The town with what is above it, and the unit, where a test has not loaded them. */
async function setUp(db: Db, { town, unit }: { town: string; unit: string }): Promise<void> {
  const levels = { 2: 'province', 4: 'city', 6: 'county', 9: 'town' } as const
  for (const n of [2, 4, 6, 9] as const)
    await sql`insert into area (code, name, parent, level)
      values (${town.slice(0, n)}, ${`示例${town.slice(0, n)}`}, ${n === 2 ? null : town.slice(0, n === 9 ? 6 : n - 2)},
        ${levels[n]}) on conflict do nothing`.execute(db)
  await sql`insert into unit (id, path, name, area, kind)
    values (${newId()}, ${unit}, ${`示例${unit}`}, ${unit.slice(0, 6)}, 'section') on conflict do nothing`.execute(
    db,
  )
}

/**
 * Plants firms, each with one record of every register. Later firms hold smaller values, so that an order by value is
 * never the order of ids.
 */
export async function plantFirms(
  s: OpenServices & { db: Db },
  places: readonly { town: string; sector: string; unit: string }[],
): Promise<Firm[]> {
  for (const place of places) await setUp(s.db, place)
  const door = openDoor(s, systemActor)
  const photo = await keptFile(s.db, systemActor)
  const paper = await keptFile(s.db, systemActor, { name: '材料.pdf', type: 'application/pdf' })
  let n = 0
  let keys = 0
  const key = () => ({ idempotencyKey: `plant-${++keys}` })
  const sample = (f: FieldDef, own: Record<string, string>): unknown => {
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
      default:
        return `样例${n}`
    }
  }
  const firms: Firm[] = []
  for (const [i, place] of places.entries()) {
    const own: Record<string, string> = { town: place.town }
    const records: Firm['records'] = new Map()
    let secret = 500 - i * 100
    for (const def of s.catalogue.records.values()) {
      const secrets = Object.entries(def.fields)
        // papers of persons: papers.test.ts
        .filter(([, f]) => isPersonal(f) && f.type !== 'files' && f.type !== 'photos')
        .map(([field, f]) => {
          secret++
          return { field, def: f, values: [plantedValue(f, secret), plantedValue(f, secret + 40)] }
        })
      const values: Record<string, unknown> = {}
      for (const [name, f] of Object.entries(def.fields)) {
        if (f.required && f.default === undefined) values[name] = sample(f, own)
        // what it points at: titles of others are shown beside references
        else if (f.type === 'ref' && own[f.to!] && !f.writers) values[name] = own[f.to!]
      }
      if (def.name === 'enterprise')
        Object.assign(values, {
          name: `示例第${i + 1}铸造厂`,
          division: place.town,
          supervisor: place.unit,
          industry: place.sector,
          status: '在产',
        })
      // what a firm found itself is sealed: sealed.test.ts walks that
      if (def.name === 'hazard') values.origin = '监管执法查处'
      for (const [name, f] of Object.entries(def.fields)) if (f.account) values[name] = await anAccount(s)
      if (def.of) values[parentField(def.of)] = own[def.of]
      for (const { field, values: v } of secrets) if (!def.fields[field]!.writers) values[field] = v[0]
      let { row } = await door.create(def.name, values, key())
      const again = Object.fromEntries(
        secrets.flatMap(({ field, values: v }) => (def.fields[field]!.writers ? [] : [[field, v[1]]])),
      )
      if (Object.keys(again).length)
        row = (await door.update(def.name, row.id, again, row.version, key())).row
      // what only actions write
      for (const { field, values: v } of secrets)
        if (def.fields[field]!.writers)
          await sql`update ${sql.table(tableOf(def.name))} set ${sql.ref(columnOf(field))} = ${v[1]}
            where id = ${row.id}`.execute(s.db)
      await oldEntry(s, def, row, secrets)
      own[def.name] = row.id
      records.set(def.name, { def, row, secrets })
    }
    firms.push({ town: place.town, sector: place.sector, records })
  }
  return firms
}

/** An entry of the journal as release 0.1.0 wrote it, when fewer fields were called personal. */
async function oldEntry(s: OpenServices, def: RecordDef, row: Row, secrets: Planted['secrets']) {
  const changes = secrets.map(({ field, def: f, values }) => ({
    field,
    label: f.label,
    before: values[0],
    after: values[1],
  }))
  if (changes.length)
    await sql`insert into journal (at, actor_id, actor_name, actor_kind, register, record_id, organisation, area, what, changes)
      values (${s.clock.now()}, ${systemActor.id}, '旧版', 'system', ${def.name}, ${row.id}, ${row.organisation}, ${row.area},
        'update', ${JSON.stringify(changes)})`.execute(s.db)
}

/** An answer's bytes as a reader could know them: unpacked, unescaped, cursors decoded, headers too. */
export async function told(answer: {
  statusCode: number
  headers: Record<string, unknown>
  rawPayload: Buffer
}): Promise<{ status: number; text: string; body: unknown }> {
  const raw =
    answer.headers['content-encoding'] === 'gzip' ? gunzipSync(answer.rawPayload) : answer.rawPayload
  let text = raw.toString('utf8')
  let body: unknown
  const type = String(answer.headers['content-type'] ?? '')
  if (type.includes('json')) {
    body = JSON.parse(text)
    text = JSON.stringify(body)
    for (const m of text.matchAll(/"([A-Za-z0-9_-]{20,})"/g))
      text += Buffer.from(m[1]!, 'base64url').toString('utf8')
  } else if (type.includes('spreadsheetml')) {
    const table = await openTable({ bytes: raw, name: 'x.xlsx' })
    for await (const row of table.rows()) text += row.cells.map((c) => c.text).join('\t')
    await table.close()
  }
  return { status: answer.statusCode, text: `${JSON.stringify(answer.headers)}${text}`, body }
}
