import { addDays } from '../engine/core/clock.ts'
import { type Firm, has, isMine } from './firms.ts'
import { generalTexts, type HazardText, majorTexts } from './hazard-texts.ts'
import { personName } from './names.ts'
import { hasPower } from './powers.ts'
import { type Random, random } from './random.ts'
import { paper, photo, type Script } from './script.ts'

export type Track = 'self' | 'town' | 'order' | 'major'

/** How a case goes: who finds it, how far it gets, how late the work is. */
export interface Story {
  track: Track
  foundOn: string
  origin: string
  /** days given for rectification */
  given: number
  /** days after the date given at which the work is done; negative is early */
  lateness: number
  /** last action to do; none: to the end */
  until?: string
  refused?: boolean
  extended?: boolean
  handedOver?: boolean
  /** the county asks the town to look at the spot */
  looked?: boolean
  withdrawn?: boolean
  returned?: boolean
}

const fits = (t: HazardText, f: Firm) => !t.flag || (t.flag === 'mine' ? isMine(f) : has(f, t.flag))

/** Tells one case from finding to wherever it stands now. */
export function tell(script: Script, f: Firm, s: Story, r: Random): void {
  const text = r.pick((s.track === 'major' ? majorTexts : generalTexts).filter((t) => fits(t, f)))
  const town = `town:${f.town.code}`
  // what a town found it orders about only under an entrustment
  const byTown = s.track === 'town'
  const orders = byTown && hasPower(f.town)
  const [safety, second] = f.officers
  const finder =
    s.track === 'town' ? town : s.origin === '企业自查上报' ? safety : r.pick(['county1', 'county2'])
  const inside = ['企业自查上报', '专家帮扶发现', '监测预警触发', '保险机构预防服务'].includes(s.origin)
  const foundBy =
    finder === town
      ? '乡镇'
      : finder === safety
        ? '企业'
        : s.origin === '专家帮扶发现'
          ? '专家或机构'
          : '县局'
  let day = s.foundOn
  let step = 0
  let on = script.at(day, r, step)
  const key = script.create(
    on,
    finder,
    'hazard',
    {
      name: text.name,
      origin: s.origin,
      foundBy,
      foundOn: day,
      finder: personName(r),
      spot: text.spot,
      place: f.place,
      before: photo('before', '整改前', on, f.place),
      ...(s.track === 'major' && foundBy !== '企业' && { level: '重大', clause: text.clause }),
    },
    { parent: f.key, subject: `${f.key}:hazard:${day}:${r.int(0, 1e6)}` },
  )
  const subject = script.writes.at(-1)!.subject
  if (!key) return
  let stopped = s.until === 'create'

  /** Does an action `days` later, unless the story has ended or the time has not come. */
  const act = (
    action: string,
    by: string,
    days: number,
    form: (day: string, at: string) => Record<string, unknown>,
  ) => {
    if (stopped) return
    step = days === 0 ? step + 1 : 0
    day = addDays(day, days)
    on = script.at(day, r, step)
    if (!script.act(on, by, key, action, form(day, on), subject)) stopped = true
    else if (s.until === action) stopped = true
  }
  const responsible = personName(r)
  const dueIn = () => ({ dueOn: addDays(day, s.given) })
  const opinion = { opinion: '现场核实，已整改到位' }

  if (s.track === 'major' && foundBy === '企业') {
    act('assessInside', safety, r.int(0, 2), () => ({
      level: '重大',
      clause: text.clause,
      category: [text.category],
    }))
  } else
    act(
      inside && foundBy === '企业' ? 'assessInside' : 'assess',
      inside && foundBy === '企业' ? safety : finder === safety ? town : finder,
      r.int(0, 2),
      () => ({
        level: s.track === 'major' ? '重大' : '一般',
        clause: text.clause,
        category: [text.category],
      }),
    )
  if (s.withdrawn) {
    const other = finder === 'county1' ? 'county2' : 'county1'
    const own = s.track === 'self' && foundBy === '企业'
    const by = s.track === 'major' ? (foundBy === '企业' ? 'county1' : other) : own ? second : 'county1'
    act(
      s.track === 'major' ? 'withdrawMajor' : own ? 'withdrawInside' : 'withdraw',
      by,
      r.int(1, 6),
      (_, at) => ({
        reason: '现场复核，不符合判定条件，属误判',
        ...(s.track === 'major' && { evidence: paper('复核说明', at) }),
      }),
    )
    return
  }

  if (s.track === 'self')
    act('arrange', safety, r.int(0, 2), () => ({
      responsible,
      measures: text.measures,
      ...dueIn(),
      funds: r.int(1, 60) / 10,
    }))
  else if (s.track === 'town') {
    act(orders ? 'order' : 'notify', town, r.int(0, 2), () => ({
      responsible,
      measures: text.measures,
      ...dueIn(),
      ...(orders && { documentNumber: `${f.town.name}责改演示〔${day.slice(0, 4)}〕${r.int(1, 90)}号` }),
    }))
    if (s.handedOver) {
      act('handOver', town, r.int(4, 10), () => ({ reason: '企业拒不按告知整改，超出乡镇职权' }))
      act('order', 'county1', r.int(1, 3), () => ({
        responsible,
        measures: text.measures,
        ...dueIn(),
        documentNumber: `泽应急责改演示〔${day.slice(0, 4)}〕${r.int(1, 400)}号`,
      }))
    }
  } else if (s.track === 'order')
    act('order', 'county1', r.int(0, 2), () => ({
      responsible,
      measures: text.measures,
      ...dueIn(),
      documentNumber: `泽应急责改演示〔${day.slice(0, 4)}〕${r.int(1, 400)}号`,
    }))
  else {
    const own = foundBy === '企业'
    act(own ? 'report' : 'registerMajor', own ? safety : 'county1', r.int(0, 1), () => ({
      control: '停止使用相关设备，撤离人员，设置警戒',
      ...(own && { toWorkers: true }),
    }))
    act('list', 'county1', r.int(1, 4), () => ({
      listedAs: '县级',
      listingNumber: `泽安办挂牌演示〔${day.slice(0, 4)}〕${r.int(1, 60)}号`,
      ...(foundBy === '县局' && { caseNumber: `泽应急立演示〔${day.slice(0, 4)}〕${r.int(1, 90)}号` }),
    }))
    const plan = (days: number) =>
      act('plan', safety, days, (_, at) => ({
        responsible,
        responsiblePhone: f.safetyPhone,
        measures: text.measures,
        funds: r.int(2, 80),
        ...dueIn(),
        emergencyPlan: '停用期间设专人值守，异常立即撤人并报告',
        planFile: paper('治理方案', at, f.place),
        toWorkers: true,
      }))
    plan(r.int(2, 6))
    if (s.returned) {
      act('returnPlan', 'county1', r.int(1, 2), () => ({ reason: '资金和时限不落实，请补充' }))
      plan(r.int(1, 3))
    }
    act('approvePlan', 'county1', r.int(1, 3), () => ({ ...dueIn(), opinion: '五落实齐全，同意' }))
  }

  if (stopped) return
  let left = s.given
  if (s.extended && s.track === 'self')
    act('moveInside', safety, Math.max(1, Math.floor(s.given / 2)), () => ({
      ...dueIn(),
      reason: '配件到货推迟',
    }))
  else if (s.extended) {
    const ask = Math.max(1, Math.floor(s.given / 2))
    act('askExtension', safety, ask, () => ({
      reason: '配件到货推迟',
      until: addDays(day, s.given),
      control: '相关设备停用',
    }))
    act('grantExtension', byTown && !s.handedOver ? town : 'county1', 2, () => ({
      ...dueIn(),
      opinion: '同意延期',
    }))
  }
  left = Math.max(1, left + s.lateness)
  const done = (_: string, at: string) => ({
    after: photo('after', '整改后', at, f.place),
    result: `已${text.measures}`,
    rectifiedOn: day,
    spent: r.int(1, 90) / 10,
  })
  act('rectify', safety, left, done)
  if (s.refused) {
    const mine = byTown && !s.handedOver
    const by = s.track === 'self' ? second : mine ? town : 'county1'
    act(
      s.track === 'self' ? 'refuseInside' : mine && !orders ? 'notMended' : 'refuse',
      by,
      r.int(1, 4),
      () => ({
        reason: '整改不彻底，标识缺失',
        dueOn: addDays(day, 7),
      }),
    )
    act('rectify', safety, r.int(2, 6), done)
  }
  if (s.track === 'self') {
    const shown = r.chance(0.85)
    act('acceptInside', second, r.int(0, 3), (_, at) => ({
      closedOn: day,
      ...opinion,
      ...(shown && { onSite: photo('site', '复查', at, f.place) }),
    }))
  } else if (s.track === 'major') {
    const verifier = finder === 'county2' ? 'county2' : 'county1'
    act('verify', verifier, r.int(1, 7), (_, at) => ({
      checkedOn: day,
      onSite: photo('site', '现场复核', at, f.place),
      checkers: '张卫东、李晓峰',
      ...opinion,
    }))
    act('close', verifier === 'county1' ? 'county2' : 'county1', r.int(1, 3), () => ({
      closedOn: day,
      opinion: '同意销号',
      publishedAt: '县局公示栏',
    }))
  } else {
    const mine = byTown && !s.handedOver
    if (s.looked) {
      act('askTown', 'county1', 1, () => ({ request: '请到现场核查是否整改到位，并拍照' }))
      act('answerLook', town, r.int(1, 3), (_, at) => ({
        lookedOn: day,
        finding: '已整改到位',
        opinion: '到现场查看，已按要求整改',
        onSite: photo('site', '代为核查', at, f.place),
      }))
    }
    const action = s.looked ? 'acceptOnLook' : mine && !orders ? 'confirmMended' : 'accept'
    act(action, mine ? town : 'county1', r.int(1, 6), (_, at) => ({
      closedOn: day,
      ...(!s.looked && { onSite: photo('site', '复查', at, f.place) }),
      ...opinion,
    }))
  }
}

const originOf = (track: Track, r: Random): string =>
  track === 'self'
    ? r.weighted([
        ['企业自查上报', 80],
        ['专家帮扶发现', 14],
        ['保险机构预防服务', 4],
        ['监测预警触发', 2],
      ] as const)
    : track === 'town'
      ? '监管执法查处'
      : track === 'order'
        ? r.weighted([
            ['监管执法查处', 84],
            ['群众举报查实', 8],
            ['上级督查交办', 8],
          ] as const)
        : r.weighted([
            ['监管执法查处', 50],
            ['企业自查上报', 30],
            ['群众举报查实', 8],
            ['上级督查交办', 12],
          ] as const)

/** Two years of cases: the old ones are over, of the young ones some are under way and some are late. */
function ordinary(script: Script, firms: Firm[], seed: number, today: string, n: number): void {
  const r = random(seed, 'hazards')
  const able = firms.filter((f) => f.operating)
  const weighted = able.map((f) => [f, (f.isKey ? 3 : 1) * (f.large ? 1.6 : 1)] as const)
  for (let i = 0; i < n; i++) {
    const f = r.weighted(weighted)
    const ago = r.chance(0.55) ? r.int(0, 320) : r.int(0, 690)
    const foundOn = addDays(today, -ago)
    if (foundOn < addDays(f.since, 30)) continue
    const track = r.weighted([
      ['self', 52],
      ['town', 17],
      ['order', 25],
      ['major', 6],
    ] as const)
    const origin = originOf(track, r)
    const old = ago > (track === 'major' ? 200 : 80)
    const given = track === 'major' ? r.int(3, 9) * 10 : r.int(5, 30)
    const lateness = r.chance(0.74) ? -r.int(0, Math.min(6, given - 2)) : r.int(1, old ? 30 : 12)
    tell(
      script,
      f,
      {
        track,
        foundOn,
        origin,
        given,
        lateness: !old && r.chance(0.12) ? 400 : lateness,
        refused: r.chance(0.06),
        extended: r.chance(0.05),
        handedOver: track === 'town' && r.chance(0.15),
        looked: track === 'order' && r.chance(0.15),
        withdrawn: r.chance(0.025),
        returned: r.chance(0.12),
      },
      r,
    )
  }
}

/** Cases placed on purpose, so that every state, every rung and both ends of time can be seen whatever the seed. */
function placed(script: Script, firms: Firm[], seed: number, today: string): void {
  const r = random(seed, 'placed')
  const featured = firms[0]!
  const able = firms.filter(
    (f) => f.operating && f.no > 0 && f.since < addDays(today, -300) && has(f, 'moltenHoisting'),
  )
  const ago = (days: number) => addDays(today, -days)
  const on = (f: Firm, track: Track, days: number, more: Partial<Story> = {}) =>
    tell(
      script,
      f,
      { track, foundOn: ago(days), origin: originOf(track, r), given: 15, lateness: 0, ...more },
      r,
    )
  // every state, on the enterprise whose people can sign in
  on(featured, 'self', 1, { until: 'create', origin: '企业自查上报' })
  on(featured, 'self', 3, { until: 'assessInside', origin: '企业自查上报' })
  on(featured, 'self', 4, { until: 'arrange', origin: '企业自查上报' })
  on(featured, 'self', 12, { given: 6, until: 'rectify', origin: '企业自查上报' })
  on(featured, 'self', 40, { origin: '企业自查上报' })
  on(featured, 'town', 6, { until: 'notify' })
  on(featured, 'town', 20, { given: 8, until: 'rectify' })
  on(featured, 'town', 12, { until: 'handOver', handedOver: true })
  on(featured, 'order', 30, { given: 28, until: 'askExtension', extended: true })
  on(featured, 'order', 70, { withdrawn: true })
  on(featured, 'order', 16, { given: 12, until: 'askTown', looked: true })
  on(featured, 'order', 55, { given: 12, looked: true })
  on(featured, 'major', 3, { until: 'report', origin: '企业自查上报' })
  on(featured, 'major', 9, { until: 'list', origin: '监管执法查处' })
  on(featured, 'major', 14, { until: 'plan', origin: '企业自查上报', given: 40 })
  on(featured, 'major', 50, { until: 'approvePlan', given: 60, origin: '监管执法查处' })
  on(featured, 'major', 60, { until: 'verify', given: 30, origin: '监管执法查处' })
  on(featured, 'major', 150, { given: 45, origin: '监管执法查处' })
  // every rung of the ladder, general and major: work due so many days ago and not done
  for (const late of [3, 10, 20, 45]) {
    on(r.pick(able), 'order', late + 20, { given: 15, until: 'order' })
    on(r.pick(able), 'town', late + 18, { given: 12, until: 'notify' })
    on(r.pick(able), 'major', late + 50, { given: 30, until: 'approvePlan', origin: '监管执法查处' })
  }
  on(r.pick(able), 'order', 120, { given: 20, lateness: 18 })
  on(r.pick(able), 'major', 300, { given: 40, lateness: 25, refused: true })
  on(r.pick(able), 'major', 90, { withdrawn: true, origin: '监管执法查处' })
}

export function writeHazards(script: Script, firms: Firm[], seed: number, today: string, n: number): void {
  placed(script, firms, seed, today)
  ordinary(script, firms, seed, today, n)
}
