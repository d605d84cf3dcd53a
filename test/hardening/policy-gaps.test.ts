import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IndicatorDef } from '../../engine/core/definition.ts'
import { PolicyBook } from '../../engine/core/policy.ts'
import { sweep } from '../../engine/deadlines/sweep.ts'
import { refreshProposals } from '../../engine/grading/refresh.ts'
import { computeIndicator } from '../../engine/indicators/compute.ts'
import { openShippedCounty, type ShippedCounty } from '../shipped-county.ts'

let c: ShippedCounty
let officer: string
let admin: string
let firm: string

beforeAll(async () => {
  c = await openShippedCounty()
  officer = (await c.person('county-officer', '140525')).cookie
  admin = (await c.person('county-admin', '140525')).cookie
  const made = await c.send('POST', '/api/records/enterprise', {
    cookie: officer,
    body: values('enterprise'),
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  firm = made.body.row.id
})
afterAll(() => c.close())

/** The least a register asks for. */
function values(register: string, given: Record<string, unknown> = {}): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [name, f] of Object.entries(c.services.catalogue.record(register).fields)) {
    if (!f.required || f.default !== undefined || f.when || name in given) continue
    const of: Record<string, unknown> = {
      area: '140525100',
      flag: false,
      date: '2026-03-01',
      number: f.min ?? 1,
      files: [],
      photos: [],
    }
    out[name] = f.options?.[0]?.value ?? of[f.type] ?? '参数缺口测试'
  }
  return { ...out, ...given }
}

type Change = (key: string) => void
const ways: [string, Change][] = [
  ['no row at all', (key) => c.usePolicies(c.policies.filter((p) => p.key !== key))],
  [
    'not begun',
    (key) => c.usePolicies(c.policies.map((p) => (p.key === key ? { ...p, from: '2030-01-01' } : p))),
  ],
  ['ended', (key) => c.usePolicies(c.policies.map((p) => (p.key === key ? { ...p, to: '2021-12-31' } : p)))],
  [
    'elsewhere only',
    (key) => c.usePolicies(c.policies.map((p) => (p.key === key ? { ...p, area: '65' } : p))),
  ],
]

/** Whether the packs have a value for the county on that day at all. */
const shippedHere = (key: string) =>
  new PolicyBook(c.policies).find(key, '140525', '2026-11-20') !== undefined

const keys = () => [...new Set(c.policies.map((p) => p.key))]

describe('a parameter without a value', () => {
  it('is without one in each of the ways, for the county and for no key but its own', () => {
    for (const key of keys())
      for (const [way, change] of ways) {
        change(key)
        const book = c.open.policies()
        expect(book.find(key, '140525', '2026-11-20'), `${key} ${way}`).toBeUndefined()
        const others = keys().filter((k) => k !== key)
        expect(others.filter((k) => !book.find(k, '140525', '2026-11-20')).filter(shippedHere)).toEqual([])
      }
    c.usePolicies(undefined)
  })

  it('makes no part of the work a fault, whichever key of the packs it is', async () => {
    const wrong: string[] = []
    for (const [at, key] of keys().entries()) {
      // the parts read a value or none: the ways to have none are one to them, and take turns here
      ways[at % ways.length]![1](key)
      const look = async (what: string, run: () => Promise<unknown>) => {
        try {
          const answer = (await run()) as { status?: number; body?: unknown } | undefined
          if (answer?.status && answer.status >= 500)
            wrong.push(`${key} ${what} ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`)
        } catch (e) {
          wrong.push(`${key} ${what} ${(e as Error).message}`)
        }
      }
      await look('today', () => c.send('GET', '/api/today', { cookie: officer }))
      await look('file', () => c.send('GET', `/api/records/enterprise/${firm}/parts`, { cookie: officer }))
      await look('grade', () => c.send('GET', `/api/grades/${firm}`, { cookie: officer }))
      await look('tasks', () => c.send('GET', '/api/tasks', { cookie: officer }))
      await look('policy', () => c.send('GET', '/api/policy', { cookie: admin }))
      await look('sign-in', () =>
        c.send('POST', '/api/auth/sign-in/username', { body: { username: 'nobody', password: 'x' } }),
      )
      await look('hazard', () =>
        c.send('POST', '/api/records/hazard', {
          cookie: officer,
          body: values('hazard', { enterpriseId: firm }),
        }),
      )
      await look('sweep', () => sweep(c.open))
      await look('proposals', () => refreshProposals(c.open))
    }
    expect(wrong).toEqual([])
  }, 240_000)

  it('a figure that cannot be computed for want of a parameter says which; the others are as they were', async () => {
    const figureOf = (def: IndicatorDef) =>
      computeIndicator({ db: c.db, catalogue: c.services.catalogue, policies: c.open.policies() }, def, {
        scope: '140525',
        asOf: '2026-03-02',
      })
    const defs = [...c.services.catalogue.indicators.values()]
    const uses = (def: IndicatorDef, key: string) => JSON.stringify(def).includes(`"policy":"${key}"`)
    for (const key of keys()) {
      ways[0]![1](key)
      for (const def of defs.filter((d) => uses(d, key)))
        expect(await figureOf(def), `${def.name} ${key}`).toMatchObject({ value: null, missing: [key] })
    }
    // no parameter at all: what asks for none is computed
    c.usePolicies([])
    for (const def of defs.filter((d) => !d.of.who && !keys().some((key) => uses(d, key))))
      expect((await figureOf(def)).missing, def.name).toBeUndefined()
    // whom it counts is a parameter as well
    for (const def of defs.filter((d) => d.of.who))
      expect((await figureOf(def)).missing, def.name).toContain(def.of.who)
    c.usePolicies(undefined)
    expect(defs.filter((d) => JSON.stringify(d).includes('"policy":')).length).toBeGreaterThan(3)
  }, 120_000)
})
