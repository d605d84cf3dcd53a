import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { definitions } from '../../county/index.ts'
import { fieldTypes } from '../../fields/index.ts'
import { keptFile } from '../../test/kept-file.ts'
import { inArea, person_ } from '../../test/model-county.ts'
import { cloneDatabase, type TestDatabase } from '../../test/pg.ts'
import { proves } from '../../test/proves.ts'
import { Catalogue } from '../core/catalogue.ts'
import { fixedClock } from '../core/clock.ts'
import { type Database, openDatabase, sql } from '../store/db.ts'
import { openDoor } from '../store/door.ts'
import { type OpenServices, openServices } from '../store/open.ts'
import type { Row } from '../store/types.ts'
import { assess, explainGrade, review } from './decide.ts'
import { proposeOnWrite } from './propose.ts'
import { gradeTray } from './tray.ts'

let test: TestDatabase
let database: Database
let s: OpenServices
let n = 0
const key = () => ({ idempotencyKey: `g-${++n}` })
const li = person_('李股长', [inArea('county-officer', '140525')])
const wang = person_('王镇长', [inArea('town-officer', '140525104')], '140525104')

beforeAll(async () => {
  test = await cloneDatabase()
  database = openDatabase(test.url)
  s = await openServices(database.db, new Catalogue(definitions, fieldTypes), {
    clock: fixedClock('2026-06-01T07:30:00+08:00'),
  })
  s.onWrite.push(proposeOnWrite(s))
})
afterAll(async () => {
  await database?.close()
  await test?.drop()
})

const firm = async (more: Record<string, unknown>): Promise<Row> =>
  (
    await openDoor(s, li).create(
      'enterprise',
      { name: `企业${++n}`, division: '140525104', industry: '机械', status: '在产', ...more },
      key(),
    )
  ).row

describe('grading', () => {
  it('base level by process flags, each with its reason and basis, at once with the fact', async () => {
    const plain = await firm({})
    expect(plain.proposedLevel).toBe('一般')
    const risky = await firm({ smelting: true, dust: true })
    expect(risky.proposedLevel).toBe('较大')
    const view = await explainGrade(s, li, risky.id)
    expect(view.proposed).toMatchObject({ level: '较大', letter: 'B', colour: '橙' })
    proves('B01', 2, 'the level follows from the processes, each step with its rule and basis', () => {
      expect(view.proposed!.steps.map((x) => [x.kind, x.rule])).toEqual([
        ['base', 'smelting'],
        ['base', 'dust'],
      ])
      expect(view.proposed!.steps[0]!.basis).toContain('分类分级监管实施办法')
    })
    expect(view.proposed!.steps[0]!.because).toContain('金属冶炼')
    const { row } = await openDoor(s, li).update(
      'enterprise',
      risky.id,
      { smelting: false, dust: false },
      risky.version,
      key(),
    )
    expect(row.proposedLevel).toBe('一般')
    const { entries } = await openDoor(s, li).timeline('enterprise', risky.id)
    expect(entries[0]).toMatchObject({ what: 'propose', changes: [{ before: '较大', after: '一般' }] })
  })

  it('a mine goes by the newest decision of the province; letters are labels of the scheme', async () => {
    const mine = await firm({ industry: '非煤矿山' })
    expect(mine.proposedLevel).toBe('较大')
    const decide = (level: string, decidedOn: string) =>
      openDoor(s, li).create(
        'mine-grade',
        {
          enterpriseId: mine.id,
          level,
          decidedOn,
          decidedBy: '省应急管理厅',
          tier: '县级',
          documentNumber: `文${decidedOn}`,
        },
        key(),
      )
    await decide('低', '2025-03-01')
    await decide('重大', '2024-03-01')
    const view = await explainGrade(s, li, mine.id)
    proves('B04', 1, 'a mine is graded anew by the newest decision of the province', () =>
      expect(view.proposed).toMatchObject({ level: '低', letter: 'A', colour: '蓝' }),
    )
    expect(view.proposed!.steps[0]).toMatchObject({
      kind: 'recorded',
      because: expect.stringContaining('2025-03-01'),
    })
  })

  it('the adopted level changes by two people only, and the tray empties', async () => {
    const risky = await firm({ gas: true, selfLevel: '一般' })
    const [listed] = (await gradeTray(s, wang, { kind: 'differs' })).rows.filter(
      (r) => r.enterprise.id === risky.id,
    )
    // what the firm says of itself stands beside the proposal and decides nothing
    expect([listed?.self?.level, listed?.proposed?.level]).toEqual(['一般', '较大'])
    expect((await gradeTray(s, wang, { kind: 'differs' })).rows.map((r) => r.enterprise.id)).toContain(
      risky.id,
    )
    const unseen = risky.id
    await expect(
      review(s, li, [{ enterpriseId: risky.id, decisionId: unseen, approve: true }], key()),
    ).rejects.toMatchObject({ code: 'conflict' })
    await expect(assess(s, wang, [{ enterpriseId: risky.id, level: '重大' }], key())).rejects.toMatchObject({
      code: 'bad-input',
    })
    const shown = (await assess(s, wang, [{ enterpriseId: risky.id }], key())).decisions[0]!.id
    expect((await openDoor(s, li).get('enterprise', risky.id)).adoptedLevel).toBeNull()
    await expect(
      review(s, wang, [{ enterpriseId: risky.id, decisionId: shown, approve: true }], key()),
    ).rejects.toMatchObject({
      code: 'action-not-possible',
    })
    const { rows: refused } = await sql<{ what: string; actor: string }>`select what, actor_id as actor
      from journal where record_id = ${risky.id} and what like 'refused:%'`.execute(s.db)
    expect(refused).toEqual([{ what: 'refused:grade-review', actor: wang.id }])
    // what was assessed anew since it was looked at is not signed unseen, and no key of another system signs
    await review(
      s,
      li,
      [{ enterpriseId: risky.id, decisionId: shown, approve: false, reason: '请再核对' }],
      key(),
    )
    const anew = (await assess(s, wang, [{ enterpriseId: risky.id }], key())).decisions[0]!.id
    await expect(
      review(s, li, [{ enterpriseId: risky.id, decisionId: shown, approve: true }], key()),
    ).rejects.toMatchObject({ code: 'conflict', details: { current: { id: anew } } })
    const machine = { ...li, kind: 'machine' as const }
    const signed = [{ enterpriseId: risky.id, decisionId: anew, approve: true }]
    await expect(review(s, machine, signed, key())).rejects.toMatchObject({ code: 'forbidden' })
    await review(s, li, signed, key())
    expect((await openDoor(s, li).get('enterprise', risky.id)).adoptedLevel).toBe('较大')
    const tray = await gradeTray(s, wang, { kind: 'differs' })
    expect(tray.rows.map((r) => r.enterprise.id)).not.toContain(risky.id)
    const view = await explainGrade(s, li, risky.id)
    proves('B02', 1, 'the adopted level stands in the ledger with who assessed and who reviewed it', () =>
      expect(view.adopted).toMatchObject({
        level: '较大',
        by: '王镇长',
        reviewer: '李股长',
        decidedOn: '2026-06-01',
      }),
    )
  })

  it('names what is not registered, asks what does not go together, and words it as a clerk does', async () => {
    const known = Object.fromEntries(
      ['smelting', 'moltenHoisting', 'gas', 'dust', 'ammonia', 'majorHazardSource'].map((f) => [f, false]),
    )
    const bare = await firm({ ...known, dust: null })
    const view = await explainGrade(s, li, bare.id)
    proves('B01', 2, 'a process that is not registered is named and not read as none', () =>
      expect(view.proposed).toMatchObject({ level: '一般', unknown: ['空分装置', '粉尘涉爆'] }),
    )
    expect(view.proposed!.steps[0]).toMatchObject({
      because: '未登记：空分装置、粉尘涉爆',
      effect: '暂起评为 C',
    })
    const smelter = await firm({ ...known, airSeparation: false, smelting: true })
    const sure = (await explainGrade(s, li, smelter.id)).proposed!
    expect(sure).toMatchObject({ unknown: [], contradictions: [] })
    expect(sure.steps[0]).toMatchObject({ because: '涉及金属冶炼', effect: '起评为 B' })
    const odd = await firm({ ...known, airSeparation: false, blastFurnace: true })
    expect((await explainGrade(s, li, odd.id)).proposed!.contradictions).toEqual([
      '登记有高炉，却没有登记金属冶炼',
      '登记有高炉，却登记不涉及煤气',
    ])
    const alone = [{ enterpriseId: odd.id }]
    await expect(assess(s, wang, alone, key())).rejects.toMatchObject({ code: 'bad-input' })
    await expect(assess(s, wang, [...alone, { enterpriseId: smelter.id }], key())).rejects.toThrow(
      '台账有矛盾',
    )
    await assess(s, wang, [{ ...alone[0]!, reason: '高炉已拆除，待改台账' }], key())
  })

  it('a deviation stands alone, and what its reason claims is what the ledger says', async () => {
    const one = await firm({ airSeparation: true, smelting: false })
    const other = await firm({ gas: true })
    const lower = { enterpriseId: one.id, level: '一般' as const, reason: '已停用空分装置' }
    await expect(assess(s, wang, [lower, { enterpriseId: other.id }], key())).rejects.toThrow('单独评定')
    await expect(assess(s, wang, [lower], key())).rejects.toMatchObject({
      details: { complaints: [{ path: 'facts', message: expect.stringContaining('“空分装置”') }] },
    })
    const claimed = { ...lower, facts: [{ field: 'airSeparation', holds: false }] }
    await expect(assess(s, wang, [claimed], key())).rejects.toMatchObject({
      details: {
        complaints: [{ path: 'facts', message: expect.stringContaining('台账登记为“涉及空分装置”') }],
      },
    })
    const true_ = { ...lower, reason: '规模很小', facts: [{ field: 'smelting', holds: false }] }
    const [waits] = (await assess(s, wang, [true_], key())).decisions
    const [plain] = (await assess(s, wang, [{ enterpriseId: other.id }], key())).decisions
    const both = [waits, plain].map((d) => ({
      enterpriseId: d!.enterpriseId,
      decisionId: d!.id,
      approve: true,
    }))
    await expect(review(s, li, both, key())).rejects.toThrow('单独看过')
    const tray = await gradeTray(s, li, { kind: 'waiting' })
    expect(tray.rows.find((r) => r.enterprise.id === one.id)).toMatchObject({
      deviates: true,
      proposed: { letter: 'B' },
      waiting: { letter: 'C', assessor: '王镇长' },
      adopted: null,
    })
    // the ledger changes while it waits: the reason stands no more
    await openDoor(s, li).update('enterprise', one.id, { smelting: true }, one.version, key())
    await expect(review(s, li, [both[0]!], key())).rejects.toMatchObject({ code: 'conflict' })
    await review(s, li, [both[1]!], key())
  })

  it('a county’s own adjustment shifts the level and is marked local', async () => {
    const risky = await firm({ smelting: true })
    const condition = {
      related: 'hazard',
      test: 'some',
      where: { field: 'level', op: 'is', to: { value: '重大' } },
    }
    await sql`insert into grade_local_rule (id, scheme, area, name, label, condition, steps, basis, from_on, updated_by, updated_at)
      values (gen_random_uuid(), 'shanxi-industry', '140525', 'major', '有重大隐患', ${JSON.stringify(condition)}, 1, '县局规定', '2026-01-01', ${li.id}, now())`.execute(
      s.db,
    )
    const photo = await keptFile(s.db, li)
    await openDoor(s, li).create(
      'hazard',
      {
        enterpriseId: risky.id,
        name: '煤气报警器失效',
        origin: '监管执法查处',
        foundBy: '县局',
        foundOn: '2026-06-01',
        level: '重大',
        spot: '高炉',
        before: [photo],
      },
      key(),
    )
    const view = await explainGrade(s, li, risky.id)
    expect(view.proposed).toMatchObject({ level: '重大', letter: 'A', colour: '红' })
    expect(view.proposed!.steps.at(-1)).toMatchObject({
      kind: 'shift',
      local: true,
      effect: '上调1级',
      basis: '县局规定',
    })
  })

  it('a town officer judges his own town only', async () => {
    const far = (
      await openDoor(s, li).create(
        'enterprise',
        { name: '他镇', division: '140525100', industry: '机械', status: '在产' },
        key(),
      )
    ).row
    await expect(assess(s, wang, [{ enterpriseId: far.id }], key())).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})
