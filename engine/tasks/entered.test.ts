import { expect, it } from 'vitest'
import { all, asOf, field, some } from '../core/condition/build.ts'
import { enteredIn } from './entered.ts'

const of = { register: 'enterprise' }

it('a fact of another register is a new record there, with what it must say to count', () => {
  const done = all(field('kind').is('危险作业集中整治'), field('led').is(true), field('doneOn').lte(asOf()))
  expect(
    enteredIn({
      of,
      met: some('measure-record', done),
      proof: { related: 'measure-record', where: done, least: 'evidenced' },
    }),
  ).toEqual({ register: 'measure-record', fields: [], given: { kind: '危险作业集中整治' } })
})

it('a fact of the record itself is the fields that the condition reads, each once', () => {
  const met = all(field('industry').notEmpty(), field('actualCode').notEmpty(), field('industry').isNot('x'))
  expect(enteredIn({ of, met, proof: { least: 'claimed' } })).toEqual({
    register: 'enterprise',
    fields: ['industry', 'actualCode'],
    given: {},
  })
})
