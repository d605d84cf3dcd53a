import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { spoolRows } from './spool.ts'

it('the limit of rows on their way counts bytes: Chinese takes three to a character', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'zhiben-spool-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const sheet = path.join(dir, '台账.csv')
  writeFileSync(sheet, `企业名称\n${'治'.repeat(2000)}\n`)
  const spool = (into: string, most: number) =>
    spoolRows({ path: sheet, name: '台账.csv', sheet: 0, after: 0, into: path.join(dir, into) }, most)
  expect(await spool('whole', 7000)).toEqual({ rows: 2 })
  expect(statSync(path.join(dir, 'whole')).size).toBeGreaterThan(6000)
  await expect(spool('half', 5000)).rejects.toMatchObject({ code: 'bad-input' })
})
