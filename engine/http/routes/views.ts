import { z } from 'zod'
import type { Actor } from '../../access/actor.ts'
import type { Condition } from '../../core/condition/ast.ts'
import type { RecordDef } from '../../core/definition.ts'
import { isProblem, Problem } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { parentField } from '../../core/naming.ts'
import { systemFieldsOf } from '../../core/system-fields.ts'
import { sql } from '../../store/db.ts'
import { openDoor } from '../../store/door.ts'
import { holdsPersonal } from '../../store/sight.ts'
import type { ListQuery } from '../../store/types.ts'
import { once } from '../once.ts'
import { Answer, type Route, route } from '../route.ts'
import { listOf, object } from '../schemas.ts'
import type { Services } from '../services.ts'

const view = z.object({
  name: z.string().trim().min(1, '请给视图起个名字。').max(60),
  where: z.record(z.string(), z.unknown()).nullish(),
  q: z.string().max(100).nullish(),
  sort: z.union([z.string().max(200), z.array(z.string().max(80)).max(10)]).nullish(),
  columns: z.array(z.string().max(80)).max(100).nullish(),
  shared: z.boolean().optional(),
})
const registerParams = z.object({ register: z.string().max(60) })
const viewParams = registerParams.extend({ id: z.uuid() })

interface Kept {
  id: string
  name: string
  query: Record<string, unknown>
  shared: boolean
  mine: boolean
}

/** More than a person looks through. */
const MOST_VIEWS = 100

/** What a view lists, as far as it can hold personal content. */
const queryOf = ({ where, q }: Record<string, unknown>): ListQuery => ({
  ...(where ? { where: where as Condition } : {}),
  ...(typeof q === 'string' && { search: q }),
})

const show = ({ query, ...rest }: Kept & { problem?: string }) => ({ ...query, ...rest })

/** Saved filters and columns of lists: one's own, and those that people of the same county share. */
export function viewRoutes(s: Services): Route[] {
  const known = (register: string) => s.catalogue.record(register)
  const schema = { type: 'object' }

  /** Changes only one's own. */
  const own = async (id: string, actor: Actor, register: string) => {
    const { rows } = await sql`select 1 from saved_view
      where id = ${id} and owner = ${actor.id} and register = ${register}`.execute(s.db)
    if (!rows.length)
      throw new Problem('not-found', '没有找到这个视图，或者它是别人的；可以另存为自己的视图。')
  }
  /**
   * What a view asks is asked as a list would be: by this person, with what he may see now. A view that was right
   * when it was kept may be wrong later, or for somebody else.
   * @throws Problem as a list with its columns, filter and order would
   */
  const check = async (actor: Actor, def: RecordDef, query: Record<string, unknown>) => {
    const { where, q, sort, columns } = query as z.output<typeof view>
    const system = systemFieldsOf(def)
    for (const name of columns ?? []) {
      if (name in def.fields || name in system || (def.of && name === parentField(def.of))) continue
      throw new Problem('bad-input', `${def.label}没有“${name}”这一列，请去掉。`, {
        complaints: [{ path: 'columns', message: `没有“${name}”这一列。` }],
      })
    }
    const order = typeof sort === 'string' ? sort.split(',').filter(Boolean) : sort
    await openDoor(s, actor).list(def.name, {
      limit: 1,
      ...(where && { where: where as unknown as Condition }),
      ...(q && { search: q }),
      ...(order?.length && { sort: order }),
    })
  }

  /** The views that this person can use; his own that no longer work come with the reason. */
  const usable = async (actor: Actor, def: RecordDef, views: Kept[]) => {
    const out: (Kept & { problem?: string })[] = []
    for (const v of views)
      try {
        await check(actor, def, v.query)
        out.push(v)
      } catch (e) {
        if (!isProblem(e)) throw e
        if (v.mine) out.push({ ...v, problem: e.message })
      }
    return out
  }

  /** Whose number or name somebody filters by is nobody else's to read. */
  const refuseSharing = (def: RecordDef, shared: boolean, query: Record<string, unknown>) => {
    if (shared && holdsPersonal(s, def, queryOf(query)))
      throw new Problem(
        'bad-input',
        '这个视图的筛选或查找里有个人信息，只能自己用，不能共享。请取消共享，或去掉这个条件。',
        { complaints: [{ path: 'shared', message: '含个人信息，不能共享' }] },
      )
  }
  const nameTaken = (e: unknown): never => {
    if ((e as { code?: string }).code === '23505')
      throw new Problem('conflict', '已有同名的视图，请换一个名字。', {
        complaints: [{ path: 'name', message: '已有同名的视图' }],
      })
    throw e
  }

  return [
    route({
      method: 'GET',
      path: '/api/views/:register',
      tag: '视图',
      summary: '保存的视图',
      who: 'person',
      params: registerParams,
      responses: { 200: { description: '视图', schema: listOf(schema) } },
      handler: async ({ actor, params }) => {
        const def = known(params.register)
        const { rows } = await sql<Kept>`select v.id, v.name, v.query, v.shared, v.owner = ${actor.id} as mine
          from saved_view v left join app_user u on u.id = v.owner
          where v.register = ${def.name} and (v.owner = ${actor.id}
            or (v.shared and left(u.home_area, 6) = ${actor.home.slice(0, 6)}
              and (u.organisation is null or u.organisation = ${actor.organisation ?? null})))
          order by mine desc, v.name limit ${MOST_VIEWS}`.execute(s.db)
        const mayRead = rows.filter((r) => r.mine || !holdsPersonal(s, def, queryOf(r.query)))
        return (await usable(actor, def, mayRead)).map(show)
      },
    }),
    route({
      method: 'POST',
      path: '/api/views/:register',
      tag: '视图',
      summary: '保存视图',
      who: 'person',
      write: true,
      params: registerParams,
      body: view,
      responses: { 201: { description: '已保存', schema } },
      handler: async ({ actor, params, body, meta, now }) => {
        const def = known(params.register)
        const { name, shared = false, ...query } = body
        await check(actor, def, query)
        refuseSharing(def, shared, query)
        const made = await once(s.db, actor, meta, now, { view: def.name, body }, async (tx) => {
          const id = newId()
          await sql`insert into saved_view (id, owner, register, name, query, shared, updated_at)
            values (${id}, ${actor.id}, ${def.name}, ${name}, ${JSON.stringify(query)}, ${shared}, ${now})`.execute(
            tx,
          )
          return { id, name, query, shared, mine: true }
        }).catch(nameTaken)
        return new Answer(201, show(made))
      },
    }),
    route({
      method: 'PUT',
      path: '/api/views/:register/:id',
      tag: '视图',
      summary: '修改自己的视图',
      who: 'person',
      write: true,
      params: viewParams,
      body: view,
      responses: { 200: { description: '已保存', schema } },
      handler: async ({ actor, params, body, meta, now }) => {
        await own(params.id, actor, params.register)
        const { name, shared = false, ...query } = body
        await check(actor, known(params.register), query)
        refuseSharing(known(params.register), shared, query)
        const made = await once(s.db, actor, meta, now, { view: params.id, body }, async (tx) => {
          await sql`update saved_view set name = ${name}, query = ${JSON.stringify(query)}, shared = ${shared},
            updated_at = ${now}, version = version + 1 where id = ${params.id}`.execute(tx)
          return { id: params.id, name, query, shared, mine: true }
        }).catch(nameTaken)
        return show(made)
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/views/:register/:id',
      tag: '视图',
      summary: '删除自己的视图',
      who: 'person',
      write: true,
      params: viewParams,
      responses: { 200: { description: '已删除', schema: object({ ok: { type: 'boolean' } }) } },
      handler: ({ actor, params, meta, now }) =>
        once(s.db, actor, meta, now, { removeView: params.id }, async (tx) => {
          await own(params.id, actor, params.register)
          await sql`delete from saved_view where id = ${params.id}`.execute(tx)
          return { ok: true }
        }),
    }),
  ]
}
