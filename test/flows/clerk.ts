/** How a clerk counts the figures of the year's notice from exported sheets: plain loops, nothing of the indicator code. */
import type { RowId } from '../proves.ts'

export type Sheet = Record<string, string>[]
/** The exported sheets, by register; filled before the first count. */
export const sheets: Record<string, Sheet> = {}

export const yes = (v: string | undefined) => ['是', 'TRUE', 'true', '1'].includes(v ?? '')
const trade = ['冶金', '有色', '建材', '机械', '轻工', '纺织', '烟草', '商贸']
export const running = (e: Record<string, string>) => ['在产', '新增', '变更'].includes(e.status!)
export const supervised = (e: Record<string, string>) =>
  !['关停', '搬迁', '僵尸'].includes(e.status!) && trade.includes(e.industry!)
export const of = (register: string, e: Record<string, string>) =>
  sheets[register]!.filter((r) => r.enterpriseId === e.id)
const proved = (r: Record<string, string>) => Number(r.proof) >= 2
const year = (on: string) => on.slice(0, 4)
const measure = (e: Record<string, string>, kind: string, at: string) =>
  of('measure-record', e).filter((r) => r.kind === kind && r.stage === '已完成' && r.doneOn! <= at)
const withMeasure =
  (kind: string, thisYear = false) =>
  (e: Record<string, string>, at: string) =>
    measure(e, kind, at).some((r) => !thisYear || year(r.doneOn!) === year(at)) &&
    of('measure-record', e).some((r) => r.kind === kind && r.stage === '已完成' && proved(r))
const dusty = (e: Record<string, string>) => running(e) && yes(e.dust)
export const smelter = (e: Record<string, string>) => running(e) && yes(e.smelting)
export const connected = (e: Record<string, string>, system: string) =>
  of('monitoring-connection', e).some((r) => r.system === system && r.stage === '已接入')
const keyEquipment = (e: Record<string, string>) =>
  running(e) && ['smelting', 'blastFurnace', 'converter', 'gas', 'moltenHoisting'].some((f) => yes(e[f]))

type Count = { num: number; den: number }
const share =
  (
    register: string,
    population: (r: Record<string, string>) => boolean,
    met: (r: Record<string, string>, at: string) => boolean,
  ) =>
  (at: string): Count => {
    const rows = sheets[register]!.filter(population)
    return { num: rows.filter((r) => met(r, at)).length, den: rows.length }
  }
const firmOf = (r: Record<string, string>) => sheets.enterprise!.find((e) => e.id === r.enterpriseId)!

/** Periods of a kind that have ended by `at`, and the one that runs (it counts only those who already did it). */
function periods(
  kind: 'month' | 'quarter' | 'half',
  at: string,
): { from: string; to: string; over: boolean }[] {
  const months = { month: 1, quarter: 3, half: 6 }[kind]
  const y = Number(year(at))
  const out: { from: string; to: string; over: boolean }[] = []
  for (let m = 0; m < 12; m += months) {
    const from = `${y}-${String(m + 1).padStart(2, '0')}-01`
    const to = new Date(Date.UTC(y, m + months, 0)).toISOString().slice(0, 10)
    if (from <= at) out.push({ from, to, over: to <= at })
  }
  return out
}
const periodic =
  (
    kind: 'month' | 'quarter' | 'half',
    population: (e: Record<string, string>) => boolean,
    register: string,
    fits: (r: Record<string, string>, from: string, to: string) => boolean,
  ) =>
  (at: string): Count => {
    let num = 0
    let den = 0
    for (const e of sheets.enterprise!.filter(population))
      for (const p of periods(kind, at)) {
        const did = of(register, e).some((r) => fits(r, p.from, p.to) && proved(r))
        if (p.over || did) den++
        if (did) num++
      }
    return { num, den }
  }
const halfYearDrill = (e: Record<string, string>) =>
  running(e) &&
  (['smelting', 'labourIntensive', 'plantInPlant', 'multiTenant'].some((f) => yes(e[f])) ||
    e.industry === '非煤矿山')

const furnaces = ['高炉', '转炉', '电炉', '煤气柜', '煤气管道', '煤气发生炉', '熔融金属盛装容器']

/** How a clerk counts each figure. */
export const clerk: Record<string, (at: string) => Count> = {
  'ledger-confirmed': share('enterprise', supervised, (e, at) => year(e.confirmedOn!) === year(at)),
  graded: share('enterprise', supervised, (e) => e.adoptedLevel !== ''),
  'supervision-assigned': share(
    'enterprise',
    supervised,
    (e) => e.supervisingLevel !== '' && e.supervisor !== '',
  ),
  'demo-firms-large': share(
    'enterprise',
    (e) => running(e) && trade.includes(e.industry!) && e.scale === '规上',
    withMeasure('责任落实示范企业', true),
  ),
  'demo-firms-small': share(
    'enterprise',
    (e) => running(e) && trade.includes(e.industry!) && e.scale === '规下',
    withMeasure('责任落实示范企业', true),
  ),
  'responsibility-system': share(
    'enterprise',
    (e) => running(e) && trade.includes(e.industry!) && e.scale === '规上',
    withMeasure('全员安全生产责任制'),
  ),
  'expert-service': share(
    'enterprise',
    (e) => running(e) && e.supervisingLevel === '县级重点',
    (e, at) =>
      of('guidance', e).some((g) => g.kind === '专家指导' && year(g.visitedOn!) === year(at) && proved(g)),
  ),
  'expert-look-back': (at) => {
    const rows = sheets.guidance!.filter(
      (g) => g.kind === '专家指导' && year(g.visitedOn!) === year(at) && Number(g.findings) > 0,
    )
    return {
      num: rows.filter(
        (g) =>
          g.lookBackOn !== '' && g.rectified !== '' && Number(g.rectified) >= Number(g.findings) && proved(g),
      ).length,
      den: rows.length,
    }
  },
  'plant-in-plant-campaign': share(
    'enterprise',
    (e) => running(e) && (yes(e.plantInPlant) || yes(e.multiTenant)),
    withMeasure('厂中厂集中整治', true),
  ),
  'dangerous-work-campaign': share(
    'enterprise',
    (e) =>
      running(e) &&
      ['smelting', 'gas', 'confinedSpace', 'moltenHoisting', 'silo', 'outsourcing'].some((f) => yes(e[f])),
    withMeasure('危险作业集中整治', true),
  ),
  'ancillary-chemical-campaign': share(
    'enterprise',
    (e) => running(e) && yes(e.ancillaryChemical),
    withMeasure('配套危化装置整治', true),
  ),
  'life-cycle-system': share('enterprise', keyEquipment, withMeasure('设备全生命周期管理制度')),
  'life-cycle-ledger': share('enterprise', keyEquipment, (e, at) => {
    const machines = of('equipment', e).filter((q) => furnaces.includes(q.kind!) && q.stage !== '报废处置')
    const has = (...kinds: string[]) => machines.some((q) => kinds.includes(q.kind!))
    return (
      measure(e, '设备全生命周期管理台账', at).length > 0 &&
      machines.length > 0 &&
      machines.every((q) => q.keeper !== '' && q.stage !== '') &&
      (!yes(e.blastFurnace) || has('高炉')) &&
      (!yes(e.converter) || has('转炉', '电炉')) &&
      (!yes(e.gas) || has('煤气柜', '煤气管道', '煤气发生炉')) &&
      (!yes(e.moltenHoisting) || has('熔融金属盛装容器'))
    )
  }),
  'heads-trained': share(
    'person',
    (p) =>
      ['主要负责人', '实际控制人', '安全负责人'].some((r) => p.roles!.includes(r)) &&
      p.leftOn === '' &&
      running(firmOf(p)) &&
      trade.includes(firmOf(p).industry!),
    (p, at) =>
      sheets.training!.some(
        (t) => t.personId === p.id && t.result === '合格' && year(t.trainedOn!) === year(at) && proved(t),
      ),
  ),
  'insurer-check': share('enterprise', smelter, (e, at) =>
    of('guidance', e).some(
      (g) => g.kind === '保险机构预防检查' && year(g.visitedOn!) === year(at) && proved(g),
    ),
  ),
  'smelters-insured': share('enterprise', smelter, (e, at) =>
    of('insurance', e).some((i) => i.validFrom! <= at && i.validUntil! >= at && proved(i)),
  ),
  'major-hazards-open': () => {
    const rows = sheets.hazard!.filter((h) => h.level === '重大' && h.state !== '误判撤销')
    return { num: rows.filter((h) => h.state !== '已销号').length, den: rows.length }
  },
  'welders-in-app': share(
    'equipment',
    (q) => q.kind === '焊机' && q.stage !== '报废处置',
    (q) => yes(q.inApp) && q.machineCode !== '',
  ),
  'dust-connected-count': share('enterprise', dusty, (e) => connected(e, '粉尘涉爆监测预警')),
  'danger-video': share(
    'enterprise',
    (e) =>
      smelter(e) ||
      dusty(e) ||
      (running(e) && e.industry === '轻工' && yes(e.confinedSpace) && yes(e.confinedSpaceToxic)),
    (e) => connected(e, '危险环节视频监控'),
  ),
  'blast-furnace-platform': share(
    'enterprise',
    (e) => running(e) && yes(e.blastFurnace),
    (e) => connected(e, '安全智能化管理平台'),
  ),
  'chief-check-quarterly': periodic(
    'quarter',
    (e) => running(e) && trade.includes(e.industry!) && !yes(e.smelting),
    'chief-check',
    (r, from, to) => yes(r.inPerson) && r.checkedOn! >= from && r.checkedOn! <= to,
  ),
  'chief-check-monthly': periodic(
    'month',
    (e) => running(e) && (yes(e.smelting) || e.industry === '非煤矿山'),
    'chief-check',
    (r, from, to) => yes(r.inPerson) && r.checkedOn! >= from && r.checkedOn! <= to,
  ),
  'drill-half-year': periodic(
    'half',
    halfYearDrill,
    'drill',
    (r, from, to) => ['疏散逃生', '综合'].includes(r.kind!) && r.heldOn! >= from && r.heldOn! <= to,
  ),
}

/** Figures that are what a row of the mission asks for. */
export const rowOf: Record<string, [RowId, string]> = {
  'ledger-confirmed': ['A06', 'enterprises confirmed in the ledger this year'],
  'supervision-assigned': ['A09', 'enterprises with a supervising level and a named unit'],
  'expert-look-back': ['P01', 'expert visits whose findings were rectified and looked back at'],
  'dangerous-work-campaign': ['M02', 'enterprises whose campaign is done and proved'],
  'life-cycle-ledger': ['N01', 'enterprises whose key equipment stands in the ledger'],
  'responsibility-system': ['J01', 'large enterprises with a proved responsibility system'],
  'heads-trained': ['K01', 'heads who passed a training this year'],
  'insurer-check': ['P07', 'smelters with a preventive check this year'],
  'smelters-insured': ['P07', 'smelters with a policy in force'],
  'welders-in-app': ['F15', 'welding machines with a code and in use of the app'],
  'major-hazards-open': ['D19', 'open major hazards'],
  'blast-furnace-platform': ['F19', 'blast-furnace enterprises with the platform'],
  'chief-check-quarterly': ['D03', 'quarterly checks led by the chief in person'],
  'chief-check-monthly': ['D03', 'monthly ones in smelting'],
  'drill-half-year': ['Q01', 'half-yearly drills of those who owe them'],
}
