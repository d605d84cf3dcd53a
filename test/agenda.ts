import type pg from 'pg'
import { columnOf, tableOf } from '../engine/core/naming.ts'

interface Listed {
  register: string
  ends: string[]
  /** the column after which its records have expired */
  on: string | null
  loop: boolean
}

/** Registers with a place in the agenda, by the definitions kept in this database, where the tables are there. */
async function listedIn(client: pg.Client): Promise<Listed[]> {
  const there = await client.query(
    `select to_regclass('public.definition') as d, to_regclass('public.agenda') as a`,
  )
  if (!there.rows[0]?.d || !there.rows[0]?.a) return []
  const { rows } = await client.query(`
    select distinct on (name) name as register, kind = 'loop' as loop, body->'expires'->>'on' as on,
      array(select s.key from jsonb_each(body->'states') s where s.value->>'end' = 'true') as ends
    from definition where kind in ('register', 'loop')
      and exists (select from pg_trigger where tgname = left(replace(name, '-', '_') || '_agenda_insert', 63))
    order by name, version desc`)
  return rows as Listed[]
}

const ORDER = 'order by d.due_on, d.id limit 1'

/**
 * What the agenda says otherwise than records, deadlines and facts; empty when they agree. Knows nothing of the
 * triggers that keep it.
 */
export async function wrongAgenda(client: pg.Client): Promise<string[]> {
  const wrong: string[] = []
  for (const { register, ends, on, loop } of await listedIn(client)) {
    const table = tableOf(register)
    const scope = 'r.area, r.county, r.town, r.unit, r.sector, r.organisation'
    const kept = 'a.area, a.county, a.town, a.unit, a.sector, a.organisation'
    const compare = async (kind: string, live: string, told: string, should: string) => {
      const { rows } = await client.query(
        `select coalesce(r.id, a.id) as id from (select * from ${table} r where r.archived_at is null and ${live}) r
        full join (select * from agenda where register = $1 and kind = $2) a on a.id = r.id
        where r.id is null or a.id is null or (${kept}, ${told}) is distinct from (${scope}, ${should})`,
        [register, kind],
      )
      for (const { id } of rows) wrong.push(`agenda: ${kind} of ${register} ${id}`)
    }
    if (loop)
      await compare(
        'case',
        `r.state <> all('{${ends.join(',')}}'::text[])`,
        `a.state, a.track, a.loop_version, a.due_on, a.facts->>'version',
          (select count(*) from jsonb_object_keys(a.last))`,
        `r.state, r.track, r.loop_version, (select d.due_on from deadline d
          where d.record_id = r.id and d.state in ('running', 'late') and d.closed_on is null ${ORDER}), r.version::text,
          (select count(distinct action) from case_fact f where case_id = r.id and action <> 'take-back'
            and not exists (select from case_fact b where b.case_id = r.id and b.action = 'take-back'
              and (b.form->>'seq')::int = f.seq))`,
      )
    if (on) await compare('expiry', `r.${columnOf(on)} is not null`, 'a.due_on', `r.${columnOf(on)}`)
  }
  return wrong
}
