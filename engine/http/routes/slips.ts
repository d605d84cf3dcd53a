import { z } from 'zod'
import { areaNames, townName } from '../../areas/areas.ts'
import { accountsOf } from '../../auth/users.ts'
import { addDays } from '../../core/clock.ts'
import { Problem } from '../../core/errors.ts'
import { journal } from '../../journal/write.ts'
import { type Db, sql } from '../../store/db.ts'
import { type Firm, firmTable } from '../../store/firms.ts'
import { keptFirm, keptFirms } from '../firms.ts'
import { keepersOf } from '../governed.ts'
import { once } from '../once.ts'
import { Answer, type Call, type Route, route } from '../route.ts'
import { date, flag, integer, listOf, nullable, object, text, time, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'
import { makeFirmAccount } from './claim.ts'
import { areaCode, idParams } from './parameters.ts'

/** Days a slip can be used when the policy has no row. */
const SLIP_DAYS = 30
/** Firms of one page of the list. */
const PAGE = 1000

interface Listed extends Firm {
  accounts: number
  slip: string | null
  issuedAt: string | null
  expiresOn: string | null
}

interface Page {
  /** only firms that still need one: no account, and no slip that runs unless that is to be renewed */
  due?: { renew: boolean }
  offset?: number
  limit?: number
}

/** Slips and requests with which enterprises come to their accounts: printed, confirmed and refused by the town. */
export function slipRoutes(s: Services): Route[] {
  const { claims } = s.auth
  const nameOf = areaNames(s.db, s.clock)
  const common = { tag: '认领账号', who: 'person' as const, roles: keepersOf('enterprise-officer') }
  const record = { register: 'claim', what: 'update' }
  const slipShape = object({ organisation: uuid, name: text, creditCode: text, area: text, code: text })

  const lastDay = ({ actor, today }: Pick<Call, 'actor' | 'today'>): string =>
    addDays(today, s.policies().numberOr('claim.slipDays', actor.home, today, SLIP_DAYS))

  /** Enterprises the actor makes accounts for, with accounts in use and the slip that is open today. */
  async function firms(
    call: Pick<Call, 'actor' | 'today'>,
    only: ReturnType<typeof sql>,
    { due, offset = 0, limit }: Page = {},
  ): Promise<{ list: Listed[]; total: number }> {
    const kept = keptFirms(call.actor)
    if (!kept) return { list: [], total: 0 }
    const { firm, from } = firmTable(s)
    const accounts = sql`app_user u where ${accountsOf(sql`e.id`)}`
    const without = due ? sql`and not exists (select 1 from ${accounts})` : sql``
    const slipless = due && !due.renew ? sql`and s.id is null` : sql``
    const { rows } = await sql<Listed & { total: number }>`select ${firm}, s.id as slip,
        s.issued_at as "issuedAt", s.expires_on as "expiresOn", (select count(*)::int from ${accounts}) as accounts,
        count(*) over ()::int as total
      from ${from} left join claim_slip s on s.organisation = e.id and s.used_at is null
        and s.revoked_at is null and s.expires_on >= ${call.today}
      where e.archived_at is null and ${kept} and ${only} ${without} ${slipless}
      order by e.area, name, e.id ${limit ? sql`limit ${limit}` : sql``} offset ${offset}`.execute(s.db)
    return { list: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 }
  }

  /** Codes are shown once: a retry of the same request is told that it was done. */
  async function give<T extends { slips: object[]; expiresOn: string }>(
    call: Pick<Call, 'actor' | 'meta' | 'now'>,
    request: unknown,
    run: (tx: Db) => Promise<T>,
  ): Promise<T> {
    let given: T | undefined
    const kept = await once(s.db, call.actor, call.meta, call.now, request, async (tx) => {
      given = await run(tx)
      return { slips: given.slips.length }
    })
    if (given) return given
    if (kept.slips === 0) return { slips: [], expiresOn: '', total: 0, withoutCode: 0 } as unknown as T
    throw new Problem(
      'conflict',
      '这次的认领单已经开出，认领码只显示一次。没有打印的，请重新开，原来的随即作废。',
    )
  }

  async function issue(tx: Db, call: Pick<Call, 'actor' | 'now' | 'today'>, list: Firm[], endsOld = false) {
    const expiresOn = lastDay(call)
    const codes = await claims.issue(
      tx,
      list.map((f) => f.id),
      { by: call.actor.id, expiresOn, endsOld },
    )
    for (const f of list)
      await journal(tx, {
        actor: call.actor,
        now: call.now,
        register: 'claim',
        recordId: f.id,
        title: f.name,
        what: 'issue-slip',
        area: f.area,
        organisation: f.id,
        changes: [{ field: 'expiresOn', label: '有效期至', before: null, after: expiresOn }],
      })
    const name = await nameOf()
    const slips = list.map((f) => ({
      organisation: f.id,
      name: f.name,
      creditCode: f.creditCode ?? '',
      area: townName(name, f.area),
      code: codes.get(f.id) ?? '',
    }))
    return { slips, expiresOn }
  }

  return [
    route({
      ...common,
      method: 'GET',
      path: '/api/claim-slips',
      summary: '本辖区的企业：有没有账号，有没有还能用的认领单',
      query: z.object({
        area: areaCode.optional(),
        offset: z.coerce.number().int().min(0).default(0).describe('从第几家起；一次最多 1000 家'),
      }),
      responses: {
        200: {
          description: '企业；total 是一共几家',
          schema: object({
            total: integer,
            firms: listOf(
              object({
                id: uuid,
                name: text,
                creditCode: nullable(text),
                area: text,
                areaName: text,
                accounts: integer,
                slip: nullable(uuid),
                issuedAt: nullable(time),
                expiresOn: nullable(date),
              }),
            ),
          }),
        },
      },
      handler: async ({ actor, today, query }) => {
        const name = await nameOf()
        const { list, total } = await firms(
          { actor, today },
          query.area ? sql`starts_with(e.area, ${query.area})` : sql`true`,
          { offset: query.offset, limit: PAGE },
        )
        return { total, firms: list.map((f) => ({ ...f, areaName: name(f.area) })) }
      },
    }),
    route({
      ...common,
      write: true,
      method: 'POST',
      path: '/api/claim-slips',
      summary: '开认领单：一批企业，或一个地区里还没有账号和认领单的企业；认领码只在这次答复里',
      body: z.object({
        organisations: z.array(z.uuid()).max(PAGE).optional().describe('这些企业；原来没用的认领单随即作废'),
        area: areaCode.optional().describe('或者这个地区里还没有账号的企业'),
        renew: z.boolean().default(false).describe('按地区开时：已有认领单的也重新开'),
      }),
      record: { register: 'claim', what: 'create' },
      responses: {
        201: {
          description: '认领单；total 是该开的家数，withoutCode 是其中因为没有信用代码而没有开的',
          schema: object({ slips: listOf(slipShape), expiresOn: date, total: integer, withoutCode: integer }),
        },
      },
      handler: async ({ actor, body, meta, now, today }) => {
        const { organisations, area, renew } = body
        if (!organisations === !area)
          throw new Problem('bad-input', '请选择企业，或者选择一个乡镇，二者取一。')
        const wanted = organisations ? [...new Set(organisations)] : []
        const { list: due } = organisations
          ? await firms({ actor, today }, sql`e.id = any(${wanted}::uuid[])`)
          : await firms({ actor, today }, sql`starts_with(e.area, ${area ?? ''})`, { due: { renew } })
        if (organisations && due.length < wanted.length)
          throw new Problem('not-found', '有企业没有找到，或者不在您的管辖范围内，请刷新后再选。')
        const able = due.filter((f) => f.creditCode)
        const made = await give({ actor, meta, now }, { slips: body }, async (tx) => ({
          ...(await issue(tx, { actor, now, today }, able)),
          total: due.length,
          withoutCode: due.length - able.length,
        }))
        return new Answer(201, made)
      },
    }),
    route({
      ...common,
      write: true,
      method: 'POST',
      path: '/api/claim-slips/:id/revoke',
      summary: '作废一张还没用的认领单',
      params: idParams,
      record,
      responses: { 200: { description: '已作废', schema: object({ id: uuid }) } },
      handler: async ({ actor, params, meta, now }) => {
        const { rows } = await sql<{ organisation: string }>`select organisation from claim_slip
          where id = ${params.id}`.execute(s.db)
        const firm = await keptFirm(s, actor, rows[0]?.organisation ?? params.id)
        return once(s.db, actor, meta, now, { revoke: params.id }, async (tx) => {
          await sql`update claim_slip set revoked_at = ${now} where id = ${params.id} and used_at is null
            and revoked_at is null`.execute(tx)
          const what = { register: 'claim', recordId: firm.id, title: firm.name, what: 'revoke-slip' }
          await journal(tx, { actor, now, ...what, area: firm.area, organisation: firm.id })
          return { id: params.id }
        })
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/api/claims',
      summary: '等着确认的认领申请',
      responses: {
        200: {
          description: '申请；bySlip 为 true 的是持认领单来的，确认后即可登录',
          schema: object({
            waiting: listOf(
              object({
                id: uuid,
                madeAt: time,
                organisation: uuid,
                enterprise: text,
                areaName: text,
                name: text,
                phone: text,
                username: nullable(text),
                bySlip: flag,
                accounts: listOf(object({ id: uuid, name: text, username: text })),
              }),
            ),
          }),
        },
      },
      handler: async ({ actor }) => {
        const kept = keptFirms(actor)
        if (!kept) return { waiting: [] }
        const { firm, from } = firmTable(s)
        const { rows } = await sql<
          Firm & {
            request: string
            madeAt: string
            person: string
            phone: string
            username: string | null
            slip: string | null
          }
        >`select ${firm}, r.id as request, r.made_at as "madeAt", r.name as person, r.phone, r.username, r.slip
          from claim_request r join ${from} on e.id = r.organisation
          where r.state = 'waiting' and ${kept} order by r.made_at limit 200`.execute(s.db)
        const name = await nameOf()
        const waiting = []
        for (const r of rows)
          waiting.push({
            id: r.request,
            madeAt: r.madeAt,
            organisation: r.id,
            enterprise: r.name,
            areaName: name(r.area),
            name: r.person,
            phone: r.phone,
            username: r.username,
            bySlip: r.slip !== null,
            accounts: await s.auth.users.ofFirm(r.id),
          })
        return { waiting }
      },
    }),
    route({
      ...common,
      write: true,
      method: 'POST',
      path: '/api/claims/:id/confirm',
      summary: '确认认领：持认领单来的，新账号启用；没有认领单的，给出认领码（只显示一次）',
      params: idParams,
      body: z.object({ endOld: z.boolean().default(true).describe('原来的账号随新账号启用而停用') }),
      record,
      responses: {
        200: {
          description: '认领单（没有认领单来的）',
          schema: object({ slips: listOf(slipShape), expiresOn: date }),
        },
      },
      handler: async ({ actor, params, body, meta, now, today }) => {
        const firm = await keptFirm(s, actor, await firmOfRequest(s, params.id))
        const ended: string[] = []
        const done = await give({ actor, meta, now }, { confirm: params.id, body }, async (tx) => {
          const asked = await claims.waiting(tx, params.id)
          await claims.decide(tx, params.id, { state: 'confirmed', by: actor.id })
          const what = { register: 'claim', recordId: params.id, title: firm.name, what: 'confirm-claim' }
          await journal(tx, { actor, now, ...what, area: firm.area, organisation: firm.id })
          if (!asked.slip) return issue(tx, { actor, now, today }, [firm], body.endOld)
          const made = await makeFirmAccount(s, tx, now, firm, asked, { by: actor, endOld: body.endOld })
          ended.push(...made.ended)
          return { slips: [], expiresOn: today }
        })
        for (const id of ended) s.auth.sessions.forget(id)
        return done
      },
    }),
    route({
      ...common,
      write: true,
      method: 'POST',
      path: '/api/claims/:id/refuse',
      summary: '退回认领申请',
      params: idParams,
      body: z.object({ reason: z.string().trim().min(1, '请写明理由。').max(200) }),
      record,
      responses: { 200: { description: '已退回', schema: object({ id: uuid }) } },
      handler: async ({ actor, params, body, meta, now }) => {
        const firm = await keptFirm(s, actor, await firmOfRequest(s, params.id))
        return once(s.db, actor, meta, now, { refuse: params.id, body }, async (tx) => {
          await claims.waiting(tx, params.id)
          await claims.decide(tx, params.id, { state: 'refused', by: actor.id, reason: body.reason })
          const what = { register: 'claim', recordId: params.id, title: firm.name, what: 'refuse-claim' }
          const { reason } = body
          await journal(tx, { actor, now, ...what, reason, area: firm.area, organisation: firm.id })
          return { id: params.id }
        })
      },
    }),
  ]
}

/** The enterprise a request is for; any id when there is no such request, so that it is not found. */
async function firmOfRequest(s: Services, id: string): Promise<string> {
  const { rows } = await sql<{ organisation: string }>`select organisation from claim_request
    where id = ${id}`.execute(s.db)
  return rows[0]?.organisation ?? id
}
