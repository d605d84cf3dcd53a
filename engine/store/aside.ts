import { tableOf } from '../core/naming.ts'

/**
 * Records that should set fields of their parent and set nothing, because an upgrade found something else typed there
 * (`set_aside`): organisations whose newest confirmed one is such a record. They stay named until a newer one is made.
 * @returns a statement with `id` (of the record) and `organisation`
 */
export function asideText(register: string): string {
  const table = tableOf(register)
  const confirmed = (alias: string) => `${alias}.archived_at is null and ${alias}.proof = 3`
  return `select distinct on (t.organisation) t.id, t.organisation from set_aside a
    join ${table} t on t.id = a.record_id and ${confirmed('t')}
    where not exists (select from ${table} n where n.organisation = t.organisation and ${confirmed('n')}
      and not exists (select from set_aside b where b.record_id = n.id)
      and (n.happened_on, n.recorded_at, n.id) > (t.happened_on, t.recorded_at, t.id))
    order by t.organisation, t.happened_on desc, t.recorded_at desc, t.id desc`
}
