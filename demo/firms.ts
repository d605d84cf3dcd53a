import { addDays } from '../engine/core/clock.ts'
import { creditCodeCheck } from '../fields/normal/credit-code.ts'
import { brands, mobile, personName } from './names.ts'
import { bureau, centre, placeOf } from './places.ts'
import { type Random, random } from './random.ts'
import { type Trade, trades } from './trades.ts'
import type { Town } from './types.ts'

/** An enterprise of the demo as the other parts of the generator see it. */
export interface Firm {
  key: string
  no: number
  name: string
  trade: Trade
  town: Town
  /** county key list, or the town's */
  isKey: boolean
  large: boolean
  /** works now */
  operating: boolean
  status: string
  statusSince: string
  /** first day in the ledger */
  since: string
  /** how well it keeps its duties, 0.35–1 */
  diligence: number
  employees: number
  place: { lon: number; lat: number }
  chief: string
  controller: string
  safetyHead: string
  chiefPhone: string
  safetyPhone: string
  /** keys of its two people who use the system */
  officers: [string, string]
  values: Record<string, unknown>
  /** has to have that many certificates */
  required: number
}

export const has = (f: Firm, flag: string): boolean => f.values[flag] === true
export const isMine = (f: Firm): boolean => f.trade.industry === '非煤矿山'
export const isSmelter = (f: Firm): boolean => f.operating && has(f, 'smelting')

/** Flags that a swept ledger answers with 是 or 否. */
const asked = [
  'smelting',
  'gas',
  'moltenHoisting',
  'dust',
  'confinedSpace',
  'ammonia',
  'painting',
  'silo',
  'ancillaryChemical',
  'majorHazardSource',
  'outsourcing',
  'plantInPlant',
  'multiTenant',
  'labourIntensive',
]

/** A code of our own series (MAEX…) with a right check character, or a wrong one where a ledger would have it. */
function code(no: number, wrong: boolean): string {
  const first = `91140525MAEX${String(no).padStart(5, '0')}`
  const right = creditCodeCheck(first)
  return first + (wrong ? (right === '7' ? '8' : '7') : right)
}

function statusOf(r: Random, today: string): { status: string; since: string } {
  const status = r.weighted([
    ['在产', 79],
    ['停产', 5],
    ['长期停产停工', 4],
    ['关停', 3],
    ['搬迁', 1],
    ['新增', 4],
    ['变更', 2],
    ['僵尸', 2],
  ] as const)
  return { status, since: addDays(today, -r.int(40, 520)) }
}

function place(r: Random, town: Town): { lon: number; lat: number } {
  const { lon, lat } = placeOf(town)
  const near = () => (r.next() - 0.5) * 0.05
  return { lon: Number((lon + near()).toFixed(5)), lat: Number((lat + near()).toFixed(5)) }
}

/** All enterprises, spread over all towns; the first is the one whose people can sign in. */
export function makeFirms(seed: number, towns: Town[], today: string, start: string): Firm[] {
  const r = random(seed, 'firms')
  const brand = brands(random(seed, 'brands'))
  const kinds = r.shuffle(trades.flatMap((t) => Array.from({ length: t.n }, () => t)))
  // the first of all is a foundry in 巴公镇, large and at work
  const lead = kinds.findIndex((t) => t.word === '铸造')
  ;[kinds[0], kinds[lead]] = [kinds[lead]!, kinds[0]!]
  const weights = towns.map((t) => [t, placeOf(t).weight] as const)
  const home = towns.find((t) => t.name === '巴公镇') ?? towns[0]!
  return kinds.map((trade, no) => {
    // every town has some: the first rounds go through the list
    const town = no === 0 ? home : no <= towns.length * 3 ? towns[no % towns.length]! : r.weighted(weights)
    return makeFirm(r, no, trade, town, `${brand.next().value}`, today, start)
  })
}

function makeFirm(
  r: Random,
  no: number,
  trade: Trade,
  town: Town,
  brand: string,
  today: string,
  start: string,
): Firm {
  const featured = no === 0
  const flags = trade.flags(r)
  if (featured)
    Object.assign(flags, {
      moltenHoisting: true,
      converter: true,
      smelting: true,
      gas: true,
      confinedSpace: true,
      confinedSpaceToxic: true,
      painting: true,
    })
  if (!flags.ammonia) delete flags.ammoniaTonnes
  const chemical = flags.ancillaryChemical === true || (trade.industry !== '商贸' && r.chance(0.05))
  const large = featured || r.chance(trade.large)
  const employees = featured ? 236 : r.int(...trade.staff)
  const { status, since: statusSince } =
    featured || flags.blastFurnace ? { status: '在产', since: start } : statusOf(r, today)
  const fresh = status === '新增'
  const short = town.name.replace(/镇$/, '')
  const name = `泽州县${r.chance(0.3) ? short : ''}${brand}${trade.word}有限公司（演示）`
  const isKey =
    featured ||
    flags.smelting === true ||
    flags.gas === true ||
    flags.ammonia === true ||
    flags.deepWell === true ||
    Number(flags.dustWorkers ?? 0) >= 10 ||
    trade.industry === '非煤矿山'
  const chief = personName(r)
  const assigned = r.chance(0.93)
  const village = r.pick(town.villages.length ? town.villages : [{ code: town.code, name: town.name }])
  const villageName = village.name.replace(/(社区)?(村民|居民)?委员会$/, '')
  const required = requiredCertificates(r, trade, flags, employees)
  const chiefPhone = mobile(r)
  const spot = place(r, town)
  const standard = r.weighted([
    ['一级', 1],
    ['二级', large ? 18 : 3],
    ['三级', large ? 55 : 22],
    ['未定级', large ? 26 : 74],
  ] as const)
  const threeAtOnce = r.weighted([
    ['完善', large ? 70 : 46],
    ['部分缺失', 9],
    ['历史遗留', large ? 8 : 22],
    ['不涉及', trade.industry === '商贸' ? 60 : 6],
    ['', 6],
  ] as const)
  const values: Record<string, unknown> = {
    name,
    ...(r.chance(0.98) && { creditCode: code(no, no % 97 === 41) }),
    division: village.code,
    address: `${town.name}${villageName}${villageName === town.name ? '' : r.pick(['', '东', '西', '南', '北'])}`,
    place: spot,
    foundedOn: addDays(today, -r.int(800, 9000)),
    ownership: r.weighted([
      ['民营', 84],
      ['国有', 6],
      ['集体', 5],
      ['其他', 5],
    ] as const),
    products: trade.products,
    legalPerson: r.chance(0.8) ? chief : personName(r),
    chief,
    ...(r.chance(0.95) && { chiefPhone }),
    controller: r.chance(0.7) ? chief : personName(r),
    safetyHead: personName(r),
    safetyHeadPhone: mobile(r),
    industry: trade.industry,
    registeredCode: trade.code,
    ...(r.chance(0.91) && { actualCode: trade.code }),
    scale: large ? '规上' : '规下',
    employees,
    ...(required > 0 && { specialWorkersRequired: required }),
    assets: r.int(2, large ? 480 : 60) * 50,
    status: fresh ? '新增' : '在产',
    ...(assigned && {
      supervisingLevel: isKey ? '县级重点' : '乡镇级',
      supervisor: trade.industry === '非煤矿山' ? bureau.mines : isKey ? bureau.trade : centre(town.code),
    }),
    standardLevel: standard,
    ...(threeAtOnce && { threeAtOnce }),
    ...Object.fromEntries(asked.map((f) => [f, false])),
    ...flags,
    ancillaryChemical: chemical,
  }
  return {
    key: `firm:${no}`,
    no,
    name,
    trade,
    town,
    isKey,
    large,
    operating: ['在产', '新增', '变更'].includes(status),
    status,
    statusSince,
    since: fresh ? statusSince : addDays(start, no % 24),
    diligence: featured ? 0.95 : 0.35 + r.next() * 0.65,
    employees,
    place: spot,
    chief,
    controller: String(values.controller),
    safetyHead: String(values.safetyHead),
    chiefPhone,
    safetyPhone: String(values.safetyHeadPhone),
    officers: [`safety:${no}`, `second:${no}`],
    values,
    required,
  }
}

/** Posts that need a special-operation certificate, from what the plant does. */
function requiredCertificates(
  r: Random,
  trade: Trade,
  flags: Record<string, unknown>,
  employees: number,
): number {
  if (trade.industry === '商贸') return r.chance(0.5) ? 1 : 0
  let n = 1 + (employees > 150 ? 1 : 0)
  if (trade.industry === '机械' || flags.smelting || flags.moltenHoisting) n += 1
  if (flags.gas) n += 2
  if (flags.ammonia) n += 1
  if (trade.industry === '非煤矿山') n += 2
  return n
}
