import { creditCodeCheck } from '../../fields/normal/credit-code.ts'
import { halfWidth } from '../../fields/normal/text.ts'

/*
 * Invented enterprises as a careless town would list them. The same seed gives the same firms and the same
 * mistakes, with the truth beside each row, so that an import can be judged.
 */

/** What is wrong with a row, beyond mere style. */
export type Defect =
  | 'wrong-check'
  | 'missing-code'
  | 'duplicate-code'
  | 'duplicate-row'
  | 'short-code'
  | 'impossible-date'
  | 'range-count'
  | 'unknown-town'
  | 'missing-name'
  | 'two-phones'

/** Defects that a person must correct before the row can be stored; what may be empty is left empty and asked. */
export const blocking: readonly Defect[] = ['unknown-town', 'missing-name']

/** The firm as it really is (null where the ledger leaves it out). */
export interface Firm {
  name: string | null
  creditCode: string | null
  town: string
  /** National code of the town, 9 digits. */
  townCode: string
  industry: string
  industryCode: string
  scale: '规上' | '规下'
  status: string
  head: string
  phone: string
  staff: number
  dustWorkers: number
  areas: string[]
  /** 'YYYY-MM-DD' */
  founded: string
  address: string
  level: string
  defects: Defect[]
}

/** A cell as it is typed: text, a number, or a real date. */
export type Typed = string | number | { date: string } | null

/** 16 towns of 泽州县 (140525) in the national order. */
export const towns: readonly [code: string, name: string][] = [
  '南村镇',
  '下村镇',
  '大东沟镇',
  '周村镇',
  '犁川镇',
  '晋庙铺镇',
  '金村镇',
  '高都镇',
  '巴公镇',
  '大阳镇',
  '山河镇',
  '大箕镇',
  '柳树口镇',
  '北义城镇',
  '川底镇',
  '南岭镇',
].map((name, i) => [String(140525100 + i), name])

/** Chance with a seed (mulberry32). */
export class Chance {
  private state: number
  constructor(seed: number) {
    this.state = seed >>> 0
  }
  /** 0 ≤ x < 1 */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }
  is(p: number): boolean {
    return this.next() < p
  }
  pick<T>(of: ArrayLike<T>): T {
    return of[Math.floor(this.next() * of.length)] as T
  }
}

const trades: readonly [industry: string, codes: string[], words: string[], areas: string[]][] = [
  [
    '冶金',
    ['3110', '3120', '3130', '3140'],
    ['炼铁', '钢铁', '铁合金', '轧钢'],
    ['金属冶炼', '煤气', '高温熔融金属'],
  ],
  ['有色', ['3216', '3240', '3252'], ['铝业', '铜材', '镁业'], ['金属冶炼', '粉尘涉爆']],
  ['建材', ['3011', '3021', '3031', '3041'], ['水泥', '混凝土', '砖瓦', '玻璃'], ['筒仓', '有限空间']],
  [
    '机械',
    ['3391', '3392', '3311', '3484'],
    ['铸造', '锻造', '机械', '管业'],
    ['粉尘涉爆', '喷涂', '高温熔融金属'],
  ],
  [
    '轻工',
    ['1310', '1431', '1371', '2110'],
    ['面粉', '食品', '肉业', '木业'],
    ['涉氨', '有限空间', '粉尘涉爆'],
  ],
  ['纺织', ['1711', '1751', '1810'], ['纺织', '服装', '丝绸'], ['粉尘涉爆']],
  ['商贸', ['5211', '5110', '5950'], ['商贸', '超市', '仓储'], []],
]
const brands = '恒鑫宏泰瑞盛金华兴永长福德晟汇锦同利安源达昌丰顺诚隆通益茂晖发和鼎康'
const surnames = '王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林郑'
const givenNames = '建国 志强 海军 卫东 晓东 文军 永红 建军 丽娟 秀英 俊杰 鹏飞 振华 立新 宏伟 爱民'.split(
  ' ',
)
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const statuses = ['在产', '在产', '在产', '在产', '在产', '停产', '长期停产停工', '关停', '新增']

/** Code number `n` of a county: valid, and different for every n below 31^5. */
function creditCode(n: number): string {
  let body = ''
  for (let i = 0, left = n; i < 5; i++, left = Math.floor(left / 31)) body = alphabet[left % 31] + body
  const first = `91140525MA0${body}T`
  return first + creditCodeCheck(first)
}

export interface FirmOptions {
  rows: number
  seed: number
  /** No defects and no careless writing: only the structure of the sheet is messy. */
  clean?: boolean
}

/** The firms, grouped by town as ledgers are. */
export function* firms(options: FirmOptions): Generator<Firm> {
  const c = new Chance(options.seed)
  const earlier: Firm[] = []
  for (let i = 0; i < options.rows; i++) {
    const [townCode, town] = towns[Math.floor((i / options.rows) * towns.length)] ?? ['140525100', '南村镇']
    const firm = oneFirm(c, i, townCode, town)
    const repeated = options.clean ? firm : spoil(c, firm, earlier)
    if (earlier.length < 500) earlier.push(repeated)
    else earlier[c.int(0, 499)] = repeated
    yield repeated
  }
}

function oneFirm(c: Chance, i: number, townCode: string, town: string): Firm {
  const [industry, codes, words, possible] = c.pick(trades)
  const areas = possible.filter(() => c.is(0.5))
  const staff = c.is(0.1) ? c.int(300, 3000) : c.int(3, 120)
  const founded = new Date(Date.UTC(1985, 0, 1) + c.int(0, 14_600) * 86_400_000).toISOString().slice(0, 10)
  const brand = c.pick(brands) + c.pick(brands)
  return {
    name: `示例${town.slice(0, -1)}${brand}${c.pick(words)}${c.pick(['有限公司', '有限责任公司', '厂', '（集团）有限公司'])}${i + 1}号`,
    creditCode: creditCode(i),
    town,
    townCode,
    industry,
    industryCode: c.pick(codes),
    scale: staff > 300 || c.is(0.15) ? '规上' : '规下',
    status: c.pick(statuses),
    head: c.pick(surnames) + c.pick(givenNames),
    phone: `1380000${String(c.int(0, 9999)).padStart(4, '0')}`,
    staff,
    dustWorkers: areas.includes('粉尘涉爆') ? c.int(1, Math.min(40, staff)) : 0,
    areas,
    founded,
    address: `泽州县${town}示例工业园${c.int(1, 99)}号`,
    level: c.is(0.3) ? '县级重点' : '乡镇级',
    defects: [],
  }
}

function spoil(c: Chance, firm: Firm, earlier: Firm[]): Firm {
  const roll = c.next()
  const other = earlier.length > 0 ? c.pick(earlier) : undefined
  let from = 0
  const within = (p: number) => {
    from += p
    return roll < from && roll >= from - p
  }
  if (within(0.02))
    return { ...firm, creditCode: spoiltCheck(firm.creditCode ?? ''), defects: ['wrong-check'] }
  if (within(0.02)) return { ...firm, creditCode: null, defects: ['missing-code'] }
  if (within(0.01) && other?.creditCode && other.defects.length === 0)
    return { ...firm, creditCode: other.creditCode, defects: ['duplicate-code'] }
  if (within(0.005) && other && other.defects.length === 0)
    return { ...other, town: firm.town, townCode: firm.townCode, defects: ['duplicate-row'] }
  if (within(0.005)) return { ...firm, defects: ['short-code'] }
  if (within(0.01)) return { ...firm, defects: ['impossible-date'] }
  if (within(0.005)) return { ...firm, defects: ['range-count'] }
  if (within(0.005)) return { ...firm, defects: ['unknown-town'] }
  if (within(0.003)) return { ...firm, name: null, defects: ['missing-name'] }
  if (within(0.01)) return { ...firm, defects: ['two-phones'] }
  return firm
}

const spoiltCheck = (code: string): string => {
  const next = alphabet[(alphabet.indexOf(code[17] ?? '0') + 7) % 31]
  return code.slice(0, 17) + next
}

/** ASCII letters and digits to full width: what some input methods leave behind. */
const fullWidth = (text: string): string =>
  text.replace(/[0-9A-Z]/g, (ch) => String.fromCharCode(ch.charCodeAt(0) + 0xfee0))

/** How the ledger's writer typed the firm, in the order of `titles` without 序号. */
export function typed(c: Chance, firm: Firm, clean = false): Typed[] {
  const has = (d: Defect) => firm.defects.includes(d)
  const careless = (p: number) => !clean && c.is(p)
  const code = has('short-code') ? (firm.creditCode?.slice(0, 17) ?? null) : firm.creditCode
  const name = careless(0.05) && firm.name ? `\u3000${firm.name.replace('有限', '有限\u00a0')} ` : firm.name
  return [
    name,
    code && careless(0.05) ? fullWidth(code) : code && careless(0.03) ? ` ${code.toLowerCase()}` : code,
    has('unknown-town') ? '某某街道办' : careless(0.03) ? `${firm.town} ` : firm.town,
    firm.industry,
    careless(0.5) ? Number(firm.industryCode) : firm.industryCode,
    careless(0.2) ? `${firm.scale}企业` : firm.scale,
    firm.status,
    careless(0.05) && firm.head.length === 2 ? `${firm.head[0]}\u3000${firm.head[1]}` : firm.head,
    has('two-phones')
      ? `${firm.phone}/0356-2021234`
      : careless(0.3)
        ? Number(firm.phone)
        : careless(0.05)
          ? fullWidth(firm.phone)
          : firm.phone,
    has('range-count')
      ? '5-10人'
      : careless(0.1)
        ? `${firm.staff}人`
        : careless(0.05)
          ? fullWidth(String(firm.staff))
          : firm.staff,
    firm.dustWorkers === 0 ? (careless(0.3) ? '无' : careless(0.3) ? null : 0) : firm.dustWorkers,
    firm.areas.length === 0 ? (careless(0.5) ? '/' : null) : firm.areas.join(careless(0.2) ? ',' : '、'),
    has('impossible-date')
      ? c.pick(['2015-2-30', '2016年4月31日', '2017.13.1'])
      : dateTyped(c, firm.founded, clean),
    careless(0.03) ? firm.address.replace('示例', '\n示例') : firm.address,
    firm.level,
  ]
}

const chineseDigits = '〇一二三四五六七八九'
function dateTyped(c: Chance, date: string, clean: boolean): Typed {
  const [y = '', m = '', d = ''] = date.split('-')
  const [mo, day] = [Number(m), Number(d)]
  const style = clean ? 0 : c.int(0, 20)
  if (style < 5) return { date }
  if (style < 9) return `${y}-${mo}-${day}`
  if (style < 12) return `${y}.${mo}.${day}`
  if (style < 15) return `${y}年${mo}月${day}日`
  if (style < 18) return Number(`${y}${m}${d}`)
  if (style < 20) return `${y}/${m}/${d}`
  const small = (n: number) =>
    n < 10
      ? chineseDigits[n]
      : `${n < 20 ? '' : chineseDigits[Math.floor(n / 10)]}十${n % 10 ? chineseDigits[n % 10] : ''}`
  return `${[...y].map((ch) => chineseDigits[Number(ch)]).join('')}年${small(mo)}月${small(day)}日`
}

/** Heading texts: the plain ones, and aliases as they occur in real ledgers. */
export const titles: readonly [plain: string, ...aliases: string[]][] = [
  ['企业名称', '单位名称', '企 业 名 称'],
  ['统一社会信用代码', '统一社会信用代码（工商注册号）', '社会信用代码'],
  ['所在乡镇', '所属乡镇', '乡镇'],
  ['行业类别', '行业分类', '所属行业'],
  ['国民经济行业代码', '行业代码', '国民经济分类'],
  ['规模', '规上/规下', '企业规模'],
  ['状态', '生产状态', '企业状态'],
  ['主要负责人', '主要负责人', '企业负责人'],
  ['联系电话', '主要负责人电话', '手机号码'],
  ['从业人员', '从业人数（人）', '职工总数(人)'],
  ['涉粉作业人数', '涉粉人数', '粉尘作业人数'],
  ['涉及领域', '涉及领域', '涉及重点领域'],
  ['成立日期', '成立时间', '成立日期：'],
  ['注册地址', '法人单位注册地址', '住所'],
  ['监管层级', '监管级别', '监管层级'],
]

/** For comparing names in tests: what any sane reading makes of the careless writing. */
export const sameName = (text: string): string => halfWidth(text).replace(/[\s\u00a0\u3000]/g, '')
