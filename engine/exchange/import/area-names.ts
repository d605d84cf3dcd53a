import { type Db, sql } from '../../store/db.ts'

const townOf = (code: string): string[] => (code.length > 9 ? [code.slice(0, 9)] : [])

/** Names of areas by code, a village with its town; one statement, none where nothing is asked. */
export async function areaNames(db: Db, codes: readonly string[]): Promise<Record<string, string>> {
  const asked = [...new Set(codes)]
  if (asked.length === 0) return {}
  const all = [...new Set([...asked, ...asked.flatMap(townOf)])]
  const { rows } = await sql<{ code: string; name: string }>`select code, name from area
    where code = any(${all}::text[])`.execute(db)
  const names = new Map(rows.map((r) => [r.code, r.name]))
  return Object.fromEntries(
    asked.flatMap((code) => {
      const own = names.get(code)
      return own ? [[code, [...townOf(code).map((t) => names.get(t) ?? ''), own].join('')]] : []
    }),
  )
}
