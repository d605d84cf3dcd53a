/** What came with 0.2.0 and must come through an upgrade: wishes, 今日, names that are found, statuses, imports. */
import { expect } from 'vitest'
import { systemActor } from '../../engine/access/actor.ts'
import type { Engine } from '../../engine/main.ts'
import { openDoor } from '../../engine/store/door.ts'
import { person_ } from '../model-county.ts'
import type { sender } from '../try-app.ts'

interface Status {
  status: string
  statusSince: string | null
  powerCut: string | null
  powerCutOn: string | null
}

/** What the release said of it (maker/expect.mjs). */
export interface Later {
  statuses: Record<string, Status>
  /** firms whose ledger of status changes says the same, another, an older status; their records by firm */
  statusChanges: {
    agreeing: string
    differing: string
    later: string
    changes: Record<string, string[]>
  }
  wishes: {
    id: string
    what: string
    field: string
    before: unknown
    after: unknown
    recordId: string
    due: string
  }[]
  /** user name → late cases */
  today: Record<string, string[]>
  /** word → enterprises found */
  searches: Record<string, string[]>
  raised: string
  claims: { open: { creditCode: string; code: string } }
  openImport: { id: string; state: string }
}

interface Used {
  engine: Engine
  send: ReturnType<typeof sender>
  as(username: string): { cookie: string }
}

let n = 0
const meta = (reason?: string) => ({ idempotencyKey: `later-${++n}`, ...(reason && { reason }) })

/** An officer of the county whose word confirms. */
const officer = () => person_('县局', [{ role: 'county-officer', ground: { by: 'area', area: '140525' } }])

async function statusOf(engine: Engine, id: string): Promise<Status> {
  const row = await openDoor(engine, systemActor).get('enterprise', id)
  const { status, statusSince = null, powerCut = null, powerCutOn = null } = row as unknown as Status
  return { status, statusSince, powerCut, powerCutOn }
}

export const laterChecks: Record<string, (used: Used, expected: Later) => Promise<void>> = {
  'leaves every status as it was': async ({ engine }, { statuses }) => {
    for (const [id, status] of Object.entries(statuses))
      expect(await statusOf(engine, id), id).toEqual(status)
  },

  'lets a status be changed by a new record, and by no old one that says otherwise': async (
    { engine },
    { statuses, statusChanges: { agreeing, differing, later, changes } },
  ) => {
    const door = openDoor(engine, officer())
    // old records are corrected: what they say otherwise was typed knowingly
    for (const firm of [agreeing, differing, later])
      for (const id of changes[firm]!) {
        const { version } = await door.get('status-change', id)
        await door.update('status-change', id, { reason: '补充原因' }, version, meta('更正'))
        expect(await statusOf(engine, firm), `${firm} ${id}`).toEqual(statuses[firm])
      }
    // what agrees is the ledger's from now on, what does not is still typed
    const typed = async (id: string) => {
      const { version } = await door.get('enterprise', id)
      return door.update('enterprise', id, { status: '僵尸' }, version, meta('核实'))
    }
    await expect(typed(agreeing)).rejects.toThrow('状态变更')
    await typed(differing)
    // an older day does not reach past them
    const tag = (id: string, changedOn: string, status: string) =>
      door.create('status-change', { enterpriseId: id, changedOn, status, reason: '现场核实' }, meta())
    await tag(differing, '2025-12-01', '长期停产停工')
    expect((await statusOf(engine, differing)).status).toBe('僵尸')
    for (const firm of [agreeing, differing, later]) {
      const { row } = await tag(firm, '2026-11-25', '停产')
      expect(await statusOf(engine, firm)).toMatchObject({ status: '停产', statusSince: '2026-11-25' })
      await door.archive('status-change', row.id, row.version, meta('误登'))
    }
    // taken back: as it was before
    expect((await statusOf(engine, agreeing)).status).toBe(statuses[agreeing]!.status)
    expect((await statusOf(engine, differing)).status).toBe('僵尸')
    expect(await statusOf(engine, later)).toEqual(statuses[later])
  },

  'shows the same late cases on 今日, from a table that the release had not': async (
    { send, as },
    { today },
  ) => {
    for (const [username, links] of Object.entries(today)) {
      const { body } = await send('GET', '/api/today?show=late', as(username))
      const now = (body.items as { link: string }[]).map((i) => i.link)
      expect(now, username).toEqual(expect.arrayContaining(links))
    }
  },

  'finds by name what it found, and by sound and legal form what it did not': async (
    { engine, send, as },
    { searches },
  ) => {
    const found = async (q: string): Promise<string[]> => {
      const url = `/api/records/enterprise?limit=100&q=${encodeURIComponent(q)}`
      return (await send('GET', url, as('county1'))).body.rows.map((r: { id: string }) => r.id)
    }
    for (const [word, ids] of Object.entries(searches))
      expect(await found(word), word).toEqual(expect.arrayContaining(ids))
    const [id] = Object.values(searches).flat()
    const name = String((await openDoor(engine, systemActor).get('enterprise', id!)).name)
    const bare = name.replace(/^泽州县/, '').replace(/（演示）$/, '')
    expect(await found(bare.replace('有限公司', '有限责任公司'))).toContain(id)
  },

  'keeps waiting what waited: the same values and days, confirmed by an officer': async (
    { engine, send, as },
    { wishes },
  ) => {
    const list = await send('GET', '/api/wishes?state=waiting', as('county1'))
    const rows = list.body.rows as (Later['wishes'][number] & { version: number })[]
    expect(rows.map((r) => r.id).sort()).toEqual(wishes.map((w) => w.id).sort())
    for (const wish of wishes) expect(rows.find((r) => r.id === wish.id)).toMatchObject(wish)
    for (const row of rows) {
      const body = row.what === 'change' ? {} : { reason: '现场核实' }
      const url = `/api/wishes/${row.id}/confirm`
      const done = await send('POST', url, { ...as('county1'), ifMatch: row.version, body })
      expect(done.status, JSON.stringify(done.body)).toBe(200)
      if (row.what !== 'change') continue
      const record = await openDoor(engine, systemActor).get('enterprise', row.recordId)
      expect(record[row.field]).toEqual(row.after)
    }
  },

  'a slip that was still open makes its account': async ({ send }, { claims }) => {
    const body = { ...claims.open, name: '后来者', phone: '13800002222', username: 'afterwards' }
    const answer = await send('POST', '/api/claim', { body: { ...body, password: 'county-of-2026' } })
    expect(answer.body, JSON.stringify(answer.body)).toEqual({ state: 'done' })
  },

  'takes an import back that was written before': async ({ send, as }, { openImport }) => {
    const url = `/api/imports/${openImport.id}`
    expect((await send('GET', url, as('county1'))).body.state).toBe(openImport.state)
    const asked = await send('POST', `${url}/undo`, as('county1'))
    expect(asked.status, JSON.stringify(asked.body)).toBeLessThan(300)
    await expect
      .poll(async () => (await send('GET', url, as('county1'))).body.state, { timeout: 15_000 })
      .toBe('undone')
  },

  'a case runs on by the rules it began with': async ({ engine, send, as }, { raised }) => {
    const { body } = await send('GET', `/api/records/hazard/${raised}/actions`, as('county1'))
    const offered = body as { id: string; enabled: boolean }[]
    const { loopVersion } = await openDoor(engine, systemActor).get('hazard', raised)
    expect(loopVersion).toBeLessThan(engine.catalogue.record('hazard').version)
    expect(offered.find((o) => o.id === 'downgrade')).toBeDefined()
  },
}
