import { type Around, isWorkingRule, onlyNames } from './bystanders.ts'
import { bound, countComparator, isAtMost, isStrict, leadBefore, percentComparator } from './comparators.ts'
import { COUNTED, DURATION, LESSONS, MEASURED, POPULATION, RESULT_VERB } from './lexicon.ts'
import type { Comparator } from './model.ts'
import { NUMBER, readNumber, readShare, SHARE } from './numbers.ts'
import { BRACKETED, type Span } from './sentences.ts'

export interface Amount extends Span {
  role: 'target' | 'condition'
  value: number | [number, number]
  unit: string
  comparator: Comparator
  /** 全部, 所有, 全覆盖: stands for 100 % and gives way to a printed percentage beside it */
  universal?: 'clause' | 'section'
}

export interface AmountContext {
  mask: Uint8Array
  /** true where a period or a date was read already */
  taken: (at: number) => boolean
  /** true inside "对…的，" and the like */
  conditional: (at: number) => boolean
}

const POINTS = '个百分点|百分点|个点|点(?!多|左右|前|后|钟|[\\u3400-\\u9fff])'
const UNITS = `${POINTS}|%|‰|${DURATION}|${LESSONS}|${MEASURED}|(?:${COUNTED})(?<!部(?=门)|人(?=才))|级|倍|分(?![钟之类级工管析别配批])`
const RANGE = '(?:—+|-|~|至|到)'
const TAIL = '(及?以上|及?以下|以内|之内|内|左右|上下)?'
const AMOUNT = new RegExp(
  `(?<![\\d第.+A-Za-z])(${NUMBER})(?:(?:${UNITS})?${RANGE}(${NUMBER}))?(?:余|多)?(${UNITS})${TAIL}(（不含[^）]{1,8}）)?`,
  'g',
)
const SHARES = new RegExp(`(${SHARE})${TAIL}`, 'g')
/** 翻一番 is a growth of 100 % */
const DOUBLED = /翻(一|两|1|2)?番/g
const HALF_AN_HOUR = /半(?:个)?(小时|工作日|天|日|月|年)(以?内|之内)/g

const DURATION_UNIT = new RegExp(`^(?:${DURATION})$`)
const LESSON_UNIT = new RegExp(`^(?:${LESSONS})$`)
const MEASURED_UNIT = new RegExp(`^(?:${MEASURED})$`)
const POPULATION_NEXT = new RegExp(`^的?(?:${POPULATION})`)

const UNIVERSAL =
  /全覆盖|应([\u4e00-\u9fff])尽\1|(?<!健)全数(?![据字量])|悉数|一[家户座个项处人台]不[落漏少]|无一遗漏|全面覆盖|(?<!安)全部(?!门|责任|要素|职责)|(?<![场处住])所有(?![者权制限人])/g
const ZERO = /(?<!动态|[摸结厘])清零(?!行动|机制|攻坚|任务|工作|方案|[售件星散配])/g
const ROUND_THE_CLOCK = /^(?:内)?(?:不间断|在线|值班|值守|监控|监测|运行|畅通|(?:设|有)?专人|不断人)/

/** Targets and conditions of a text, in the order in which they are printed. */
export function findAmounts(text: string, context: AmountContext): Amount[] {
  const out: Amount[] = []
  // most paragraphs hold few of these: a short look saves the long one
  const found = (re: RegExp, needs: RegExp) => (needs.test(text) ? text.matchAll(re) : [])
  const free = (at: number) => (context.mask[at]! & ~BRACKETED) === 0 && !context.taken(at)
  // “全覆盖”, “清零”: a word alone in quotes is meant as it stands
  const quoted = (from: number, to: number) =>
    text[from - 1] === '“' &&
    text[to] === '”' &&
    !/^(?:行动|机制|攻坚|任务|工作|方案)/.test(text.slice(to + 1, to + 4))
  for (const hit of found(AMOUNT, /[\d〇零一二两三四五六七八九十百千万亿]/)) {
    if (!free(hit.index)) continue
    const amount = readAmount(text, hit, context.conditional(hit.index))
    if (amount) out.push(amount)
  }
  for (const hit of found(SHARES, /分之|百分百|成|一半/)) {
    const value = readShare(hit[1] ?? '')
    if (value === null || !free(hit.index)) continue
    const lead = leadBefore(text, hit.index)
    const span = { start: hit.index - lead.length, end: hit.index + hit[0].length }
    const look = around(text, span.start, span.end)
    if (hit[1] === '一半' && !hit[2] && !lead) continue
    const share = percentage(look, span, value, '%', lead, hit[2] ?? '', context.conditional(hit.index))
    if (share) out.push(share)
  }
  for (const hit of found(DOUBLED, /番/)) {
    if (
      !free(hit.index) ||
      context.conditional(hit.index) ||
      /^的[^，。；]{1,8}，/.test(text.slice(hit.index + hit[0].length))
    )
      continue
    const value = /[两2]/.test(hit[1] ?? '') ? 300 : 100
    const span = { start: hit.index, end: hit.index + hit[0].length }
    out.push({ ...span, role: 'target', value, unit: '%', comparator: 'increase' })
  }
  for (const hit of found(HALF_AN_HOUR, /半/)) {
    if (!free(hit.index)) continue
    const span = { start: hit.index, end: hit.index + hit[0].length }
    const days = hit[1] === '月'
    out.push({
      ...span,
      role: 'condition',
      value: days ? 15 : 0.5,
      unit: days ? '日' : (hit[1] ?? ''),
      comparator: '<=',
    })
  }
  for (const hit of found(UNIVERSAL, /全|悉数|一[家户座个项处人台]|无一|应[\u4e00-\u9fff]尽|所有/)) {
    const span = { start: hit.index, end: hit.index + hit[0].length }
    if (!(free(hit.index) || quoted(span.start, span.end)) || context.conditional(hit.index)) continue
    // 鼓励…应接尽接 and 愿意联网的应接尽接 ask nothing of all; “应储尽储”原则; 应接尽接，全部接入 is said once
    if (
      hit[1] &&
      (/鼓励|支持|愿意?|有条件|条件(?:具备|成熟)|具备条件/.test(
        text.slice(Math.max(0, span.start - 24), span.start),
      ) ||
        !free(hit.index) ||
        /^，?全/.test(text.slice(span.end)))
    )
      continue
    const universal = hit[0].startsWith('全') && hit[0] !== '全部' ? 'section' : 'clause'
    out.push({ ...span, role: 'target', value: 100, unit: '%', comparator: '=', universal })
  }
  for (const hit of found(ZERO, /清零/)) {
    const span = { start: hit.index, end: hit.index + hit[0].length }
    if (!(free(hit.index) || quoted(span.start, span.end)) || context.conditional(hit.index)) continue
    out.push({ ...span, role: 'target', value: 0, unit: '项', comparator: '=' })
  }
  out.sort((a, b) => a.start - b.start)
  return withoutCounted(text, withoutRestated(text, out))
}

function around(text: string, start: number, end: number): Around {
  const before = text.slice(Math.max(0, start - 40), start)
  const after = text.slice(end, end + 30)
  return { before: before.replace(/^.*[，。；！？]/s, ''), after: after.replace(/[，。；！？].*$/s, '') }
}

function readAmount(text: string, hit: RegExpExecArray, conditional: boolean): Amount | null {
  const [whole, first = '', second, unit = '', printedTail = '', without] = hit
  // 10人以下（不含10人）
  const tail = without && printedTail ? `${printedTail}不含` : printedTail
  const lead = leadBefore(text, hit.index)
  const from = readNumber(first)
  const to = second === undefined ? null : readNumber(second)
  if (from === null || (second !== undefined && to === null)) return null
  const span = { start: hit.index - lead.length, end: hit.index + whole.length }
  const look = around(text, span.start, span.end)
  const value: number | [number, number] = to === null ? from : [from, to]
  const chinese = !/\d/.test(first)
  const next = text.slice(span.end, span.end + 40)
  const given = { span, look, next, lead, tail, unit, value, conditional, chinese }
  if (unit === '级') return grade(given)
  if (unit === '%' || unit === '‰' || unit.endsWith('点')) {
    return percentage(look, span, value, unit.endsWith('点') ? '百分点' : unit, lead, tail, conditional)
  }
  if (unit === '倍') return multiple(given)
  if (unit === '分') return points(given)
  if (DURATION_UNIT.test(unit)) return duration(given)
  if (LESSON_UNIT.test(unit)) {
    return {
      ...span,
      role: conditional || saysWhich(look, lead) ? 'condition' : 'target',
      value,
      unit,
      comparator: bound(lead, tail, value),
    }
  }
  if (MEASURED_UNIT.test(unit)) return measure(given)
  return count(given)
}

interface Given {
  span: Span
  look: Around
  /** what stands behind the number, also beyond its clause */
  next: string
  lead: string
  tail: string
  unit: string
  value: number | [number, number]
  conditional: boolean
  chinese: boolean
}

/** 达三级标准化: a grade is a target only where it is to be reached. */
function grade({ span, look, value, conditional }: Given): Amount | null {
  const reached =
    /(?:达到?|创建|创成|取得|评定为)$/.test(look.before) && /标准/.test(look.before + look.after)
  // 一级或二级: either will do
  if (!reached || conditional || look.after.startsWith('或')) return null
  return { ...span, role: 'target', value, unit: '级', comparator: 'at-least-grade' }
}

/** 增长1.5倍 is a growth; "2倍" of something else is a way of comparing. */
function multiple({ span, look, lead, tail, value, conditional }: Given): Amount | null {
  const comparator = percentComparator(look.before.slice(-14), lead, tail, value)
  if (conditional || comparator !== 'increase') return null
  return { ...span, role: 'target', value, unit: '倍', comparator }
}

/** Points of a test are reached; points added or taken away are what follows. */
function points({ span, look, lead, tail, value, conditional }: Given): Amount | null {
  const comparator = bound(lead, tail, value)
  if (comparator === '=' || /(?:扣|加|减|计|得|记|满|总|总额|分值|得分)(?:至多|最多)?$/.test(look.before))
    return null
  // 予以加分，最高不超过3分: how much can be given
  if (isAtMost(lead) && /(?:最高|最多|至多|[累合总共]计|单项|每[项次])$/.test(look.before)) return null
  const role = conditional || saysWhich(look, lead) ? 'condition' : 'target'
  return { ...span, role, value, unit: '分', comparator }
}

/**
 * "断丝数达到总丝数10%的必须更换", "低于60分的重新培训", "超过50%的企业名单": a number before 的 says whom a rule means;
 * "不得少于24学时的规定" quotes one.
 */
const saysWhich = ({ after }: Around, lead: string): boolean =>
  /^的(?:一律|必须|立即|重新|予以|不得|应当|停|(?:有关)?规定)/.test(after) ||
  (isStrict(lead) && /^的(?!目标|要求|水平|任务)/.test(after))

function percentage(
  look: Around,
  span: Span,
  value: number | [number, number],
  unit: string,
  lead: string,
  tail: string,
  conditional: boolean,
): Amount | null {
  const near = look.before.slice(-14)
  // "占比超过30%的企业": whom it concerns, not what is to be reached
  const attributive =
    POPULATION_NEXT.test(look.after) && /(?:占|超过|不足|低于|高于)[^达]{0,6}$/.test(near + lead)
  // 权重由3%提高到5%: a weight of an assessment
  if (/权重|费率/.test(look.before)) return null
  const role = conditional || attributive || saysWhich(look, lead) ? 'condition' : 'target'
  return { ...span, role, value, unit, comparator: percentComparator(near, lead, tail, value) }
}

function duration({ span, look, lead, tail, unit, value, conditional }: Given): Amount | null {
  const plain = unit.replace(/^个/, '')
  if (value === 24 && unit === '小时' && ROUND_THE_CLOCK.test(tail + look.after)) {
    return { ...span, end: span.end - tail.length, role: 'target', value, unit: '小时/日', comparator: '=' }
  }
  // how long something lasts is set, unlike how soon something follows
  if (lead && !isStrict(lead) && /(?:时间|时长)(?:累计|合计|均)?$/.test(look.before))
    return {
      ...span,
      role: conditional ? 'condition' : 'target',
      value,
      unit: plain,
      comparator: bound(lead, tail, value),
    }
  const named =
    /^(?:有效期|有效|期满|届满)/.test(look.after) || /(?:连续|最近|近|有效期为?)$/.test(look.before)
  if (!lead && !tail && !named) return null
  return { ...span, role: 'condition', value, unit: plain, comparator: bound(lead, tail, value) }
}

const ASSIGNS = new RegExp(`(?:${RESULT_VERB})(?:了|好|出)?(?:不?少于|至少)?$`)

function measure({ span, look, lead, tail, unit, value, conditional }: Given): Amount | null {
  const comparator = bound(lead, tail, value)
  // 日降雨量达到50毫米以上时
  if (/^时/.test(look.after)) return { ...span, role: 'condition', value, unit, comparator }
  if (conditional || /以[上下]$/.test(tail) || isStrict(lead)) {
    if (ASSIGNS.test(look.before) && !conditional) return { ...span, role: 'target', value, unit, comparator }
    return { ...span, role: 'condition', value, unit, comparator }
  }
  if (ASSIGNS.test(look.before)) return { ...span, role: 'target', value, unit, comparator }
  return lead ? { ...span, role: 'condition', value, unit, comparator } : null
}

/** what is measured to say when a rule holds, not how much is to be done */
const LIMITS =
  /(?:雨量|气温|温度|水位|风力|浓度|容量|储量|面积|高度|深度|人数|数量|储存量|使用量|人员|规模|超过|达到|年龄|工龄|距离)(?:在|为|累计)?$|^(?:对|凡|如|若|当|遇)/
const DOES = new RegExp(`(?:${RESULT_VERB})[^，。；的]{1,14}$`)

/** a count at the head of a clause, then what they do */
const ACHIEVE =
  /^(?!.*的(?:乡镇?|镇|[县市区]|街道|园区|村|地区|企业|单位|机构)$)(?:力争|确保|推动|督促|支持|帮扶|再有|有)?(?:企业|矿山|单位|园区|乡镇)[^，。；的]{0,4}(?:完成|建成|实现|达到|通过|取得|创成|接入|退出)/

/** "5个方面", "3个阶段": how something is divided, not how much is to be done */
const FACETS = /^(?:方面|环节|阶段|领域|行业|层面|维度|步骤|部门|关键|要素|体系|字|层级|等级|档次|批次)/
/** "一个", "一项", "三项制度" are ways of speaking; Chinese numerals count only behind a verb or a comparator. */
const FIGURE_OF_SPEECH = /^(?:个|项|套|支|条|起|件|部|份|口|块|台)$/

/** "现有的23家企业", "清点发现6家", "核定编制22名", "总工作日为4731个", "249天×19人": which ones or how many there are. */
const COUNTS_WHAT_IS =
  /(?:(?<!明确)的|发现|查出|登记|建档|涉及|造成|影响|[其余]中有|[家处个名项]中有|编制|在岗|实有|核定|抽调|工作日|总数为|[日数量额]为|仅有?|×|全部|所有|应(?:复审|复训|检|训|参|到)|专家组)$/

function count({ span, look, next, lead, tail, unit, value, conditional, chinese }: Given): Amount | null {
  // "（4项）", "共57项": how many there are, not how many are to be reached
  if (!lead && !tail && /（共?$/.test(look.before) && /^）/.test(look.after)) return null
  if (!lead && !tail && /(?:^|[^公总一])共(?:计|有|涉及)?$/.test(look.before)) return null
  // "首批3家已通过", "列入清单的416台": which ones, not how many more
  if (
    !lead &&
    !tail &&
    (/^已/.test(look.after) || /(?:清单|名单|台账|通报|发现|查出|排查出|移交|交办)的$/.test(look.before))
  )
    return null
  if (/^(?:检查|督导|督查|工作|调研|巡查|考核|专家|指导)?组/.test(look.after)) return null
  // 由8名业务骨干组成
  if (/由$/.test(look.before) && /组成/.test(look.after)) return null
  if (/(?:每|第|各|满|增加|按)$/.test(look.before) && !lead && !tail) return null
  const comparator = countComparator(look.before, lead, tail, value)
  if (isWorkingRule(look, unit, comparator, value))
    return { ...span, role: 'condition', value, unit, comparator }
  const assigned = ASSIGNS.test(look.before) || (comparator === '>=' && !tail) || isAtMost(lead)
  if (!lead && !tail && value !== 0 && (COUNTS_WHAT_IS.test(look.before) || onlyNames(look, next)))
    return null
  if (conditional) {
    return lead || tail || !chinese ? { ...span, role: 'condition', value, unit, comparator } : null
  }
  // "培训网格员120人次以上。": at the end of its clause and behind a verb it is how much is to be done
  const done =
    (DOES.test(look.before) || look.before.length >= 2 || /^[办搞建装跑设修配]$/.test(look.before)) &&
    /^(?:（|、|$)/.test(look.after) &&
    !LIMITS.test(look.before)
  // "2家以上企业完成改造", but not "300人以上企业完成创建"
  const achieve = tail === '以上' && /^[家户座个]$/.test(unit) && ACHIEVE.test(look.before + look.after)
  if (achieve && !conditional) return { ...span, role: 'target', value, unit, comparator }
  if (/以[上下]/.test(tail) && !assigned && !done)
    return { ...span, role: 'condition', value, unit, comparator }
  if (isStrict(lead) && !assigned) return { ...span, role: 'condition', value, unit, comparator }
  if (/补考|延期/.test(look.before)) return { ...span, role: 'condition', value, unit, comparator }
  if (unit === '条' || unit === '口' || unit === '块')
    return (lead && assigned) || (tail && done) ? { ...span, role: 'target', value, unit, comparator } : null
  if (chinese) {
    if (!assigned && !lead && !(tail && done)) return null
    if (
      comparator === '=' &&
      (value === 1 ? FIGURE_OF_SPEECH.test(unit) : /^[^，。；]?(?:岗位|制度|监管|必须|到位)/.test(look.after))
    )
      return null
    // 全部轮训一遍 is all of them
    if (unit === '遍' && /全部[^，。；]{0,8}$/.test(look.before)) return null
    if (comparator === '=' && value === 1 && /^(?:性|次性)/.test(look.after)) return null
    // 节前、节后各组织一次: the days say how often
    if (unit === '次' && /(?:各|分别)[^，。；]{0,6}$/.test(look.before)) return null
  }
  if (!assigned && !lead && comparator === '=' && FACETS.test(look.after)) return null
  return { ...span, role: 'target', value, unit, comparator }
}

/** "12项重大事故隐患，月底前全部销号": the number says which, 全部 how much of it. Then the number is none. */
function withoutCounted(text: string, amounts: Amount[]): Amount[] {
  return amounts.filter((a, n) => {
    const plain =
      a.role === 'target' && a.comparator === '=' && /^[个项家处座条起名件]$/.test(a.unit) && a.value !== 0
    if (!plain) return true
    const next = amounts.slice(n + 1).find((b) => b.universal)
    if (!next) return true
    const between = text.slice(a.end, next.start)
    return /[。；]|其中/.test(between) || between.length > 40 || /^(?:，|。|；|、)/.test(between)
  })
}

/** "所有企业投保率达100%" and "全部清零" say one thing once. */
function withoutRestated(text: string, amounts: Amount[]): Amount[] {
  const isFigure = (a: Amount) => a.role === 'target' && !a.universal && (a.unit === '%' || a.value === 0)
  const hundred = amounts.some((a) => isFigure(a) && a.value === 100)
  const sameClause = (from: number, to: number) => to - from < 80 && !/[，。；]/.test(text.slice(from, to))
  const nextFigure: (Amount | undefined)[] = []
  for (let i = amounts.length - 1, next: Amount | undefined; i >= 0; i--) {
    nextFigure[i] = next
    if (isFigure(amounts[i]!)) next = amounts[i]
  }
  let prior: Amount | undefined
  let behind = false
  return amounts.filter((a, i) => {
    if (!a.universal) {
      if (isFigure(a)) prior = a
      behind ||= isFigure(a) && a.value === 100
      return true
    }
    // 优良率100%，信息公示全覆盖: behind a rate of something else it says more
    const further = behind && prior !== undefined && /^[，。；]/.test(text.slice(prior.end))
    if (a.universal === 'section' && hundred && !further) return false
    const next = nextFigure[i]
    const before = amounts[i - 1]
    const restated = next !== undefined && sameClause(a.end, next.start)
    const repeated = prior !== undefined && sameClause(prior.end, a.start)
    const doubled = before?.universal !== undefined && sameClause(before.end, a.start)
    return !restated && !repeated && !doubled
  })
}
