import { z } from 'zod'
import type { Actor } from '../../access/actor.ts'
import { accountAdmins } from '../../access/roles.ts'
import { endSession } from '../../auth/idle.ts'
import { SIGN_IN } from '../../auth/trace.ts'
import { Problem } from '../../core/errors.ts'
import { sql } from '../../store/db.ts'
import { within } from '../area-right.ts'
import { idleOf } from '../identify.ts'
import { type Route, route } from '../route.ts'
import { flag, integer, listOf, nullable, object, text, time, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'
import { idParams } from './parameters.ts'

const MOST = 500

interface Session {
  id: string
  token: string
  userId: string
  name: string
  username: string
  area: string
  startedAt: string
  lastAt: string
  address: string | null
  device: string | null
}

/** What browser on what, from the header it sends: enough to tell one's own devices apart. */
export function deviceWords(agent: string | null): string {
  const a = agent ?? ''
  const browser =
    (/MicroMessenger/.test(a) && '微信') ||
    (/Edg/.test(a) && 'Edge') ||
    (/Firefox/.test(a) && 'Firefox') ||
    (/Chrome|Chromium/.test(a) && 'Chrome') ||
    (/Safari/.test(a) && 'Safari') ||
    '其他程序'
  const system =
    (/Android/.test(a) && '安卓手机') ||
    (/iPhone|iPad/.test(a) && '苹果手机或平板') ||
    (/Windows/.test(a) && 'Windows 电脑') ||
    (/Mac OS/.test(a) && '苹果电脑') ||
    (/Linux/.test(a) && 'Linux 电脑') ||
    ''
  return [system, browser].filter(Boolean).join('，')
}

/** Where somebody is signed in, to see and to end; one's own, and for those who keep accounts those of the area. */
export function signInRoutes(s: Services): Route[] {
  const read = async (where: ReturnType<typeof sql<boolean>>): Promise<Session[]> => {
    const { rows } = await sql<Session>`select s.id, s.token, u.id as "userId", u.name, u.username,
        u.home_area as area, s."createdAt" as "startedAt", coalesce(x.last_at, s."createdAt") as "lastAt",
        s."ipAddress" as address, s."userAgent" as device
      from auth.session s join app_user u on u.id = s."userId"
      left join auth.session_use x on x.session_id = s.id
      where s."expiresAt" > ${s.clock.now()} and ${where}
      order by coalesce(x.last_at, s."createdAt") desc, s.id limit ${MOST}`.execute(s.db)
    return rows
  }
  const administers = (actor: Actor, area: string) => within(actor, area, accountAdmins)
  const shown = object({
    id: uuid,
    user: object({ id: uuid, name: text, username: text }),
    startedAt: time,
    lastAt: time,
    address: nullable(text),
    device: text,
    current: flag,
  })
  return [
    route({
      method: 'GET',
      path: '/api/session',
      tag: '登录',
      summary: '本次登录：多久没有操作会自动退出，之前多久提醒（0 分钟为不自动退出）',
      who: 'person',
      beforePasswordChange: true,
      responses: {
        200: { description: '分钟数', schema: object({ idleMinutes: integer, warnMinutes: integer }) },
      },
      handler: async ({ actor }) => {
        const { minutes, warnMinutes } = idleOf(s).rules(actor.home)
        return { idleMinutes: minutes, warnMinutes }
      },
    }),
    route({
      method: 'GET',
      path: '/api/sessions',
      tag: '登录',
      summary: '正在使用中的登录：自己的；of=area 时本辖区所有人的（账号管理员）',
      who: 'person',
      query: z.object({ of: z.enum(['me', 'area']).optional() }),
      responses: { 200: { description: '登录', schema: object({ sessions: listOf(shown) }) } },
      handler: async ({ actor, query, request }) => {
        const token = await s.auth.sessions.tokenOf(request.headers.cookie ?? '')
        const areas = actor.assignments.flatMap((a) =>
          accountAdmins.includes(a.role) && a.ground.by === 'area' ? [a.ground.area] : [],
        )
        if (query.of === 'area' && areas.length === 0)
          throw new Problem('forbidden', '只有账号管理员能查看本辖区其他人的登录。')
        const rows = await read(
          query.of === 'area'
            ? sql<boolean>`exists (select 1 from unnest(${areas}::text[]) a where starts_with(u.home_area, a))`
            : sql<boolean>`u.id = ${actor.id}`,
        )
        return {
          sessions: rows.map((r) => ({
            id: r.id,
            user: { id: r.userId, name: r.name, username: r.username },
            startedAt: r.startedAt,
            lastAt: r.lastAt,
            address: r.address,
            device: deviceWords(r.device),
            current: r.token === token,
          })),
        }
      },
    }),
    route({
      method: 'POST',
      path: '/api/sessions/:id/end',
      tag: '登录',
      summary: '结束一处登录：自己的；账号管理员可以结束本辖区任何人的',
      who: 'person',
      write: true,
      params: idParams,
      record: { register: SIGN_IN, what: 'end-session' },
      responses: { 200: { description: '已结束', schema: object({ ok: flag }) } },
      handler: async ({ actor, params }) => {
        const [found] = await read(sql<boolean>`s.id = ${params.id}`)
        // ended already is ended: a retry gets the same answer
        if (!found) return { ok: true }
        if (found.userId !== actor.id && !administers(actor, found.area))
          throw new Problem('not-found', '没有找到这处登录，或者不在您的管辖范围内。')
        const own = found.userId === actor.id
        const user = { id: found.userId, name: found.name, home: found.area }
        await endSession(s.db, s.clock, actor, { id: found.id, user }, own ? '本人结束' : '管理员结束')
        s.auth.sessions.forget(found.userId)
        return { ok: true }
      },
    }),
    route({
      method: 'GET',
      path: '/api/sign-ins',
      tag: '登录',
      summary: '自己账号的登录记录，包括被拒绝的尝试，新的在前',
      who: 'person',
      query: z.object({
        after: z
          .string()
          .regex(/^\d{1,18}$/, '应为上一页给出的 next。')
          .optional(),
        limit: z.coerce.number().int().min(1).max(200).optional(),
      }),
      responses: {
        200: {
          description: '登录记录',
          schema: object({
            entries: listOf(
              object({ seq: text, at: time, what: text, address: nullable(text), reason: nullable(text) }),
            ),
            next: nullable(text),
          }),
        },
      },
      handler: async ({ actor, query }) => {
        const limit = query.limit ?? 30
        const { rows } = await sql<{ seq: string }>`select id::text as seq, at, what,
            changes->0->>'after' as address, reason
          from journal where register = ${SIGN_IN} and record_id = ${actor.id}
            ${query.after ? sql`and id < ${query.after}` : sql``}
          order by journal.id desc limit ${limit + 1}`.execute(s.db)
        const more = rows.length > limit
        if (more) rows.pop()
        return { entries: rows, next: more ? (rows.at(-1)?.seq ?? null) : null }
      },
    }),
  ]
}
