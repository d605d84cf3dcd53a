import { describe, expect, it } from 'vitest'
import { definitions } from '../../county/index.ts'
import { fieldTypes } from '../../fields/index.ts'
import { Catalogue } from '../core/catalogue.ts'
import type { FieldDef } from '../core/definition.ts'
import { readValues } from './values.ts'

const catalogue = new Catalogue(definitions, fieldTypes)
const today = '2026-03-02'

/** Values that most fields refuse, each for another reason. */
const bad: unknown[] = [
  '__proto__',
  'x'.repeat(9000),
  -1,
  1.5,
  1e300,
  true,
  [],
  ['不存在'],
  {},
  '2026-02-30',
  '1948-12-31',
  '2027-03-03',
  '2077-01-01',
  '9999-12-31',
  '99',
  null,
  '',
]

describe('what a new record refuses, a change refuses', () => {
  it.each([...catalogue.records.values()].map((d) => [d.name, d] as const))(
    '%s: the same complaint for every field and value',
    (_name, def) => {
      for (const [name, f] of Object.entries(def.fields))
        for (const value of bad) {
          const read = (before?: Record<string, unknown>) =>
            readValues(
              catalogue,
              def.fields,
              { [name]: value },
              { today, ...(before && { before }) },
            ).complaints.filter((c) => c.path === name)
          // what stands before is something else, and complete
          const before = Object.fromEntries(
            Object.entries(def.fields).map(([n, of]) => [n, of.type === 'date' ? '1950-01-01' : '以前']),
          )
          expect(read(before), `${name} ${JSON.stringify(value)?.slice(0, 40)} ${f.label}`).toEqual(read())
        }
    },
  )

  it('a gap that a change makes is refused; an old one does not block another edit', () => {
    const fields: Record<string, FieldDef> = {
      kind: { type: 'text', label: '种类' },
      note: {
        type: 'text',
        label: '说明',
        required: true,
        when: { field: 'kind', op: 'is', to: { value: '其他' } },
      },
      size: { type: 'number', label: '大小' },
    }
    const holds = (_: unknown, v: Record<string, unknown>) => v.kind === '其他'
    const read = (input: object, before?: object) =>
      readValues(catalogue, fields, { ...input }, { today, holds, ...(before && { before: { ...before } }) })
        .complaints
    const missing = [{ path: 'note', message: '请填写说明。' }]
    expect(read({ kind: '其他' })).toEqual(missing)
    expect(read({ kind: '其他' }, { kind: '一般', note: null })).toEqual(missing)
    expect(read({ note: null }, { kind: '其他', note: '有' })).toEqual(missing)
    expect(read({ size: 1 }, { kind: '其他', note: null })).toEqual([])
  })
})

describe('amounts and names that cannot be', () => {
  const fields: Record<string, FieldDef> = {
    people: { type: 'number', label: '从业人员', unit: '人', min: 0 },
    output: { type: 'money', label: '收入', unit: '万元', min: 0 },
    name: { type: 'text', label: '名称' },
  }
  const read = (values: object) => readValues(catalogue, fields, { ...values }, { today })

  it('no number is beyond what a ledger measures', () => {
    expect(read({ people: 1e308 }).complaints).toEqual([
      { path: 'people', message: '从业人员：不能大于 100000000' },
    ])
    expect(read({ output: 1e300 }).complaints).toHaveLength(1)
    expect(read({ people: 100_000, output: 9e6 }).complaints).toEqual([])
  })

  it('a name holds nothing that turns or hides what is read', () => {
    for (const code of [0x202a, 0x202e, 0x2066, 0x2069, 0x061c, 0x206a, 0x85 + 1])
      expect(read({ name: `晋城${String.fromCharCode(code)}铸造` }).values.name).toBe('晋城铸造')
  })
})

describe('days that cannot be', () => {
  const fields: Record<string, FieldDef> = {
    on: { type: 'date', label: '日期' },
    until: { type: 'date', label: '有效期', validity: true },
    founded: { type: 'date', label: '成立', since: '1840-01-01' },
    done: { type: 'date', label: '完成日期', past: true },
    at: { type: 'time', label: '时间' },
  }
  const said = (name: string, value: string, before?: Record<string, unknown>) =>
    readValues(catalogue, fields, { [name]: value }, { today, ...(before && { before }) }).complaints.map(
      (c) => c.message,
    )

  it('before 1949, or more than a year ahead', () => {
    expect(said('on', '1949-01-01')).toEqual([])
    expect(said('on', '1948-12-31')).toEqual(['日期：不能早于 1949-01-01，请核对年份'])
    expect(said('on', '2027-03-02')).toEqual([])
    expect(said('on', '2027-03-03')).toEqual(['日期：不能晚于 2027-03-02，请核对年份'])
    expect(said('on', '9999-12-31')).toHaveLength(1)
    expect(said('at', '2027-03-03T08:00:00+08:00')).toHaveLength(1)
    expect(said('at', '2027-03-02T08:00:00+08:00')).toEqual([])
  })

  it('a validity may lie fifty years ahead, or be without end', () => {
    expect(said('until', '2076-03-02')).toEqual([])
    expect(said('until', '2076-03-03')).toHaveLength(1)
    expect(said('until', '9999-12-31')).toEqual([])
    expect(said('until', '1948-12-31')).toHaveLength(1)
  })

  it('a firm may be older than the republic', () => {
    expect(said('founded', '1898-05-01')).toEqual([])
    expect(said('founded', '1839-12-31')).toHaveLength(1)
  })

  it('what happened did not happen tomorrow, in any register', () => {
    expect(said('done', today)).toEqual([])
    expect(said('done', '2026-03-03')).toEqual(['完成日期：不能晚于今天（2026-03-02），请改正'])
    // the start of a certificate or policy may lie ahead; the day that a register calls the fact may not
    for (const def of catalogue.records.values()) {
      const on = def.kind !== 'loop' && def.happenedOn && def.fields[def.happenedOn]
      if (on) expect([def.name, on.past ?? on.label]).toEqual([def.name, expect.toSatisfy(counted)])
    }
  })
  const counted = (v: unknown) => v === true || /起/.test(String(v))

  it('what was stored before does not block another edit', () => {
    expect(said('on', '1900-01-01', { on: '1900-01-01' })).toEqual([])
    expect(said('on', '1900-01-02', { on: '1900-01-01' })).toHaveLength(1)
  })
})
