import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportCounty, openImportCounty } from '../../../test/import-county.ts'
import { inArea, person_ } from '../../../test/model-county.ts'
import { readDeadlines } from '../../deadlines/read.ts'
import { sql } from '../../store/db.ts'
import { correctRow, dropImport, getImport, settled, undoImport } from './index.ts'

let c: ImportCounty
let firm: { id: string; version: number }
const code = '91140525MA0K00001X'
beforeAll(async () => {
  c = await openImportCounty()
  const made = await c.door(c.county).create(
    'enterprise',
    {
      name: '巴公（集团）铸造有限公司',
      creditCode: code,
      division: '140525108',
      status: '在产',
      chiefPhone: '13800000001',
    },
    c.key(),
  )
  firm = made.row
}, 60_000)
afterAll(() => c?.close())

const firms = (...rows: unknown[][]) => [
  ['企业名称', '统一社会信用代码', '乡镇', '企业状态', '行业', '主要负责人电话'],
  ...rows,
]
const messages = async (id: string) =>
  Object.fromEntries(
    (await c.rows(c.county, id)).map((r) => [
      r.line,
      r.problems
        .filter((p) => p.level === 'error')
        .map((p) => p.message)
        .join('|'),
    ]),
  )
const states = async (id: string) =>
  Object.fromEntries((await c.rows(c.county, id)).map((r) => [r.line, r.state]))

describe('near-doubles', () => {
  it('a near name, another code, another name: asked with the reason, never a silent double', async () => {
    const s = await c.upload(
      c.county,
      'enterprise',
      firms(
        ['泽州县巴公（集团）铸造有限责任公司', null, '金村镇', '在产', '冶金', null],
        ['巴公（集团）铸造有限公司（原巴公铁厂）', '91140525MA0K77777X', '巴公镇', '在产', '冶金', null],
        ['另一名字厂', code, '巴公镇', '在产', '冶金', null],
        ['全新某某铸造厂', null, '巴公镇', '在产', '冶金', null],
        ['泽州县全新某某铸造有限公司（演示）', null, '巴公镇', '在产', '冶金', null],
      ),
    )
    expect(await states(s.id)).toEqual({ 2: 'error', 3: 'error', 4: 'error', 5: 'create', 6: 'error' })
    const said = await messages(s.id)
    for (const line of [2, 3, 4, 6]) expect(said[line]).toContain('是不是这一家')
    expect(said[2]).toContain('区划不同')
    expect(said[3]).toContain('代码不同')
    expect(said[4]).toContain('更名')
    expect(said[6]).toContain('第 5 行')
    const fresh = await correctRow(c.engine, c.county, s.id, 6, { decision: 'new' })
    expect(fresh.row.state).toBe('create')
    const same = await correctRow(c.engine, c.county, s.id, 2, { decision: firm.id })
    // the same firm in another town: whether it moves is a question of its own
    expect(same.row.problems.filter((p) => p.ask).map((p) => p.ask)).toEqual(['moves'])
    const stays = await correctRow(c.engine, c.county, s.id, 2, { values: { division: '巴公镇' } })
    expect(stays.row).toMatchObject({ state: 'update', record: firm.id })
    await dropImport(c.engine, c.county, s.id)
  })

  it('a question is asked however many cells were put right beside it', async () => {
    const many = Array.from({ length: 1_100 }, (_, i) => [`第${i}选矿厂`, '巴公镇', '在产', `${1001 + i}人`])
    const s = await c.upload(c.county, 'enterprise', [
      ['企业名称', '乡镇', '企业状态', '从业人数'],
      ...many,
      ['未定选矿厂', '巴公镇', '未停产', '12人'],
    ])
    expect(s.repairs).toHaveLength(500)
    expect(s.asks).toMatchObject([{ field: 'status', text: '未停产', count: 1, lines: [1_102] }])
    await dropImport(c.engine, c.county, s.id)
  })

  it('of a firm of another town a town learns that it is there, and nothing of it', async () => {
    const elsewhere = person_('金镇', [inArea('town-officer', '140525100')], '140525100')
    const s = await c.upload(
      elsewhere,
      'enterprise',
      firms(['巴公集团铸造厂', null, '金村镇', '在产', '冶金', null]),
    )
    const [row] = await c.rows(elsewhere, s.id)
    const said = row?.problems.find((p) => p.ask === 'which')
    expect(said?.message).toContain('不在您的管辖范围内')
    expect(JSON.stringify(row)).not.toContain(code)
    expect(JSON.stringify(row)).not.toContain(firm.id)
    await dropImport(c.engine, elsewhere, s.id)
  })
})

describe('which record a row means', () => {
  it('the code goes before the name; a missing code falls to name and town; brackets of either width', async () => {
    const s = await c.upload(
      c.county,
      'enterprise',
      firms(
        ['巴公集团铸造公司', code, '巴公', '停产', '冶金', null],
        ['巴公(集团)铸造有限公司', null, '泽州县巴公镇', '关停', null, null],
      ),
    )
    expect(await states(s.id)).toEqual({ 2: 'update', 3: 'error' })
    // both lines mean one record: the second contradicts the first
    expect((await messages(s.id))[3]).toContain('第 2 行')
    await dropImport(c.engine, c.county, s.id)
    const alone = await c.upload(
      c.county,
      'enterprise',
      firms(['巴公(集团)铸造有限公司', null, '泽州县巴公镇', '关停', null, null]),
    )
    expect(alone.sample[0]).toMatchObject({ state: 'update', record: firm.id })
    expect(alone.sample[0]?.problems.map((p) => [p.field, p.level])).toContainEqual(['creditCode', 'warning'])
    await dropImport(c.engine, c.county, alone.id)
  })

  it('a code of one record and a name of another is for a person to decide', async () => {
    const other = await c
      .door(c.county)
      .create(
        'enterprise',
        { name: '另一家', division: '140525108', creditCode: '91140525MA0K00002X' },
        c.key(),
      )
    const s = await c.upload(
      c.county,
      'enterprise',
      firms(
        ['另一家', code, '巴公镇', '在产', null, null],
        ['另一家', '91140525MA0K00003X', '巴公镇', '在产', null, null],
      ),
    )
    const rows = await c.rows(c.county, s.id)
    expect(rows.map((r) => r.state)).toEqual(['error', 'error'])
    expect(rows[0]?.problems.flatMap((p) => p.candidates?.map((x) => x.id) ?? []).sort()).toEqual(
      [firm.id, other.row.id].sort(),
    )
    expect(rows[1]?.problems.find((p) => p.level === 'error')?.message).toContain('同名')
    const chosen = await correctRow(c.engine, c.county, s.id, 3, { decision: 'new' })
    expect(chosen.row.state).toBe('create')
    const skipped = await correctRow(c.engine, c.county, s.id, 2, { decision: 'skip' })
    expect(skipped).toMatchObject({ row: { state: 'skipped' }, counts: { create: 1, error: 0, skipped: 1 } })
    await dropImport(c.engine, c.county, s.id)
  })

  it('repeated rows: the same content is left out, another content is an error until decided', async () => {
    const row = ['重复厂', '91140525MA0K00009X', '南村镇', '在产', '机械', '13800000009']
    const s = await c.upload(
      c.county,
      'enterprise',
      firms(row, row, [...row.slice(0, 3), '停产', ...row.slice(4)]),
    )
    expect(await states(s.id)).toEqual({ 2: 'create', 3: 'skipped', 4: 'error' })
    await correctRow(c.engine, c.county, s.id, 4, { decision: 'apply' })
    const done = await c.run(c.county, s.id)
    expect(done.counts).toMatchObject({ create: 1, update: 1, skipped: 1, error: 0 })
    const { rows } = await c.door(c.county).list('enterprise', { search: '重复厂' })
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ status: '停产', version: 2 })
    // correcting the first line lets the line that repeated it stand for itself
    const t = await c.upload(
      c.county,
      'enterprise',
      firms(
        ['甲重', '91140525MA0K00007X', '南村镇', '在产', null, null],
        ['乙重', '91140525MA0K00007X', '南村镇', '在产', null, null],
      ),
    )
    expect(await states(t.id)).toEqual({ 2: 'create', 3: 'error' })
    await correctRow(c.engine, c.county, t.id, 2, { values: { creditCode: '91140525MA0K00008X' } })
    expect(await states(t.id)).toEqual({ 2: 'create', 3: 'create' })
  })

  it('empty cells leave what is there; a town’s own ledger need not name the town', async () => {
    const s = await c.upload(c.bagong, 'enterprise', [
      ['企业名称', '统一社会信用代码', '从业人员'],
      ['巴公（集团）铸造有限公司', code, '1,200人'],
      ['巴公新厂', '91140525MA0K00011X', '30'],
    ])
    expect(s.sample.map((r) => r.state)).toEqual(['update', 'create'])
    await c.run(c.bagong, s.id)
    const row = await c.door(c.county).get('enterprise', firm.id)
    expect(row).toMatchObject({ employees: 1200, chiefPhone: '13800000001', status: '在产', version: 2 })
    firm = row
    expect((await c.all(c.bagong, 'enterprise')).find((r) => r.name === '巴公新厂')).toMatchObject({
      town: '140525108',
    })
  })
})

describe('scope', () => {
  it('a town officer’s import leaves other towns alone, row by row', async () => {
    const s = await c.upload(
      c.bagong,
      'enterprise',
      firms(
        ['巴公二厂', '91140525MA0K00021X', '巴公镇', '在产', null, null],
        ['南村二厂', '91140525MA0K00022X', '南村镇', '在产', null, null],
        ['重复厂', '91140525MA0K00009X', '巴公镇', '在产', null, null],
      ),
    )
    const rows = await c.rows(c.bagong, s.id)
    expect(rows.map((r) => r.state)).toEqual(['create', 'error', 'error'])
    expect(rows[1]?.problems.at(-1)?.message).toContain('不在您的职责范围')
    // a record elsewhere is not named
    expect(rows[2]?.problems.flatMap((p) => p.candidates ?? [])).toEqual([])
    const done = await c.run(c.bagong, s.id)
    expect(done.counts).toMatchObject({ create: 1, error: 2 })
    expect((await c.all(c.county, 'enterprise')).map((r) => r.name)).not.toContain('南村二厂')
  })

  it('fields reserved for the authorities are refused row by row', async () => {
    const own = person_(
      '厂长',
      [{ role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm.id } }],
      '140525108',
    )
    const s = await c.upload(own, 'enterprise', [
      ['企业名称', '统一社会信用代码', '监管层级'],
      ['巴公（集团）铸造有限公司', code, '乡镇级'],
    ])
    expect(s.counts).toMatchObject({ error: 1, update: 0 })
    const t = await c.upload(own, 'person', [
      ['姓名', '岗位类别'],
      ['张三', '安全管理人员'],
    ])
    expect(t.sample[0]).toMatchObject({ state: 'create', values: { enterpriseId: firm.id } })
    await c.run(own, t.id)
    const [row] = await c.all(c.county, 'person')
    expect(row).toMatchObject({ name: '张三', proof: 1, organisation: firm.id, town: '140525108' })
  })
})

describe('ledgers of what belongs to an enterprise', () => {
  it('certificates find their enterprise by code or name, and their person by name', async () => {
    const s = await c.upload(c.county, 'special-operation-certificate', [
      ['单位名称', '统一社会信用代码', '员工姓名', '作业类别', '证书编号', '有效期', '人员'],
      ['巴公(集团)铸造有限公司', null, '张三', '电工作业', 'T1401', '2027.5.1', '张三'],
      ['巴公（集团）铸造有限公司', '91140525MA0K99999X', '李四', '焊接与热切割', 'T1402', '2027年5月', null],
      ['没有这家', null, '王五', '电工作业', 'T1403', '2027-05-01', null],
      ['巴公新厂', code, '赵六', '电工作业', 'T1404', '2027-05-01', null],
      ['巴公新厂', null, '孙七', '电工作业', 'T1405', '2027-05-01', '张三'],
    ])
    const rows = await c.rows(c.county, s.id)
    expect(rows.map((r) => r.state)).toEqual(['create', 'create', 'error', 'error', 'error'])
    expect(rows[1]?.problems.map((p) => p.level)).toEqual(['repair', 'repair', 'warning', 'warning'])
    // valid until May is valid on its last day
    expect(rows[1]?.values).toMatchObject({ category: '焊接与热切割作业', validUntil: '2027-05-31' })
    const said = await messages(s.id)
    expect(said[4]).toContain('没有找到企业')
    expect(said[5]).toContain('指向不同的企业')
    expect(said[6]).toContain('没有找到人员')
    const done = await c.run(c.county, s.id)
    expect(done.counts).toMatchObject({ create: 2, error: 3 })
    const certificates = await c.all(c.county, 'special-operation-certificate')
    expect(certificates.find((r) => r.number === 'T1401')).toMatchObject({
      enterpriseId: firm.id,
      holderTitle: '张三',
      validUntil: '2027-05-01',
      area: '140525108',
    })
  })

  it('trainings find their person within the enterprise', async () => {
    const s = await c.upload(c.county, 'training', [
      ['企业名称', '姓名', '培训主题', '培训时间', '培训类型', '主办单位', '是否合格', '培训学时'],
      ['巴公（集团）铸造有限公司', '张三', '年度复训', '2026-01-10', '再培训', '企业', '合格', '12学时'],
      ['巴公新厂', '张三', '年度复训', '2026-01-10', '再培训', '企业', '合格', 12],
    ])
    const rows = await c.rows(c.county, s.id)
    expect(rows.map((r) => r.state)).toEqual(['create', 'error'])
    expect((await c.run(c.county, s.id)).counts).toMatchObject({ create: 1 })
    const [row] = await c.all(c.county, 'training')
    expect(row).toMatchObject({
      personTitle: '张三',
      hours: 12,
      organisation: firm.id,
      happenedOn: '2026-01-10',
    })
  })

  it('a hazard ledger opens cases in their first state, with what the sheet says beside them', async () => {
    const s = await c.upload(c.county, 'hazard', [
      [
        '企业名称',
        '存在问题',
        '隐患部位',
        '排查时间',
        '检查类型',
        '检查单位',
        '隐患等级',
        '整改措施',
        '隐患闭环情况',
      ],
      [
        '巴公（集团）铸造有限公司',
        '配电箱未接地',
        '熔炼车间',
        '2026-02-20',
        '监管执法查处',
        '乡镇',
        '一般',
        '接地',
        '已整改',
      ],
      [
        '巴公（集团）铸造有限公司',
        '煤气报警器失效',
        '煤气站',
        '2026-02-21',
        '监管执法查处',
        '乡镇',
        '重大',
        '更换',
        null,
      ],
    ])
    const rows = await c.rows(c.county, s.id)
    expect(rows.map((r) => r.state)).toEqual(['create', 'create'])
    expect(rows[0]?.problems.map((p) => p.message).join()).toContain('原表写明“已整改”')
    const done = await c.run(c.county, s.id)
    expect(done.counts).toMatchObject({ create: 2, warning: 2 })
    const cases = await c.all(c.county, 'hazard')
    expect(cases.map((r) => [r.name, r.state, r.happenedOn])).toEqual(
      expect.arrayContaining([
        ['配电箱未接地', 'found', '2026-02-20'],
        ['煤气报警器失效', 'found', '2026-02-21'],
      ]),
    )
    const row = cases.find((r) => r.name === '配电箱未接地')!
    const { entries } = await c.door(c.county).timeline('hazard', row.id)
    // what the sheet says besides stays in the session, where it can be erased; the journal is sealed
    expect(entries[0]?.reason).toBe(`导入批次 ${s.id.slice(-8)} 第 2 行，原表其他内容见导入记录`)
    expect(JSON.stringify(entries)).not.toContain('已整改')
    expect((await c.rows(c.county, s.id))[0]?.raw).toMatchObject({ 隐患闭环情况: '已整改' })
    expect((await readDeadlines(c.engine.db, row.id, '2026-03-02')).length).toBe(1)
    // the cases live: an action is possible
    expect((await c.door(c.county).actions('hazard', row.id)).some((a) => a.enabled)).toBe(true)
    await undoImport(c.engine, c.county, s.id)
    await settled(s.id)
    expect(await getImport(c.engine, c.county, s.id)).toMatchObject({
      state: 'undone',
      undone: { rows: 2, kept: [] },
    })
    expect(await c.all(c.county, 'hazard')).toEqual([])
    const { rows: clocks } = await sql<{
      state: string
    }>`select distinct state from deadline where record_id = ${row.id}`.execute(c.engine.db)
    expect(clocks).toEqual([{ state: 'void' }])
  })

  it('a firm’s ledger neither reports in the authority’s name nor turns the authority’s cases', async () => {
    const own = { by: 'organisation', organisation: firm.id } as const
    const safety = person_('赵安全', [{ role: 'enterprise-officer', ground: own }])
    const heads = ['企业名称', '存在问题', '隐患部位', '排查时间', '检查类型', '检查单位']
    const line = (what: string, ...more: string[]) => ['巴公（集团）铸造有限公司', what, '熔炼车间', ...more]
    const theirs = await c.upload(c.county, 'hazard', [
      heads,
      line('地坑积水', '2026-02-20', '监管执法查处', '乡镇'),
    ])
    await c.run(c.county, theirs.id)
    const s = await c.upload(safety, 'hazard', [
      heads,
      line('地坑积水', '2026-02-20', '企业自查上报', '企业'),
      line('吊具磨损', '2026-02-21', '监管执法查处', '县局'),
      line('护栏缺失', '2026-03-03', '企业自查上报', '企业'),
      line('照明不足', '2026-02-22', '企业自查上报', '企业'),
    ])
    const rows = await c.rows(safety, s.id)
    const errors = rows.map((r) => r.problems.filter((p) => p.level === 'error').map((p) => p.field))
    expect(errors).toEqual([['origin', 'foundBy'], ['origin', 'foundBy'], ['foundOn'], []])
    await c.run(safety, s.id)
    // the firm reads them all; what it found itself is its own
    expect((await c.all(c.county, 'hazard')).map((r) => r.name)).toEqual(['地坑积水'])
    const found = (await c.all(safety, 'hazard')).map((r) => [r.name, r.origin])
    expect(found).toEqual(
      expect.arrayContaining([
        ['地坑积水', '监管执法查处'],
        ['照明不足', '企业自查上报'],
      ]),
    )
    expect(found).toHaveLength(2)
    // what it has reported it cannot take back by undoing the import
    await undoImport(c.engine, safety, s.id)
    await settled(s.id)
    expect(await getImport(c.engine, safety, s.id)).toMatchObject({ undone: { rows: 0, kept: [{}] } })
  })
})
