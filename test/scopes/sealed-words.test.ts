import { expect, it } from 'vitest'
import { definitions } from '../../county/index.ts'
import { Catalogue } from '../../engine/core/catalogue.ts'
import { field, some } from '../../engine/core/condition/build.ts'
import { sealedPaths } from '../../engine/store/sight.ts'
import { fieldTypes } from '../../fields/index.ts'

const catalogue = new Catalogue(definitions, fieldTypes)
const hazard = catalogue.record('hazard')
const words = (def: typeof hazard, where: Parameters<typeof sealedPaths>[2]) =>
  [...sealedPaths({ catalogue }, def, where)].map((p) => p.name)

it('a task may not ask for the words of records that only their enterprise reads, straight or through the enterprise', () => {
  expect(words(hazard, field('name').contains('皮带轮'))).toEqual(['name'])
  expect(words(catalogue.record('enterprise'), some('hazard', field('name').contains('皮带轮')))).toEqual([
    'name',
  ])
})

it('it may ask for what the authorities count: level and state', () => {
  expect(words(hazard, field('level').is('重大'))).toEqual([])
})
