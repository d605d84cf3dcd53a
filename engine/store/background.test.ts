import { afterAll, beforeAll, expect, it } from 'vitest'
import { inArea, openSmallCounty, person_, type SmallCounty } from '../../test/model-county.ts'
import type { Actor } from '../access/actor.ts'
import { newId } from '../core/ids.ts'
import { Background } from './background.ts'
import { sql } from './db.ts'
import type { Services } from './services.ts'

let c: SmallCounty
beforeAll(async () => {
  c = await openSmallCounty()
})
afterAll(() => c.close())

/** Work whose writing goes on until it has to end; what became of it, and what it did with which rights. */
function endless(actor: Actor) {
  const lock = `try-${newId()}`
  const session = { state: 'writing', actor }
  const done: string[] = []
  const failed: string[] = []
  const work = new Background<Services, typeof session>({
    label: '试验',
    lock,
    stages: {
      writing: async (_, { actor: now }, over) => {
        while (!(await over())) {
          done.push(now.assignments.map((a) => a.role).join())
          if (done.length > 10_000) throw new Error('never asked to end')
          await new Promise((r) => setTimeout(r, 5))
        }
        if (now.assignments.length === 2) session.state = 'over'
      },
    },
    looking: [],
    load: async () => session,
    busy: async () => [],
    fail: async (_s, _id, failure) => {
      session.state = 'failed'
      failed.push(failure)
    },
    failure: '出错',
  })
  return { work, lock, session, done, failed }
}

const li = person_('李股长', [inArea('county-officer', '140525')])

it('rights are asked while it goes on: other ones count from then on, and a stopped account ends it', async () => {
  let now: Actor | undefined = li
  const s: Services = { ...c.services, actorNow: async () => now }
  const { work, session, done, failed } = endless(li)
  const going = work.begin(s, newId())
  await expect.poll(() => done.length, { timeout: 20_000 }).toBeGreaterThan(0)
  now = person_('李股长', [inArea('town-officer', '140525100')])
  await expect.poll(() => done.at(-1), { timeout: 20_000 }).toBe('town-officer')
  now = undefined
  await going
  expect(session.state).toBe('failed')
  expect(failed).toEqual([expect.stringContaining('账号已停用')])
})

it('what several programs did not survive is set aside, and said', async () => {
  const { work, lock, session, failed } = endless(li)
  const id = newId()
  await sql`insert into background_begun (work, id, n) values (${lock}, ${id}, 6)`.execute(c.db)
  await work.begin(c.services, id)
  expect(session.state).toBe('failed')
  expect(failed[0]).toContain('意外停过 6 次')
  // and is counted no more
  const { rows } = await sql`select from background_begun where work = ${lock}`.execute(c.db)
  expect(rows).toEqual([])
})
