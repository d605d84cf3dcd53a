import { describe, expect, it } from 'vitest'
import { StatementNames } from './statement-names.ts'

describe('names of statements', () => {
  it('are given from the second use on, the same ever after', () => {
    const names = new StatementNames()
    expect(names.of('select 1')).toBeUndefined()
    const name = names.of('select 1')
    expect(name).toMatch(/^z/)
    expect(names.of('select 1')).toBe(name)
    names.of('select 2')
    expect(names.of('select 2')).not.toBe(name)
  })

  it('any number of statements that are asked once takes none from those that come back', () => {
    const names = new StatementNames(10)
    for (let n = 0; n < 1_000; n++) expect(names.of(`select ${n}`)).toBeUndefined()
    names.of('again')
    expect(names.of('again')).toBeDefined()
  })

  it('are no more than the connections have room for', () => {
    const names = new StatementNames(10)
    const twice = (n: number) => [names.of(`select ${n}`), names.of(`select ${n}`)][1]
    const given = Array.from({ length: 20 }, (_, n) => twice(n)).filter(Boolean)
    expect(given).toHaveLength(10)
  })
})
