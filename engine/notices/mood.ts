import type { PaperKind } from './papers.ts'
import type { Sentence, Span } from './sentences.ts'

/** What a clause is: only a duty makes tasks, terms and targets. */
export type Mood =
  | 'duty'
  /** what was: results, accidents, how far things are */
  | 'was'
  /** whom or what a rule concerns, what a word means, how points are given */
  | 'threshold'
  /** what a law, a standard or another paper says */
  | 'law'
  /** what no longer holds, or from when something holds */
  | 'abolished'
  /** what follows when somebody is late or does wrong */
  | 'consequence'
  /** what it is all for: nobody can be asked whether it was done */
  | 'aim'

export const moodLabel: Record<Mood, string> = {
  duty: '任务要求',
  was: '以往情况',
  threshold: '适用范围或评定标准',
  law: '引用的法规、文件',
  abolished: '废止、施行条款',
  consequence: '逾期或违规的后果',
  aim: '目的、意义和总体要求',
}

export interface Mooded extends Span {
  mood: Mood
}

export interface MoodContext {
  paper: PaperKind
  /** the heading above asks for something (工作要求, 下一步工作) */
  demanding: boolean
  /** the heading above names goals: a rise or fall is to be reached, not reported */
  goals?: boolean
  /** the heading above says whom it concerns (整治范围) */
  scope?: boolean
  /** the year the paper plans for: earlier years are told of */
  year: number | null
  /** the day it was signed: what is due after it is not told of, whatever year the paper plans for */
  signed: string | null
}

const NEXT_STEPS =
  /要求|下一步|下步|下阶段|下半年工作|工作(?:措施|安排|部署|重点|任务)|对策|建议|整改措施|意见$|重点工作$/
const SO_FAR = /情况|形势|特点|问题|成效|进展|案例|事故|回顾|原因|教训/

/** "开展持证情况再核查", "深刻吸取事故教训": neither tells nor asks by itself, the heading above it does */
const BIDS =
  /^(?:[（(]?[一二三四五六七八九十\d]+[)）、.．])?(?:深刻|认真|深入|持续|切实|全面|进一步)?(?:开展|加强|抓好|做好|严把|严格|提升|加快|强化|落实|深化|推进|吸取|汲取|紧盯|突出|规范|保持)(?!了|.*(?:落实|进展|开展|推进)情况$)/

/** Whether a heading announces duties in a paper that otherwise tells what was. */
export const demands = (path: readonly string[]): boolean => {
  for (const heading of [...path].reverse()) {
    if (BIDS.test(heading)) continue
    if (NEXT_STEPS.test(heading) && !/情况|存在的?问题/.test(heading)) return true
    if (SO_FAR.test(heading)) return false
  }
  return false
}

/** Whether a heading names goals (工作目标, 主要指标). */
export const namesGoals = (path: readonly string[]): boolean => /目标|指标/.test(path.at(-1) ?? '')

/** Whether a heading says whom a paper concerns. */
export const namesScope = (path: readonly string[]): boolean =>
  /(?:整治|适用|检查|实施|排查|行动)(?:的)?(?:范围|对象)$/.test(path.at(-1) ?? '')

const ABOLISHED =
  /废止|停止执行|(?:旧|原|平台|系统|版)[^，。；]{0,10}停止使用|不再执行|不再(?:要求|将|列入|作为)|一并取消|取消[^，。；]{1,16}(?:制度|报告|报表|要求)|失效|有效期[至为]?(?:\d|[一二三四五]|自)|(?:自|从)[^，。；]{2,14}起(?:施行|实施|执行|生效)/
const QUOTES_LAW =
  /^(?!.{0,6}(?:执行|落实|贯彻))(?:按照?|根据|依据|依照|对照)?[^，。；要]{0,14}《[^》]{3,60}》[^，。；“]{0,24}(?:规定|明确|指出|要求|提出)(?!的?(?:条件|内容|时限|期限|程序|标准|目录))[，：“]?/
/** "依照《…法》第六十条，…应当…": the law's own words, unless a day of this paper is set */
const BY_LAW =
  /^(?:根据|依据|依照|按照)《[^》]{2,40}》(?:第[一二三四五六七八九十百\d]+条)?(?:的?(?:有关)?规定)?，(?!各|本)/
const LAW_QUOTED = /^“[^”]{6,80}”，?这?(?:是|系|为)/
const ABOVE_SAYS =
  /^(?:上级|国家|省|市|法律|法规|有关法律法规)[^，。；“]{0,14}(?:规定|明确|要求)[^，。；]{0,2}[：“，]/
const DEFINES =
  /(?:所称|是指|系指|适用于|(?:评定|认定|确定|直接定|判定|列)为[“A-D甲乙丙丁一二三四县重]?|百分制|为[A-D]级|实行[A-D一二三四]+级|包括本数|属于下列|有下列情形|的?为(?:优秀|良好|合格|不合格|达标)|视为|视同|的，按[^，。；]{1,12}(?:管理|统计|认定|处理))/
/** points of an assessment: "得4分", "每迟报一次扣2分" */
const SCORES = /(?:得|扣|加|记|计|扣减)(?:考核分|年度考核分|总分)?\d+(?:\.\d+)?分|扣分|扣完为止/

/** a modal or a word that looks ahead: the clause is about what is to be done */
const AHEAD =
  /(?<![主重必需])要(?!求|素|点|害|闻)|必须|务必|(?<![无龙])须(?!知|沟)|(?<![供反响适相对报])应(?!急|用|对|知|变|接|付|届|邀)(?!当?于每?月.{0,8}报送的)|力争|争取|确保|计划(?!的)|将(?!近)|拟|再(?!次)|继续|(?:年内|[底末]前?)[^，。]{0,6}(?:完成|实现|达|建成|新)|不得|严禁|请(?!示)|由[^，。；]{2,14}(?:负责|牵头|督促)|责任单位|新(?:创建|建成)/
/** unlike `AHEAD` it also turns a telling sentence: something new begins */
const TURNS =
  /^(?:要|各|请|到|力争|确保|再|年内|今年|下一步|\d{1,2}月|[一二三四]季度|[上下]半年|本年度|20\d\d年(?:底|末|\d))/

/** Words that tell what was, whatever the sentence asked before. */
const TOLD_PLAINLY = [
  /前两轮|(?<![由从])目前|截至(?![^，。；]{0,12}应)|截止(?!到?20)|至今|以来|近年来|近[一二三两几\d]+年来|(?<![比较与同在超由从])(?:去年|上年(?!度?(?:总结|报告|工作|执法|情况|\d)))|三年来|头年|前几年|近几年|上一轮|上一年度(?!.{0,8}(?:总结|报告|情况|台账|计划))|近[三五十]年(?!内)|(?<![由从])现有|会议(?:指出|认为|听取|通报)|现状值|基准年|为基数|摸底显示|经统计|据统计/,
  /已(?:经)?(?:建成|完成|创建|整改|关闭|达到?|接入|实现|检查|查处|累计|连续|有|建|纳入|发生|投入|形成|取得|全部|基本|于|开展|举办|培训|连)/,
]
/** Words that tell it only where nothing was asked for: behind a demand their numbers belong to the demand. */
const TOLD = [
  ...TOLD_PLAINLY,
  /(?<!公|总|一|与|同)共(?:有|计|检查|发生|排查|查处|整改|完成|开展|出动|立案|处罚|发现|培训|建成|关闭|下达|消除|受理|办理)(?![^，。；]*以上)/,
  /已[\u3400-\u9fff]{0,4}\d/,
  /累计(?:检查|发生|排查|查处|整改|完成了|开展|建成|达|关闭|培训|立案)/,
  /(?:同比|环比)(?![^，。；]*(?:压减|以上|以内|不低于|不少于))[^，。；]{0,12}(?:\d|持平|上升|下降|增|减)/,
  /(?:发生|造成)[^，。；]{0,24}(?:\d+|[一二三四五六七八九十]+)(?:起|人)[^，。；]{0,6}(?:事故|死亡|受伤|、|$|，)?|死亡\d+人|(?:未|没有|无)发生/,
  /(?:完成|检查|查处|消除|举办|建成|新增|关闭|开展|培训|整改|创建|实现|发现|排查|立案)了/,
  /(?:率|比例|占比|数量|合格)(?:为|是|仅|只有|不足|达到?了)\d/,
  /占[^，。；达低少至到]{0,14}\d+(?:\.\d+)?%(?!以上)/,
  /(?:已|率|数量?)[^，。；]{0,6}由[^，。；]{1,12}(?:提高|上升|增加|下降|降低?)(?:到|至)了/,
  /(?:仍有|还有|尚有|尚未|仍未|还差|排名|居(?=[第首前全]))/,
]
const OPENS_PAST =
  /^(?:（[^）]{1,6}）)?(?:在)?(?:去年|上年|近年来|近[一二三两]年|今年以来|年初以来|截至|\d{1,2}月\d{1,2}日，?[^，。]{0,30}(?:发生|发现|检查时|抽查|公布|印发))/
const OPENS_YEAR = /^(?:（[^）]{1,6}）)?(?:在|自)?(20\d\d)(?:年|至|—|-)/

/** "不断提升…水平。", "形成…态势。": nothing that could be found done */
const AIM =
  /^(?:(?:通过|以|为|切实|全面|持续|不断|进一步|着力|有效|坚决|努力|大力|充分|从而|形成|倒逼|营造|推动|促进|打造|筑牢|实现|确保|聚焦|坚持|总结|学习|提升|提高|增强|加强|发挥|加快|深化|严格|规范|认真|贯彻)[^。；]{0,110})(?:水平|缺位|到位|落地|见效|责任|建设|[\u3400-\u9fff]化|能力|基础|氛围|防线|态势|风险|质量|稳定|形势|发展|保障|力量|尖刀队伍|提高|提升|目标|经验做法|局面|意识)[。；]?$/
/** "…风险广，极易导致事故发生。": why, not what */
const STATES =
  /历来是|是[^，。；]{0,12}(?:易发|高发|多发)[^，。；]{0,4}期|(?:极易|容易|易)(?:导致|引发|造成|发生)|不容忽视|依然严峻|仍然存在|具有[^，。；]{2,12}(?:特点|意义)/
/** 实现应急培训手册化、应急处置图表化。 */
const TURNED =
  /^(?:逐步|全面|基本)?(?:实现|推动|推进)(?:[^，。；、\d%]{2,14}化、){1,4}[^，。；、\d%]{2,14}化[。；]$/
const DEED =
  /推广|采取.{0,20}措施|建立|制定|开展|报送|上报|检查|排查|登记|整治|培训|演练|公布|公示|印发|编制|召开|接入|配备|安装|验收|台账|清单|方案|名单|督办|约谈|通报|考核|评估|执法|包保|核查|创建|宣传|\d|[一二三四五六七八九十](?:次|家|项|个)/

/** "对…行为，严肃追究法律责任。" */
const PUNISHES =
  /^(?:[^，。；]{2,40}原则，)?严格事故调查处理[^。；]{0,60}追究|^对[^，。；]{2,30}(?:行为|违法|人员|责任人)[^。；]{0,6}(?:依法|严肃|从严|一律)[^。；]{0,40}(?:追究|惩戒|取缔|处罚|惩处|查处|问责|行刑衔接机制)/

const LATE =
  /(?:逾期|未按|未在|未达|低于|虚报|拒不|拒绝|屡[禁教]|违反|连续[两二三四\d]+[次个]|仍未|不按|弄虚作假|迟报|漏报|瞒报|谎报|不合格|不到位|重复出现|未报|未完成|工作不力)/
const FOLLOWS =
  /通报批评|全县通报|全市通报|依法查处|移交|建议调整|加处|采取[^，。]{0,8}措施|约谈|责令|罚款|处罚|并处|问责|追究|扣[减除]?\d|扣减|扣[减除]?(?:年终|当年)?绩效|扣分|一票否决|取消[^，。]{0,8}资格|提请[^，。；]{0,12}关闭|停产整顿|纳入[^，。]{0,10}(?:失信|黑名单|联合惩戒)|降低?[^，。]{0,4}等级|暂扣|吊销|给予[^，。]{0,12}(?:处分|奖励|奖金)|\d元[^，。]{0,6}奖励|立案|按[^，。]{0,12}规定处理/

/** "截至6月底，完成比例不得低于50%": a term, where something is asked for */
const BY_THEN = /^截至[^，。；]{2,12}，$/
/** "（目前已完成2家）" says where a duty starts from */
const SO_FAR_ASIDE = /（(?:现|目前|原|去年|上年|上半年)[^（）]{1,24}）/g

/** The clauses of a text with what they are; every clause of a sentence gets a mood. */
export function readMoods(text: string, sentences: readonly Sentence[], context: MoodContext): Mooded[] {
  const out: Mooded[] = []
  for (const sentence of sentences) {
    let asked = false
    const words = (span: Span) => text.slice(span.start, Math.min(span.end, span.start + 400))
    const whole = words(sentence)
    const general = ofSentence(whole, context)
    let told = false
    let late = false
    for (const [n, clause] of sentence.clauses.entries()) {
      const said = words(clause).replace(SO_FAR_ASIDE, '')
      const next = sentence.clauses[n + 1]
      let mood: Mood = general ?? 'duty'
      if (!general) {
        if (
          LATE.test(said) &&
          FOLLOWS.test(whole) &&
          /的(?:企业|单位|乡镇|部门|人员|个人|矿山)?[，：]?$/.test(said)
        )
          late = true
        if (late) mood = 'consequence'
        // what is looked for in a check, and what the state prescribes anyway
        else if (/是否/.test(said)) mood = 'threshold'
        else if (/^(?:国家|法律|法规)[^，。；]{0,4}规定(?!的)/.test(said)) mood = 'law'
        else if (FOLLOWS.test(said) && /\d+元|扣\d|扣减|得\d|数额/.test(said)) mood = 'consequence'
        else {
          const byThen = BY_THEN.test(said) && next !== undefined && AHEAD.test(words(next))
          told =
            !byThen &&
            (tells(said, clause.start === sentence.start, asked, context) ||
              (told && !AHEAD.test(said) && !TURNS.test(said)))
          asked ||= !told && AHEAD.test(said)
          if (told) mood = 'was'
          // "，共48家，" is said in passing
          if (/^共[计有]?\d+[家户个座处名人项]，$/.test(said)) told = false
        }
      }
      out.push({ start: clause.start, end: clause.end, mood })
    }
  }
  return out
}

/** faults: 未…, 不…, 超过…, 擅自… */
const CRITERION = /未|不|没有|超过|低于|少于|多于|无(?!线)|擅自|虚假|失效|缺失|存在|拒/

/** What holds for every clause of a sentence; null where each clause speaks for itself. */
function ofSentence(words: string, { paper, demanding, scope }: MoodContext): Mood | null {
  if (ABOLISHED.test(words) && !/前[^，。；]{0,16}(?:完成|实现|达到|注册|纳入)(?!任务)/.test(words))
    return 'abolished'
  if (QUOTES_LAW.test(words) || ABOVE_SAYS.test(words) || LAW_QUOTED.test(words)) return 'law'
  if (BY_LAW.test(words) && /应当?|不得|每/.test(words) && !/\d月|[底末]前/.test(words)) return 'law'
  if (/^据[^，。；]{0,12}(?:预测|预报|研判)/.test(words) && !AHEAD.test(words)) return 'was'
  if (SCORES.test(words) || (scope && !AHEAD.test(words))) return 'threshold'
  // what a check looks at, all of it
  if (/是否/.test(words) && !AHEAD.test(words.replace(/[^，。；]*是否[^，。；]*/g, ''))) return 'threshold'
  if (paper === 'rules') {
    if (FOLLOWS.test(words) && /的[，；]|的，/.test(words)) return 'consequence'
    if (/可以?(?:依法)?(?:从轻|减轻|免予|不予|免除)/.test(words)) return 'consequence'
    if (DEFINES.test(words)) return 'threshold'
  }
  if ((AIM.test(words) && !DEED.test(words)) || TURNED.test(words)) return 'aim'
  if (STATES.test(words) && !AHEAD.test(words)) return 'aim'
  if (PUNISHES.test(words) && !/\d月|每[月季年]/.test(words)) return 'consequence'
  // "未按规定每年检定的；": what is looked for
  if (/^(?!对|凡|如).*的[；。]$/s.test(words) && CRITERION.test(words) && !AHEAD.test(words))
    return 'threshold'
  // "受省级以上表彰的；": a criterion of rules
  if (paper === 'rules' && /(?<!目)的[；。]?$/.test(words)) return 'threshold'
  if (/^本(?:办法|方案|细则|规定|通知)?(?:所称|适用)|包括本数/.test(words)) return 'threshold'
  if (paper === 'bulletin' && !demanding) return demandsItself(words) ? null : 'was'
  return null
}

/** In a bulletin: "各乡镇要…", "请于…前…". */
const demandsItself = (words: string): boolean =>
  /^(?:（[^）]{1,6}）)?(?:各|请|要|有关|相关|上述|以上)[^，。；]{0,24}(?:要|务必|须|必须|请|应(?!急))|^(?:请|务必|要)/.test(
    words,
  ) && !/未按|没有按/.test(words)

const DUE = /(20\d\d)年(1[0-2]|0?[1-9])月(?:(3[01]|[12]\d|0?[1-9])日|[底末])?前/

/** "2026年12月20日前" in a plan for 2027 that was signed in November */
function stillDue(clause: string, signed: string | null): boolean {
  const [, year, month = '', day = '31'] = DUE.exec(clause) ?? []
  return (
    Boolean(year && signed) && `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` >= (signed ?? '')
  )
}

/** @param asked something was asked for before in the sentence: numbers then go on with it */
function tells(
  clause: string,
  opens: boolean,
  asked: boolean,
  { goals, year, signed }: MoodContext,
): boolean {
  if (opens && !AHEAD.test(clause)) {
    const printed = Number(OPENS_YEAR.exec(clause)?.[1] ?? 0)
    if (stillDue(clause, signed)) return false
    if (printed > 0 && year !== null && printed < year && !/20\d\d年底?前/.test(clause)) return true
    if (printed > (year ?? 0)) return false
    if (OPENS_PAST.test(clause)) return true
  }
  if (goals && /同比|占比|率/.test(clause)) return false
  return (asked ? TOLD_PLAINLY : TOLD).some((re) => re.test(clause)) && !TOLD_NOT.test(clause)
}

/** "已建成的系统要…", "年底前已…的全部…": the telling words only say which */
const TOLD_NOT =
  /(?<![主重必需])要(?!求|素|点)|必须|务必|确保|不得|应当|应[在达不]|力争|[底末]前[^，。]{0,20}(?:完成|达到|实现|建成|全部|清零)|已[^，。；]{1,16}的(?:企业|矿山|隐患|问题|项目|单位|人员|设备|系统)/

/** "由72%提高到85%": the first number is where it starts. Spans of such numbers. */
const FROM_TO =
  /(?:由|从)(?:20\d\d年底?的?|[^，。；\d]{0,10}?)([\d.,]+(?:%|‰|个?百分点|[家处个座人名项起支台套条所户])?|百分之[一二三四五六七八九十百点]+|[一二三四五六七八九十百]+[成家处个座人名项起支][半一二三四五六七八九]?|\d+[支台套])[^，。；]{0,4}(?:起步|(?:提高|提升|增加|增长|上升|扩大|下降|降低|降|升|扩|提|增|减|压减|压|减少|缩短|压缩|整合|合并|并)(?:到|至|为))/g
const ON_BASE = /[在由][^，。；]{2,40}(?:的)?基础上/g
const AGAINST =
  /(?:去年|上年|年初|基期|现状|此前|原有|20\d\d年)(?:同期)?(?:的|为|是)?(?:约)?[\d.]+(?:%|[家处个座人名项起])/g

/** 由11家并为4家 without 由 */
const MERGED = /\d+[家处个座](?=(?:并|合并|整合|压减|缩减|减)[为到至](?:不超过)?\d)/g
/** "（现为28%）", "（上半年分别为48家次）", "较上年（87.6%）" */
const ASIDE =
  /（(?:现|现有|现为|目前|原|原为|去年|上年|上半年|去年同期|20\d\d年)[^（）]{1,24}）|(?<=上年|去年|同期)（[\d.]+%?）/g
/** "由每月28日前调整为每月25日前" */
const INSTEAD_OF = /由[^，。；]{2,16}?(?=(?:调整|改|变更|提前)[为到至])/g

export function baselineSpans(text: string): Span[] {
  if (!/由|从|（|[为到至]\d|基础上|去年|上年|年初|基期|现状|原有|20\d\d年/.test(text)) return []
  const out: Span[] = []
  for (const hit of text.matchAll(FROM_TO)) {
    const at = hit.index + hit[0].indexOf(hit[1] ?? '')
    out.push({ start: at, end: at + (hit[1]?.length ?? 0) })
  }
  for (const re of [ON_BASE, AGAINST, INSTEAD_OF, ASIDE, MERGED])
    for (const hit of text.matchAll(re)) out.push({ start: hit.index, end: hit.index + hit[0].length })
  return out.sort((a, b) => a.start - b.start)
}
