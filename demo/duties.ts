import { addDays } from '../engine/core/clock.ts'
import { type Firm, has, isMine, isSmelter } from './firms.ts'
import { type Random, random } from './random.ts'
import { paper, photo, type Script } from './script.ts'

const monthDay = (year: number, month: number, day: number) =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`

/** Checks led by the chief: monthly in smelters and mines, quarterly elsewhere; some months are missing. */
function chiefChecks(script: Script, f: Firm, seed: number, today: string): void {
  if (!f.operating) return
  const r = random(seed, `checks:${f.no}`)
  const year = Number(today.slice(0, 4))
  const monthly = isSmelter(f) || isMine(f)
  const write = (on: string) => {
    if (on <= addDays(f.since, 20)) return
    const at = script.at(on, r, 3)
    const shown = r.chance(0.8)
    script.create(
      at,
      r.chance(0.12) ? `town:${f.town.code}` : f.officers[0],
      'chief-check',
      {
        checkedOn: on,
        leader: f.chief,
        inPerson: r.chance(0.95),
        subject: r.pick(['重点部位和危险作业', '特种设备和用电', '隐患整改情况', '有限空间和煤气区域']),
        findings: r.int(0, 6),
        majors: 0,
        ...(shown && { photos: photo('check', '带队检查', at, f.place) }),
      },
      { parent: f.key, subject: f.key },
    )
  }
  if (monthly) {
    for (let m = 1; m <= 12; m++)
      if (r.chance(0.45 + f.diligence * 0.5)) write(monthDay(year, m, r.int(3, 26)))
  } else
    for (let q = 0; q < 4; q++)
      if (r.chance(0.15 + f.diligence * 0.7)) write(monthDay(year, q * 3 + r.int(1, 3), r.int(3, 26)))
  if (f.isKey && r.chance(f.diligence)) write(monthDay(year - 1, r.int(7, 12), r.int(3, 26)))
}

function drills(script: Script, f: Firm, seed: number, today: string): void {
  if (!f.operating) return
  const r = random(seed, `drills:${f.no}`)
  const year = Number(today.slice(0, 4))
  const half =
    isSmelter(f) || isMine(f) || has(f, 'labourIntensive') || has(f, 'plantInPlant') || has(f, 'multiTenant')
  for (const y of [year - 1, year])
    for (const h of half ? [0, 1] : [r.int(0, 1)]) {
      if (!r.chance(y === year ? 0.25 + f.diligence * 0.65 : 0.25)) continue
      const on = monthDay(y, h * 6 + r.int(1, 6), r.int(2, 27))
      if (on <= addDays(f.since, 20)) continue
      const at = script.at(on, r, 4)
      script.create(
        at,
        f.officers[0],
        'drill',
        {
          subject: r.pick(['火灾疏散逃生演练', '有限空间救援演练', '煤气泄漏处置演练', '停电紧急撤离演练']),
          heldOn: on,
          kind: r.weighted([
            ['疏散逃生', 70],
            ['综合', 12],
            ['现场处置', 18],
          ] as const),
          participants: Math.max(5, Math.round(f.employees * (0.3 + r.next() * 0.6))),
          ...(r.chance(0.85) && { photos: photo('drill', '演练现场', at, f.place) }),
        },
        { parent: f.key, subject: f.key },
      )
    }
}

function measures(script: Script, f: Firm, seed: number, today: string): void {
  if (!f.operating) return
  const r = random(seed, `measures:${f.no}`)
  const year = Number(today.slice(0, 4))
  const write = (kind: string, p: number, from: string, to: string, maker?: string) => {
    if (!r.chance(p)) return
    const span = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000))
    const on = addDays(from, r.int(0, span))
    if (on <= addDays(f.since, 25)) return
    const at = script.at(on, r, 2)
    // a paper without place and time is only the firm's word
    const evidence = r.chance(0.85)
    script.create(
      at,
      r.chance(0.3) ? `town:${f.town.code}` : f.officers[0],
      'measure-record',
      {
        kind,
        stage: r.chance(0.94) ? '已完成' : '进行中',
        doneOn: on,
        ...(maker && { maker }),
        ...(evidence && { document: paper(kind, at, f.place) }),
      },
      { parent: f.key, subject: f.key },
    )
  }
  const early = monthDay(year - 1, 3, 1)
  const spring = monthDay(year, 3, 1)
  const autumn = monthDay(year, 10, 31)
  const trade = !isMine(f)
  if (!trade) return
  if (f.large) {
    write('全员安全生产责任制', 0.4 + f.diligence * 0.5, early, autumn)
    write('隐患排查治理责任体系', 0.3 + f.diligence * 0.5, spring, autumn)
    write('异常工况处置规程', f.diligence * 0.5, early, spring)
    write('“五常”活动方案', f.diligence * 0.4, early, spring)
    write('双重预防机制', 0.4 + f.diligence * 0.5, early, spring)
  }
  if (f.isKey)
    for (const q of [0, 1, 2])
      write(
        '重大隐患季度统计报告',
        f.diligence * 0.8,
        monthDay(year, q * 3 + 3, 20),
        monthDay(year, q * 3 + 3, 29),
      )
  write('内部隐患报告奖励制度', f.diligence * 0.75, early, autumn)
  if (!f.large && f.values.threeAtOnce === '历史遗留')
    write('安全设施设计诊断报告', 0.25 + f.diligence * 0.5, spring, today, '某设计院（演示）')
  if (has(f, 'plantInPlant') || has(f, 'multiTenant'))
    write('厂中厂集中整治', 0.45 + f.diligence * 0.5, monthDay(year, 5, 1), monthDay(year, 11, 12))
  if (['smelting', 'gas', 'confinedSpace', 'moltenHoisting', 'silo', 'outsourcing'].some((x) => has(f, x)))
    write('危险作业集中整治', 0.35 + f.diligence * 0.55, monthDay(year, 5, 1), monthDay(year, 11, 12))
  if (has(f, 'ancillaryChemical'))
    write('配套危化装置整治', 0.4 + f.diligence * 0.5, monthDay(year, 5, 1), monthDay(year, 11, 12))
  if (['smelting', 'blastFurnace', 'converter', 'gas', 'moltenHoisting'].some((x) => has(f, x))) {
    write('设备全生命周期管理制度', 0.35 + f.diligence * 0.55, spring, autumn)
    write('设备全生命周期管理台账', 0.3 + f.diligence * 0.5, spring, autumn)
  }
}

/** Demonstration firms of the year: one large and, later, one small. */
function demonstrations(script: Script, firms: Firm[], seed: number, today: string): void {
  const r = random(seed, 'demonstrations')
  const year = Number(today.slice(0, 4))
  const at = (f: Firm, on: string) => {
    const when = script.at(on, r)
    script.create(
      when,
      'county1',
      'measure-record',
      {
        kind: '责任落实示范企业',
        stage: '已完成',
        doneOn: on,
        summary: '帮扶建成并推广',
        document: paper('验收意见', when),
      },
      { parent: f.key, subject: f.key },
    )
  }
  const large = firms.find(
    (f) => f.no > 0 && f.operating && f.large && f.trade.industry === '机械' && f.diligence > 0.6,
  )
  const small = firms.find((f) => f.operating && !f.large && f.trade.industry === '机械' && f.diligence > 0.7)
  if (large) at(large, monthDay(year, 6, 12))
  if (small) at(small, monthDay(year, 7, 9))
}

function guidance(script: Script, f: Firm, seed: number, today: string): void {
  if (!f.operating) return
  const r = random(seed, `guidance:${f.no}`)
  const year = Number(today.slice(0, 4))
  const visit = (kind: string, on: string, provider: string) => {
    if (on <= addDays(f.since, 20)) return
    const at = script.at(on, r, 1)
    const findings = r.int(1, 9)
    const key = script.create(
      at,
      'county1',
      'guidance',
      {
        kind,
        visitedOn: on,
        provider,
        focus: has(f, 'smelting') ? '金属冶炼' : has(f, 'dust') ? '粉尘涉爆' : '综合',
        findings,
        rectified: 0,
        report: paper('服务报告', at),
      },
      { parent: f.key, subject: f.key },
    )
    const back = addDays(on, r.int(30, 70))
    if (key && r.chance(0.35 + f.diligence * 0.55))
      script.update(
        script.at(back, r),
        'county1',
        'guidance',
        key,
        { rectified: r.chance(0.85) ? findings : findings - 1, lookBackOn: back },
        f.key,
      )
  }
  if (f.isKey && r.chance(0.88))
    visit('专家指导', monthDay(year, r.int(5, 10), r.int(2, 27)), '某安全技术服务机构（演示）')
  if (isSmelter(f) && r.chance(0.75))
    visit('保险机构预防检查', monthDay(year, r.int(6, 11), r.int(2, 18)), '甲财产保险（演示）')
}

/** How thoroughly a town sweeps: some are slow, so that the board has something to say. */
const sweepRate = (r: Random) =>
  r.weighted([
    [0.99, 8],
    [0.9, 5],
    [0.7, 2],
    [0.5, 1],
  ] as const)

/** Yearly confirmation of the ledger, and grading in June: assessed by the town, adopted by the county. */
function sweepAndGrade(script: Script, firms: Firm[], seed: number, today: string): void {
  const year = Number(today.slice(0, 4))
  const towns = [...new Set(firms.map((f) => f.town))]
  for (const town of towns) {
    const r = random(seed, `sweep:${town.code}`)
    const own = firms.filter((f) => f.town === town)
    const by = `town:${town.code}`
    for (const y of [year - 1, year]) {
      const rate = y === year ? sweepRate(r) : 0.6
      for (const f of own) {
        const on = monthDay(y, r.int(3, 5), r.int(2, 28))
        if (on > addDays(f.since, 30) && r.chance(rate))
          script.update(script.at(on, r), by, 'enterprise', f.key, { confirmedOn: on }, f.key, '台账核实')
        const late = monthDay(y, r.int(8, 10), r.int(2, 28))
        if (late > addDays(f.since, 30) && r.chance(0.15))
          script.update(script.at(late, r), by, 'enterprise', f.key, { confirmedOn: late }, f.key, '半年更新')
      }
      const graded = own.filter(
        (f) => f.since < monthDay(y, 5, 1) && (y === year ? r.chance(0.93) : r.chance(0.4)),
      )
      if (graded.length === 0) continue
      const judgements = graded.map((f) => judgement(f, r))
      const on = monthDay(y, 6, r.int(8, 20))
      const subject = `grade:${town.code}`
      script.add({ kind: 'assess', at: script.at(on, r), by, key: subject, subject, judgements })
      // the last one of the year waits for its second signature, one goes back
      const waiting = y === year ? 1 : 0
      const reviews = graded
        .slice(waiting)
        .map((f, i) =>
          y === year && i === 0 && graded.length > 6
            ? { enterprise: f.key, approve: false, reason: '起评依据不足，请补充工艺核实情况' }
            : { enterprise: f.key, approve: true },
        )
      script.add({
        kind: 'review',
        at: script.at(addDays(on, r.int(3, 9)), r),
        by: 'county1',
        key: subject,
        subject,
        reviews,
      })
    }
  }
}

function judgement(f: Firm, r: Random): { enterprise: string; level?: string; reason?: string } {
  if (isMine(f)) return { enterprise: f.key }
  if (f.values.standardLevel === '二级' && r.chance(0.4))
    return { enterprise: f.key, level: '低', reason: '标准化二级且近三年无事故，按县局调整意见' }
  if (has(f, 'blastFurnace') || (has(f, 'smelting') && r.chance(0.12)))
    return { enterprise: f.key, level: '重大', reason: '多种高风险工艺叠加，近一年查出重大隐患' }
  return { enterprise: f.key }
}

export function writeDuties(script: Script, firms: Firm[], seed: number, today: string): void {
  for (const f of firms) {
    chiefChecks(script, f, seed, today)
    drills(script, f, seed, today)
    measures(script, f, seed, today)
    guidance(script, f, seed, today)
  }
  demonstrations(script, firms, seed, today)
  sweepAndGrade(script, firms, seed, today)
}
