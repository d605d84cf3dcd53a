import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { readCreditCode } from '../../../fields/normal/credit-code.ts'
import { readDate } from '../../../fields/normal/dates.ts'
import { readCount } from '../../../fields/normal/numbers.ts'
import { readPhone } from '../../../fields/normal/phone.ts'
import { cleanName, cleanText } from '../../../fields/normal/text.ts'
import { type MessyLedger, type MessyOptions, messyCsv, messyXlsx } from '../../../test/messy/messy.ts'
import { type Defect, towns } from '../../../test/messy/messy-firms.ts'
import { areasOfCounty } from '../../areas/load.ts'
import { findLedger } from './headings.ts'
import { openTable } from './open.ts'
import { rowKinds } from './row-kinds.ts'
import { enterprise } from './test-rows.ts'
import type { Cell } from './types.ts'

const vocabulary = [
  ...enterprise.map((t) =>
    t.field === 'head' ? { ...t, aliases: [...(t.aliases ?? []), '企业负责人'] } : t,
  ),
]
const raw = (cell: Cell | undefined) => cell?.date ?? cell?.number ?? cell?.text ?? ''

/** Read a messy ledger as an import would and hold every row against the truth. */
async function judge(ledger: MessyLedger, bytes: Buffer, name: string) {
  const table = await openTable({ bytes, name })
  const { sheet, headings } = await findLedger(table, vocabulary)
  expect(headings.found).toBe(true)
  expect(headings.missing).toEqual([])
  expect(headings.conflicts).toEqual([])
  expect(headings.matches.map((m) => m.field).sort()).toEqual(vocabulary.map((t) => t.field).sort())
  expect(headings.left.map((l) => l.why)).toEqual(['sequence'])
  const column = Object.fromEntries(headings.matches.map((m) => [m.field, m.column]))
  const kind = rowKinds(headings)
  const skipped: number[] = []
  const seen: Partial<Record<Defect, number>> = {}
  let at = 0
  for await (const row of table.rows(sheet)) {
    if (row.line <= headings.lastLine) continue
    if (kind(row)) {
      skipped.push(row.line)
      continue
    }
    const truth = ledger.records[at++]
    if (!truth) throw new Error(`more records than there are: line ${row.line}`)
    const cell = (field: string) => row.cells[column[field] ?? -1]
    const is = (d: Defect) => truth.defects.includes(d)
    for (const d of truth.defects) seen[d] = (seen[d] ?? 0) + 1
    expect(row.line).toBe(truth.line)
    expect(cleanText(cell('name')?.text ?? '').replaceAll(' ', '')).toBe(truth.name ?? '')
    const code = readCreditCode(raw(cell('creditCode')))
    if (is('short-code')) expect(code.ok).toBe(false)
    else
      expect(code).toMatchObject({
        ok: true,
        value: truth.creditCode,
        warnings: { length: is('wrong-check') ? 1 : 0 },
      })
    expect(cleanText(cell('town')?.text ?? '')).toBe(is('unknown-town') ? '某某街道办' : truth.town)
    expect(cleanName(cell('head')?.text ?? '')).toBe(truth.head)
    expect(readPhone(raw(cell('phone')))).toMatchObject({
      value: { number: truth.phone },
      warnings: { length: is('two-phones') ? 1 : 0 },
    })
    const staff = readCount(raw(cell('staff')))
    expect(staff.ok ? staff.value : 'refused').toBe(is('range-count') ? 'refused' : truth.staff)
    const dust = readCount(raw(cell('dustWorkers')))
    expect(dust.ok ? (dust.value ?? 0) : 'refused').toBe(truth.dustWorkers)
    const founded = readDate(raw(cell('founded')))
    expect(founded.ok ? founded.value?.date : 'refused').toBe(
      is('impossible-date') ? 'refused' : truth.founded,
    )
    expect(cleanText(cell('address')?.text ?? '')).toBe(truth.address)
  }
  await table.close()
  expect(at).toBe(ledger.records.length)
  expect(skipped).toEqual(ledger.skipped)
  return seen
}

describe('messy ledgers are read row for row', () => {
  it.each<MessyOptions>([
    { rows: 2000, seed: 1, headings: 0 },
    { rows: 600, seed: 2, headings: 1 },
    { rows: 600, seed: 3, headings: 2 },
    { rows: 600, seed: 4, headings: 1, twoLevel: false },
    { rows: 40, seed: 5, clean: true },
    { rows: 1, seed: 6 },
  ])('xlsx %j', async (options) => {
    const ledger = messyXlsx(options)
    const seen = await judge(ledger, ledger.bytes, '企业台账.xlsx')
    if (options.rows === 2000) expect(Object.keys(seen).length).toBe(10)
    if (options.clean) expect(seen).toEqual({})
  })

  it.each(['utf-8', 'gb18030'])('csv in %s', async (encoding) => {
    const ledger = messyCsv({ rows: 1000, seed: 7, headings: 1 })
    await judge(ledger, iconv.encode(ledger.bytes.toString(), encoding), '企业台账.csv')
  })

  it('the same seed gives the same bytes, another seed others', () => {
    const make = (seed: number) => messyXlsx({ rows: 200, seed }).bytes
    expect(make(9).equals(make(9))).toBe(true)
    expect(make(9).equals(make(10))).toBe(false)
  })

  it('the towns are those of 泽州县 in the national list', async () => {
    const national = (await areasOfCounty('140525')).filter((a) => a.level === 'town')
    expect(national.map((a) => [a.code, a.name])).toEqual(towns)
  })
})
