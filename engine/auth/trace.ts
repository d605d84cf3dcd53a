import { type Actor, nobody } from '../access/actor.ts'
import type { Clock } from '../core/clock.ts'
import { journal } from '../journal/write.ts'
import type { Db } from '../store/db.ts'

/** What the journal keeps of sign-in; the words are in engine/journal/timeline.ts. */
export type SignInEvent =
  | 'sign-in'
  | 'sign-out'
  | 'lock'
  | 'change-password'
  | 'totp-on'
  | 'totp-off'
  | 'backup-code'
  | 'claim'

/** The account an attempt names; without `id` there is none of that name. */
export interface Account {
  id?: string
  name: string
  area?: string | undefined
}

/** The journal's register of these entries; it is no register of the catalogue. */
export const SIGN_IN = 'sign-in'

/**
 * A name without an account may be a password typed into the wrong box: only its first character is kept.
 */
export const cutName = (typed: string): string => `${[...typed.trim()][0] ?? ''}**`

const MINUTE_MS = 60_000

/**
 * Journals sign-ins and what was refused of them, each in a transaction of its own, with the address; never a
 * password or a code. Refusals are written aside, so that the time of an answer does not tell whether an account
 * exists.
 */
export function createTrace(db: Db, clock: Clock) {
  const written = new Map<string, { minute: number; more: number }>()
  let last: Promise<unknown> = Promise.resolve()

  const write = (
    actor: Pick<Actor, 'id' | 'name' | 'kind'>,
    what: string,
    account: Account,
    address: string,
    reason?: string,
  ) =>
    db.transaction().execute((tx) =>
      journal(tx as Db, {
        actor,
        now: clock.now(),
        register: SIGN_IN,
        recordId: account.id ?? null,
        title: account.name,
        what,
        area: account.area || null,
        changes: [{ field: 'address', label: '网络地址', before: null, after: address }],
        reason,
      }),
    )

  /** Whether one more of this kind is written out now, and how many were not since the last. */
  function oncePerMinute(key: string): { more: number } | undefined {
    const minute = Math.floor(clock.now().getTime() / MINUTE_MS)
    const before = written.get(key)
    if (before?.minute === minute) {
      before.more += 1
      return undefined
    }
    if (written.size > 10_000) written.clear()
    written.set(key, { minute, more: 0 })
    return { more: before?.more ?? 0 }
  }

  return {
    /** Something a person did, in the person's own name. */
    async done(actor: Actor, what: SignInEvent, address: string): Promise<void> {
      await write(actor, what, { id: actor.id, name: actor.name, area: actor.home }, address)
    },

    /**
     * A refused attempt, or the lock that follows it. It stands in nobody's name: who tried is not known.
     * @param each true: every one is written (the lock-out bounds them); else one a minute for an account, and
     * for names without an account one a minute for an address; the next one says how many were left out
     */
    refused(what: SignInEvent, account: Account, address: string, reason: string, each = false): void {
      const now = each ? { more: 0 } : oncePerMinute(`${what} ${account.id ?? `address ${address}`}`)
      if (!now) return
      const others = now.more ? `（此前同样的尝试另有 ${now.more} 次，未逐次记录）` : ''
      const kind = what === 'lock' ? what : `refused:${what}`
      last = last
        .then(() => write(nobody, kind, account, address, `${reason}${others}`))
        // the person has had the answer; a database that is away refuses the next sign-in itself
        .catch(() => undefined)
    },

    /** Resolves when what was refused so far is written. */
    settled: () => last,
  }
}

export type Trace = ReturnType<typeof createTrace>
