import { expect, it } from 'vitest'
import { measure } from './planted.ts'

it('planted faults: what is put right is right, and hardly any goes unnoticed', () => {
  const m = measure()
  expect(m.planted).toBeGreaterThan(500)
  expect(m.hard / m.planted).toBeGreaterThan(0.33)
  expect(m.precision, JSON.stringify(m.failures.slice(0, 20))).toBeGreaterThanOrEqual(0.99)
  expect(m.recall).toBeGreaterThanOrEqual(0.8)
  expect(m.repaired).toBeGreaterThanOrEqual(0.8)
})

it('faults of another hand: what is put right is right, and hardly any goes unnoticed', () => {
  const m = measure('planted-clerk')
  expect(m.planted).toBeGreaterThan(150)
  expect(m.hard / m.planted).toBeGreaterThan(0.32)
  expect(m.precision, JSON.stringify(m.failures.slice(0, 20))).toBeGreaterThanOrEqual(0.99)
  expect(m.recall).toBeGreaterThanOrEqual(0.8)
  expect(m.repaired).toBeGreaterThanOrEqual(0.8)
})
