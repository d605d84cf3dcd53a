import { z } from 'zod'
import { nobody } from '../../access/actor.ts'
import { areaNames, townName } from '../../areas/areas.ts'
import type { ClaimRequest, Slip } from '../../auth/claims.ts'
import { cutName } from '../../auth/trace.ts'
import { Problem } from '../../core/errors.ts'
import { journal } from '../../journal/write.ts'
import type { Db } from '../../store/db.ts'
import type { Firm } from '../../store/firms.ts'
import { findReceipt } from '../../store/idempotency.ts'
import { firmByCode } from '../firms.ts'
import { once } from '../once.ts'
import { type Route, route } from '../route.ts'
import { flag, nullable, object, text } from '../schemas.ts'
import type { Services } from '../services.ts'
import { userName } from './people.ts'

const codes = {
  creditCode: z.string().min(1, '请填写统一社会信用代码。').max(60),
  code: z.string().min(1, '请填写认领单上的认领码。').max(60),
}
const personName = z.string().trim().min(1, '请填写姓名。').max(40)
const phone = z
  .string()
  .trim()
  .regex(/^[\d\s+-]{7,20}$/, '请填写手机号码。')

/** An answer without a slip comes after this time, so that it does not tell whether the enterprise exists. */
const FLOOR_MS = 400

/**
 * Makes the account of an enterprise's safety officer and stops those it replaces.
 * @param old ids and names of accounts that end with it
 * @returns id of the account
 */
export async function makeFirmAccount(
  s: Services,
  tx: Db,
  now: Date,
  firm: Firm,
  input: Pick<ClaimRequest, 'name' | 'phone' | 'username'> & { passwordHash: string | null },
  more: { by?: { id: string; name: string; kind: 'person' | 'machine' | 'system' }; endOld: boolean },
): Promise<{ id: string; ended: string[] }> {
  const old = more.endOld ? await s.auth.users.ofFirm(firm.id, tx) : []
  const username = input.username ?? ''
  const { id } = await s.auth.users.create(
    {
      username,
      password: { hash: input.passwordHash ?? '' },
      name: input.name,
      phone: input.phone,
      home: firm.area,
      organisation: firm.id,
      assignments: [{ role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm.id } }],
    },
    tx,
  )
  const actor = more.by ?? { id, name: input.name, kind: 'person' as const }
  const common = { actor, now, register: 'user', area: firm.area, organisation: firm.id }
  await journal(tx, {
    ...common,
    recordId: id,
    title: input.name,
    what: 'create',
    reason: `“${firm.name}”凭认领单建立账号`,
  })
  for (const one of old) {
    await s.auth.users.disable(one.id, tx)
    const reason = `由新的安全管理人员“${input.name}”接替`
    await journal(tx, { ...common, recordId: one.id, title: one.name, what: 'archive', reason })
  }
  return { id, ended: old.map((o) => o.id) }
}

/** An enterprise claims its account: with the slip its town printed, or by asking for one. Nobody is signed in. */
export function claimRoutes(s: Services): Route[] {
  const { claims, users } = s.auth
  const nameOf = areaNames(s.db, s.clock)
  const open = { method: 'POST' as const, tag: '认领账号', who: 'anyone' as const }

  /** Runs with the slip whose code somebody knows; what is refused stands in the journal, as refused sign-ins do. */
  async function withSlip<T>(
    body: { creditCode: string; code: string },
    ip: string,
    run: (firm: Firm, slip: Slip) => Promise<T>,
  ): Promise<T> {
    const found = await firmByCode(s, body.creditCode)
    try {
      const slip = await claims.look(body, found?.id, ip)
      if (!found) throw new Problem('not-found', '没有找到这家企业，请联系乡镇。')
      return await run(found, slip)
    } catch (e) {
      // a field filled in badly is no attempt
      if (e instanceof Problem && !e.details.complaints)
        claims.refused(found ?? { name: cutName(body.creditCode) }, ip, e.message)
      throw e
    }
  }

  /** What has become of a slip, for who holds it. */
  const stateOf = (slip: Slip, accounts: number) => {
    if (slip.request === 'waiting') return { state: 'waiting' }
    if (slip.request === 'refused') return { state: 'refused', reason: slip.reason }
    if (!slip.usedAt) return { state: 'open' }
    return { state: accounts > 0 ? 'done' : 'void' }
  }

  return [
    route({
      ...open,
      path: '/api/claim/check',
      summary: '核对信用代码和认领单上的认领码：是哪家企业，能不能用',
      body: z.object(codes),
      responses: {
        200: {
          description:
            '企业名称和认领单的状态：open 可用，waiting 等乡镇确认，done 已建立账号，refused 被退回，void 用过了而企业没有可用的账号',
          schema: object({
            enterprise: text,
            area: text,
            state: text,
            reason: nullable(text),
            hasAccount: flag,
            passwordRules: text,
          }),
        },
      },
      handler: ({ body, request }) =>
        withSlip(body, request.ip, async (firm, slip) => {
          if (!slip.usedAt) claims.requireOpen(slip)
          const accounts = (await users.ofFirm(firm.id)).length
          const hasAccount = !slip.endsOld && accounts > 0
          const area = townName(await nameOf(), firm.area)
          const passwordRules = await s.auth.passwordRules(firm.area)
          return {
            enterprise: firm.name,
            area,
            reason: null,
            ...stateOf(slip, accounts),
            hasAccount,
            passwordRules,
          }
        }),
    }),
    route({
      ...open,
      write: true,
      path: '/api/claim',
      summary: '凭认领单建立本企业的账号；企业已有账号的，等乡镇确认后启用',
      body: z.object({
        ...codes,
        name: personName,
        phone,
        username: userName,
        password: z.string().min(1).max(200),
      }),
      responses: {
        200: { description: 'done 已建立，可以登录；waiting 等乡镇确认', schema: object({ state: text }) },
      },
      handler: ({ body, meta, now, request }) =>
        withSlip(body, request.ip, async (firm, slip) => {
          const username = body.username.toLowerCase()
          const { name, phone: number } = body
          // the slip stands for who is not signed in yet; the password is in no hash that could be guessed
          const holder = { ...nobody, id: slip.id }
          const asked = { claim: slip.id, username, name, phone: number }
          const before = await findReceipt<{ state: string }>(s.db, slip.id, meta.idempotencyKey, asked)
          if (before) return before
          claims.requireOpen(slip)
          const owner = { username, name, phone: number, area: firm.area }
          const input = {
            name,
            phone: number,
            username,
            passwordHash: await s.auth.chosen(body.password, owner),
          }
          const ended: string[] = []
          const answer = await once(s.db, holder, meta, now, asked, async (tx) => {
            await claims.use(tx, slip.id)
            if (slip.endsOld || (await users.ofFirm(firm.id, tx)).length === 0) {
              const made = await makeFirmAccount(s, tx, now, firm, input, { endOld: slip.endsOld })
              ended.push(...made.ended)
              return { state: 'done' }
            }
            const id = await claims.ask(tx, { ...input, organisation: firm.id, slip: slip.id })
            await journal(tx, {
              actor: { id: nobody.id, name: `${[...name][0]}**（持认领单）`, kind: 'machine' },
              now,
              register: 'claim',
              recordId: id ?? null,
              title: firm.name,
              what: 'claim-request',
              area: firm.area,
              organisation: firm.id,
            })
            return { state: 'waiting' }
          })
          for (const id of ended) s.auth.sessions.forget(id)
          return answer
        }),
    }),
    route({
      ...open,
      write: true,
      path: '/api/claim/request',
      summary: '没有认领单的，按信用代码申请；乡镇核实后给认领码。不论有没有这家企业，答复都一样',
      body: z.object({ creditCode: codes.creditCode, name: personName, phone }),
      responses: { 200: { description: '已收到', schema: object({ ok: flag }) } },
      handler: async ({ body, now, request }) => {
        const floor = new Promise((done) => setTimeout(done, FLOOR_MS))
        await claims.slow(request.ip).catch((e: unknown) => {
          if (e instanceof Problem) claims.refused({ name: cutName(body.creditCode) }, request.ip, e.message)
          throw e
        })
        const firm = await firmByCode(s, body.creditCode)
        if (firm)
          await s.db.transaction().execute(async (raw) => {
            const tx = raw as Db
            const { name, phone: number } = body
            const id = await claims.ask(tx, {
              organisation: firm.id,
              slip: null,
              name,
              phone: number,
              username: null,
              passwordHash: null,
            })
            if (!id) return
            await journal(tx, {
              actor: { id: nobody.id, name: '未登录', kind: 'machine' },
              now,
              register: 'claim',
              recordId: id,
              title: firm.name,
              what: 'claim-request',
              area: firm.area,
              organisation: firm.id,
              changes: [{ field: 'address', label: '网络地址', before: null, after: request.ip }],
            })
          })
        await floor
        return { ok: true }
      },
    }),
  ]
}
