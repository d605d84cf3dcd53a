import type { Actor } from '../access/actor.ts'
import { isProblem, Problem } from '../core/errors.ts'
import { type Db, sql } from './db.ts'
import type { Services } from './services.ts'

type Needed = Pick<Services, 'db' | 'actorNow'>
type Sessions = { state: string; actor: Actor }

export interface BackgroundWork<S extends Needed, Session extends Sessions> {
  /** what it is, for the log and the lock: 导入 */
  label: string
  lock: string
  /** what is done in which state; a stage ends by writing another state */
  stages: Readonly<Record<string, (s: S, session: Session, stopping: () => boolean) => Promise<void>>>
  load(db: Db, id: string): Promise<Session | undefined>
  /** ids of the sessions in one of the states of `stages` */
  busy(db: Db): Promise<string[]>
  fail(s: S, id: string, failure: string): Promise<void>
  /** what the user is told of an error of ours */
  failure: string
}

/**
 * Long work in stages, in the background of whichever program was asked. Work to do is a session's state in the
 * database; an advisory lock, which falls with its connection, says that somebody is at it. So a killed program
 * leaves nothing behind but work that the next one takes up.
 */
export class Background<S extends Needed, Session extends Sessions> {
  readonly #work: BackgroundWork<S, Session>
  readonly #going = new Map<string, Promise<void>>()
  readonly #stopped = new WeakSet<S>()

  constructor(work: BackgroundWork<S, Session>) {
    this.#work = work
  }

  isBusy(state: string): boolean {
    return state in this.#work.stages
  }

  /** Begins or takes up a session's stage, unless it is being worked on. Never throws. */
  begin(s: S, id: string): Promise<void> {
    let work = this.#going.get(id)
    if (!work) {
      const { label } = this.#work
      work = this.#workOn(s, id)
        .catch((e: Error) => console.error(`${label} ${id} 中断，稍后自动继续：${e.message}`))
        .finally(() => this.#going.delete(id))
      this.#going.set(id, work)
    }
    return work
  }

  /** When this program has nothing more to do for the session. */
  settled(id: string): Promise<void> {
    return this.#going.get(id) ?? Promise.resolve()
  }

  /** Takes up what a killed or stopped program left; called at the start and every minute. @returns sessions found */
  async resume(s: S): Promise<number> {
    if (this.#stopped.has(s)) return 0
    const ids = await this.#work.busy(s.db)
    for (const id of ids) void this.begin(s, id)
    return ids.length
  }

  /** Ends all stages after the chunk they are at; for a clean stop of the program. */
  async stop(s: S): Promise<void> {
    this.#stopped.add(s)
    await Promise.all(this.#going.values())
  }

  async #workOn(s: S, id: string): Promise<void> {
    const { lock, stages, load, fail, failure } = this.#work
    await s.db.connection().execute(async (connection) => {
      const key = sql`hashtextextended(${`${lock} ${id}`}, 0)`
      const { rows } = await sql<{ ok: boolean }>`select pg_try_advisory_lock(${key}) as ok`.execute(
        connection,
      )
      if (!rows[0]?.ok) return
      try {
        for (;;) {
          const session = await load(s.db, id)
          const stage = session && stages[session.state]
          if (!stage || this.#stopped.has(s)) return
          await stage(s, { ...session, actor: await whoNow(s, session.actor) }, () => this.#stopped.has(s))
        }
      } catch (e) {
        if (comesBack(e)) throw e
        if (!isProblem(e)) console.error(e)
        await fail(s, id, isProblem(e) ? e.message : failure)
      } finally {
        await sql`select pg_advisory_unlock(${key})`.execute(connection).catch(() => {})
      }
    })
  }
}

/**
 * Who began it, with today's roles: a stage may begin long after it was asked for, after a night or a repair.
 * @throws Problem forbidden when that person may do nothing any more
 */
async function whoNow(s: Needed, actor: Actor): Promise<Actor> {
  if (actor.kind !== 'person' || !s.actorNow) return actor
  const now = await s.actorNow(actor)
  if (!now)
    throw new Problem('forbidden', `${actor.name}的账号已停用，没有办完的不再继续；已办理的都保留着。`)
  return now
}

/** Whether the database was away, or the program is being stopped: the work is taken up again later. */
function comesBack(e: unknown): boolean {
  if (isProblem(e)) return e.details.why === 'closed'
  const { code = '', message = '' } = e as { code?: string; message?: string }
  return (
    /^(08|57P|53|ECONN|EPIPE|ETIMEDOUT)/.test(code) ||
    /connection|timeout|pool|Client was closed|driver has already been destroyed/i.test(message)
  )
}
