import { createHmac } from 'node:crypto'
import { type Clock, shanghaiDate } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { type Db, sql } from '../store/db.ts'
import { bucketOf, countTry, elsewhere, type GuardRules, minuteLimit, networkOf, tooEarly } from './guard.ts'
import { type Account, createTrace } from './trace.ts'
import { oneTimePassword } from './users.ts'

/** A slip whose code somebody knows. */
export interface Slip {
  id: string
  organisation: string
  endsOld: boolean
  issuedBy: string
  expiresOn: string
  usedAt: string | null
  revokedAt: string | null
  /** of the request it was used for, while the town has to confirm */
  request: 'waiting' | 'confirmed' | 'refused' | null
  reason: string | null
}

/** Somebody who asks for the account of an enterprise. */
export interface ClaimRequest {
  id: string
  organisation: string
  slip: string | null
  name: string
  phone: string
  username: string | null
  passwordHash: string | null
  state: 'waiting' | 'confirmed' | 'refused'
}

/** Requests of one enterprise that may wait at once: what a stranger can fill a town's page with. */
const MOST_WAITING = 5
const NONE = '00000000-0000-0000-0000-000000000000'

/** Credit codes as people type them, in one form. */
export const readCode = (typed: string): string => typed.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase()

/** Codes of slips as printed: three groups of four. */
export const printed = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-')
const plain = (typed: string): string =>
  typed
    .normalize('NFKC')
    .replace(/[\s\-—–]/g, '')
    .toLowerCase()

export function createClaims(options: {
  db: Db
  clock: Clock
  secret: string
  rules(): Promise<GuardRules>
  perMinute: number
}) {
  const { db, clock, secret, rules } = options
  const limit = minuteLimit(options.perMinute)
  const key = createHmac('sha256', secret).update('zhiben claim').digest()
  const hashOf = (organisation: string, code: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([organisation, plain(code)]))
      .digest('base64url')

  const trace = createTrace(db, clock)

  return {
    /** Keeps a refused attempt in the journal, as those of sign-in: one a minute for an enterprise or an address. */
    refused: (account: Account, address: string, reason: string): void =>
      trace.refused('claim', account, address, reason),

    /** Resolves when the refusals so far are in the journal. */
    traced: () => trace.settled(),

    /** A new slip for each enterprise; one not used yet is void from now on. @returns the code of each */
    async issue(
      tx: Db,
      organisations: string[],
      more: { by: string; expiresOn: string; endsOld?: boolean },
    ): Promise<Map<string, string>> {
      const now = clock.now()
      await sql`update claim_slip set revoked_at = ${now} where organisation = any(${organisations}::uuid[])
        and used_at is null and revoked_at is null`.execute(tx)
      const codes = new Map(organisations.map((o) => [o, oneTimePassword()]))
      const list = [...codes]
      await sql`insert into claim_slip (id, organisation, code_hash, ends_old, issued_at, issued_by, expires_on)
        select *, ${more.endsOld ?? false}::boolean, ${now}::timestamptz, ${more.by}::uuid, ${more.expiresOn}::date
        from unnest(${list.map(() => newId())}::uuid[], ${list.map(([o]) => o)}::uuid[],
          ${list.map(([o, code]) => hashOf(o, code))}::text[])`.execute(tx)
      return new Map(list.map(([o, code]) => [o, printed(code)]))
    },

    /**
     * The slip of an enterprise with this code. A wrong code makes the next wrong one wait; a right one, which
     * nobody guesses (59 bits), is never kept out by a stranger's tries.
     * @param organisation undefined when no enterprise has the credit code: answered alike
     * @throws Problem `bad-input` or `too-many`, with the seconds to wait
     */
    async look(
      typed: { creditCode: string; code: string },
      organisation: string | undefined,
      address: string,
    ): Promise<Slip> {
      const now = clock.now()
      limit(address, now)
      const of = organisation ?? NONE
      const { rows } = await sql<Slip>`select s.id, s.organisation, s.ends_old as "endsOld",
          s.issued_by as "issuedBy", s.expires_on as "expiresOn", s.used_at as "usedAt",
          s.revoked_at as "revokedAt", r.state as request, r.reason
        from claim_slip s left join claim_request r on r.slip = s.id
        where s.organisation = ${of} and s.code_hash = ${hashOf(of, typed.code)}`.execute(db)
      if (rows[0]) return rows[0]
      const inForce = await rules()
      const tries = bucketOf(secret, 'claim', readCode(typed.creditCode), networkOf(address))
      const tried = await countTry(db, tries, now, elsewhere(inForce), { forget: inForce.lockMinutes })
      if (tried.refused) throw tooEarly(tried.wait)
      throw new Problem(
        'bad-input',
        `信用代码或认领码不对，请照认领单核对后重试；${tried.wait} 秒后可以再试。认领单丢失的，请联系乡镇重新开一张。`,
        { retryAfter: tried.wait },
      )
    },

    /** @throws Problem `conflict` when the slip can no longer be used */
    requireOpen(slip: Pick<Slip, 'usedAt' | 'revokedAt' | 'expiresOn'>): void {
      if (slip.usedAt) throw new Problem('conflict', '这张认领单已经用过。忘了密码的，请联系乡镇重设密码。')
      if (slip.revokedAt)
        throw new Problem('conflict', '这张认领单已作废，请用最新的一张，或联系乡镇重新开一张。')
      if (slip.expiresOn < shanghaiDate(clock.now()))
        throw new Problem('conflict', `这张认领单已于 ${slip.expiresOn} 过期，请联系乡镇重新开一张。`)
    },

    /** Uses up a slip: of two at the same time the second finds it used. */
    async use(tx: Db, slip: string): Promise<void> {
      const { rows } = await sql<Slip>`select used_at as "usedAt", revoked_at as "revokedAt",
        expires_on as "expiresOn" from claim_slip where id = ${slip} for update`.execute(tx)
      if (rows[0]) this.requireOpen(rows[0])
      await sql`update claim_slip set used_at = ${clock.now()} where id = ${slip}`.execute(tx)
    },

    /** A request waits for the town. @returns its id; undefined when too many wait for this enterprise already */
    async ask(tx: Db, input: Omit<ClaimRequest, 'id' | 'state'>): Promise<string | undefined> {
      const id = newId()
      await sql`select pg_advisory_xact_lock(hashtextextended(${`claim ${input.organisation}`}, 0))`.execute(
        tx,
      )
      // who asks again by the same number corrects what he asked
      await sql`delete from claim_request where organisation = ${input.organisation} and state = 'waiting'
        and slip is null and phone = ${input.phone}`.execute(tx)
      const waiting = await sql`select 1 from claim_request where organisation = ${input.organisation}
        and state = 'waiting' and slip is null`.execute(tx)
      if (!input.slip && waiting.rows.length >= MOST_WAITING) return undefined
      const taken = input.username
        ? (
            await sql`select 1 from app_user where username = ${input.username} union all
              select 1 from claim_request where username = ${input.username} and state = 'waiting'`.execute(
              tx,
            )
          ).rows
        : []
      if (taken.length) throw new Problem('conflict', `用户名“${input.username}”已被使用，请换一个。`)
      await sql`insert into claim_request (id, organisation, slip, name, phone, username, password_hash, made_at)
        values (${id}, ${input.organisation}, ${input.slip}, ${input.name}, ${input.phone}, ${input.username},
          ${input.passwordHash}, ${clock.now()})`.execute(tx)
      return id
    },

    /** Slows down who asks for accounts without a slip, as wrong passwords are. */
    async slow(address: string): Promise<void> {
      const now = clock.now()
      limit(address, now)
      const inForce = await rules()
      const tries = bucketOf(secret, 'claim-request', networkOf(address))
      const tried = await countTry(db, tries, now, elsewhere(inForce), { forget: inForce.lockMinutes })
      if (tried.refused)
        throw new Problem('too-many', `申请太频繁，请 ${tried.wait} 秒后再试。`, { retryAfter: tried.wait })
    },

    /** The request for a decision, locked. @throws Problem `conflict` when it is decided already */
    async waiting(tx: Db, id: string): Promise<ClaimRequest> {
      const { rows } = await sql<ClaimRequest>`select id, organisation, slip, name, phone, username,
        password_hash as "passwordHash", state from claim_request where id = ${id} for update`.execute(tx)
      if (!rows[0]) throw new Problem('not-found', '没有找到这份申请，请刷新后再试。')
      if (rows[0].state !== 'waiting') throw new Problem('conflict', '这份申请已经办过，请刷新后再看。')
      return rows[0]
    },

    /** What was decided; the password of the request is kept no longer. */
    async decide(
      tx: Db,
      id: string,
      decision: { state: 'confirmed' | 'refused'; by: string; reason?: string | undefined },
    ): Promise<void> {
      await sql`update claim_request set state = ${decision.state}, decided_at = ${clock.now()},
        decided_by = ${decision.by}, reason = ${decision.reason ?? null}, password_hash = null
        where id = ${id}`.execute(tx)
    },
  }
}

export type Claims = ReturnType<typeof createClaims>
