import { z } from 'zod'
import { type Actor, hasRole, standingRoles } from '../../access/actor.ts'
import { reach } from '../../access/scope.ts'
import { areaNames } from '../../areas/areas.ts'
import type { RecordDef } from '../../core/definition.ts'
import { shelvers } from '../../core/loop.ts'
import { roleLabels } from '../../core/roles.ts'
import { sql } from '../../store/db.ts'
import { openDoor } from '../../store/door.ts'
import { Answer, type Call, type Route, route } from '../route.ts'
import { date, flag, integer, listOf, object, text, uuid } from '../schemas.ts'
import type { HttpOptions, Services } from '../services.ts'

const passwordText = z.string().min(1).max(200)
const code = z.string().max(20)
const json = { 200: { description: '完成', schema: { type: 'object' } } }

const headersOf = ({ request }: Call): Headers => {
  const out = new Headers()
  for (const name of ['cookie', 'user-agent'] as const) {
    const value = request.headers[name]
    if (value) out.set(name, value)
  }
  out.set('x-forwarded-for', request.ip)
  return out
}

/** Sign-in, sign-out, one's own password and second factor, who am I. */
export function sessionRoutes(s: Services, options: HttpOptions): Route[] {
  const { sessions } = s.auth
  const withCookies = (
    answer: { body: Record<string, unknown>; cookies: string[] },
    body: unknown = answer.body,
  ) => new Answer(200, body, answer.cookies.length ? { 'set-cookie': answer.cookies } : {})
  const name = areaNames(s.db, s.clock)

  return [
    route({
      method: 'GET',
      path: '/api/health',
      tag: '系统',
      summary: '服务和数据库是否可用',
      who: 'anyone',
      responses: {
        200: {
          description: '可用；disk 为 low 时磁盘快满，full 时只能查看、不能保存',
          schema: object({ status: text, disk: { enum: ['ok', 'low', 'full'] } }),
        },
      },
      handler: async () => {
        await sql`select 1`.execute(s.db)
        return { status: 'ok', disk: (await options.disk?.())?.level ?? 'ok' }
      },
    }),
    route({
      method: 'GET',
      path: '/api/demo',
      tag: '系统',
      summary: '演示账号（只有演示数据时才有）',
      who: 'anyone',
      responses: {
        200: { description: '演示账号', schema: object({ demo: flag, signIns: { type: 'array' } }) },
      },
      handler: async () => ({ demo: Boolean(options.demo?.length), signIns: options.demo ?? [] }),
    }),
    route({
      method: 'POST',
      path: '/api/auth/sign-in/username',
      tag: '登录',
      summary: '用户名和密码登录；启用动态口令的账号还须验证动态口令',
      who: 'anyone',
      body: z.object({ username: z.string().min(1).max(80), password: passwordText }),
      responses: {
        200: {
          description: '已登录，或 twoFactorRedirect 为 true 表示还要动态口令',
          schema: object({ ok: flag, twoFactorRedirect: flag, mustChangePassword: flag }),
        },
      },
      handler: async (call) => {
        const answer = await sessions.signIn(call.body, headersOf(call), call.request.ip)
        if (answer.body.twoFactorRedirect) return withCookies(answer, { ok: false, twoFactorRedirect: true })
        const { id } = answer.body.user as { id: string }
        const user = await s.auth.users.find(id)
        return withCookies(answer, { ok: true, mustChangePassword: user?.mustChangePassword ?? false })
      },
    }),
    route({
      method: 'POST',
      path: '/api/auth/two-factor/verify-totp',
      tag: '登录',
      summary: '验证动态口令（登录的第二步，或启用时的确认）',
      who: 'anyone',
      body: z.object({ code }),
      responses: json,
      handler: async (call) =>
        withCookies(await sessions.verifyTotp(call.body.code, headersOf(call), call.request.ip), {
          ok: true,
        }),
    }),
    route({
      method: 'POST',
      path: '/api/auth/two-factor/verify-backup-code',
      tag: '登录',
      summary: '用备用码代替动态口令',
      who: 'anyone',
      body: z.object({ code: z.string().max(40) }),
      responses: json,
      handler: async (call) =>
        withCookies(await sessions.verifyBackupCode(call.body.code, headersOf(call), call.request.ip), {
          ok: true,
        }),
    }),
    route({
      method: 'POST',
      path: '/api/auth/sign-out',
      tag: '登录',
      summary: '退出',
      who: 'anyone',
      responses: json,
      handler: async (call) => withCookies(await sessions.signOut(headersOf(call)), { ok: true }),
    }),
    route({
      method: 'GET',
      path: '/api/auth/password-rules',
      tag: '登录',
      summary: '密码要符合什么要求，一句话',
      who: 'person',
      beforePasswordChange: true,
      responses: { 200: { description: '要求', schema: object({ text }) } },
      handler: async ({ actor }) => ({ text: await s.auth.passwordRules(actor.home) }),
    }),
    route({
      method: 'POST',
      path: '/api/auth/change-password',
      tag: '登录',
      summary: '修改自己的密码，其他设备上的登录随之失效',
      who: 'person',
      beforePasswordChange: true,
      body: z.object({ currentPassword: passwordText, newPassword: passwordText }),
      responses: json,
      handler: async (call) =>
        withCookies(await sessions.changePassword(call.user!, call.body, headersOf(call)), { ok: true }),
    }),
    route({
      method: 'POST',
      path: '/api/auth/two-factor/enable',
      tag: '登录',
      summary: '开始启用动态口令：给出二维码内容和备用码，再用 verify-totp 确认',
      who: 'person',
      body: z.object({ password: passwordText }),
      responses: {
        200: { description: '二维码内容', schema: object({ totpURI: text, backupCodes: listOf(text) }) },
      },
      handler: async (call) =>
        withCookies(await sessions.enableTwoFactor(call.user!, call.body.password, headersOf(call))),
    }),
    route({
      method: 'POST',
      path: '/api/auth/two-factor/disable',
      tag: '登录',
      summary: '停用动态口令',
      who: 'person',
      body: z.object({ password: passwordText }),
      responses: json,
      handler: async (call) =>
        withCookies(await sessions.disableTwoFactor(call.user!, call.body.password, headersOf(call)), {
          ok: true,
        }),
    }),
    route({
      method: 'GET',
      path: '/api/me',
      tag: '登录',
      summary: '我是谁，能做什么',
      who: 'signed-in',
      beforePasswordChange: true,
      responses: {
        200: {
          description: '当前用户',
          schema: object({
            id: uuid,
            name: text,
            roles: listOf(object({ role: text, label: text, ground: { type: 'object' } })),
            home: object({ code: text, name: text }),
            organisation: object({ id: uuid, title: text }),
            demo: flag,
            secureOrigin: flag,
            mustChangePassword: flag,
            rights: { type: 'object' },
            today: date,
            unread: integer,
          }),
        },
      },
      handler: async ({ actor, user, request, today }) => ({
        id: actor.id,
        name: actor.name,
        ...(user && { username: user.username }),
        roles: actor.assignments.map(({ role, ground }) => ({ role, label: roleLabels[role], ground })),
        home: { code: actor.home, name: (await name())(actor.home) },
        ...(actor.organisation && { organisation: await organisation(s, actor) }),
        demo: Boolean(options.demo?.length),
        secureOrigin: request.protocol === 'https' || isLoopback(request.hostname),
        mustChangePassword: user?.mustChangePassword ?? false,
        today,
        rights: Object.fromEntries(
          [...s.catalogue.records.values()].map((def) => [def.name, rightsOn(actor, def, today)]),
        ),
      }),
    }),
  ]
}

/** Browsers treat this machine's own addresses as secure. */
const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host)

async function organisation(s: Services, actor: Actor): Promise<{ id: string; title: string }> {
  const id = actor.organisation!
  const def = s.catalogue.findRecord('enterprise')
  if (!def) return { id, title: '' }
  const row = await openDoor(s, actor)
    .get('enterprise', id)
    .catch(() => undefined)
  return { id, title: String(row?.[def.title] ?? '') }
}

/** What a screen may offer; the door decides each time. */
function rightsOn(actor: Actor, def: RecordDef, today: string) {
  const read = reach(actor, def, 'read', today).terms.length > 0
  const write = reach(actor, def, 'write', today).terms.length > 0
  const officer = standingRoles(actor).some((role) => role !== 'enterprise-officer')
  const archive = write && (def.kind !== 'loop' || hasRole(actor, shelvers(def)))
  // a firm opens no second firm: its own record is the only one of its kind that it reaches
  const create = write && (officer || def.of !== undefined)
  return { read, create, update: write, archive, import: write && officer, export: read }
}
