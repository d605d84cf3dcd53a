import { halfWidth } from '../../../fields/normal/text.ts'
import type { Reach } from '../../access/scope.ts'
import type { Catalogue } from '../../core/catalogue.ts'
import type { RecordDef } from '../../core/definition.ts'
import { columnOf, parentField, tableOf } from '../../core/naming.ts'
import { type Db, sql } from '../../store/db.ts'
import { reachSql } from '../../store/where.ts'

/**
 * Finding records by what a sheet says of them: one query for each key and chunk of rows. Names are compared
 * whatever the width of their brackets, so that 某某(集团) finds 某某（集团）.
 */

/** Values of a key's fields on one row; undefined when one is missing. */
export function keyParts(
  key: readonly string[],
  values: Record<string, unknown>,
  parent: unknown,
): string[] | undefined {
  const parts: string[] = []
  for (const field of key) {
    const value = field === 'parent' ? parent : values[field]
    if (value === undefined || value === null || value === '' || Array.isArray(value)) return undefined
    parts.push(String(value))
  }
  return parts
}

export const keyText = (key: readonly string[], parts: readonly string[]): string =>
  `${key.join('+')}:${parts.map((p) => halfWidth(p).replace(/\s+/g, '')).join('|')}`

/** Ways the same text may have been stored: brackets in either width. */
const spellings = (text: string): string[] => {
  const half = text.replace(/（/g, '(').replace(/）/g, ')')
  return [...new Set([text, half, half.replace(/\(/g, '（').replace(/\)/g, '）')])]
}

export interface Found {
  id: string
  title: string
}

/**
 * Live records whose key fields have the given values.
 * @param wanted part lists as `keyParts` gives them
 * @param beyond records out of reach are left out, or come without their title
 * @returns records by `keyText`
 */
export async function findByKey(
  db: Db,
  catalogue: Catalogue,
  def: RecordDef,
  key: readonly string[],
  wanted: readonly (readonly string[])[],
  reach: Reach,
  beyond: 'unnamed' | 'left out',
): Promise<Map<string, Found[]>> {
  const out = new Map<string, Found[]>()
  if (wanted.length === 0) return out
  const columns = key.map((field) => {
    if (field === 'parent') return { column: columnOf(parentField(def.of ?? '')), type: 'uuid' }
    const found = catalogue.field(def.name, field)
    return { column: found.column, type: found.type.sqlType(found.def) }
  })
  const conditions = columns.map(({ column, type }, i) => {
    const texts = [
      ...new Set(wanted.flatMap((parts) => (type === 'text' ? spellings(parts[i]!) : [parts[i]!]))),
    ]
    return sql`${sql.ref(`t.${column}`)} = any(${texts}::${sql.raw(type === 'text' ? 'text' : type)}[])`
  })
  const shown = columns.map(({ column }, i) => sql`${sql.ref(`t.${column}`)}::text as ${sql.ref(`k${i}`)}`)
  const within = reachSql(reach)
  const { rows } = await sql<
    Record<string, string>
  >`select t.id, case when ${within} then ${sql.ref(`t.${columnOf(def.title)}`)}::text else '' end as title,
    ${sql.join(shown)} from ${sql.raw(tableOf(def.name))} t
    where t.archived_at is null and ${sql.join(conditions, sql` and `)} ${beyond === 'left out' ? sql`and ${within}` : sql``}`.execute(
    db,
  )
  for (const row of rows) {
    const text = keyText(
      key,
      key.map((_, i) => row[`k${i}`] ?? ''),
    )
    const record = { id: row.id!, title: row.title ?? '' }
    const others = out.get(text)
    if (others) others.push(record)
    else out.set(text, [record])
  }
  return out
}

export interface Wish {
  /** naming fields of the wanted record: field → text */
  names: Record<string, string>
  /** the record it must belong to, when known */
  parent?: string | undefined
}

export type Answer = { id: string; remark?: string } | { error: string; candidates?: Found[] }

/**
 * Finds the records that rows of a sheet name, each by the surest field that leads to one record. Two names that
 * lead to different records are an error; a number nobody knows is a remark when the name does.
 * @param fields naming fields, the surest first
 */
export async function findNamed(
  db: Db,
  catalogue: Catalogue,
  def: RecordDef,
  fields: readonly string[],
  wishes: readonly Wish[],
  reach: Reach,
): Promise<Answer[]> {
  const hits = new Map<string, Map<string, Found[]>>()
  for (const field of fields) {
    const texts = wishes
      .filter((w) => w.names[field])
      .map((w) => (w.parent ? [w.parent, w.names[field]!] : [w.names[field]!]))
    const whole = texts.filter((t) => t.length === 2)
    const alone = texts.filter((t) => t.length === 1)
    const both = new Map([
      ...(await findByKey(db, catalogue, def, ['parent', field], whole, reach, 'left out')),
      ...(await findByKey(db, catalogue, def, [field], alone, reach, 'left out')),
    ])
    hits.set(field, both)
  }
  return wishes.map((wish) => choose(catalogue, def, fields, wish, hits))
}

function choose(
  catalogue: Catalogue,
  def: RecordDef,
  fields: readonly string[],
  wish: Wish,
  hits: ReadonlyMap<string, ReadonlyMap<string, Found[]>>,
): Answer {
  const label = (field: string) => catalogue.record(def.name).fields[field]?.label ?? field
  const named = fields.filter((f) => wish.names[f])
  const said = named.map((f) => `“${wish.names[f]}”`).join('、')
  const of = (f: string) => {
    const text = wish.parent
      ? keyText(['parent', f], [wish.parent, wish.names[f]!])
      : keyText([f], [wish.names[f]!])
    return hits.get(f)?.get(text) ?? []
  }
  let chosen: Found[] | undefined
  const unknown: string[] = []
  for (const field of named) {
    const found = of(field)
    if (found.length === 0) {
      if (!chosen) unknown.push(field)
      continue
    }
    if (!chosen) {
      chosen = found
      continue
    }
    // a further name narrows several down, and must not lead elsewhere
    const ids = new Set(found.map((f) => f.id))
    const both: Found[] = chosen.filter((c) => ids.has(c.id))
    if (both.length === 0)
      return {
        error: `${named.map(label).join('和')}指向不同的${def.label}（“${chosen[0]!.title}”“${found[0]!.title}”），请核对。`,
        candidates: [...chosen, ...found].slice(0, 5),
      }
    chosen = both
  }
  if (!chosen)
    return { error: `没有找到${def.label}${said}，或者不在您的管辖范围内。请先登记，或改正名称、代码。` }
  if (chosen.length > 1)
    return {
      error: `有 ${chosen.length} 个${def.label}叫${said}，请补充${label(fields[0]!)}。`,
      candidates: chosen.slice(0, 5),
    }
  const id = chosen[0]!.id
  return unknown.length
    ? {
        id,
        remark: `没有${label(unknown[0]!)}为“${wish.names[unknown[0]!]}”的${def.label}，按${label(named.find((f) => !unknown.includes(f))!)}归入“${chosen[0]!.title}”`,
      }
    : { id }
}
