/** Whom a duty concerns: "规模以上企业", "涉粉作业3人及以上金属（木）粉尘企业", named companies. */

const HEAD =
  /(?:有限责任公司|股份有限公司|有限公司|集团公司|企业主要负责人|主要负责人、实际控制人（法人）、安全负责人|企业|矿山|煤矿|矿井|尾矿库|公司|生产经营单位|建设项目|项目|场所|作业人员|从业人员|监护人员|监管人员|人员|工贸行业|装置|焊机|村（社区）)(?!主体|负责人|员工|内部|安全总监|底数|类型|名单|规模|从业|职工|自主|自查|安全管理|安全生产|安全风险|标准化|基本|网站|管理|领导|全员|平台)/g

/** The phrase begins behind the last of these. */
const BOUNDARY =
  /^.*(?:[，。；：！？“”]|推动|督促|指导|组织|要求|鼓励|引导|帮扶建成|帮扶|帮助|建成|创建|完成|开展|推广应用|推广|建立|明确|核实|覆盖|实现|确保|落实|严格剔除|健全完善|完善|加快|监督|检查|关闭|取缔|通报一批|曝光|惩治|划清|是|以及|聚焦|加强|强化|整治|排查|摸清|围绕|打造|培育|选树|配备|针对|对于|对|在|由|向|将|把|使|为|与|给|按照|纳入|尤其要紧盯|紧盯|形成|列入|要|应当|至少|每个?|提升|保障|全县|本辖区|辖区内?|的?通知|依法|服务|促进|落实到|包括|具备|前)/s
const LEADING =
  /^(?:所有|全部|各类|一批|等|和|及|并|或|其中|已|各|全面|继续|重点|\d+(?:家|个|名|处|座)|[一二三四五六七八九十]+(?:家|个|名|处|座))+/
const GENERIC =
  /^(?:企业|单位|人员|项目|场所|公司|矿山|装置|从业人员|作业人员|行业企业|有关单位|生产经营单位|相关企业|有关企业)$/
const REACH = 32
const MOST = 6

export function findPopulations(text: string): string[] {
  const specific = new Set<string>()
  const generic = new Set<string>()
  for (const hit of text.matchAll(HEAD)) {
    const end = hit.index + hit[0].length
    const window = text.slice(Math.max(0, hit.index - REACH), hit.index)
    const before = window.replace(BOUNDARY, '')
    const listed = /^（[^（）]{2,60}）/.exec(text.slice(end, end + 64))?.[0] ?? ''
    const phrase =
      (balanced(before) + hit[0]).replace(LEADING, '') + (/[、公司厂矿]/.test(listed) ? listed : '')
    if (phrase.length < 2 || phrase.length > 60) continue
    if (GENERIC.test(phrase)) generic.add(phrase)
    else specific.add(phrase)
  }
  const found = [...specific].filter((p) => ![...specific].some((other) => other !== p && other.includes(p)))
  return (found.length > 0 ? found : [...generic]).slice(0, MOST)
}

/** Cuts a phrase behind a bracket that was opened or closed outside it. */
function balanced(text: string): string {
  const close = text.lastIndexOf('）')
  const open = text.lastIndexOf('（')
  if (open > close) return text.slice(open + 1)
  return close >= 0 && text.indexOf('（') < 0 ? text.slice(close + 1) : text.replace(/^、/, '')
}
