import type { Catalogue } from '../core/catalogue.ts'
import type { Fields, LoopDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { hashOf } from '../core/hash.ts'
import { bareMaps } from '../core/naming.ts'
import { isPersonalField } from '../core/personal.ts'
import { type Db, sql } from './db.ts'

/** Definitions do not change while the program runs: hashed once. */
const hashes = new WeakMap<object, string>()
function onceHashed(def: object): string {
  const hash = hashes.get(def) ?? hashOf(def)
  hashes.set(def, hash)
  return hash
}

type Stored = { kind: string; name: string; version: number; hash: string; body: object }

const described = (c: Catalogue): Stored[] =>
  [
    ...c.records.values(),
    ...c.shipped.indicators.values(),
    ...c.shipped.populations.values(),
    ...c.gradings.values(),
  ].map((d) => ({
    kind: d.kind,
    name: d.name,
    version: d.version,
    hash: onceHashed(d),
    body: d,
  }))

/** Fields as they are stored, without the words by which a ledger's headings and cells are read. */
const unread = (fields: Fields | undefined) =>
  fields &&
  Object.fromEntries(
    Object.entries(fields).map(([name, f]) => [
      name,
      { ...f, sheet: undefined, options: f.options?.map((o) => ({ ...o, synonyms: undefined })) },
    ]),
  )

/**
 * What a definition says of cases and figures: hints for indexes only make it fast, the words of notices only decide
 * what is proposed to an officer, and those of ledgers what is asked while one is read.
 */
const meaningOf = (body: { fields?: Fields }): string =>
  hashOf({ ...body, fields: unread(body.fields), indexes: undefined, hints: undefined, about: undefined })

/** Whether the same definition is stored, but for what changes no case and no figure. */
async function sameMeaning(db: Db, d: Stored): Promise<boolean> {
  const { rows } = await sql<{ body: object }>`select body from definition
    where kind = ${d.kind} and name = ${d.name} and version = ${d.version}`.execute(db)
  return rows[0] !== undefined && meaningOf(rows[0].body) === meaningOf(d.body)
}

/**
 * Keeps every definition by (name, version, hash) at start (design §4). The same version with another content
 * refuses to start: running cases and frozen figures hang on it. Old versions stay runnable from here.
 * @param options.lenient for a development checkout: an unreleased version may still change
 */
export async function storeDefinitions(
  db: Db,
  catalogue: Catalogue,
  now: Date,
  options: { lenient?: boolean } = {},
): Promise<void> {
  const { rows } = await sql<Stored>`select kind, name, version, hash from definition`.execute(db)
  const known = new Map(rows.map((r) => [`${r.kind} ${r.name} ${r.version}`, r.hash]))
  const changed: string[] = []
  const fresh: Stored[] = []
  for (const d of described(catalogue)) {
    const hash = known.get(`${d.kind} ${d.name} ${d.version}`)
    if (hash === d.hash) continue
    if (hash !== undefined && !options.lenient && !(await sameMeaning(db, d))) {
      changed.push(`${d.name} 第 ${d.version} 版`)
      continue
    }
    fresh.push(d)
  }
  if (fresh.length)
    await sql`insert into definition (kind, name, version, hash, body, stored_at)
      select kind, name, version, hash, body, ${now}
      from jsonb_to_recordset(${JSON.stringify(fresh)}::jsonb)
        as v(kind text, name text, version int, hash text, body jsonb)
      on conflict (kind, name, version) do update set hash = excluded.hash, body = excluded.body`.execute(db)
  if (changed.length)
    throw new Problem(
      'bad-definition',
      `这些定义的内容变了而版本号没变，不能启动：${changed.join('、')}。请把版本号加一，正在办理的事项仍按原版本办完。`,
      { changed },
    )
}

/** What is personal content is decided by the present definition, also for a version that did not know it yet. */
function withPersonal(old: LoopDef, current: LoopDef): LoopDef {
  const fields = Object.entries(old.fields).map(([name, f]) =>
    isPersonalField(current, name) ? [name, { ...f, personal: true }] : [name, f],
  )
  return { ...old, fields: Object.fromEntries(fields) }
}

/** How an organisation brings its own sealed cases to an end is read from the present definition: no case is caught. */
function withOwn(old: LoopDef, { sealed, actions }: LoopDef): LoopDef {
  const own = (sealed?.own ?? []).flatMap((id) => {
    const action = actions[id]
    const from = action?.from.filter((state) => old.states[state]) ?? []
    return action && old.states[action.to] ? [[id, { ...action, from }] as const] : []
  })
  return { ...old, actions: { ...old.actions, ...Object.fromEntries(own) } }
}

/** Loops by version: the running one from the catalogue, older ones from the database, kept once read. */
export function loopVersions(
  db: Db,
  catalogue: Catalogue,
): (name: string, version: number) => Promise<LoopDef> {
  const kept = new Map<string, LoopDef>()
  return async (name, version) => {
    const current = catalogue.loop(name)
    if (current.version === version) return current
    const key = `${name} ${version}`
    const before = kept.get(key)
    if (before) return before
    const { rows } = await sql<{ body: LoopDef }>`select body from definition
      where kind = 'loop' and name = ${name} and version = ${version}`.execute(db)
    if (!rows[0])
      throw new Problem(
        'bad-definition',
        `数据库里没有“${current.label}”第 ${version} 版的定义，无法办理按该版开始的事项。`,
      )
    const body = bareMaps(withOwn(withPersonal(rows[0].body, current), current))
    kept.set(key, body)
    return body
  }
}
