import { type Db, sql } from './db.ts'
import { mask } from './mask.ts'

/**
 * Which of these actors are a firm's people and nothing else: readers who may only look learn their names no more
 * from what they did than from the register of persons.
 */
export async function firmsPeople(db: Db, actors: readonly string[]): Promise<Set<string>> {
  if (actors.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`select user_id::text as id from assignment
    where user_id::text = any(${[...new Set(actors)]}::text[])
    group by user_id having bool_and(role = 'enterprise-officer')`.execute(db)
  return new Set(rows.map((r) => r.id))
}

/** 张* for 张三. */
export const maskName = (name: string): string => mask(name, { type: 'text', label: '姓名' })
