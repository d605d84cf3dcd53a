import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { addDays, shanghaiDate, systemClock } from '../../engine/core/clock.ts'
import { inBrowser } from './chromium.ts'
import { fill, pick } from './hands.ts'
import {
  ask,
  calm,
  OPENING_MS,
  open,
  openDemoSite,
  phone,
  ready,
  type Site,
  type Visitor,
  visit,
} from './site.ts'
import * as bulk from './steps/bulk.ts'
import * as grade from './steps/grade.ts'
import * as hazard from './steps/hazard.ts'
import * as imports from './steps/import.ts'
import * as ledger from './steps/ledger.ts'
import * as monday from './steps/monday.ts'
import * as notice from './steps/notice.ts'
import * as tasks from './steps/tasks.ts'

const today = shanghaiDate(systemClock.now())
const soon = addDays(today, 20)

// One story in order: what a step makes, later steps use.
inBrowser('a county officer goes from a notice to computed progress in a browser', () => {
  let site: Site
  let county: Visitor
  let second: Visitor
  let noticeId: string
  let items: notice.Item[]
  let counted: string
  let proved: string

  beforeAll(async () => {
    site = await openDemoSite()
    county = await visit(site)
    second = await visit(site, 'county2')
  }, OPENING_MS)
  afterAll(() => site?.close())
  afterEach(() => calm(second))

  it('signs in: a wrong password is refused in words, a demo identity opens today', async () => {
    const { page } = county
    await page.goto('/tasks')
    await page.waitForURL(/\/sign-in/)
    await page.getByLabel('用户名').fill('county')
    await page.getByLabel('密码', { exact: true }).fill('wrong-password')
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.getByText('用户名或密码不对').waitFor()
    calm(county, /401/)
    await page.getByRole('region', { name: '演示账号' }).getByRole('button', { name: '张卫东' }).click()
    // back to where one wanted to go
    await page.getByRole('heading', { name: '任务书' }).waitFor()
    await page.getByText('演示数据，非真实企业').waitFor()
    await open(county, '/')
    expect(await page.title()).toBe('今日 · 治本')
    calm(county)
  })

  it('pastes a notice and finds every item beside its printed sentence', async () => {
    noticeId = await notice.paste(county, notice.noticeText())
    const view = await notice.viewOf(county, noticeId)
    items = view.items
    expect(items.length).toBeGreaterThan(20)
    await county.page.getByRole('heading', { level: 1, name: view.notice.title }).waitFor()
    const open = items.filter((i) => i.state === 'open')
    await county.page.getByRole('button', { name: `待分解 ${open.length}` }).waitFor()
    for (const item of [open[0]!, open.at(-1)!]) await notice.choose(county, item)
    calm(county)
  })

  it('corrects a date, binds the item to an indicator with subset, target and owner, and it is a task', async () => {
    const item = items.find((i) => i.proposal?.indicator === 'expert-service' && i.deadlines.length > 0)!
    await notice.choose(county, item)
    await notice.correctDate(county, item, soon)
    counted = await notice.accept(county, item, {
      title: '机械企业专家指导服务',
      indicator: '重点企业专家指导服务完成率',
      industry: '机械',
      target: '95',
      due: soon,
      owner: '冶金工贸股',
    })
    const task = await tasks.taskOf(county, counted)
    expect(task).toMatchObject({ title: '机械企业专家指导服务', target: 95, due: soon })
    // the subset is a part of the county's key enterprises, whom the demo's own task counts
    const all = await ask<(tasks.Task & { indicator?: string })[]>(county, '/api/tasks')
    const whole = all.find((t) => t.indicator === 'expert-service' && t.id !== counted)!
    expect(task.figure.den!).toBeLessThan(whole.figure.den!)
    calm(county)
  })

  it('a duty that no data answers becomes a task on evidence', async () => {
    await open(county, `/notices/${noticeId}`)
    const item = items.find((i) => !i.proposal?.indicator && i.state === 'open' && i.deadlines.length > 0)!
    await notice.choose(county, item)
    proved = await notice.accept(county, item, {
      title: '编印排查手册',
      target: '50',
      due: soon,
      owner: '冶金工贸股',
    })
    calm(county)
  })

  it('a notice becomes a board with figures within a minute', () => notice.inAMinute(site, today))

  it('imports a messy ledger: preview, errors, one row put right, run, and the whole taken back', async () => {
    const sheet = imports.ledger()
    const wrong = sheet.records.filter(imports.blocked)
    const nameless = wrong.find((r) => r.defects.length === 1 && r.defects[0] === 'missing-name')!
    const before = await imports.ledgerTotal(county)
    const id = await imports.upload(county, '各乡镇企业台账.xlsx', sheet.bytes)
    const preview = await imports.sessionOf(county, id)
    expect(preview).toMatchObject({ state: 'preview', missing: [] })
    expect(preview.counts.error).toBeGreaterThanOrEqual(wrong.length)
    await county.page.getByText(/认出 \d+ 列/).waitFor()
    expect(await imports.tile(county, '有错').innerText()).toBe(String(preview.counts.error))
    for (const r of wrong.slice(0, 3)) await imports.line(county, r.line).waitFor()

    await imports.correct(county, nameless.line, '企业名称', '示例补名机械有限公司')
    await expect.poll(() => imports.tile(county, '有错').innerText()).toBe(String(preview.counts.error - 1))
    await imports.run(county, id)
    const { counts } = await imports.sessionOf(county, id)
    expect(await imports.ledgerTotal(county)).toBe(before + counts.create)
    await open(county, `/records/enterprise?q=${encodeURIComponent('补名')}`)
    expect(await ledger.names(county)).toEqual(['示例补名机械有限公司'])

    await open(county, `/imports/${id}`)
    await imports.undo(county, id)
    expect(await imports.ledgerTotal(county)).toBe(before)
    calm(county)
  })

  it('browses the ledger: two characters, a filter, an order, a view, a sheet, one file with its timeline', async () => {
    const { page } = county
    await open(county, '/records/enterprise')
    const all = await ledger.settle(county)
    await ledger.search(county, '铸造')
    const found = await ledger.settle(county)
    expect(found).toBeGreaterThan(0)
    expect(found).toBeLessThan(all)
    await expect.poll(async () => (await ledger.names(county)).every((n) => n.includes('铸造'))).toBe(true)
    await ledger.filter(county, '规模', '规上')
    const large = await ledger.settle(county)
    expect(large).toBeGreaterThan(0)
    expect(large).toBeLessThan(found)
    await ledger.sortBy(county, '台账核实日期')
    await ledger.keepView(county, '铸造规上')

    await open(county, '/records/enterprise')
    await ledger.useView(county, '铸造规上')
    await ledger.holds(county, large)
    const listed = await ledger.names(county)
    const sheet = await ledger.exported(county)
    expect(sheet).toHaveLength(large)
    expect(sheet.slice(0, listed.length).map((r) => r.企业名称)).toEqual(listed)
    const dates = sheet.map((r) => r.台账核实日期).filter(Boolean)
    expect(dates.length).toBeGreaterThan(1)
    expect(dates).toEqual([...dates].sort())
    expect(sheet.every((r) => r.规模 === '规上')).toBe(true)

    await page.keyboard.press('Escape')
    await ledger.rows(county).first().click()
    await page.getByRole('heading', { level: 1, name: listed[0]! }).waitFor()
    await ready(page)
    const contents = page.getByRole('navigation', { name: '企业档案目录' })
    expect(await contents.getByRole('link').count()).toBeGreaterThan(3)
    const timeline = page.locator('#timeline')
    await timeline.getByText(/登记/).first().waitFor()
    expect(await timeline.locator('.entry').count()).toBeGreaterThan(3)
    await bulk.setAndUndo(county)
    calm(county)
  })

  it('sees why a grade is proposed; two officers adopt it, one person cannot', async () => {
    const row = await grade.candidate(county)
    await open(county, `/records/enterprise/${row.enterprise.id}`)
    for (const step of row.proposed!.steps) {
      await grade.card(county).getByText(step.because, { exact: true }).first().waitFor()
      await grade.card(county).getByText(`依据：${step.basis}`).first().waitFor()
    }
    await grade.assess(county, row)
    expect(await grade.mayReview(county, row)).toBe(false)
    expect(await grade.remark(county, row)).toContain('由您评定，须由另一人复核')
    expect(await grade.mayReview(second, row)).toBe(true)
    await grade.review(second, row)
    await open(county, `/records/enterprise/${row.enterprise.id}`)
    const card = grade.card(county)
    await card.getByText('张卫东评定、李晓峰复核').waitFor()
    await card.getByText('与评定一致').waitFor()
    calm(county)
  })

  it('a major hazard goes from a phone photo to closure; each side sees what it may do and why not', async () => {
    const firm = await visit(site, 'qiye', phone)
    await open(firm, '/')
    const name = `煤气报警器失灵 ${today}`
    const id = await hazard.report(firm, name, '二车间煤气区')
    expect(await hazard.state(firm)).toBe('待评估')
    const { row } = await ask<{ row: { town: string } }>(firm, `/api/records/hazard/${id}`)

    await hazard.act(
      firm,
      id,
      '判级',
      [
        { label: '隐患等级', answer: '重大' },
        { label: '判定依据', text: '应急管理部令第10号' },
      ],
      '已判级',
    )
    await hazard.act(
      firm,
      id,
      '双报告：报县局和职工大会',
      [
        { label: '临时管控措施', text: '停用该区煤气设备，设专人看守' },
        { label: '已向职工大会或职代会报告', answer: '是' },
      ],
      '已上报待挂牌',
    )
    expect(await hazard.reason(firm, id, '挂牌督办')).toMatch(/县局/)
    await hazard.act(
      county,
      id,
      '挂牌督办',
      [{ label: '挂牌文号', text: '泽应急督〔2026〕7号' }],
      '已挂牌待方案',
    )
    await hazard.act(
      firm,
      id,
      '报送治理方案',
      [
        { label: '责任：整改责任人', text: '韩小明' },
        { label: '措施：治理方法和安全措施', text: '更换报警器并联锁' },
        { label: '资金：落实金额', text: '3.5' },
        { label: '时限：计划完成日期', text: soon },
        { label: '预案：应急预案', text: '煤气泄漏现场处置方案' },
        { label: '治理方案', file: hazard.paper('治理方案.png') },
        { label: '已向职工大会或职代会报告', answer: '是' },
      ],
      '方案待审',
    )
    await hazard.act(county, id, '审核通过，限期整改', [{ label: '整改期限', text: soon }], '整改中')
    await county.page
      .getByText('逾期后的措施')
      .or(county.page.getByRole('list', { name: '逾期后的措施' }))
      .first()
      .waitFor()
    await hazard.act(
      firm,
      id,
      '整改完成，申请复查',
      [
        { label: '整改后照片', file: hazard.photo('整改后.png') },
        { label: '整改情况', text: '已更换并试验合格' },
        { label: '完成日期', text: today },
      ],
      '待复查',
    )

    const towns = await ask<{ demo: boolean; signIns: { username: string; label: string }[] }>(
      county,
      '/api/demo',
    )
    const areas = await ask<{ code: string; name: string }[]>(county, '/api/areas?under=140525')
    const town = areas.find((a) => a.code === row.town)!
    const own = towns.signIns.find((s) => s.label.startsWith(town.name))!
    const officer = await visit(site, own.username)
    // the town looks on the spot when asked; what it sees is evidence, and the county verifies
    expect(await hazard.reason(officer, id, '现场复核通过')).toMatch(/县局/)
    await hazard.act(
      county,
      id,
      '请乡镇代为核查',
      [{ label: '请核查什么', text: '报警器是否已更换' }],
      '乡镇代为核查',
    )
    await hazard.act(
      officer,
      id,
      '报送代为核查情况',
      [
        { label: '到场日期', text: today },
        { label: '现场情况', answer: '已整改到位' },
        { label: '核查情况', text: '报警器已更换' },
        { label: '现场照片', file: hazard.photo('核查.png') },
      ],
      '待复查',
    )
    const second = await visit(site, 'county2')
    await hazard.act(
      second,
      id,
      '现场复核通过',
      [
        { label: '复核日期', text: today },
        { label: '现场复核照片', file: hazard.photo('复核.png') },
        { label: '复核人员', text: '甲、乙' },
        { label: '复核意见', text: '现场确认整改到位' },
      ],
      '已复核待销号',
    )
    expect(await hazard.reason(officer, id, '审核销号')).toMatch(/县局/)
    const stranger = await visit(
      site,
      towns.signIns.find((s) => s.label.endsWith('应急管理中心') && s !== own)!.username,
    )
    await stranger.page.goto(`/records/hazard/${id}`)
    await stranger.page.getByText('没有找到').first().waitFor()
    calm(stranger, /404/)

    await hazard.act(
      county,
      id,
      '审核销号',
      [
        { label: '销号日期', text: today },
        { label: '审核意见', text: '同意销号' },
      ],
      '已销号',
      true,
    )
    await open(firm, `/records/hazard/${id}`)
    await firm.page.getByText('已结束：已销号').waitFor()
    await firm.page.getByRole('region', { name: '办理内容' }).getByText('现场确认整改到位').waitFor()
    for (const who of [firm, officer, second, county]) calm(who)
    await Promise.all([firm, officer, second, stranger].map((who) => who.context.close()))
  })

  it('the figure of a task follows the ledger: one guidance visit recorded moves it by one', async () => {
    const { page } = county
    const before = await tasks.taskOf(county, counted)
    const shown = await tasks.shown(county, counted)
    expect(shown.ratio).toBe(`${before.figure.num}／${before.figure.den}`)
    const missing = await tasks.firstMissing(county)
    expect(missing.reason).not.toBe('')
    const enterprise = page.url().split('/').at(-1)!
    await open(county, `/records/guidance/new?parent=${enterprise}`)
    await pick(page, '服务类别', '专家指导')
    await fill(page, '服务日期', today)
    await fill(page, '服务机构', '省冶金专家组')
    await page.getByRole('button', { name: /保存|登记/ }).click()
    await page.waitForURL(/\/records\/guidance\/[0-9a-f-]{36}$/)

    await expect
      .poll(async () => (await tasks.shown(county, counted)).ratio, { timeout: 30_000 })
      .toBe(`${before.figure.num + 1}／${before.figure.den}`)
    await open(county, '/tasks')
    const row = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: before.title }) })
    await row.getByText(`${before.figure.num + 1}／${before.figure.den}`).waitFor()
    calm(county)
  })

  it('evidence counts when a second person has confirmed it', async () => {
    await tasks.handIn(county, proved, '手册已印发各企业', '冶金工贸股')
    await county.page.getByText('由您提交，须由另一人确认。').waitFor()
    expect((await tasks.taskOf(county, proved)).state).not.toBe('met')
    await tasks.confirm(second, proved)
    expect((await tasks.taskOf(second, proved)).state).toBe('met')
    await open(county, `/tasks/${proved}`)
    await county.page.getByText(/李晓峰.*已确认/).waitFor()
    calm(county)
  })

  it('a town officer’s Monday: a firm corrected, two checks recorded, a hazard closed; his own figures move', async () => {
    const officer = await visit(site, 'bagong')
    const { checks, ledger: confirmed } = await monday.ownGaps(officer, 2)
    await open(officer, '/')
    const waiting = await monday.headline(officer, 'mine')

    await monday.openGaps(officer, confirmed)
    const firm = await monday.correct(officer, today, '13903560018')
    const { row } = await ask<{ row: Record<string, unknown> }>(officer, `/api/records/enterprise/${firm}`)
    expect(row).toMatchObject({ confirmedOn: today, chiefPhone: '13903560018' })
    await open(officer, `/tasks/${confirmed.id}`)
    expect(await monday.ownPart(officer)).toBe(`${confirmed.own.num + 1}／${confirmed.own.den}`)

    await monday.openGaps(officer, checks)
    expect(await monday.ownPart(officer)).toBe(`${checks.own.num}／${checks.own.den}`)
    await monday.record(officer, today, '现场检查，已整改到位')
    // the list has been asked again: its first row is another firm
    await expect.poll(() => monday.ownPart(officer)).toBe(`${checks.own.num + 1}／${checks.own.den}`)
    await monday.record(officer, today, '现场检查，票证齐全')
    await expect.poll(() => monday.ownPart(officer)).toBe(`${checks.own.num + 2}／${checks.own.den}`)

    await open(officer, '/')
    await monday.close(officer, '现场核实，已整改到位')
    await expect.poll(() => monday.headline(officer, 'mine')).toBe(waiting - 1)
    calm(officer)
    await officer.context.close()
  })
})
