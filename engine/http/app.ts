import { gzip } from 'node:zlib'
import multipart from '@fastify/multipart'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Problem } from '../core/errors.ts'
import { guardConnections, onClientError, serverOptions, usualLimits } from './connections.ts'
import { serveDocs } from './docs.ts'
import { checkOrigin, identify, signInFirst } from './identify.ts'
import { serveInstall } from './install.ts'
import { forMachine, isMachine } from './machine-words.ts'
import { openApi } from './openapi.ts'
import { type Told, tell } from './problems.ts'
import type { Route } from './route.ts'
import { routesOf } from './routes/index.ts'
import { serve } from './serve.ts'
import type { HttpOptions, Services } from './services.ts'
import { AT_ONCE, inTurn, Turns } from './turns.ts'
import { serveWeb } from './web.ts'

const BODY_LIMIT = 4 * 1024 * 1024

/** No other host is ever contacted; Ant Design writes style elements, charts and photos are blobs and data. */
const CONTENT_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const headersAlways = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'content-security-policy': CONTENT_POLICY,
  'permissions-policy': 'camera=(self), geolocation=(self), microphone=()',
}
const headersOverTls = { ...headersAlways, 'strict-transport-security': 'max-age=31536000' }

/**
 * The whole HTTP side: API, its documentation, and the web. Three contexts, by who calls: anyone, signed-in people
 * (cookie), people or other systems (cookie or key).
 */
export async function createApp(services: Services, options: HttpOptions = {}): Promise<FastifyInstance> {
  const log = options.log ?? (() => undefined)
  const prefix = options.prefix ?? ''
  const limits = options.limits ?? usualLimits
  const app = fastify({
    ...(options.https
      ? { https: { ...options.https, ...serverOptions(limits) } }
      : { http: serverOptions(limits) }),
    clientErrorHandler: onClientError,
    logger: false,
    bodyLimit: BODY_LIMIT,
    rewriteUrl: (request: { url?: string }) => withoutPrefix(request.url ?? '/', prefix),
    trustProxy: options.proxies?.length ? options.proxies : false,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    // without it a HEAD route stands beside each GET route in the table's place
    exposeHeadRoutes: true,
  } as never) as unknown as FastifyInstance
  guardConnections(app.server, limits)
  app.decorateRequest('actor', null)
  app.decorateRequest('user', null)
  app.decorateRequest('idleMinutes', 0)
  await app.register(multipart, {
    throwFileSizeLimit: true,
    limits: { fields: 20, files: 20, fieldSize: 1_000_000 },
  })

  app.setErrorHandler((error, request, reply) => {
    const told = tell(error)
    if (told.logId) log(`${told.logId} ${request.method} ${request.url.split('?')[0]} ${describe(error)}`)
    return sendProblem(request, reply, told)
  })
  app.setNotFoundHandler((request, reply) => {
    const told = tell(
      new Problem('not-found', `没有这个地址：${request.method} ${request.url.split('?')[0]}`),
    )
    return sendProblem(request, reply, told)
  })
  // hooks of every request call back instead of promising: each promise would cost every request
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(request.protocol === 'https' ? headersOverTls : headersAlways)
    done()
  })
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    // our own TLS, or that of a trusted proxy in front: either way the browser must never send these in the clear
    if (request.protocol === 'https') secureCookies(reply)
    // a kept-alive connection would hold up the stop
    if (closing) reply.header('connection', 'close')
    if (!isToBeZipped(request, reply, payload)) return done(null, payload)
    reply.header('content-encoding', 'gzip')
    reply.header('vary', 'accept-encoding')
    reply.removeHeader('content-length')
    gzip(payload, { level: 1 }, done)
  })

  const routes = routesOf(services, options)
  const origins = new Set(options.origins ?? [])
  const of = (who: Route['who']) => routes.filter((r) => r.who === who)
  const turns = new Turns(AT_ONCE)
  const context = (who: Route['who'], admit: (request: import('fastify').FastifyRequest) => void) =>
    app.register(async (scope) => {
      // whether the program lives, and who may come in, is never told late
      if (who !== 'anyone') inTurn(scope, turns)
      scope.addHook('onRequest', async (request, reply) => {
        reply.header('cache-control', 'no-store')
        checkOrigin(request, origins)
        await identify(services, request, reply)
        admit(request)
      })
      serve(scope, services, of(who), options.disk)
    })
  await context('anyone', () => undefined)
  await context('person', (request) => {
    if (!request.user && request.actor)
      throw new Problem('forbidden', '接口密钥不能办理属于个人会话的事，请由本人登录后办理。')
    if (!request.user) throw signInFirst(request, '请先登录。')
  })
  await context('signed-in', (request) => {
    if (!request.actor) throw signInFirst(request, '请先登录，或在请求里带上接口密钥。')
  })

  serveDocs(app, () => openApi(routes, services.catalogue, prefix), prefix)
  if (options.ca) serveInstall(app, options.ca, prefix)
  if (options.webDir) await serveWeb(app, options.webDir, prefix)
  return app
}

/** Gateways hand a path on with their prefix or without it: both are served. */
const withoutPrefix = (url: string, prefix: string): string =>
  prefix && url.startsWith(prefix) && /^[/?]|^$/.test(url.slice(prefix.length))
    ? url.slice(prefix.length).replace(/^(?!\/)/, '/')
    : url

const secured = (cookie: string): string => (/;\s*secure/i.test(cookie) ? cookie : `${cookie}; Secure`)

function secureCookies(reply: FastifyReply): void {
  const cookies = [reply.getHeader('set-cookie') ?? []].flat().map(String)
  if (cookies.length === 0) return
  reply.removeHeader('set-cookie')
  reply.header('set-cookie', cookies.map(secured))
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, { status, body: told }: Told) {
  const body = isMachine(request) ? forMachine(told) : told
  if (typeof body.retryAfter === 'number') reply.header('retry-after', body.retryAfter)
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="zhiben"')
  return reply.code(status).type('application/problem+json; charset=utf-8').send(JSON.stringify(body))
}

function describe(error: unknown): string {
  const e = error as { stack?: string; code?: string; detail?: string }
  return [e.stack ?? String(error), e.code && `code ${e.code}`].filter(Boolean).join('\n')
}

/** Larger JSON is compressed for those who ask; done off the main thread. */
const isToBeZipped = (request: FastifyRequest, reply: FastifyReply, payload: unknown): payload is string =>
  typeof payload === 'string' &&
  payload.length >= 1024 &&
  !reply.hasHeader('content-encoding') &&
  String(request.headers['accept-encoding'] ?? '').includes('gzip')
