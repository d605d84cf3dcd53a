import { expect, it } from 'vitest'
import { typedDate } from './typed.ts'

it('a date that is written with fewer digits or other signs is the same date; what is no day is none', () => {
  for (const text of ['2026-06-03', '2026-6-3', ' 2026/6/3 ', '2026.06.3', '20260603', '2026年6月3日'])
    expect(typedDate(text), text).toBe('2026-06-03')
  for (const text of ['', '2026-6', '2026-2-30', '2026-13-1', '26-6-3', '2026-11-028'])
    expect(typedDate(text), text).toBeUndefined()
})
