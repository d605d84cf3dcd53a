import { expect, it } from 'vitest'
import { mintableRoles } from './mintable.ts'

it('who only keeps the accounts makes no key; a county’s administrator makes all, others their own', () => {
  expect(mintableRoles(['system-admin'])).toEqual([])
  expect(mintableRoles(['county-admin'])).toEqual(['integration', 'county-officer', 'town-officer'])
  expect(mintableRoles(['system-admin', 'county-officer'])).toEqual(['county-officer'])
})
