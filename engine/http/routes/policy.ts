import { z } from 'zod'
import type { Actor } from '../../access/actor.ts'
import { businessAdmins } from '../../access/roles.ts'
import { areaNames, requireKnownArea } from '../../areas/areas.ts'
import type { Json } from '../../core/condition/ast.ts'
import type { PolicyDef } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { outOfBounds } from '../../core/policy-bounds.ts'
import { POPULATION_KEY } from '../../core/population.ts'
import { refreshProposals } from '../../grading/refresh.ts'
import { journal } from '../../journal/write.ts'
import { type Db, sql } from '../../store/db.ts'
import { within } from '../area-right.ts'
import { once } from '../once.ts'
import { Answer, type Route, route } from '../route.ts'
import { date, flag, integer, listOf, nullable, object, text, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'
import { areaCode, calendarDate, idParams } from './parameters.ts'

const period = z.strictObject({
  days: z.number().min(0).max(3660),
  calendar: z.enum(['calendar', 'working']),
})
const value = z.union(
  [z.number(), z.string().max(200), z.boolean(), period, z.array(z.union([z.number(), z.string()]))],
  {
    error: '数值应为数字，或 {days, calendar}（calendar 为 calendar 自然日、working 工作日）。',
  },
)
const newRow = z.object({
  key: z.string().max(80),
  value,
  area: areaCode.optional(),
  from: calendarDate.optional(),
  to: calendarDate.nullish(),
  basis: z.string().trim().min(2, '请写明依据（文件名称和条款）。').max(300),
})
const change = newRow.omit({ key: true, area: true }).partial()

interface LocalRow {
  id: string
  version: number
  key: string
  label: string
  value: Json
  unit: string | null
  area: string
  from: string
  to: string | null
  basis: string
  sure: string
}

const COLUMNS = sql`id, version, key, label, value, unit, area, from_on as "from", to_on as "to", basis, sure`

function requireSpan(from: string, to: string | null | undefined): void {
  if (to && to < from)
    throw new Problem('bad-input', '截止日期不能早于起始日期，请改正。', {
      complaints: [{ path: 'to', message: `不能早于 ${from}` }],
    })
}

/** The populations a policy row may name in an area. */
function populationsFor(s: Services, { value }: PolicyDef, area: string): { value: string; label: string }[] {
  const register = s.catalogue.populations.get(String(value))?.register
  return [...s.catalogue.populations.values()]
    .filter((p) => p.register === register && s.catalogue.offered(p.name, area))
    .map((p) => ({ value: p.name, label: p.label }))
}

/** Numbers from law and notices: the shipped ones and a county's own, which win where they are valid. */
export function policyRoutes(s: Services): Route[] {
  const name = areaNames(s.db, s.clock)
  const row = object({
    id: uuid,
    version: integer,
    key: text,
    label: text,
    value: {},
    unit: nullable(text),
    area: text,
    areaName: text,
    from: date,
    to: nullable(date),
    basis: text,
    sure: { enum: ['S', 'N', 'M', 'D'] },
    local: flag,
    options: { description: '企业范围：可以选择的', ...listOf(object({ value: text, label: text })) },
  })

  const readLocal = async (db: Db, id: string, actor: Actor): Promise<LocalRow> => {
    const { rows } = await sql<LocalRow>`select ${COLUMNS} from policy_row
      where id = ${id} and removed_at is null`.execute(db)
    const found = rows[0]
    if (!found || !within(actor, found.area, businessAdmins))
      throw new Problem('not-found', '没有找到这条本县参数，或者它不在您的管辖范围内。')
    return found
  }

  /** Same kind of value as the shipped row: a period stays a period. */
  const checkKind = (key: string, given: Json) => {
    const shipped = s.catalogue.policies.find((p) => p.key === key)
    if (!shipped) throw new Problem('not-found', `没有名为“${key}”的依据参数，请从列表中选择。`)
    const kind = (v: Json) => (Array.isArray(v) ? 'array' : typeof v)
    const isPeriod = (v: Json) => typeof v === 'object' && v !== null && 'days' in v
    if (kind(given) === kind(shipped.value) || (isPeriod(shipped.value) && typeof given === 'number')) {
      const wrong = outOfBounds(shipped, given)
      if (!wrong) return shipped
      throw new Problem('bad-input', `“${shipped.label}”${wrong}，请改正。`, {
        complaints: [{ path: 'value', message: wrong }],
      })
    }
    throw new Problem('bad-input', `“${shipped.label}”的数值类型不对，请参照原来的数值填写。`, {
      complaints: [{ path: 'value', message: `应与 ${JSON.stringify(shipped.value)} 的形式相同` }],
    })
  }

  /** A population is named: one that is offered here, of the register that the shipped one is of. */
  const requirePopulation = (shipped: PolicyDef, given: Json, area: string) => {
    if (!shipped.key.startsWith(POPULATION_KEY)) return
    const options = populationsFor(s, shipped, area)
    if (!options.some((o) => o.value === given))
      throw new Problem(
        'bad-input',
        `“${shipped.label}”应选择一个企业范围：${options.map((o) => o.label).join('、')}。`,
        {
          complaints: [{ path: 'value', message: '没有这个企业范围，请从列表中选择。' }],
        },
      )
  }

  /** @throws Problem `bad-input` for a town's own number where there is one for the county */
  const requireCountyWide = ({ label, countyWide }: PolicyDef, area: string) => {
    if (countyWide && area.length > 6)
      throw new Problem('bad-input', `“${label}”全县一个，不能为乡镇另定，请改为全县。`, {
        complaints: [{ path: 'area', message: '应为全县' }],
      })
  }

  const note = (
    tx: Db,
    actor: Actor,
    now: Date,
    what: string,
    before: LocalRow | undefined,
    after: LocalRow,
    key: string,
  ) =>
    journal(tx, {
      actor,
      now,
      register: 'policy',
      recordId: after.id,
      title: after.label,
      what,
      area: after.area,
      idempotencyKey: key,
      changes: (['value', 'from', 'to', 'basis'] as const)
        .filter((f) => JSON.stringify(before?.[f] ?? null) !== JSON.stringify(after[f] ?? null))
        .map((f) => ({
          field: f,
          label: f,
          before: (before?.[f] ?? null) as Json,
          after: (after[f] ?? null) as Json,
        })),
    })

  const show = async (r: LocalRow) => ({ ...r, areaName: (await name())(r.area), local: true })

  return [
    route({
      method: 'GET',
      path: '/api/policy',
      tag: '依据参数',
      summary: '法规和通知里的数字：随程序提供的，和本县自己的',
      who: 'signed-in',
      responses: { 200: { description: '参数', schema: listOf(row) } },
      handler: async ({ actor }) => {
        const { rows } = await sql<LocalRow>`select ${COLUMNS} from policy_row
          where removed_at is null and (starts_with(area, ${actor.home.slice(0, 6)}) or starts_with(${actor.home}, area))
          order by key, area, from_on`.execute(s.db)
        const known = new Set(s.catalogue.policies.map((p) => p.key))
        const shipped = s.catalogue.policies.map(async (p) => ({
          ...p,
          areaName: (await name())(p.area),
          local: false,
        }))
        const all = [
          ...(await Promise.all(rows.filter((r) => known.has(r.key)).map(show))),
          ...(await Promise.all(shipped)),
        ]
        return all.map((r) => {
          const def = s.catalogue.policies.find((p) => p.key === r.key && p.key.startsWith(POPULATION_KEY))
          return def ? { ...r, options: populationsFor(s, def, actor.home.slice(0, 6)) } : r
        })
      },
    }),
    route({
      method: 'POST',
      path: '/api/policy',
      tag: '依据参数',
      summary: '为本县（或某个乡镇）另定一个数值',
      who: 'signed-in',
      roles: businessAdmins,
      write: true,
      body: newRow,
      record: { register: 'policy', what: 'create' },
      responses: { 201: { description: '已保存', schema: row } },
      handler: async ({ actor, body, meta, now, today }) => {
        const area = body.area ?? actor.home.slice(0, 6)
        if (!within(actor, area, businessAdmins))
          throw new Problem('forbidden', '只能为自己管辖的地区另定数值。')
        const given = body.value as Json
        const shipped = checkKind(body.key, given)
        requireCountyWide(shipped, area)
        requirePopulation(shipped, given, area)
        requireSpan(body.from ?? today, body.to)
        await requireKnownArea(s, area)
        const made = await once(s.db, actor, meta, now, { policy: body }, async (tx) => {
          const { rows } = await sql<LocalRow>`insert into policy_row
              (id, key, label, value, unit, area, from_on, to_on, basis, sure, updated_at, updated_by)
            values (${newId()}, ${body.key}, ${shipped.label}, ${JSON.stringify(body.value)}, ${shipped.unit ?? null},
              ${area}, ${body.from ?? today}, ${body.to ?? null}, ${body.basis}, 'N', ${now}, ${actor.id})
            returning ${COLUMNS}`.execute(tx)
          await note(tx, actor, now, 'create', undefined, rows[0]!, meta.idempotencyKey)
          return rows[0]!
        })
        await refreshProposals(s)
        return new Answer(201, await show(made), { etag: `"${made.version}"` })
      },
    }),
    ...(['PATCH', 'DELETE'] as const).map((method) =>
      route({
        method,
        path: '/api/policy/:id',
        tag: '依据参数',
        summary: method === 'PATCH' ? '修改本县的数值' : '取消本县的数值，恢复随程序提供的',
        who: 'signed-in',
        roles: businessAdmins,
        write: true,
        versioned: true,
        params: idParams,
        ...(method === 'PATCH' && { body: change }),
        record: { register: 'policy', what: method === 'PATCH' ? 'update' : 'archive' },
        responses: { 200: { description: '已保存', schema: row } },
        handler: async ({ actor, params, body, meta, version, now }) => {
          const wish = (body ?? {}) as z.output<typeof change>
          const done = await once(
            s.db,
            actor,
            meta,
            now,
            { policy: params.id, method, wish, version },
            async (tx) => {
              await sql`select id from policy_row where id = ${params.id} for update`.execute(tx)
              const before = await readLocal(tx, params.id, actor)
              if (before.version !== version)
                throw new Problem('version-lost', '这个数值刚被别人修改过，请对照后重新提交。', {
                  current: before,
                })
              if (wish.value !== undefined) {
                const given = wish.value as Json
                requirePopulation(checkKind(before.key, given), given, before.area)
              }
              const next = { ...before, ...(wish as Partial<LocalRow>) }
              if (method === 'PATCH') requireSpan(next.from, next.to)
              const { rows } =
                await sql<LocalRow>`update policy_row set value = ${JSON.stringify(next.value)},
                from_on = ${next.from}, to_on = ${next.to ?? null}, basis = ${next.basis}, version = version + 1,
                updated_at = ${now}, updated_by = ${actor.id}, removed_at = ${method === 'DELETE' ? now : null}
              where id = ${params.id} returning ${COLUMNS}`.execute(tx)
              const what = method === 'DELETE' ? 'archive' : 'update'
              await note(tx, actor, now, what, before, rows[0]!, meta.idempotencyKey)
              return rows[0]!
            },
          )
          await refreshProposals(s)
          return new Answer(200, await show(done), { etag: `"${done.version}"` })
        },
      }),
    ),
  ]
}
