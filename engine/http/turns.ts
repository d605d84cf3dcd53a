import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../core/errors.ts'

/**
 * Requests that are answered at one time. Each asks the database several times, and every asking waits for one of the
 * pool's connections: were all let in at once, a page of ten statements would wait ten times behind everybody, and
 * its slowest answers would take ten times as long as those of a page of one. So they wait once, at the door, in the
 * order they came. Fewer than the pool has, which exports, imports and the alarm clock draw on as well.
 */
export const AT_ONCE = 12

type Release = () => void

export class Turns {
  #free: number
  readonly #waiting: ((release: Release) => void)[] = []

  constructor(atOnce: number) {
    this.#free = atOnce
  }

  /** Resolves when it is one's turn; what it gives must be called once done, and may be called again. */
  take(): Promise<Release> {
    return new Promise((done) => {
      this.#waiting.push(done)
      this.#next()
    })
  }

  #next(): void {
    if (this.#free === 0) return
    const done = this.#waiting.shift()
    if (!done) return
    this.#free--
    let held = true
    done(() => {
      if (!held) return
      held = false
      this.#free++
      this.#next()
    })
  }
}

/** Bytes that come slowly are taken in before or without a turn: a trickle must not keep others out. */
const hasFiles = (request: FastifyRequest) => /^multipart\//i.test(request.headers['content-type'] ?? '')
const hasBody = (request: FastifyRequest) => !['GET', 'HEAD'].includes(request.method)

/** Requests of a context wait for their turn; it ends when the answer is made, before it goes over the wire. */
export function inTurn(scope: FastifyInstance, turns: Turns): void {
  const held = new WeakMap<FastifyRequest, Release>()
  const take = async (request: FastifyRequest) => {
    const release = await turns.take()
    held.set(request, release)
    if (!request.raw.socket?.destroyed) return
    release()
    throw new Problem('unavailable', '请求已中断，没有办理。')
  }
  const end = async (request: FastifyRequest) => held.get(request)?.()
  scope.addHook('onRequest', async (request) => {
    if (!hasBody(request)) await take(request)
  })
  scope.addHook('preHandler', async (request) => {
    if (hasBody(request) && !hasFiles(request)) await take(request)
  })
  scope.addHook('onSend', end)
  scope.addHook('onResponse', end)
  scope.addHook('onRequestAbort', end)
}
