import { describe, expect, it } from 'vitest'
import { definitions } from '../../county/index.ts'
import { fieldTypes } from '../../fields/index.ts'
import { smallDefinitions } from '../../test/model-county.ts'
import { Catalogue } from './catalogue.ts'
import { checkCatalogue } from './catalogue-check.ts'
import type { Definitions, LoopDef } from './definition.ts'

const complaints = (change: (d: Definitions) => void): string[] => {
  const d = structuredClone(smallDefinitions)
  change(d)
  return checkCatalogue(new Catalogue(d, fieldTypes)).map((c) => c.message)
}
const loop = (d: Definitions) => d.records[2] as LoopDef

describe('the catalogue check names what is wrong', () => {
  it('and finds nothing in the shipped county', () => {
    expect(checkCatalogue(new Catalogue(definitions, fieldTypes))).toEqual([])
  })
  it.each<[string, (d: Definitions) => void, string]>([
    ['an unknown field in the list', (d) => void d.records[0]!.list.push('ghost'), 'ghost'],
    ['an unknown role', (d) => Object.assign(d.records[0]!.rights, { king: 'below' }), 'king'],
    ['an unknown state', (d) => void loop(d).actions.order!.from.push('gone'), 'gone'],
    ['an unknown track', (d) => Object.assign(loop(d).actions.order!, { tracks: ['side'] }), 'side'],
    [
      'an unknown policy of a clock',
      (d) => Object.assign(loop(d).clocks.rectify!, { days: 'no.days' }),
      'no.days',
    ],
    [
      'a rung on a clock that is not there',
      (d) => Object.assign(loop(d).ladder[0]!, { clock: 'lunch' }),
      'lunch',
    ],
    [
      'a form field that is not there',
      (d) => Object.assign(loop(d).actions.order!, { sets: { dueOn: 'when' } }),
      'when',
    ],
    ['a reference to nothing', (d) => Object.assign(d.records[1]!.fields.mentor!, { to: 'ghost' }), 'ghost'],
    [
      'a field type that is not there',
      (d) => Object.assign(d.records[1]!.fields.name!, { type: 'colour' }),
      'colour',
    ],
    ['a name too long for PostgreSQL', (d) => Object.assign(d.records[1]!, { name: 'x'.repeat(41) }), '40'],
    ['a word PostgreSQL keeps', (d) => Object.assign(d.records[1]!, { name: 'user' }), 'user'],
    [
      'a column PostgreSQL keeps',
      (d) => Object.assign(d.records[1]!.fields, { when: { type: 'text', label: '时间' } }),
      'when',
    ],
    ['a state from which no end can be reached', (d) => void delete loop(d).actions.accept, '走不到终点'],
    [
      'an indicator over a register that is not there',
      (d) =>
        void d.indicators.push({
          kind: 'indicator',
          name: 'i',
          label: 'i',
          version: 1,
          basis: [],
          of: { register: 'ghost' },
          measure: 'share',
          proof: { least: 'claimed' },
          unit: '%',
        }),
      'ghost',
    ],
    [
      'an indicator that asks for a field that is not there',
      (d) =>
        void d.indicators.push({
          kind: 'indicator',
          name: 'i',
          label: 'i',
          version: 1,
          basis: [],
          of: { register: 'enterprise', where: { field: 'wings', op: 'notEmpty' } },
          measure: 'share',
          proof: { least: 'claimed' },
          unit: '%',
        }),
      'wings',
    ],
    [
      'a change over time whose condition asks no date',
      (d) =>
        void d.indicators.push({
          kind: 'indicator',
          name: 'i',
          label: 'i',
          version: 1,
          basis: [],
          of: { register: 'enterprise' },
          measure: 'change',
          change: 'year',
          met: { field: 'industry', op: 'is', to: { value: '冶金' } },
          proof: { least: 'claimed' },
          unit: '%',
        }),
      '按日期判断',
    ],
  ])('%s', (_, change, word) => {
    const found = complaints(change)
    expect(found.length).toBeGreaterThan(0)
    expect(found.join('\n')).toContain(word)
  })
})
