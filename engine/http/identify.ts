import type { FastifyReply, FastifyRequest } from 'fastify'
import { createIdle, type Idle } from '../auth/idle.ts'
import { Problem } from '../core/errors.ts'
import type { Services } from './services.ts'

/** Credentials of a machine: `Authorization: Bearer zb_…` or `x-api-key`. */
export function keyOf(request: FastifyRequest): string | undefined {
  const given = request.headers['x-api-key']
  if (typeof given === 'string' && given) return given
  const bearer = request.headers.authorization
  return bearer && /^bearer /i.test(bearer) ? bearer.slice(7).trim() : undefined
}

const idles = new WeakMap<Services, Idle>()
/** One for all requests of an installation: it remembers which sessions are in use. */
export function idleOf(services: Services): Idle {
  let idle = idles.get(services)
  if (!idle) {
    idle = createIdle(services.db, services.clock, services.policies)
    idles.set(services, idle)
  }
  return idle
}

/** What a request without credentials is told. */
export const signInFirst = (request: FastifyRequest, otherwise: string): Problem =>
  request.idleMinutes
    ? new Problem(
        'unauthenticated',
        `已有 ${request.idleMinutes} 分钟没有操作，系统已自动退出。请重新登录，没保存的内容还在。`,
        { idle: true },
      )
    : new Problem('unauthenticated', otherwise)

/** Finds out who calls; leaves `actor` null when nobody says. */
export async function identify(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const key = keyOf(request)
  if (key) {
    request.actor = await services.auth.keys.actorOf(key)
    return
  }
  const cookie = request.headers.cookie
  if (!cookie) return
  const found = await services.auth.sessions.userOf(cookie)
  if (!found) return
  const token = await services.auth.sessions.tokenOf(cookie)
  const active = request.headers['x-unattended'] !== '1'
  const idle = token && (await idleOf(services).used(token, found.user.actor, active))
  if (idle) {
    services.auth.sessions.forget(found.user.actor.id)
    request.idleMinutes = idle
    return
  }
  request.user = found.user
  request.actor = found.user.actor
  if (found.cookies.length) reply.header('set-cookie', found.cookies)
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A write that a cookie vouches for must come from our own pages: browsers send `Origin` (or `Sec-Fetch-Site`)
 * with it, and no other site can set them. Keys are no cookies and need no such check.
 */
export function checkOrigin(request: FastifyRequest, origins: ReadonlySet<string>): void {
  if (READS.has(request.method) || keyOf(request)) return
  const origin = request.headers.origin ?? refererOrigin(request.headers.referer)
  if (!origin) {
    if (request.headers['sec-fetch-site'] === 'same-origin' || !request.headers.cookie) return
    throw new Problem(
      'forbidden',
      '请求没有说明来自哪个页面（Origin），未执行。请在本系统的页面里操作，或使用接口密钥。',
    )
  }
  if (origins.has(origin)) return
  let from: URL | undefined
  try {
    from = new URL(origin)
  } catch {
    // 'null' and other texts are no origin of ours
  }
  const sameHost = from?.host === request.host
  // https in the browser and http here is a proxy that ends TLS and is not trusted to say so: no weaker than http
  if (sameHost && (from?.protocol === 'https:' || from?.protocol === `${request.protocol}:`)) return
  throw new Problem(
    'forbidden',
    sameHost
      ? '请求来自本站不加密（http）的页面，未执行。请用 https 打开本系统再操作。'
      : '请求来自其他网站的页面，未执行。请在本系统的页面里操作。',
  )
}

function refererOrigin(referer: string | undefined): string | undefined {
  if (!referer) return undefined
  try {
    return new URL(referer).origin
  } catch {
    return 'null'
  }
}
