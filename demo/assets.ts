import { addDays } from '../engine/core/clock.ts'
import { type Firm, has, isMine } from './firms.ts'
import { type Random, random } from './random.ts'
import { paper, photo, type Script } from './script.ts'

interface Item {
  name: string
  kind: string
  spot: string
}

/** Main equipment by what the plant does. */
function itemsOf(f: Firm, r: Random): Item[] {
  const out: Item[] = []
  const add = (name: string, kind: string, spot: string) => out.push({ name, kind, spot })
  if (has(f, 'blastFurnace')) {
    add('1号高炉', '高炉', '炼铁车间')
    add('煤气柜', '煤气柜', '煤气区')
    add('铁水罐', '熔融金属盛装容器', '出铁场')
  }
  if (has(f, 'converter')) add('中频电炉', '电炉', '熔炼跨')
  if (has(f, 'gas')) add('煤气管道', '煤气管道', '厂区管廊')
  if (has(f, 'moltenHoisting')) {
    add('铁水包', '熔融金属盛装容器', '浇注跨')
    add('铸造起重机', '铸造起重机', '浇注跨')
  }
  if (has(f, 'deepWell')) add('深井铸造机', '深井铸造机', '铸造井')
  if (has(f, 'dust')) add('袋式除尘系统', '除尘系统', '打磨车间')
  if (has(f, 'ammonia')) add('氨制冷机组', '制冷机组', '氨机房')
  if (f.employees > 90 && r.chance(0.5)) add('叉车', '叉车', '物流部')
  return out
}

function equipment(script: Script, f: Firm, seed: number, today: string): void {
  const r = random(seed, `equipment:${f.no}`)
  const day = addDays(f.since, r.int(6, 20))
  const kept = itemsOf(f, r).filter(() => r.chance(0.55 + f.diligence * 0.45))
  kept.forEach((item, i) => {
    script.create(
      script.at(day, r, i),
      f.officers[0],
      'equipment',
      {
        ...item,
        code: `SB-${String(f.no).padStart(3, '0')}-${i + 1}`,
        stage: r.chance(0.9) ? '生产运行' : r.pick(['检定检验', '维护保养', '定修技改']),
        installedOn: addDays(today, -r.int(400, 4000)),
        keeper: f.safetyHead,
        ...(['铸造起重机', '叉车', '除尘系统'].includes(item.kind) && {
          inspectedOn: addDays(today, -r.int(26, 300)),
          nextInspectionOn: addDays(today, r.int(-25, 330)),
          inspection: '合格',
        }),
      },
      { parent: f.key, subject: f.key },
    )
  })
  const welders = ['机械', '冶金', '有色'].includes(f.trade.industry) ? r.int(0, f.large ? 3 : 2) : 0
  for (let i = 0; i < welders; i++) {
    const key = script.create(
      script.at(addDays(day, 3), r, i),
      f.officers[0],
      'equipment',
      {
        name: `${i + 1}号焊机`,
        kind: '焊机',
        code: `HJ-${String(f.no).padStart(3, '0')}-${i + 1}`,
        stage: '生产运行',
        spot: '机修间',
        keeper: f.safetyHead,
        inApp: false,
      },
      { parent: f.key, subject: f.key },
    )
    const coded = addDays(today, -r.int(8, 220))
    if (key && r.chance(0.5 + f.diligence * 0.42) && coded > addDays(day, 10))
      script.update(
        script.at(coded, r, i),
        `town:${f.town.code}`,
        'equipment',
        key,
        { machineCode: `JXH${String(f.no).padStart(4, '0')}${i}`, chipped: true, inApp: true },
        f.key,
      )
  }
}

function spaces(script: Script, f: Firm, seed: number): void {
  if (!has(f, 'confinedSpace')) return
  const r = random(seed, `spaces:${f.no}`)
  const kinds = [
    ['污水调节池', '地下', '污水站', ['硫化氢', '缺氧']],
    ['循环水池', '地下', '水泵房', ['缺氧', '淹溺']],
    ['除尘器箱体', '密闭设备', '除尘区', ['粉尘', '缺氧']],
    ['发酵池', '地下', '发酵车间', ['缺氧', '硫化氢']],
  ] as const
  const day = addDays(f.since, r.int(8, 25))
  for (let i = 0; i < r.int(1, f.large ? 3 : 2); i++) {
    const [name, kind, spot, dangers] = f.trade.word === '调味品' && i === 0 ? kinds[3] : kinds[i % 3]!
    const done = f.trade.industry === '轻工' && r.chance(f.diligence * 0.7)
    const at = script.at(day, r, i)
    script.create(
      at,
      f.officers[0],
      'confined-space',
      {
        name,
        code: `YX-${String(f.no).padStart(3, '0')}-${i + 1}`,
        kind,
        spot,
        dangers: [...dangers],
        operator: has(f, 'outsourcing') ? '外包' : '自行',
        approver: f.chief,
        guardian: f.safetyHead,
        signed: r.chance(0.9),
        locked: done,
        coded: done && r.chance(0.9),
        checkedOn: day,
        ...(r.chance(0.5) && { photos: photo('site', name, at, f.place) }),
      },
      { parent: f.key, subject: f.key },
    )
  }
}

function projects(script: Script, f: Firm, seed: number, today: string): void {
  const r = random(seed, `projects:${f.no}`)
  const gap = f.values.threeAtOnce === '历史遗留' || f.values.threeAtOnce === '部分缺失'
  if (!gap && !r.chance(f.large ? 0.35 : 0.12)) return
  const needed = has(f, 'smelting') || isMine(f)
  const started = addDays(today, -r.int(200, 1600))
  const done = r.chance(0.6)
  script.create(
    script.at(addDays(f.since, r.int(10, 40)), r),
    needed ? 'county1' : `town:${f.town.code}`,
    'project',
    {
      name: `${f.trade.products.split('、')[0]}生产线${r.pick(['技术改造', '扩建', '新建'])}项目`,
      kind: r.pick(['新建', '改建', '扩建', '技术改造']),
      stage: gap ? '备查' : done ? '竣工验收' : r.pick(['设计', '设计审查', '施工', '试运行']),
      reviewNeeded: needed,
      investment: r.int(3, 90) * 100,
      startedOn: started,
      historyGap: gap,
      ...(!gap && { assessedOn: addDays(started, -120), designedOn: addDays(started, -60) }),
      ...(needed && r.chance(0.85) && { reviewedOn: addDays(started, -20) }),
      ...(!gap && done && { acceptedOn: addDays(started, 150) }),
    },
    { parent: f.key, subject: f.key },
  )
}

/** Connections to monitoring systems, entered by the town or county who see them live. */
function connections(script: Script, f: Firm, seed: number, today: string): void {
  const r = random(seed, `connections:${f.no}`)
  const connect = (system: string, p: number, more: Record<string, unknown> = {}) => {
    if (!r.chance(p)) return
    const on = addDays(today, -r.int(20, 400))
    if (on < addDays(f.since, 30)) return
    const ready = r.chance(0.75)
    const at = script.at(on, r)
    const online = () => {
      const day = addDays(today, -r.int(0, 45))
      return day < on ? on : day
    }
    script.create(
      at,
      f.isKey ? 'county1' : `town:${f.town.code}`,
      'monitoring-connection',
      {
        system,
        stage: ready ? '已接入' : r.pick(['方案', '建设中']),
        ...(ready && { connectedOn: on, lastOnlineOn: online() }),
        ...(r.chance(0.8) && { dutyPerson: f.safetyHead }),
        ...more,
      },
      { parent: f.key, subject: f.key },
    )
  }
  if (!f.operating) return
  if (has(f, 'dust'))
    connect('粉尘涉爆监测预警', Number(f.values.dustWorkers ?? 0) >= 10 ? 0.5 : 0.06, {
      points: r.int(4, 12),
      cameras: r.int(1, 4),
    })
  if (has(f, 'blastFurnace')) {
    connect('钢铁监测预警', 1, { points: r.int(60, 180) })
    connect('安全智能化管理平台', 0.75, { cameras: r.int(12, 40) })
  }
  if (has(f, 'smelting') || has(f, 'dust') || (f.trade.industry === '轻工' && has(f, 'confinedSpaceToxic')))
    connect('危险环节视频监控', 0.3 + f.diligence * 0.5, { cameras: r.int(2, 16) })
  if (isMine(f)) connect('矿山监测预警', 0.6, { points: r.int(4, 30) })
}

function papers(script: Script, f: Firm, seed: number, today: string): void {
  const r = random(seed, `papers:${f.no}`)
  if (has(f, 'smelting') || isMine(f)) {
    // one policy a year; some forget to renew
    for (const back of [1, 0]) {
      const from = addDays(today, -r.int(60, 330) - back * 365)
      if (!r.chance(0.6 + f.diligence * 0.38) || from < f.since) continue
      const at = script.at(addDays(from, 1), r)
      script.create(
        at,
        f.officers[0],
        'insurance',
        {
          policyNumber: `AZX${from.replaceAll('-', '')}${String(f.no).padStart(4, '0')}`,
          insurer: r.pick(['甲财产保险（演示）', '乙财产保险（演示）']),
          validFrom: from,
          validUntil: addDays(from, 364),
          insured: f.employees,
          perPerson: r.pick([40, 60, 80]),
          premium: Math.round(f.employees * 0.012 * 100) / 100,
          document: paper('保单', at, f.place),
        },
        { parent: f.key, subject: f.key },
      )
    }
  }
  if (f.values.standardLevel !== '未定级') {
    const graded = addDays(today, -r.int(20, 1300))
    script.create(
      script.at(addDays(graded > f.since ? graded : f.since, r.int(1, 9)), r),
      'county1',
      'standardisation',
      {
        level: f.values.standardLevel,
        certificate: `晋AQBDEMO${String(f.no).padStart(4, '0')}`,
        gradedOn: graded,
        validUntil: addDays(graded, 1095),
        grader: f.values.standardLevel === '三级' ? '市应急管理局' : '省应急管理厅',
        score: r.int(76, 96),
      },
      { parent: f.key, subject: f.key },
    )
  }
  if (has(f, 'plantInPlant') || has(f, 'multiTenant'))
    for (let i = 0; i < r.int(1, 3); i++)
      script.create(
        script.at(addDays(f.since, 30), r, i),
        `town:${f.town.code}`,
        'tenancy',
        {
          tenant: `承租户${i + 1}（演示）`,
          work: r.pick(['机加工', '喷涂', '仓储', '包装']),
          workers: r.int(3, 20),
          agreementOn: addDays(f.since, -20),
          coordinated: r.chance(f.diligence),
          checkedOn: addDays(today, -r.int(10, 200)),
          qualified: r.chance(0.85),
        },
        { parent: f.key, subject: f.key },
      )
  if (isMine(f))
    script.create(
      script.at(addDays(f.since, 45), r),
      'county2',
      'mine-grade',
      {
        level: r.weighted([
          ['低', 3],
          ['一般', 8],
          ['较大', 6],
          ['重大', 2],
        ] as const),
        decidedOn: addDays(f.since, 40),
        decidedBy: '省应急管理厅（演示）',
        tier: f.large ? '市级' : '县级',
        documentNumber: `晋应急矿演示〔${f.since.slice(0, 4)}〕${f.no}号`,
        inherent: r.int(30, 80),
        facilities: r.int(40, 95),
        management: r.int(40, 95),
        staff: r.int(40, 95),
        incentive: r.int(0, 10),
        total: r.int(180, 360),
      },
      { parent: f.key, subject: f.key },
    )
}

/** A change of status: the tag with reason and power measure, and the enterprise's own field. */
function status(script: Script, f: Firm, seed: number): void {
  if (f.status === '在产' || f.status === '新增') return
  const r = random(seed, `status:${f.no}`)
  const town = `town:${f.town.code}`
  const stopped = ['停产', '长期停产停工', '关停', '僵尸'].includes(f.status)
  const cut =
    f.status === '长期停产停工'
      ? r.chance(0.7)
        ? '已断电'
        : '未断电'
      : f.status === '停产'
        ? '未断电'
        : '已断电'
  const off = cut === '已断电'
  const on = f.statusSince > addDays(f.since, 40) ? f.statusSince : addDays(f.since, 41)
  const at = script.at(on, r)
  const reason = {
    停产: '市场原因自行停产',
    长期停产停工: '停产超过一年，设备封存',
    关停: '不符合产业政策，依法关停',
    搬迁: '迁入开发区',
    变更: '股权和名称变更',
    僵尸: '无人员无生产，仅有登记',
  }[f.status]
  script.create(
    at,
    town,
    'status-change',
    {
      changedOn: on,
      status: f.status,
      reason: reason ?? '核实变更',
      ...(stopped && { powerCut: cut, ...(off && { powerCutOn: on }) }),
      evidence: photo('site', '现场照片', at, f.place),
      checkedBy: f.town.name,
    },
    { parent: f.key, subject: f.key },
  )
}

export function writeAssets(script: Script, firms: Firm[], seed: number, today: string): void {
  for (const f of firms) {
    equipment(script, f, seed, today)
    spaces(script, f, seed)
    projects(script, f, seed, today)
    connections(script, f, seed, today)
    papers(script, f, seed, today)
    status(script, f, seed)
  }
}
