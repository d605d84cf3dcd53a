import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FieldDef } from '../engine/core/definition.ts'
import type { CellContext, CellInput, TextContext } from '../engine/core/field-type.ts'
import * as b from './builders.ts'
import { fieldTypes } from './index.ts'
import { creditCodeCheck } from './normal/credit-code.ts'

const id = '0190a000-0000-7000-8000-000000000001'
const cells: CellContext = {
  areaByName: (name) => ({ 巴公镇: '140525108' })[name],
  refByTitle: (_, title) => ({ 张三: id, 工贸股: '140525/gongmao/' })[title],
}
const texts: TextContext = {
  areaName: (code) => ({ '140525108': '巴公镇' })[code] ?? code,
  refTitle: (_, key) => ({ [id]: '张三', '140525/gongmao/': '工贸股' })[key] ?? key,
}
const cell = (text: string, more: Partial<CellInput> = {}): CellInput => ({ text, ...more })

const defs = {
  text: b.text('名称').length(20).toJSON(),
  multiline: b.text('说明').multiline().toJSON(),
  choice: b.choice('规模', [{ value: '规上', label: '规模以上' }, '规下']).toJSON(),
  choices: b.choices('风险', ['粉尘', '煤气', '有限空间']).toJSON(),
  number: b.number('从业人员').unit('人').atLeast(0).atMost(10_000).toJSON(),
  money: b.money('保费').toJSON(),
  date: b.date('成立日期').toJSON(),
  time: b.time('时间').toJSON(),
  flag: b.flag('煤气').toJSON(),
  ref: b.ref('人员', 'person').toJSON(),
  area: b.area('乡镇').toJSON(),
  unit: b.unit('监管单位').toJSON(),
  credit: b.creditCode('统一社会信用代码').toJSON(),
  idNumber: b.idNumber('身份证号').toJSON(),
  phone: b.phone('电话').toJSON(),
  place: b.place('位置').toJSON(),
  files: b.files('文件').toJSON(),
  photos: b.photos('照片').required().toJSON(),
} satisfies Record<string, FieldDef>

const typeOf = (def: FieldDef) => fieldTypes[def.type]!
const read = (def: FieldDef, c: CellInput) => typeOf(def).fromCell(c, def, cells)
const parse = (def: FieldDef, v: unknown) => typeOf(def).schema(def).safeParse(v)
const file = { id: 'a'.repeat(64), name: '整改.jpg', type: 'image/jpeg', size: 10 }

describe('each field type', () => {
  /** values of each type, and what a reader sees */
  const good: [keyof typeof defs, unknown, string][] = [
    ['text', '巴公镇某某铸造（演示）', '巴公镇某某铸造（演示）'],
    ['multiline', '一、停用\n二、撤人', '一、停用\n二、撤人'],
    ['choice', '规上', '规模以上'],
    ['choices', ['粉尘', '有限空间'], '粉尘、有限空间'],
    ['choices', [], '无'],
    ['number', 128, '128'],
    ['money', 12.5, '12.5'],
    ['date', '2026-05-31', '2026-05-31'],
    ['date', '9999-12-31', '长期'],
    ['time', '2026-05-31T00:30:00.000Z', '2026-05-31 08:30'],
    ['flag', false, '否'],
    ['ref', id, '张三'],
    ['area', '140525108', '巴公镇'],
    ['unit', '140525/gongmao/', '工贸股'],
    ['credit', '91140522MA0TE3T02J', '91140522MA0TE3T02J'],
    ['idNumber', '11010519491231002X', '11010519491231002X'],
    ['phone', '0356-2021234', '0356-2021234'],
    ['place', { lon: 112.85, lat: 35.49, accuracy: 8 }, '112.85,35.49±8'],
  ]

  it.each(good)('%s: the schema accepts, the text is read back as the same value', (name, value, shown) => {
    const def: FieldDef = defs[name]
    expect(parse(def, value)).toMatchObject({ success: true, data: value })
    expect(typeOf(def).toText(value, def, texts)).toBe(shown)
    expect(read(def, cell(shown))).toMatchObject({ value })
  })

  it.each(Object.keys(defs))('%s: an empty cell is no value', (name) => {
    const def: FieldDef = defs[name as keyof typeof defs]
    for (const blank of ['', '  ', '　', '/', '—']) expect(read(def, cell(blank))).toEqual({ value: null })
  })

  it.each([
    ['text', '', '请填写名称'],
    ['text', 'x'.repeat(21), '不能超过 20 字'],
    ['choice', '大型', '请从中选择：规模以上、规下'],
    ['choices', ['粉尘', '辐射'], '请从中选择'],
    ['number', 1.5, '应为整数'],
    ['number', -1, '不能小于 0'],
    ['number', '12', '应为数字'],
    ['money', -2, '不能小于 0'],
    ['date', '2026-02-30', '2026-05-31'],
    ['time', '昨天', '应为时间'],
    ['flag', '是', '请选'],
    ['ref', '张三', '请从列表中选择'],
    ['area', '14052', '行政区划代码'],
    ['unit', '140525/gongmao', '请从列表中选择'],
    ['credit', '91140522', '18 位'],
    ['idNumber', '110105194912310', '18 位'],
    ['phone', '12', '不是电话号码'],
    ['place', { lon: 512, lat: 35 }, '经度'],
    ['files', [{ ...file, id: '../etc' }], '重新上传'],
    ['photos', [], '请上传照片'],
    ['photos', [{ ...file, type: 'application/pdf' }], '只能是照片'],
  ] as [keyof typeof defs, unknown, string][])('%s refuses %j in Chinese', (name, value, says) => {
    const result = parse(defs[name], value)
    expect(result.success).toBe(false)
    expect(result.error?.issues[0]?.message).toContain(says)
  })

  it.each(Object.keys(fieldTypes))('%s has a column, operators and a JSON schema', (name) => {
    const def = Object.values(defs).find((d) => d.type === name)!
    expect(fieldTypes[name]!.sqlType(def)).toMatch(
      /^(text(\[\])?|double precision|date|boolean|uuid|jsonb|timestamp with time zone)$/,
    )
    expect(fieldTypes[name]!.ops.length).toBeGreaterThan(0)
    expect(fieldTypes[name]!.jsonSchema(def)).toHaveProperty('type')
  })
})

describe('cells as people fill them', () => {
  it('money in 元 and 亿 becomes 万元; a bare number is 万元 already', () => {
    expect(read(defs.money, cell('35000元'))).toMatchObject({ value: 3.5 })
    expect(read(defs.money, cell('1.2亿'))).toMatchObject({ value: 12_000 })
    expect(read(defs.money, cell('80万元'))).toMatchObject({ value: 80 })
    expect(read(defs.money, cell('', { number: 80 }))).toMatchObject({ value: 80 })
  })
  it('a date keeps what the cell gave and says when it is only a month', () => {
    expect(read(defs.date, cell('46173', { date: '2026-05-31' }))).toEqual({ value: '2026-05-31' })
    expect(read(defs.date, cell('2026年5月'))).toMatchObject({
      value: '2026-05-01',
      warning: expect.stringContaining('只写到月'),
    })
    expect(read(defs.date, cell('五月份'))).toHaveProperty('error')
  })
  it('numbers are checked against the range of the field', () => {
    expect(read(defs.number, cell('１２０人'))).toMatchObject({ value: 120 })
    // whoever counts has counted: about is asked, not taken
    expect(read(defs.number, cell('约１２０人'))).toHaveProperty('error')
    expect(read(defs.number, cell('12（含临时工3人）'))).toMatchObject({ value: 12, remark: '含临时工3人' })
    expect(read(defs.number, cell('20000'))).toEqual({ error: '从业人员不能大于 10000' })
  })
  it('a failed check digit warns and is kept', () => {
    const first = '91140525MAEX00001'
    const right = creditCodeCheck(first)
    const code = first + (right === '0' ? '1' : '0')
    expect(read(defs.credit, cell(code))).toMatchObject({
      value: code,
      warning: expect.stringContaining('校验不符'),
    })
    expect(typeOf(defs.credit).warn?.(code, defs.credit)).toContain('校验不符')
    expect(typeOf(defs.credit).warn?.(first + right, defs.credit)).toBeUndefined()
  })
  it('choices take any separator and name what they do not know', () => {
    expect(read(defs.choices, cell('煤气，粉尘;有限空间'))).toEqual({ value: ['粉尘', '煤气', '有限空间'] })
    expect(read(defs.choices, cell('煤气、辐射'))).toMatchObject({ error: expect.stringContaining('辐射') })
  })
  it('names that nobody knows are errors that say what to do', () => {
    expect(read(defs.area, cell('不存在镇'))).toMatchObject({ error: expect.stringContaining('规范名称') })
    expect(read(defs.ref, cell('李四'))).toMatchObject({ error: expect.stringContaining('先登记') })
    expect(read(defs.unit, cell('某股'))).toHaveProperty('error')
  })
  it('a swapped place is turned round with a remark', () => {
    expect(read(defs.place, cell('35.49，112.85'))).toMatchObject({
      value: { lon: 112.85, lat: 35.49 },
      warning: expect.stringContaining('写反'),
    })
  })
  it('files cannot come from a sheet, and the importer is told', () => {
    expect(read(defs.files, cell('整改.jpg'))).toMatchObject({
      value: null,
      warning: expect.stringContaining('上传'),
    })
    expect(typeOf(defs.photos).toText([file], defs.photos, texts)).toBe('整改.jpg')
  })
})

describe('import ∘ export is the identity', () => {
  const round = (def: FieldDef, value: unknown) => read(def, cell(typeOf(def).toText(value, def, texts)))
  it('for numbers and money', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }).map((n) => Number(n.toFixed(4))),
        (n) => {
          expect(round({ ...defs.money }, n)).toMatchObject({ value: n })
        },
      ),
    )
  })
  it('for dates', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), (days) => {
        const date = new Date(Date.UTC(1950, 0, 1) + days * 86_400_000).toISOString().slice(0, 10)
        expect(round(defs.date, date)).toEqual({ value: date })
      }),
    )
  })
  it('for sets, and sets are stored in one order', () => {
    fc.assert(
      fc.property(fc.subarray(['粉尘', '煤气', '有限空间']), (values) => {
        const parsed = parse(defs.choices, [...values].reverse())
        expect(parsed.data).toEqual(values)
        expect(round(defs.choices, values)).toEqual({ value: values })
      }),
    )
  })
})

describe('builders', () => {
  it('end as plain JSON and never change one another', () => {
    const base = b.text('名称')
    const more = base.required().unique().sheet('单位名称').sheet('企业全称').help('按营业执照').length(60)
    expect(JSON.parse(JSON.stringify(more))).toEqual({
      type: 'text',
      label: '名称',
      required: true,
      unique: true,
      sheet: ['单位名称', '企业全称'],
      help: '按营业执照',
      length: 60,
    })
    expect(base.toJSON()).toEqual({ type: 'text', label: '名称' })
  })
  it('an id number and a telephone number are personal by nature', () => {
    expect(defs.idNumber).toMatchObject({ personal: true })
    expect(b.phone('电话').toJSON()).toMatchObject({ personal: true })
  })
})
