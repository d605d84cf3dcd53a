import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Catalogue } from '../engine/core/catalogue.ts'
import type { Condition } from '../engine/core/condition/ast.ts'
import { checkCondition } from '../engine/core/condition/check.ts'
import { decidingFacts, factsOf } from '../engine/core/deciding.ts'
import { PolicyBook } from '../engine/core/policy.ts'
import { fieldTypes } from '../fields/index.ts'
import { definitions } from './index.ts'

const catalogue = new Catalogue(definitions, fieldTypes)
const policies = new PolicyBook(definitions.policies)
const wrong = (c: Condition | undefined, register: string) =>
  c ? checkCondition(c, register, catalogue, policies) : []
/** System columns: a field of the same name would share a column with the engine. */
const taken = [
  'id',
  'version',
  'area',
  'county',
  'town',
  'unit',
  'sector',
  'organisation',
  'proof',
  'state',
  'track',
]

/** All of the engine's own text, without its tests. */
function engineSource(): string {
  const root = fileURLToPath(new URL('../engine', import.meta.url))
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts'))
    .map((f) => readFileSync(path.join(root, f), 'utf8'))
    .join('\n')
}

describe('definitions of the county', () => {
  it('are plain JSON', () => {
    expect(JSON.parse(JSON.stringify(definitions))).toEqual(definitions)
  })

  it.each(definitions.records.map((r) => [r.name, r] as const))('%s names only fields it has', (_, def) => {
    const known = (f: string) => f === 'parent' || catalogue.findField(def.name, f) !== undefined
    const named = [
      def.title,
      ...def.list,
      ...(def.search ?? []),
      ...(def.keys ?? []).flat(),
      ...(def.counted ?? []),
      ...(def.indexes ?? []).flat(),
      ...(def.groups ?? []).flatMap((g) => g.fields),
      ...(def.expires ? [def.expires.on] : []),
      ...(def.happenedOn ? [def.happenedOn] : []),
      ...Object.values(def.scope ?? {}),
    ]
    expect(named.filter((f) => !known(f))).toEqual([])
    expect(Object.keys(def.fields).filter((f) => taken.includes(f))).toEqual([])
    expect(def.of ?? def.scope?.area).toBeDefined()
    if (def.expires) expect(policies.has(def.expires.warn)).toBe(true)
  })

  it.each(definitions.records.map((r) => [r.name, r] as const))('%s: a heading means one field', (_, def) => {
    const seen = new Map<string, string>()
    for (const [name, f] of Object.entries(def.fields)) {
      expect(fieldTypes[f.type], `${name}: ${f.type}`).toBeDefined()
      expect(wrong(f.when, def.name)).toEqual([])
      for (const heading of new Set([f.label, ...(f.sheet ?? [])])) {
        expect(seen.get(heading), `${heading} means both`).toBeUndefined()
        seen.set(heading, name)
      }
    }
  })

  it.each(definitions.indicators.map((i) => [i.name, i] as const))('%s can be computed', (_, i) => {
    expect([
      ...wrong(i.of.where, i.of.register),
      ...wrong(i.met, i.of.register),
      ...wrong(i.proof.where, i.proof.related ?? i.of.register),
    ]).toEqual([])
    expect(i.basis.length).toBeGreaterThan(0)
    for (const f of [i.sum, i.over, i.duration?.from, i.duration?.to])
      if (f) expect(catalogue.findField(i.of.register, f)).toBeDefined()
  })

  it('has at least 25 indicators, each name once', () => {
    const names = definitions.indicators.map((i) => i.name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.length).toBeGreaterThanOrEqual(25)
  })

  it('grading rules hold on the enterprise', () => {
    for (const g of definitions.gradings)
      expect([
        ...wrong(g.applies, 'enterprise'),
        ...[...g.base, ...g.shifts, ...g.sets].flatMap((r) => wrong(r.when, 'enterprise')),
      ]).toEqual([])
  })

  it('whom a figure asks, how much it asks and which grade is proposed stands on what an officer has confirmed', () => {
    const { records, indicators, gradings } = definitions
    const firm = (name: string) =>
      records.find((r) => r.name === name)?.rights['enterprise-officer'] === 'own'
    const graded = gradings.flatMap((g) =>
      [g.applies, ...[...g.base, ...g.shifts, ...g.sets].map((r) => r.when)].flatMap((w) =>
        factsOf(w, 'enterprise', catalogue),
      ),
    )
    const facts = [...graded, ...indicators.flatMap((i) => decidingFacts(i, catalogue))]
    const loose = facts.filter(({ register, field }) => {
      const def = catalogue.record(register)
      const f = def.fields[field]
      // cases are moved by their actions; what decides their track is closed to the enterprise (cases/guard)
      if (!firm(register) || def.kind === 'loop' || !f) return false
      return !f.decides && (!f.writers || f.writers.includes('enterprise-officer'))
    })
    expect(loose).toEqual([])
    expect(facts.length).toBeGreaterThan(100)
    const counted = new Set(indicators.map((i) => i.of.register).filter(firm))
    const open = [...counted].filter((name) => {
      const def = catalogue.record(name)
      return def.kind === 'register' && !def.counts
    })
    expect(open).toEqual([])
  })

  it('has no number that nothing reads: a county that changes one sees an effect', () => {
    const { records, indicators, gradings } = definitions
    const source = JSON.stringify({ records, indicators, gradings }) + engineSource()
    const unread = [...new Set(definitions.policies.map((p) => p.key))].filter(
      (key) => !source.includes(`"${key}"`) && !source.includes(`'${key}'`),
    )
    expect(unread).toEqual([])
  })

  it('shows a basis on every policy row', () => {
    for (const p of definitions.policies) expect(p.basis.length, p.key).toBeGreaterThan(4)
  })

  it('the dust line moves with year and place', () => {
    const line = (area: string, on: string) => policies.number('dust.connectFrom', area, on)
    expect(line('140525108', '2026-06-01')).toBe(3)
    expect(line('140525108', '2024-06-01')).toBe(30)
    // a county's notice binds that county only
    expect(line('140524', '2026-06-01')).toBe(30)
    expect(line('210381', '2025-06-01')).toBe(30)
    expect(line('210323', '2024-06-01')).toBe(30)
    expect(line('210323', '2025-06-01')).toBe(10)
  })
})
