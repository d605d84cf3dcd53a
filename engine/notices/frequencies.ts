import { bound, LEADS, leadBefore } from './comparators.ts'
import type { Comparator } from './model.ts'
import { CN_NUMERAL, readNumber } from './numbers.ts'
import type { Span } from './sentences.ts'

export interface Recurrence extends Span {
  /** where the words of the period end: 每两个月|通报一次 */
  wordEnd: number
  period: string | null
  times: number | null
  comparator: Comparator
}

const PERIODS: Record<string, string> = {
  日: 'P1D',
  天: 'P1D',
  周: 'P1W',
  星期: 'P1W',
  旬: 'P10D',
  月: 'P1M',
  月份: 'P1M',
  季: 'P3M',
  季度: 'P3M',
  半年: 'P6M',
  年: 'P1Y',
  年度: 'P1Y',
  半年度: 'P6M',
  月度: 'P1M',
  半月: 'P15D',
  半个月: 'P15D',
  双周: 'P2W',
  双月: 'P2M',
}
const UNIT = '(日|天|星期|周|旬|半个?月|月份?|季度?|半年|年度?)'
const COUNT = `(?<!上)(\\d{1,3}|[${CN_NUMERAL}]{1,3})(?:[—\\-~至到](\\d{1,3}|[${CN_NUMERAL}]{1,3}))?(?:场次|轮次|次|轮|遍|场|期|回|堂|节)`

const EVERY = new RegExp(`(?<!第)每(?:个|隔)?([二两三四五六十2-9](?:个)?|[1-9]\\d)?${UNIT}`, 'g')
const MONTH_NO = '1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九]'
const DAY_NO = `(?:[1-3]?\\d|[${CN_NUMERAL}]{1,3})`
/** The day of every period: 25日前, 第一个工作日, 首月10日前, 末月20日前, 底前, 五前; 3月、9月 of every year. */
const DAY_OF = new RegExp(
  `^(?:的)?(?:(?:(?:${MONTH_NO})月(?:份)?[、和及]?){1,4}(?:${DAY_NO}[日号]|[底末])?|(?:首月|末月|第[一二三]个?月|[末底](?:月)?)?(?:的)?(?:${DAY_NO}[日号]?(?:[、和及]${DAY_NO}[日号])+|${DAY_NO}[日号]|第?[一二三四五六七八九十]+个?工作日|[底末初]|[一二三四五六日天](?=[前上下]|，|\\d{1,2}[时点：:])))(?:[上下]午)?(?:\\d{1,2}[时点：:]\\d{0,2})?(?:之前|以前|前)?(?:（[^）]{1,12}）)?`,
)
/** 按月, 逐季: only as adverbs of a duty */
const BY =
  /(?:按|逐)(月|季度?|半年|年度?|周|旬|日)(?=[\u3400-\u9fff])(?!度?(?:计划|目标|序时|进度|方案)|[份初薪租计均龄产]|年)/g
/** 周调度、月通报、季考核: each word is a rhythm */
const SHORT =
  /(?<=[“”、，。；：和及与行立持行照按施]|^|制度)(日|周|旬|双周|半月|月|双月|季|季度|半年|年)(?:度)?(调度|通报|报告制?|研判|考核|例会|会商|点评|分析|总结|评估|督查|巡查|检查|排查|推进|报表|自查|演练|汇总|更新|公示|碰头|讲评|例检|抽查|抽考|检测)(?!计划|情况|办法|细则|方案|结果|表|工作|组|报告|要点)/g
/** 一年一修订, 一季一训, 一天两巡, 两年一评; 天天, 逢周五 */
const EACH =
  /(?<![\d第])(一|两|二|三|每)(天|日|周|旬|个?月|季度?|年)(?:度)?(一|二|两|三|四)(?=[修评换审训检考巡练测查报议讲研调清会演督核小](?!定(?!期)))/g
/** 每天早晚各播一次, 每年春秋各一次 */
const PARTS = /^(早中晚|早晚|春秋|春夏秋冬|冬春|夏秋)(?:两季|季)?各/
const HALF_YEARLY = /半年一(?=[考评检练训审查总报通])/g
const DAILY = /季度?末\d{1,2}[日号]前|天天|逢周[一二三四五六日]|月度(?=[^，。；]{1,10}(?:次月|一次))/g
/** 双月召开一次, 单月检查一次 */
const EVEN = new RegExp(
  `(?<![\\d年])(双月|单月|双周)(?=[^，。；]{0,12}?(?:${COUNT}|召开|调度|通报|检查))`,
  'g',
)
/** 上下半年各开展一次 */
const HALVES = new RegExp(`上[、和]?下半年(?:各|分别)[^，。；]{0,8}?${COUNT}`, 'g')
/** 全年不少于4次, 一年内至少1次, 半年一次, 一季度一次 */
const WITHIN = new RegExp(
  `(?:全年|年内|一年内?|(?<!上|下)半年内?|一季度|一个?月|半个?月|([二两三])年)(?:累计)?(?=(?:${LEADS})?[^，。；、每]{0,8}?${COUNT})`,
  'g',
)
const REGULAR = /(?<!不)定期(?!限|存|间|检验|报废)/g
const ALWAYS = /常态化(?:地)?(?=开展|组织|进行|实施)/g
/** 制定年度执法计划: made anew every year */
const YEARLY_PLAN = /年度(?=[^，。；]{0,12}(?:计划|清单|要点))/g
/** 报送月度、季度、半年度和年度报告 */
const REPORTS =
  /(?:报送|上报|提交|编制|编写|形成)[^，。；]{0,30}?((?:(?:月度?|季度|半年度?|年度)[、和及]){1,3}(?:月度|季度|半年度?|年度))(?=[^，。；]{0,4}(?:报告|报表|总结|分析))/g
const MADE = /(?:制定|编制|下达|拟定)[^，。；]{0,24}$/
/** 年度演练计划自印发之日起30日内报送区安委会办公室 */
const OWED =
  /^年度[^，。；的情]{0,10}(?:计划|清单|要点)(?!情况|执行|完成)[^，。；的]{0,20}(?:报送|上报|报备|备案|报[省市县区局])/

const FOLLOWING = new RegExp(`^([^，。；]{0,28}?)${COUNT}(以上|以内)?`)

const MAY_RECUR = /[每按逐年月季周旬日天]|定期|常态化/

/** A rhythm whose words stand in [start, end): so many times a period. */
const rhythm = (start: number, end: number, period: string, times = 1, wordEnd = end): Recurrence => ({
  start,
  end,
  wordEnd,
  period,
  times,
  comparator: '=',
})

/** Finds 每季度至少开展1次, 每月, 每半年更新一次, 定期 … A count belongs to it while no other period stands between. */
export function findRecurrences(text: string): Recurrence[] {
  if (!MAY_RECUR.test(text)) return []
  return withoutOverlap([...everyPeriod(text), ...shortForms(text), ...spokenForms(text), ...vague(text)])
}

const NO_DUTY_BEFORE = /频次(?:提高|增加|加密)?[至到为]$|延长[至到为]$|(?:操作证|证书)$/

/** 提高检查频次至每月2次, 操作证每3年复审一次: what follows on something, what holds of a certificate. */
export const isNobodys = (text: string, { start }: Span): boolean =>
  NO_DUTY_BEFORE.test(text.slice(Math.max(0, start - 8), start))

/** 每季度…, 全年不少于4次, 上下半年各一次, 双月 */
function everyPeriod(text: string): Recurrence[] {
  const out: Recurrence[] = []
  for (const hit of text.matchAll(EVERY)) {
    const end = hit.index + hit[0].length
    const after = text.slice(end, end + 24)
    // 根据每季度开展的会商: somebody else's rhythm
    const borrowed = /(?:根据|依据|结合|参照)$/.test(text.slice(Math.max(0, hit.index - 2), hit.index))
    if (borrowed && /^[^，。；]{1,14}的/.test(after)) continue
    // 每月200元: how much, not how often
    if (/^(?:不[高低]于|不超过|补助|按|各)?\d+(?:\.\d+)?万?元/.test(after)) continue
    if (/^(?:个|名|家|处|座|人)/.test(after) && hit[2] !== '年' && hit[2] !== '月') continue
    if (WINDOW.test(after)) continue
    const lead = leadBefore(text, hit.index)
    out.push(
      every(text, hit.index - lead.length, end, multiply(PERIODS[hit[2] ?? ''] ?? 'P1Y', hit[1]), lead),
    )
  }
  for (const hit of text.matchAll(EVEN))
    out.push(counted(text, hit.index, hit.index + hit[0].length, hit[1] === '双周' ? 'P2W' : 'P2M', ''))
  for (const hit of text.matchAll(HALVES)) {
    const found = rhythm(hit.index, hit.index + hit[0].length, 'P6M', readNumber(hit[1] ?? '') ?? 1)
    out.push({ ...found, comparator: bound(BOUND.exec(hit[0])?.[0] ?? '', '', 1) })
  }
  for (const hit of text.matchAll(WITHIN)) {
    if (SUFFERED.test(text.slice(hit.index + hit[0].length, hit.index + hit[0].length + 24))) continue
    const period = multiply(WITHIN_PERIODS.find(([word]) => hit[0].includes(word))?.[1] ?? 'P1Y', hit[1])
    out.push(counted(text, hit.index, hit.index + hit[0].length, period, ''))
  }
  return out
}

/** 每月1日至15日为“企业安静期”: when something is, not how often */
const WINDOW =
  /^的?\d{1,2}[日号]?(?:至|到|—|-)(?:次月)?\d{1,2}[日号](?:为|是|作为|定为)[^，。；]{0,10}(?:期|窗口|时段)/
/** 半年内被查处两次的企业: what befell somebody */
const SUFFERED = /^(?![^，。；]*(?:不[少超低得]|至少))(?:累计)?(?:被|受到?|因|发生|出现|违)/

const WITHIN_PERIODS: [string, string][] = [
  ['半年', 'P6M'],
  ['季', 'P3M'],
  ['半个月', 'P15D'],
  ['半月', 'P15D'],
  ['月', 'P1M'],
]

/** 周调度、月通报; 按月; 报送月度、季度报告; 制定年度计划 */
function shortForms(text: string): Recurrence[] {
  const out: Recurrence[] = []
  for (const re of [SHORT, BY])
    for (const hit of text.matchAll(re))
      out.push(rhythm(hit.index, hit.index + hit[0].length, PERIODS[hit[1] ?? ''] ?? 'P1M'))
  for (const hit of text.matchAll(REPORTS)) {
    let at = hit.index + hit[0].lastIndexOf(hit[1] ?? '')
    for (const word of (hit[1] ?? '').split(/[、和及]/)) {
      out.push(rhythm(at, at + word.length, PERIODS[word] ?? 'P6M'))
      at += word.length + 1
    }
  }
  for (const hit of text.matchAll(YEARLY_PLAN))
    if (
      MADE.test(text.slice(Math.max(0, hit.index - 28), hit.index)) ||
      OWED.test(text.slice(hit.index, hit.index + 40))
    )
      out.push(rhythm(hit.index, hit.index + 2, 'P1Y'))
  return out
}

/** As it is said: 一季一训, 两年一评, 天天, 逢周五 */
function spokenForms(text: string): Recurrence[] {
  const out: Recurrence[] = []
  for (const hit of text.matchAll(EACH)) {
    const unit = hit[2] === '日' ? '天' : hit[2] === '个月' ? '月' : (hit[2] ?? '')
    const factor = hit[1] === '一' || hit[1] === '每' ? undefined : hit[1]
    const end = hit.index + hit[0].length + 1
    const period = multiply(PERIODS[unit] ?? 'P1Y', factor)
    out.push(rhythm(hit.index, end, period, readNumber(hit[3] ?? '') ?? 1, end - 2))
  }
  for (const hit of text.matchAll(HALF_YEARLY))
    out.push(rhythm(hit.index, hit.index + 4, 'P6M', 1, hit.index + 2))
  for (const hit of text.matchAll(DAILY)) {
    const period =
      hit[0] === '天天' ? 'P1D' : hit[0] === '月度' ? 'P1M' : hit[0].startsWith('季') ? 'P3M' : 'P1W'
    out.push(counted(text, hit.index, hit.index + hit[0].length, period, ''))
  }
  return out
}

/** 定期, 常态化: no period is named */
function vague(text: string): Recurrence[] {
  const out: Recurrence[] = []
  for (const re of [REGULAR, ALWAYS])
    for (const hit of text.matchAll(re)) {
      const before = text.slice(Math.max(0, hit.index - 30), hit.index)
      // 利用新媒体常态化开展: by what means, not how often
      if (/(?:利用|通过|依托|借助)[^，。；]*$/.test(before)) continue
      const end = hit.index + hit[0].length
      out.push({ start: hit.index, end, wordEnd: end, period: null, times: null, comparator: 'unspecified' })
    }
  return out
}

function counted(text: string, start: number, end: number, period: string, lead: string): Recurrence {
  const rest = text.slice(end, end + 64)
  const hit = FOLLOWING.exec(rest)
  // the count must not lie behind another period: "每年…，重点企业每半年1次"
  const reach = hit && !/[每按逐]/.test(hit[1] ?? '') ? hit : null
  if (!reach) return { start, end, wordEnd: end, period, times: 1, comparator: bound(lead, '', 1) }
  return {
    start,
    end: end + reach[0].length,
    wordEnd: end,
    period,
    times: readNumber(reach[2] ?? '') ?? 1,
    comparator: bound(lead || (BOUND.exec(reach[0])?.[0] ?? ''), reach[4] ?? '', 1),
  }
}

/** A period with the day of it that is printed ("每月25日前"), else with its count ("每季度至少一次"). */
function every(text: string, start: number, end: number, period: string, lead: string): Recurrence {
  const day = DAY_OF.exec(text.slice(end, end + 40))?.[0] ?? ''
  const parts = PARTS.exec(text.slice(end, end + 8))
  const plain = counted(text, start, end, period, lead)
  if (parts) return { ...plain, times: (plain.times ?? 1) * (parts[1] ?? '').length }
  if (day === '') return plain
  const days = period === 'P1Y' ? day.match(/月/g) : day.match(/\d(?=[日号]|[、和及])/g)
  // 每月第一个工作日，企业主要负责人带队检查一次
  const comma = text[end + day.length] === '，' ? 1 : 0
  const later = counted(text, start, end + day.length + comma, period, lead)
  const further =
    later.end > end + day.length + comma ? later : counted(text, start, end + day.length, period, lead)
  const each = /^各/.test(text.slice(end + day.length)) || (days?.length ?? 0) > 1
  const times = each ? Math.max(days?.length ?? 1, 1) * (further.times ?? 1) : (further.times ?? 1)
  return { ...further, times }
}

const BOUND = new RegExp(LEADS)

/** 每两个月 → P2M, 每三年 → P3Y */
function multiply(period: string, factor: string | undefined): string {
  const n = factor ? (readNumber(factor.replace('个', '')) ?? 1) : 1
  const hit = /^P(\d+)([DWMY])$/.exec(period)
  return hit ? `P${Number(hit[1]) * n}${hit[2]}` : period
}

function withoutOverlap(found: Recurrence[]): Recurrence[] {
  found.sort((a, b) => a.start - b.start || b.end - a.end)
  const out: Recurrence[] = []
  for (const f of found) if (f.start >= (out[out.length - 1]?.end ?? 0)) out.push(f)
  return out
}
