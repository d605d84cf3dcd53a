import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Actor, hasRole, nobody } from '../access/actor.ts'
import type { User } from '../auth/users.ts'
import { shanghaiDate } from '../core/clock.ts'
import { isProblem, Problem } from '../core/errors.ts'
import { tableOf } from '../core/naming.ts'
import { journalRefusal } from '../journal/write.ts'
import { sql } from '../store/db.ts'
import type { DiskWatch } from '../store/disk.ts'
import type { WriteMeta } from '../store/types.ts'
import { badInput, diskFull } from './problems.ts'
import { Answer, type Call, type Route } from './route.ts'
import type { Services } from './services.ts'
import { checkShape } from './shape.ts'

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null
    user: User | null
    /** the session was left alone so long that it has just been ended */
    idleMinutes: number
  }
}

/** Bytes of a request to a route that anyone may call. */
const OPEN_BODY = 64 * 1024

/** Makes Fastify routes of table rows; the context it is given has done the authentication. */
export function serve(app: FastifyInstance, services: Services, routes: Route[], disk?: DiskWatch): void {
  for (const row of routes)
    app.route({
      method: row.method,
      url: row.path,
      // nobody who has not signed in has much to say
      ...(row.who === 'anyone' && { bodyLimit: OPEN_BODY }),
      handler: async (request, reply) => {
        try {
          if (row.write && disk) await requireRoom(disk, request)
          return await answer(row, services, request, reply)
        } catch (e) {
          if (row.record && request.actor) await noteRefusal(row, services, request, e)
          throw e
        }
      },
    })
}

/** Writes stop while there is still room for the database to go on; reads, and signing in to read, do not. */
async function requireRoom(disk: DiskWatch, request: FastifyRequest): Promise<void> {
  const { room } = await disk()
  const comes = Number(request.headers['content-length'] ?? 0)
  if (room < (comes > 0 ? comes : 0)) throw diskFull()
}

async function answer(row: Route, services: Services, request: FastifyRequest, reply: FastifyReply) {
  const actor = request.actor ?? nobody
  if (request.user?.mustChangePassword && !row.beforePasswordChange)
    throw new Problem('forbidden', '这是一次性密码，请先修改密码再使用。', { mustChangePassword: true })
  if (row.roles && !hasRole(actor, row.roles))
    throw new Problem('forbidden', '您的角色不能使用这项功能，需要时请联系县级管理员。')
  checkShape([request.params, request.query, row.upload ? null : request.body])
  // what a county has defined of its own may have changed in another program; probes are told without
  if (row.who !== 'anyone' && !row.shipped) await services.freshLocal()
  const now = services.clock.now()
  const call: Call = {
    params: part(row.params, request.params, 'params'),
    query: part(row.query, knownQuery(row, request.query), 'query'),
    body: row.body ? part(row.body, request.body, 'body') : request.body,
    actor,
    ...(request.user && { user: request.user }),
    now,
    today: shanghaiDate(now),
    version: row.versioned ? versionOf(request) : 0,
    meta: row.write ? metaOf(request, reply) : { idempotencyKey: '' },
    request,
    reply,
  }
  const result = await row.handler(call)
  if (reply.sent) return reply
  if (!(result instanceof Answer)) return result
  reply.code(result.status)
  for (const [name, value] of Object.entries(result.headers)) reply.header(name, value)
  return result.body
}

/** A parameter that no route reads is a mistake to be told, not one to be passed over: the answer would be another. */
function knownQuery(row: Route, query: unknown): unknown {
  const allowed = Object.keys(row.query?.shape ?? {})
  const unknown = Object.keys((query ?? {}) as object).filter((name) => !allowed.includes(name))
  if (unknown.length === 0) return query
  const offer = allowed.length ? `可用的参数：${allowed.join('、')}。` : '这个地址不带参数。'
  throw new Problem('bad-input', `没有“${unknown[0]}”这个参数，请核对。${offer}`, {
    complaints: unknown.map((name) => ({ path: name, message: `没有“${name}”这个参数。` })),
    allowed,
  })
}

function part(schema: Route['body'], value: unknown, at: string): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(value ?? {}, { reportInput: true })
  if (!parsed.success) throw badInput(parsed.error, at)
  return parsed.data
}

const KEY = /^[0-9A-Za-z_-]{8,100}$/

/** A replay is marked, so that a client may know that nothing was done a second time. */
function metaOf(request: FastifyRequest, reply: FastifyReply): WriteMeta {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string' || !KEY.test(key))
    throw new Problem(
      'bad-input',
      key
        ? '请求头 Idempotency-Key 格式不对：请用一个 UUID，重试同一次提交时用同一个。'
        : '缺少请求头 Idempotency-Key：每次提交请带一个新的 UUID，重试同一次提交时用同一个。',
    )
  return { idempotencyKey: key, onReplay: () => void reply.header('idempotent-replayed', 'true') }
}

function versionOf(request: FastifyRequest): number {
  const header = request.headers['if-match']
  if (!header)
    throw new Problem(
      'version-required',
      '缺少请求头 If-Match：请带上所改记录的版本号（例如 "3"），以免覆盖他人的修改。',
    )
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header)?.[1]
  if (!version) throw new Problem('bad-input', '请求头 If-Match 应为记录的版本号，例如 "3"。')
  return Number(version)
}

/**
 * A refused attempt is journalled: every refused write, and every look at a record that exists but lies out of
 * reach (to the person it is "not found" either way).
 */
async function noteRefusal(
  row: Route,
  { db, clock, catalogue }: Services,
  request: FastifyRequest,
  e: unknown,
) {
  if (!isProblem(e) || (e.code !== 'forbidden' && e.code !== 'not-found')) return
  const { register, what } = row.record!
  const id = (request.params as { id?: string }).id
  if (e.code === 'not-found') {
    if (!id || !catalogue.findRecord(register)) return
    try {
      const { rows } = await sql`select 1 from ${sql.table(tableOf(register))} where id = ${id}`.execute(db)
      if (rows.length === 0) return
    } catch {
      return
    }
  }
  await journalRefusal(db, {
    ...(request.actor && { actor: request.actor }),
    now: clock.now(),
    register,
    recordId: id ?? null,
    what,
    reason: e.message,
  })
}
