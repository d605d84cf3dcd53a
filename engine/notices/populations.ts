/** Whom a duty concerns: "规模以上企业", "涉粉作业3人及以上金属（木）粉尘企业", named companies. */

const HEAD =
  /(?:有限责任公司|股份有限公司|有限公司|集团公司|主要负责人|实际控制人|安全负责人|企业|矿山|煤矿|矿井|尾矿库|公司|生产经营单位|建设项目|项目|场所|作业人员|从业人员|监护人员|监管人员|操作工|人员|危化装置|冷库|村（社区）)(?!主体|负责人|主要|实际|员工|内部|安全总监|底数|类型|名单|规模|从业|职工|自主|自查|安全管理|安全生产|安全风险|标准化|网站|管理|领导|全员|平台|山局)/g

/** A phrase begins behind the last of these. */
const BOUNDARY = new RegExp(
  `^.*(?:${[
    '[，。；：！？“”]',
    // verbs of duty
    '推动|督促|指导|组织|要求|鼓励|引导|帮扶|帮助|建成|创建|完成|开展|应用|推广|建立|明确|核实|覆盖|实现|确保|落实|剔除|健全|完善|加快|监督|检查|关闭|取缔|通报|曝光|惩治|划清|聚焦|加强|强化|整治|排查|摸清|围绕|打造|培育|选树|配备|紧盯|形成|列入|纳入|提升|提高|保障|服务|促进|安装|适用|持续|解决|推进|深化|深入|扎实|构建|具备|新增|追究|采取|编成|编印|编制|写进|记入|聘请|到|选派|让|比对|自查',
    // prepositions, conjunctions, quantifiers
    '针对|对于|对|在|由|向|将|把|使|为|与|给|按照|应当|须|至少|要|以及|不仅|包括|依法|每[个套家座处名户]?|全[县市区省]|本?辖区内?|区内|县域内|起|前|是|[上下]半年|年内|季度|年底|月底|一[次批轮]',
  ].join('|')})`,
  's',
)
const LEADING =
  /^(?:所有|全部|各类|等|和|及|并|或|其中|已|各|全面|继续|重点|的|(?:\d+|[一二三四五六七八九十]+)(?:家|个|名|处|座|户)(?!及?以[上下]))+/
const GENERIC =
  /^(?:企业|单位|人员|项目|场所|公司|矿山|煤矿|从业人员|作业人员|行业企业|有关单位|生产经营单位|相关企业|有关企业|主要负责人)$/
const REACH = 32
const MOST = 6

/** At most six phrases, the most specific ones; a list in brackets behind a phrase (names) belongs to it. */
export function findPopulations(text: string): string[] {
  const specific = new Set<string>()
  const generic = new Set<string>()
  for (const hit of text.matchAll(HEAD)) {
    const end = hit.index + hit[0].length
    const window = text.slice(Math.max(0, hit.index - REACH), hit.index)
    const behind = window.replace(BOUNDARY, '')
    // nothing marks the beginning: better too little than half a sentence
    const before = behind === window && hit.index > REACH ? behind.replace(/^.*[、和及]/s, '') : behind
    const listed = /^（[^（）]{2,60}）/.exec(text.slice(end, end + 64))?.[0] ?? ''
    const phrase =
      (balanced(before) + hit[0]).replace(LEADING, '') + (/[、公司厂矿]/.test(listed) ? listed : '')
    if (phrase.length < 2 || phrase.length > 60) continue
    if (GENERIC.test(phrase)) generic.add(phrase)
    else specific.add(phrase)
  }
  const all = [...specific]
  const found = all.filter((p) => !all.some((other) => other !== p && other.includes(p)))
  return (found.length > 0 ? found : [...generic]).slice(0, MOST)
}

/** Cuts a phrase behind a bracket that was opened or closed outside it. */
function balanced(text: string): string {
  const close = text.lastIndexOf('）')
  const open = text.lastIndexOf('（')
  if (open > close) return text.slice(open + 1)
  return close >= 0 && !text.includes('（') ? text.slice(close + 1) : text.replace(/^、/, '')
}
