import type { Moment, YearWord } from './anchors.ts'
import { CN_DIGITS, readNumber } from './numbers.ts'

/* How terms are printed. Each rule reads one way of it; what they mean in days is `anchors.ts`. */

const YEAR = `(?:(?<y>20\\d{2}|二[〇○零][${CN_DIGITS}]{2}|(?<!\\d)2\\d(?=年[\\d一二三四五六七八九十]))年(?:度)?(?:的)?|(?<r>今年|本年(?!度)|明年|当年|(?<![\\d一二三四五六七八九十几])次年|翌年|来年))?`
const M = '(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])'
const MONTH = `(?<m>${M}|本|当|次|下)月(?:份)?`
const D = '(?:3[01]|[12]\\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])'
const WEEKDAY = '(?:（(?:星期|周|礼拜)[一二三四五六日天]）)?'
const CLOCK = '(?:[上下]午)?(?:(?:[01]?\\d|2[0-4])(?:[:：时点][0-5]?\\d?分?)|零时|下班)?'
const DAY = `(?<d>${D})[日号]${WEEKDAY}${CLOCK}`
const BEFORE = '(?:之前|以前|前|止)'
const TO = '(?:至|到|—+|-|~)'
const DONE =
  '(?:要|必?须|应当?|力争|计划|将|确保|务必|全部|基本|全面|各|均|组织)*(?:完成|实现|建成|达到|达|取得|形成|建立|结束|启用|投用|销号|开展|对|通报|组织|全部)'

export interface Rule {
  re: RegExp
  /** a text without this cannot match */
  needs: string | RegExp
  /** null: not a time expression at all, to be read by others; `none`: a time, but no term */
  read: (hit: Groups, look: Look) => Found | 'none' | null
}
export type Groups = Record<string, string | undefined>
export interface Found {
  moments: Moment[]
  inferred?: boolean
  /** the year word of the end of a span */
  year?: YearWord
}
export interface Look {
  isTerm: boolean
  before: string
  after: string
}

export const num = (printed: string | undefined): number => readNumber(printed ?? '') ?? 0
const monthOf = (printed: string | undefined): number | 'this' | 'next' =>
  printed === '本' || printed === '当' ? 'this' : printed === '次' || printed === '下' ? 'next' : num(printed)
const day = (month: number | 'this' | 'next' | 'quarter', d: number | 'end', inferred = false): Found => ({
  moments: [{ kind: 'day', month, day: d }],
  inferred,
})
const yearEnd = (inferred = false): Found => ({ moments: [{ kind: 'year-end' }], inferred })

const DONE_NEXT = new RegExp(`^，?${DONE}`)
/**
 * A day or month with something to do behind it ("5月22日盖章报县局", "三季度再建3500个"): a term as well. What only
 * names a day goes on otherwise (的, 起, 以来, a list, the end of the clause).
 */
const ACTS =
  /^(?:，(?=[^，。；]{1,14}(?:完成|公布|召开|报送|上报|印发|组织|清理|整治|验收|总结|清零|建成|开展))|(?:县|市|区|镇|市级|县级|区级|各[^，。；]{1,6}|由[^，。；]{2,12})?(?:再|共|各|均|先|集中|统一|逐步|全面|基本|陆续|全部|须|应|要|将)*(?:[\u3400-\u9fff](?![的起])){2})/
const NAMES =
  /^(?:的|起|以来|以后|之后|后|始|至|到|—|-|、|和|及|与|期间|中|份的|份以来|发生|下发|印发的|发布的|通过|施行|实施|生效|通报的|排查出|查出|当天|为|是|举行|在|上线试|启动|凌晨|上午|下午|晚|早|[（(])/
const acts = (look: Look): boolean =>
  ACTS.test(look.after) && !NAMES.test(look.after) && !/(?:自|从|据|截至|[“《])$/.test(look.before)
const COMMA_OR_DONE = new RegExp(`^[，对]|^${DONE}`)
/** "上半年，…", "上半年所有矿山…": the term stands alone at the start of a clause */
const CLAUSE_START = /(?:^|[，。；：、])$/
const SUBJECT_BEFORE =
  /(?:局|办|队|委|企业|单位|部门|乡镇|各镇|镇|街道|人员|园区|中心|全部|应|要|将|须|于|在|计划|拟|力争|确保|务必)$/
const NOT_A_TERM =
  /^(?:的|工作|以来|已|共|累计|全[县市省区]共|各|情况|经济|生产|历来|是|全[县市区镇](?!完成|建成|实现)|期间|执法|检查计划|目标|度)/
const COUNTED_NEXT = /^(?:至少|不少于|不得少于|不低于|不超过|不得超过|最多|累计)?[^，。；]{0,6}\d+次/
/** "6月25日和12月25日前各报一次", "分别于7月5日、11月5日前": each day of the list is one */
const LISTED = new RegExp(
  `^(?:[、和及](?:${M}月)?${D}[日号])+(?:之前|以前|前)|^[、和及]${M}月${D}[日号](?:各|分别)`,
)
const UNTIL = /(?:截至|截止到?|至|到|不[得能]?[晚迟]于|限于?|时限：|时间：)$/
/** what a month or a third of a month is followed by when something is due in it */
const IN_IT = /^(?:，|对|由|组织|开展|进行|再|编制|印发|召开|启动|前往|报|上报|公布|公示|通报)/

const HALVES: Record<string, number> = { 上半年: 6, 下半年: 12 }
const QUARTER = /(?:前)?([一二两三四1-4])(?:个)?季度/
const endOfQuarter = (printed: string): number => num(QUARTER.exec(printed)?.[1]) * 3
const FIVE_YEARS: Record<string, number> = { 十三五: 2020, 十四五: 2025, 十五五: 2030, 十六五: 2035 }
const thirdEnds = (third: string): number | 'end' => (third === '上旬' ? 10 : third === '中旬' ? 20 : 'end')

const ISSUED =
  '(?:自?即日起|(?:自|从)?(?:本|该)?(?:通知|方案|文件|意见|办法|通报|要点|清单|公告)?(?:(?:印发|下发|发布|公布|发文|收到|接到)(?:本)?(?:通知|方案|文件|意见)?之?日?(?:起|后)|(?:印发|下发|发布|公布)之日起))'
const LENGTH = `(?<n>\\d{1,3}|[一二两三四五六七八九十]{1,3}|半)(?<u>个工作日|工作日|个自然日|自然日|个月|个?半?月|日|天|周|个?星期|年)`

function after(hit: Groups): Extract<Moment, { kind: 'after' }> | null {
  const n = num(hit.n)
  const unit = hit.u ?? ''
  const from = hit.m ? { from: { month: num(hit.m), day: num(hit.d) } } : {}
  if (unit.includes('工作日')) return { kind: 'after', amount: n, unit: 'working-day', ...from }
  if (unit.endsWith('月')) {
    const half = hit.n === '半' || unit.includes('半')
    return half
      ? { kind: 'after', amount: 15, unit: 'day', ...from }
      : { kind: 'after', amount: n, unit: 'month', ...from }
  }
  if (unit === '年') return { kind: 'after', amount: n * 12, unit: 'month', ...from }
  const days = /周|星期/.test(unit) ? 7 : 1
  return { kind: 'after', amount: n * days, unit: 'day', ...from }
}

/** Ordered: where two begin at one place, the longer one holds. Groups: y, r (year), m, d, and e… for the end of a span. */
export const TIME_RULES: Rule[] = [
  // 自印发之日起30日内, 印发后10个工作日内
  {
    re: new RegExp(`${ISSUED}(?:的)?${LENGTH}(?:之|以)?内`, 'g'),
    needs: '内',
    read: (hit) => {
      const moment = after(hit)
      return moment && { moments: [moment] }
    },
  },
  // 自本办法施行之日起60日内
  {
    re: new RegExp(
      `(?:自|从)?(?:本|该)(?:办法|规定|细则|方案|制度|条例)(?:施行|实施|执行|生效)之日起${LENGTH}(?:之|以)?内`,
      'g',
    ),
    needs: '内',
    read: (hit) => {
      const moment = after(hit)
      return moment && { moments: [{ ...moment, from: 'effective' }] }
    },
  },
  // 各乡镇三日内…: no event is named, so the paper itself is
  {
    re: new RegExp(
      `(?<=各(?:乡镇|镇|乡|单位|部门|企业|街道|有关单位|成员单位)(?:要|应|须)?(?:在|于)?)${LENGTH}(?:之|以)?内`,
      'g',
    ),
    needs: '内',
    read: (hit) => {
      const moment = after(hit)
      return moment && { moments: [moment], inferred: true }
    },
  },
  // 9月20日现场会召开后10日内
  {
    re: new RegExp(
      `(?<m>${M})月(?<d>${D})日[^，。；]{2,16}(?:召开|结束|举行|完成|闭幕|发布|印发)之?后${LENGTH}(?:之|以)?内`,
      'g',
    ),
    needs: '后',
    read: (hit) => {
      const moment = after(hit)
      return moment && { moments: [moment], inferred: true }
    },
  },
  // 2024年3月至2026年12月, 3月1日至3月31日, 7—9月, 即日起至4月30日: the last day counts
  {
    re: new RegExp(
      `(?:${YEAR}${MONTH}(?:(?<d>${D})[日号]${WEEKDAY})?|${YEAR.replaceAll('<y>', '<y2>').replaceAll('<r>', '<r2>')}(?<m2>${M})|(?:自|从)?(?:即日|现在|印发之日))(?:起|开始)?${TO}(?:(?<ey>20\\d{2}|2\\d)年|(?<er>次年|明年|翌年|来年|今年|当年))?(?:(?<em>${M})月(?:份)?)?(?:(?<ed>${D})[日号]${WEEKDAY}${CLOCK}|(?<eb>[底末])|(?<et>上旬|中旬|下旬))?(?:${BEFORE})?`,
      'g',
    ),
    needs: /[至到—~-]/,
    // 森林防火期（3月1日—5月31日）: a season
    read: (hit, look) => (SEASON.test(look.before) ? 'none' : readSpan(hit)),
  },
  // 4月、7月、10月的10日前
  {
    re: new RegExp(`${YEAR}(?<ms>(?:${M}月?[、和])+${M})月的?(?:每月)?(?<d>${D})[日号](?:${BEFORE})`, 'g'),
    needs: '月',
    read: (hit) => ({
      moments: (hit.ms ?? '')
        .split(/[、和]/)
        .map((m) => ({ kind: 'day', month: num(m.replace('月', '')), day: num(hit.d) })),
    }),
  },
  // 一、三季度末; 4、8月底前
  {
    re: new RegExp(
      `${YEAR}(?<qs>(?:[一二三四1-4][、和])+[一二三四1-4])季度[底末](?:${BEFORE})?(?=各|分别|，?(?:分|报|开|完|组))`,
      'g',
    ),
    needs: '季',
    read: (hit) => ({
      moments: (hit.qs ?? '').split(/[、和]/).map((q) => ({ kind: 'day', month: num(q) * 3, day: 'end' })),
    }),
  },
  // 7月、8月末分别通报
  {
    re: new RegExp(`${YEAR}(?<ms>(?:${M}月?[、和])+${M})月[底末](?:${BEFORE})?(?=各|分别)`, 'g'),
    needs: '月',
    read: (hit) => ({
      moments: (hit.ms ?? '')
        .split(/[、和]/)
        .map((m) => ({ kind: 'day', month: num(m.replace('月', '')), day: 'end' })),
    }),
  },
  {
    re: /(?<y>20\d{2})[.\-/](?<m>1[0-2]|0?[1-9])[.\-/](?<d>3[01]|[12]\d|0?[1-9])(?!\d)(?<b>之前|以前|前|止)?/g,
    needs: '20',
    read: (hit, look) =>
      hit.b || look.isTerm || UNTIL.test(look.before) ? day(num(hit.m), num(hit.d)) : 'none',
  },
  // 5.20前
  {
    re: /(?<![\d.])(?<m>1[0-2]|[1-9])\.(?<d>3[01]|[12]\d|0?[1-9])(?![\d.%])(?<b>之前|以前|前|止)?/g,
    needs: '.',
    read: (hit, look) =>
      hit.b || look.isTerm || DONE_NEXT.test(look.after) ? day(num(hit.m), num(hit.d)) : null,
  },
  {
    re: new RegExp(`${YEAR}${MONTH}${DAY}(?<b>${BEFORE}|内)?`, 'g'),
    needs: '月',
    read: (hit, look) => {
      const due =
        hit.b ||
        look.isTerm ||
        UNTIL.test(look.before) ||
        TIMED.test(look.before) ||
        LISTED.test(look.after) ||
        /^(?:各|分别)(?=报|送|开|组)/.test(look.after) ||
        DONE_NEXT.test(look.after)
      const alone =
        CLAUSE_START.test(look.before) &&
        /^，[^，。；]{0,8}(?:完成|公布|召开|报送|上报|印发|启动|组织)/.test(look.after)
      return due || alone || acts(look) ? day(monthOf(hit.m), num(hit.d), !due && !alone) : 'none'
    },
  },
  {
    re: new RegExp(`${YEAR}${MONTH}(?:月)?[底末](?:${BEFORE})?`, 'g'),
    needs: '月',
    read: (hit) => day(monthOf(hit.m), 'end'),
  },
  {
    re: new RegExp(`${YEAR}${MONTH}(?<t>上旬|中旬|下旬)(?<b>${BEFORE})?`, 'g'),
    needs: '月',
    read: (hit, look) =>
      hit.b ||
      look.isTerm ||
      DONE_NEXT.test(look.after) ||
      IN_IT.test(look.after) ||
      UNTIL.test(look.before) ||
      acts(look)
        ? day(monthOf(hit.m), thirdEnds(hit.t ?? ''))
        : 'none',
  },
  // "6月前" is before June begins
  {
    re: new RegExp(`${YEAR}${MONTH}${BEFORE}(?<w>（含[^）]{1,4}）)?`, 'g'),
    needs: '月',
    read: (hit) => {
      const m = monthOf(hit.m)
      if (hit.w) return day(m, 'end')
      return typeof m === 'number' ? day(m - 1, 'end', true) : 'none'
    },
  },
  {
    re: new RegExp(`${YEAR}${MONTH}(?<b>内)?`, 'g'),
    needs: '月',
    read: (hit, look) => {
      // 本月工作情况: no term
      if (/[本当次下]/.test(hit.m ?? '') && !hit.b && !look.isTerm) return 'none'
      const done = DONE_NEXT.test(look.after) || /^，?(?:再|由|召开|组织开展|印发|公布)/.test(look.after)
      const named = /（$/.test(look.before) && /^）/.test(look.after)
      const begins = CLAUSE_START.test(look.before) || SUBJECT_BEFORE.test(look.before)
      const clear = hit.b || look.isTerm || done || named || (begins && acts(look))
      return clear ? day(monthOf(hit.m), 'end', !look.isTerm && !named) : 'none'
    },
  },
  {
    re: new RegExp(
      `${YEAR}(?:(?<!\\d)年[底末终]|(?<=年)[底末]|岁末(?!年初))(?!年初|岁尾)(?<b>${BEFORE})?`,
      'g',
    ),
    needs: /年[底末终]|岁末/,
    read: (hit, look) => {
      // 每年年底: a rhythm
      if (/每年度?$/.test(look.before)) return 'none'
      const due = hit.b || look.isTerm || hit.y || hit.r || /[到至于在]$/.test(look.before)
      const said =
        COMMA_OR_DONE.test(look.after) || /^(?:设|建|实|组|召|开|由|对|前|各|公|接|全)/.test(look.after)
      const reached = CLAUSE_START.test(look.before) && REACHED.test(look.after)
      return (due || said || reached || SUBJECT_BEFORE.test(look.before)) &&
        !/^(?:的|考核|评|奖|总结会|完成情况)/.test(look.after)
        ? yearEnd()
        : 'none'
    },
  },
  {
    re: new RegExp(
      `${YEAR}(?<h>上半年|下半年|前[一二两三四1-4]个?季度|第?[一二三四1-4]季度)(?<e>[底末])?(?<b>${BEFORE}|内)?`,
      'g',
    ),
    needs: /[上下]半年|季度/,
    read: (hit, look) => {
      const printedEnd = hit.e || hit.b || /^前/.test(hit.h ?? '')
      if (/[每按、]$/.test(look.before) && !printedEnd) return 'none'
      const alone = CLAUSE_START.test(look.before) || SUBJECT_BEFORE.test(look.before) || hit.r !== undefined
      const term =
        (/其中$/.test(look.before) && /^(?:不少于|至少|完成)/.test(look.after)) ||
        printedEnd ||
        look.isTerm ||
        DONE_NEXT.test(look.after)
      if (!term && !(alone && !NOT_A_TERM.test(look.after))) return 'none'
      const quarter = QUARTER.test(hit.h ?? '')
      return day(quarter ? endOfQuarter(hit.h ?? '') : (HALVES[hit.h ?? ''] ?? 12), 'end')
    },
  },
  {
    re: new RegExp(`本季度(?:[底末])?(?<b>${BEFORE}|内)`, 'g'),
    needs: '季',
    read: () => day('quarter', 'end'),
  },
  {
    re: new RegExp(`${YEAR}(?:年内|(?<=20\\d{2}年)(?:度)?内|本年度内|(?<=[今本当]年)(?:度)?内)`, 'g'),
    needs: '年',
    read: (_hit, look) =>
      /[半每近一二两三四五\d]$/.test(look.before) || COUNTED_NEXT.test(look.after) ? null : yearEnd(),
  },
  // 三年内: the plan's own year is the first
  {
    re: /(?<![近前每续—\-~至\d])(?<n>[二两三四五2-5])年(?:之)?内/g,
    needs: '年',
    read: (hit, look) =>
      /(?:最近|过去|连续|曾|查清|每)$/.test(look.before) ||
      /^(?:未|没有|无|曾|发生|已|累计|的|有|各类|可|免|不得|不予)/.test(look.after)
        ? null
        : { moments: [{ kind: 'year-end', years: num(hit.n) }], inferred: true },
  },
  {
    re: new RegExp(`${YEAR}(?<f>国庆|五一|元旦)(?:节|假期|劳动节)?(?:之)?前`, 'g'),
    needs: '前',
    read: (hit) => (hit.f === '国庆' ? day(9, 'end') : hit.f === '五一' ? day(4, 'end') : yearEnd()),
  },
  // 到“十五五”末
  {
    re: /(?:到|至)?“?(?<p>十[三四五六]五)”?(?<b>末|期间|期末)/g,
    needs: '五',
    read: (hit, look) =>
      hit.b !== '期间' || /^(?:，|新建|建成|完成|实现|全|力争|再)/.test(look.after)
        ? { ...yearEnd(hit.b === '期间'), year: FIVE_YEARS[hit.p ?? ''] ?? null }
        : 'none',
  },
  // 2024年至2026年 is how long a plan runs
  { re: /20\d{2}年?(?:至|到|—+|-|~)20\d{2}年(?!\d|底|末|年)/g, needs: '年', read: () => 'none' },
  // a bare year: only where it plainly is the term of a result or of a yearly list
  {
    re: /(?<y>20\d{2})年(?:度)?/g,
    needs: '年',
    read: (_hit, look) => {
      const term = look.isTerm || DONE_NEXT.test(look.after) || /(?:到|至)$/.test(look.before)
      const list =
        /(?:制定|编制|下达)[^，。；]{0,20}$/.test(look.before) &&
        /^[^，。；]{0,14}(?:清单|计划|方案|要点)/.test(look.after)
      return term || list ? yearEnd(true) : 'none'
    },
  },
]
/** 年末监测系统累计接入不少于18家, 年底录入率由97%提高到99%以上 */
const REACHED =
  /^(?![^，。；]*(?:已|了|的$))[^，。；]{2,16}(?:不[少低]于|至少|[提升降压][^，。；]{0,3}[到至]|达到?|覆盖|实现|完成)/
const SEASON = /(?:防火|汛|灌溉|采暖|禁渔|生长|保护)期内?（[^）]*$/
/** "完成时限：6月30日", "于6月30日下班前" */
const TIMED = /(?:时限|时间|期限|截止)[^，。；]{0,4}[：:]$/

function readSpan(hit: Groups): Found | 'none' | null {
  const months = hit.em !== undefined
  // "3—5人", "一至二级": no times
  if (hit.m2 !== undefined && !months) return null
  if (!months && !hit.ed && !hit.ey) return null
  if (hit.em === undefined && hit.ed === undefined) return 'none'
  const word = hit.ey ? yearNumber(hit.ey) : hit.er ? relative(hit.er) : null
  const end = hit.ed ? num(hit.ed) : hit.et ? thirdEnds(hit.et) : 'end'
  const month = hit.em ? num(hit.em) : monthOf(hit.m)
  // 11月至3月 runs into the next year
  const turns = !word && typeof month === 'number' && month < num(hit.m ?? hit.m2)
  return { ...day(month, end), ...(word || turns ? { year: word ?? 'next' } : {}) }
}

export const relative = (printed: string): YearWord => (/^(?:明|次|翌|来)年/.test(printed) ? 'next' : 'this')
export const yearNumber = (printed: string): number =>
  printed.length === 2 ? 2000 + num(printed) : num(printed)
