import type { Actor } from '../access/actor.ts'
import { isProblem, Problem } from '../core/errors.ts'
import { type Db, sql } from './db.ts'
import type { Services } from './services.ts'

type Needed = Pick<Services, 'db' | 'actorNow'>
type Sessions = { state: string; actor: Actor }

/**
 * Asked between two rows or chunks: whether a stage has to end where it is, because the program stops or because who
 * began it has other rights now; it then begins anew, with those.
 * @throws Problem forbidden when that person may do nothing any more
 */
export type Over = () => Promise<boolean>

export interface BackgroundWork<S extends Needed, Session extends Sessions> {
  /** what it is, for the log and the lock: 导入 */
  label: string
  lock: string
  /** what is done in which state; a stage ends by writing another state */
  stages: Readonly<Record<string, (s: S, session: Session, over: Over) => Promise<void>>>
  /** states in which nothing is written yet: given up sooner */
  looking: readonly string[]
  load(db: Db, id: string): Promise<Session | undefined>
  /** ids of the sessions in one of the states of `stages` */
  busy(db: Db): Promise<string[]>
  fail(s: S, id: string, failure: string): Promise<void>
  /** what the user is told of an error of ours */
  failure: string
}

/** So often a program may end in the middle of a stage before the work is set aside: it may be why. */
const MOST_BROKEN = { looking: 2, writing: 5 }
/** Rights are asked again after so many milliseconds. */
const ASK_AGAIN = 500

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

  #over(s: S, began: Actor, now: Actor): Over {
    const rights = JSON.stringify(now)
    let asked = performance.now()
    return async () => {
      if (this.#stopped.has(s)) return true
      if (performance.now() - asked < ASK_AGAIN) return false
      asked = performance.now()
      return JSON.stringify(await whoNow(s, began)) !== rights
    }
  }

  /**
   * Counts a stage that is begun, until it ends. One that a program did not survive a few times is not begun again:
   * it would take every next one along.
   */
  async #begun(db: Db, id: string, state: string): Promise<void> {
    const { label, lock, looking } = this.#work
    const { rows } = await sql<{
      n: number
    }>`insert into background_begun (work, id, n) values (${lock}, ${id}, 1)
      on conflict (work, id) do update set n = background_begun.n + 1 returning n`.execute(db)
    const broken = (rows[0]?.n ?? 1) - 1
    if (broken > (looking.includes(state) ? MOST_BROKEN.looking : MOST_BROKEN.writing))
      throw new Problem(
        'unavailable',
        `程序在做这件${label}的时候意外停过 ${broken} 次，已经搁下，免得再把程序拖住。请把文件和时间告诉系统管理员。`,
      )
  }

  async #ended(db: Db, id: string): Promise<void> {
    await sql`delete from background_begun where work = ${this.#work.lock} and id = ${id}`.execute(db)
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
          const actor = await whoNow(s, session.actor)
          await this.#begun(connection, id, session.state)
          await stage(s, { ...session, actor }, this.#over(s, session.actor, actor))
          await this.#ended(connection, id)
        }
      } catch (e) {
        if (comesBack(e)) throw e
        if (!isProblem(e)) console.error(e)
        await fail(s, id, isProblem(e) ? e.message : failure)
        await this.#ended(connection, id)
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
