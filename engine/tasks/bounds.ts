import type { IndicatorDef } from '../core/definition.ts'
import { tableOf } from '../core/naming.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'

/** Numbers that can be reached: none below nothing, no share above the whole (but for a growth). */
export function targetFault(t: unknown, unit: string, growth: boolean): string | undefined {
  const list: unknown[] = Array.isArray(t) ? t : [t]
  const numbers = list.filter((n): n is number => typeof n === 'number' && Number.isFinite(n))
  const [from = 0, to = from] = numbers
  if (
    numbers.length !== list.length ||
    list.length > 2 ||
    (Array.isArray(t) && list.length !== 2) ||
    from > to
  )
    return '目标应为数字，或从小到大的两个数字。'
  if (from < 0) return '目标不能小于 0；要求减少的，请选“减少”并填减少多少。'
  if (unit === '%' && !growth && to > 100) return '比例目标不能超过 100%。'
  return to > MOST_TARGET ? '目标太大，请核对。' : undefined
}

/** Far above any count of a county; a larger one was typed wrongly. */
const MOST_TARGET = 100_000_000

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export async function countIds(tx: Db, table: string, ids: readonly string[]): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}
    where id = any(${ids.filter((id) => uuid.test(id))}::uuid[])`.execute(tx)
  return rows[0]?.n ?? 0
}

export async function countSubset(
  s: Services,
  tx: Db,
  def: IndicatorDef,
  ids: readonly string[],
  area: string,
): Promise<number> {
  const register = s.catalogue.record(def.of.register)
  // a record that only its organisation reads is not there for anybody else
  const open = register.sealed ? sql`and sealed is not true` : sql``
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(tableOf(register.name))}
    where id = any(${ids.filter((id) => uuid.test(id))}::uuid[]) and starts_with(area, ${area}) ${open}`.execute(
    tx,
  )
  return rows[0]?.n ?? 0
}
