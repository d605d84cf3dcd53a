import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseNotice } from './parse.ts'

/** Real notices with their answer keys lie beside the repository; they are official texts and not part of it. */
const real = resolve(import.meta.dirname, '../../../shared/notices')
const names = ['zezhou-2026', 'shanyin-2025', 'yangcheng-2025']

interface Score {
  facts: { f1: number; trapped: number; comparators: number }
  units: { f1: number }
  items: { recall: number; precision: number; perTask: number }
}

describe.skipIf(!existsSync(real))('needs ../shared: real notices against their answer keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'notices-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(names)('%s: facts, items and traps', (name) => {
    const parsed = parseNotice(readFileSync(join(real, `${name}.txt`), 'utf8'))
    const file = join(folder, `${name}.json`)
    writeFileSync(file, JSON.stringify(parsed))
    const printed = execFileSync(process.execPath, [
      join(real, 'score.mjs'),
      join(real, `${name}.key.json`),
      file,
    ])
    const score = JSON.parse(printed.toString()) as Score
    expect(score.facts.trapped).toBe(0)
    expect(score.facts.f1).toBeGreaterThanOrEqual(0.98)
    expect(score.facts.comparators).toBeGreaterThanOrEqual(0.95)
    expect(score.units.f1).toBeGreaterThanOrEqual(0.85)
    expect(score.items.recall).toBeGreaterThanOrEqual(0.95)
    expect(score.items.precision).toBeGreaterThanOrEqual(0.85)
    expect(score.items.perTask).toBeLessThanOrEqual(1.25)
  })

  it.each(names)('%s: the head', (name) => {
    const key = JSON.parse(readFileSync(join(real, `${name}.key.json`), 'utf8')) as Record<string, unknown>
    const parsed = parseNotice(readFileSync(join(real, `${name}.txt`), 'utf8'))
    const squeeze = (words: unknown) => String(words).replace(/\s/g, '')
    expect(parsed.title).toBe(squeeze(key.title))
    expect(parsed.addressees.join('')).toBe(squeeze(key.addressees).replace(/[，、]/g, ''))
    expect({ docNo: parsed.docNo, issuer: parsed.issuer, year: parsed.year }).toEqual({
      docNo: key.doc_no,
      issuer: key.issuer,
      year: key.year,
    })
    expect({ issued: parsed.issued, printed: parsed.printed }).toEqual({
      issued: key.signed,
      printed: key.printed,
    })
  })
})
