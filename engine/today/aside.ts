import type { RawBuilder } from 'kysely'
import { type Actor, hasRole } from '../access/actor.ts'
import { tableOf } from '../core/naming.ts'
import { asideText } from '../store/aside.ts'
import { rowsById } from '../store/bulk.ts'
import { sql } from '../store/db.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import { reachSql } from '../store/where.ts'
import { item, type TodayItem } from './item.ts'

const MOST = 10

const setters = (s: Services) =>
  [...s.catalogue.records.values()].flatMap((def) => {
    const setter = s.catalogue.setter(def)
    return setter ? [{ def, setter }] : []
  })

const looksAside = (actor: Actor) => hasRole(actor, ['county-admin', 'county-officer'])

/** Whether there is anything for `asideItems` to name, to be asked with other things. */
export function anyAside(s: Services, actor: Actor): RawBuilder<boolean> {
  const all = looksAside(actor) ? setters(s) : []
  if (all.length === 0) return sql<boolean>`false`
  return sql<boolean>`exists (${sql.join(
    all.map(({ def }) => sql`select from (${sql.raw(asideText(def.name))}) x`),
    sql` union all `,
  )})`
}

/**
 * Records that an upgrade left without effect, because what is typed on the firm says otherwise: nobody else would
 * tell. The county looks at each and registers what holds.
 */
export async function asideItems(s: Services, actor: Actor): Promise<TodayItem[]> {
  if (!looksAside(actor)) return []
  const out: TodayItem[] = []
  for (const { def, setter } of setters(s)) {
    const { rows } = await sql<{ id: string; organisation: string; n: number }>`select x.id, x.organisation,
        count(*) over ()::int as n
      from (${sql.raw(asideText(def.name))}) x join ${sql.table(tableOf(setter.parent.name))} t on t.id = x.organisation
      where t.archived_at is null and ${reachSql(scopeOf(s, actor, setter.parent, 'write'))}
      order by x.organisation limit ${MOST}`.execute(s.db)
    if (rows.length === 0) continue
    const said = new Map(
      (
        await rowsById(
          s.catalogue,
          s.db,
          def,
          rows.map((r) => r.id),
        )
      ).map((r) => [r.id, r]),
    )
    const firms = await rowsById(
      s.catalogue,
      s.db,
      setter.parent,
      rows.map((r) => r.organisation),
    )
    for (const firm of firms) {
      const record = said.get(rows.find((r) => r.organisation === firm.id)?.id ?? '')
      if (!record) continue
      const differ = Object.entries(setter.fields).flatMap(([to, from]) => {
        const [typed, told] = [firm[to] ?? null, record[from] ?? null]
        if (told === null || typed === told) return []
        const label = setter.parent.fields[to]?.label ?? to
        return [`${label}：台账为“${typed ?? '空'}”，${def.label}记录为“${told}”`]
      })
      out.push(
        item({
          kind: 'status',
          group: 'mine',
          title: `核对${def.label}：${String(firm[setter.parent.title] ?? '')}`,
          why: `${record[setter.by]} 的${def.label}与台账不一致，升级时没有采用。${differ.join('；')}`,
          ifNot: `以台账现在的内容为准；核对后登记一条新的${def.label}，这条提示随之消失`,
          link: `/records/${setter.parent.name}/${firm.id}`,
        }),
      )
    }
    const more = (rows[0]?.n ?? 0) - rows.length
    if (more > 0)
      out.push(
        item({
          kind: 'status',
          group: 'mine',
          title: `另有 ${more} 家的${def.label}与台账不一致`,
          why: '升级时没有采用，处理完上面几家后接着列出',
          ifNot: '以台账现在的内容为准',
          link: `/records/${def.name}`,
        }),
      )
  }
  return out
}
