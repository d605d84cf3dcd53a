import type { RecordDef } from '../../core/definition.ts'
import { parentField } from '../../core/naming.ts'
import type { Db } from '../../store/db.ts'
import { scopeOf } from '../../store/rows.ts'
import type { Row } from '../../store/types.ts'
import { naturalKeys } from './fields.ts'
import { type Found, findByKey, keyParts, keyText } from './match.ts'
import { type Item, isUuid } from './parse.ts'
import { complain, type Plan, textOfValue, warn } from './planning.ts'

/** Keys of a register on the rows of a sheet. */
interface Keys {
  natural: string[][]
  /** unique fields that are no natural key by themselves */
  unique: string[][]
}

function keysOf(p: Plan): Keys {
  const natural = naturalKeys(p.def, p.mapping.key)
  const unique = Object.entries(p.def.fields)
    .filter(([name, f]) => f.unique && !natural.some((k) => k.length === 1 && k[0] === name))
    .map(([name]) => [name])
  return { natural, unique }
}

const partsOf = (p: Plan, item: Item, key: readonly string[]): string[] | undefined =>
  keyParts(key, item.values, p.def.of ? item.values[parentField(p.def.of)] : undefined)

/** 身份证号 alone tells two persons of one name apart; a credit code is too often mistyped for that. */
export const decides = (def: RecordDef, field: string): boolean => def.fields[field]?.type === 'id-number'

type Hits = Map<readonly string[], Map<string, Found[]>>

/**
 * Finds the records that rows mean, by the natural keys tried in order; sets `recordId` and `keys`, or complains
 * where the keys point at several records.
 * @returns for each row the keys it has and that led nowhere, before one did
 */
export async function matchRecords(p: Plan, db: Db, items: readonly Item[]): Promise<Map<Item, string[][]>> {
  const keys = keysOf(p)
  const reach = scopeOf(p.s, p.actor, p.def, 'read')
  const hits: Hits = new Map()
  for (const key of [...keys.natural, ...keys.unique]) {
    const wanted = items.flatMap((item) => {
      const parts = partsOf(p, item, key)
      return parts ? [parts] : []
    })
    hits.set(key, await findByKey(db, p.s.catalogue, p.def, key, wanted, reach, 'unnamed'))
  }
  const missed = new Map<Item, string[][]>()
  for (const item of items) {
    item.keys = [...keys.natural, ...keys.unique].flatMap((key) => {
      const parts = partsOf(p, item, key)
      return parts ? [keyText(key, parts)] : []
    })
    delete item.recordId
    missed.set(item, item.decision === 'new' ? [] : matchOne(p, item, keys.natural, hits))
    refuseTaken(p, item, keys.unique, hits)
  }
  return missed
}

const lookUp = (p: Plan, item: Item, key: readonly string[], hits: Hits): Found[] | undefined => {
  const parts = partsOf(p, item, key)
  return parts && (hits.get(key)?.get(keyText(key, parts)) ?? [])
}

function matchOne(p: Plan, item: Item, keys: readonly string[][], hits: Hits): string[][] {
  const { def } = p
  if (item.decision && isUuid(item.decision)) {
    item.recordId = item.decision
    return []
  }
  const tried: string[][] = []
  const said: { key: string[]; found: Found[] }[] = []
  for (const key of keys) {
    const found = lookUp(p, item, key, hits)
    if (found?.length) said.push({ key, found })
    else if (found && said.length === 0) tried.push(key)
  }
  const first = said[0]
  if (!first) return tried
  if (first.found.length > 1) {
    complain(
      item,
      first.key.at(-1)!,
      `已有 ${first.found.length} 条${def.label}的${labels(p, first.key)}与本行相同，请选定是哪一条。`,
      first.found,
    )
    return []
  }
  item.recordId = first.found[0]!.id
  const other = said.slice(1).find((h) => !h.found.some((f) => f.id === item.recordId))
  if (other && item.decision !== 'apply') {
    complain(
      item,
      other.key[0]!,
      `${labels(p, first.key)}与已有的${named(first.found)}相同，${labels(p, other.key)}却与${named(other.found)}相同，请选定是哪一条，或改正本行。`,
      [...first.found, ...other.found],
    )
  }
  return tried
}

const named = (found: readonly Found[]): string =>
  found[0]?.title ? `“${found[0].title}”` : '别处的一条记录'

const labels = (p: Plan, key: readonly string[]): string =>
  key
    .map((f) => (f === 'parent' ? p.s.catalogue.record(p.def.of ?? '').label : (p.def.fields[f]?.label ?? f)))
    .join('、')

/** A unique value may not belong to another record. */
function refuseTaken(p: Plan, item: Item, unique: readonly string[][], hits: Hits): void {
  for (const key of unique) {
    const owner = lookUp(p, item, key, hits)?.find((f) => f.id !== item.recordId)
    if (owner) complain(item, key[0]!, `${labels(p, key)}与已有的${named([owner])}重复，请核对。`, [owner])
  }
}

/**
 * A record found by its name bears another number than the row: the same firm mistyped, or another of that name?
 * A person must say, except where the number decides by itself.
 */
export function checkIdentity(p: Plan, item: Item, before: Row, missed: readonly string[][]): void {
  if (item.decision === 'apply' || (item.decision && isUuid(item.decision))) return
  for (const key of missed) {
    const field = key.find((f) => f !== 'parent' && before[f] != null && before[f] !== item.values[f])
    const def = field ? p.def.fields[field] : undefined
    if (!field || !def) continue
    const title = String(before[p.def.title] ?? '')
    if (decides(p.def, field)) {
      delete item.recordId
      warn(item, field, `已有同名的${p.def.label}，${def.label}不同，按另一条新增。`)
      return
    }
    const here = item.texts[field] ?? String(item.values[field] ?? '')
    complain(
      item,
      field,
      `已有同名的“${title}”，它的${def.label}是“${textOfValue(p, def, before, field)}”，本行是“${here}”。同一条请改正或选定，不是同一条请选“新增”。`,
      [{ id: before.id, title }],
    )
    return
  }
}
