import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { computedBy, hashOfProgram } from './program.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'zhiben-program-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('a release that changes only a line of the computation has another version; its tests do not count', () => {
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text)
  write('figure.ts', 'export const scale = 100\n')
  const before = hashOfProgram([folder])
  write('figure.test.ts', 'anything')
  expect(hashOfProgram([folder])).toBe(before)
  write('figure.ts', 'export const scale = 1000\n')
  expect(hashOfProgram([folder])).not.toBe(before)
  expect(computedBy()).toMatch(/^[\w-]{16}$/)
})
