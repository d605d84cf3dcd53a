import { afterAll, beforeAll, expect, it } from 'vitest'
import { definitions } from '../../county/index.ts'
import { Catalogue } from '../../engine/core/catalogue.ts'
import { field, some } from '../../engine/core/condition/build.ts'
import { localBody } from '../../engine/local/index.ts'
import { unsharedPaths } from '../../engine/store/sight.ts'
import { reads } from '../../engine/tasks/access.ts'
import { fieldTypes } from '../../fields/index.ts'
import { type ImportCounty, openImportCounty } from '../import-county.ts'

const catalogue = new Catalogue(definitions, fieldTypes)
const hazard = catalogue.record('hazard')
const words = (def: typeof hazard, where: Parameters<typeof unsharedPaths>[2]) =>
  [...unsharedPaths({ catalogue }, def, where, reads)].map((p) => p.name)

it('a task may not ask for the words of records that only their enterprise reads, straight or through the enterprise', () => {
  expect(words(hazard, field('name').contains('皮带轮'))).toEqual(['name'])
  expect(words(catalogue.record('enterprise'), some('hazard', field('name').contains('皮带轮')))).toEqual([
    'name',
  ])
})

it('nor for the words of tip-offs, which towns and the levels above do not read', () => {
  const tipOff = catalogue.record('tip-off')
  expect(words(tipOff, field('content').contains('皮带轮'))).toEqual(['content'])
  expect(words(tipOff, field('state').is('received'))).toEqual([])
  expect(words(catalogue.record('enterprise'), some('training', field('topic').contains('皮带轮')))).toEqual(
    [],
  )
})

it('it may ask for what the authorities count: level and state', () => {
  expect(words(hazard, field('level').is('重大'))).toEqual([])
})

let c: ImportCounty
beforeAll(async () => {
  c = await openImportCounty()
})
afterAll(() => c?.close())

it('an indicator of the county is refused the words of a tip-off by who reads them himself', () => {
  const own = (where: unknown) =>
    localBody(c.engine, c.county, '2026-06-01', 'x-own', 1, {
      kind: 'indicator',
      label: '反映皮带轮的举报',
      basis: '泉应急发〔2026〕8号',
      register: 'tip-off',
      measure: 'count',
      where,
    })
  expect(() => own(field('content').contains('皮带轮'))).toThrow('不是看数字的人都能看的')
  expect(own(field('state').is('received'))).toMatchObject({ kind: 'indicator' })
})
