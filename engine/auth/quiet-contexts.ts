import { AsyncLocalStorage } from 'node:async_hooks'

/** Operations of better-auth under way in this process, which keeps its storages for the whole of it. */
let running = 0

/**
 * The operations of better-auth, each followed by silence. It hands its own context down its calls in
 * `AsyncLocalStorage`: once one has been used, Node (before 24) runs hooks of its own around every promise for as long
 * as the process lives, a tenth of the time of every request, also of those that have nothing to do with signing in. So
 * its storages are switched off when none of its operations is under way; the next one switches them on by itself.
 */
export const quietly = <Api extends object>(api: Api): Api =>
  new Proxy(api, {
    get(of, name, self) {
      const operation: unknown = Reflect.get(of, name, self)
      if (typeof operation !== 'function') return operation
      return async (...args: unknown[]): Promise<unknown> => {
        running++
        try {
          return await Reflect.apply(operation, of, args)
        } finally {
          running--
          if (running === 0) for (const storage of storages()) storage.disable()
        }
      }
    },
  })

/** Those that it has made so far. */
function storages(): AsyncLocalStorage<unknown>[] {
  const kept: unknown = Reflect.get(globalThis, Symbol.for('better-auth:global'))
  const context: unknown = kept instanceof Object && 'context' in kept ? kept.context : undefined
  return Object.values(context ?? {}).filter((s) => s instanceof AsyncLocalStorage)
}
