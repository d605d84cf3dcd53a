import type { Actor } from '../access/actor.ts'
import { askedSql, isAsked, makingAreas, mayBeAsked } from '../collections/access.ts'
import { sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { inWords, item, type TodayItem } from './item.ts'

const MOST = 500

interface Open {
  id: string
  collection: string
  title: string
  town: string | null
  organisation: string | null
  due: string
  reminded: string | null
  by: string
  area: string
}

const clock = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})

/**
 * Tables one is asked to fill, with when one was reminded; and of those one collects oneself, on the last day and after it,
 * how many have not come back. One statement, and none for who can be neither.
 */
export async function collectionItems(s: Services, actor: Actor, today: string): Promise<TodayItem[]> {
  const areas = makingAreas(actor, today)
  if (areas.length === 0 && !mayBeAsked(actor, today)) return []
  const counties = [...new Set(areas.map((a) => a.slice(0, 6)))]
  const { rows } =
    await sql<Open>`select p.id, p.facts->>'collection' as collection, p.title, p.town, p.organisation,
      p.due_on::text as due, p.facts->>'reminded' as reminded, p.facts->>'by' as by, p.facts->>'area' as area
    from agenda p where p.kind = 'collection' and (${askedSql(actor, today)} or p.county = any(${counties}::text[]))
    order by p.due_on, 2 limit ${MOST}`.execute(s.db)
  const asked = rows.filter((r) => isAsked(actor, r, today))
  const mine = rows.filter(
    (r) => !isAsked(actor, r, today) && r.due <= today && areas.some((a) => r.area.startsWith(a)),
  )
  const collected = new Map<string, Open[]>()
  for (const r of mine) collected.set(r.collection, [...(collected.get(r.collection) ?? []), r])
  return [
    ...asked.map((r) =>
      item({
        kind: 'collection',
        group: 'mine',
        title: `填表：${r.title}`,
        why: `${r.by}要的表，${inWords(r.due, today)}${r.reminded ? `，${clock.format(new Date(r.reminded))} 催报` : ''}`,
        ifNot: '这一份算没有交，名单里列着',
        due: r.due,
        link: `/asked/${r.id}`,
        act: { do: 'go', label: '去填' },
      }),
    ),
    ...[...collected.values()].map((list) => {
      const [first] = list
      return item({
        kind: 'collection',
        group: 'mine',
        title: `收表：${first?.title ?? ''}`,
        why: `还有 ${list.length} 家没有交，${inWords(first?.due ?? today, today)}`,
        ifNot: '汇总表里这些格子空着',
        due: first?.due ?? null,
        link: `/collections/${first?.collection ?? ''}`,
        act: { do: 'go', label: '催报' },
      })
    }),
  ]
}
