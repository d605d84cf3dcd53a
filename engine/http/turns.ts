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

  /**
   * Calls when it is one's turn, at once where there is room; what it gives must be called once done, and may be called
   * again.
   */
  take(begin: (release: Release) => void): void {
    if (this.#free === 0) return void this.#waiting.push(begin)
    this.#free--
    begin(this.#held())
  }

  #held(): Release {
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = this.#waiting.shift()
      // not within the end of another's request
      if (next) queueMicrotask(() => next(this.#held()))
      else this.#free++
    }
  }
}

/** Bytes that come slowly are taken in before or without a turn: a trickle must not keep others out. */
const hasFiles = (request: FastifyRequest) => /^multipart\//i.test(request.headers['content-type'] ?? '')
const hasBody = (request: FastifyRequest) => !['GET', 'HEAD'].includes(request.method)

/** Requests of a context wait for their turn; it ends when the answer is made, before it goes over the wire. */
export function inTurn(scope: FastifyInstance, turns: Turns): void {
  const held = new WeakMap<FastifyRequest, Release>()
  const take = (request: FastifyRequest, done: (e?: Error) => void) =>
    turns.take((release) => {
      held.set(request, release)
      if (!request.raw.socket?.destroyed) return done()
      release()
      done(new Problem('unavailable', '请求已中断，没有办理。'))
    })
  const end = (request: FastifyRequest) => held.get(request)?.()
  scope.addHook('onRequest', (request, _reply, done) => (hasBody(request) ? done() : take(request, done)))
  scope.addHook('preHandler', (request, _reply, done) =>
    hasBody(request) && !hasFiles(request) ? take(request, done) : done(),
  )
  scope.addHook('onSend', (request, _reply, payload, done) => {
    end(request)
    done(null, payload)
  })
  scope.addHook('onResponse', (request, _reply, done) => {
    end(request)
    done()
  })
  scope.addHook('onRequestAbort', (request, done) => {
    end(request)
    done()
  })
}
