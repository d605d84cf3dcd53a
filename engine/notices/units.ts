import { DUTY_NEXT, ORG_TAIL } from './lexicon.ts'
import { BRACKETED, type Span } from './sentences.ts'

/** "（责任单位：…；完成时限：…）" or a line of its own: it speaks of everything since the note before it. */
export interface Note extends Span {
  units: string[]
  /** what it says, without brackets; may hold a deadline */
  text: string
  /** where `text` begins in the paragraph */
  textAt: number
}

const ROLE =
  '(?:责任|牵头|配合|主责|主办|协办|落实|实施|参与|督办|督导|组织|完成)(?:单位|部门|科室|股室|处室|领导|主体)?(?:及配合单位)?'
const LABELLED = new RegExp(`^(?:${ROLE}|完成时限|时限|完成时间|时间节点|时间要求)[：:]`)
/** "…建立台账。责任单位：县应急局；完成时限：6月底前。" */
const INLINE = new RegExp(
  `(?<=[。；）])(?:${ROLE}|完成时限|时限|完成时间|时间节点|时间要求)[：:][^。]{1,200}`,
  'g',
)
const TERM = /^(?:完成时限|时限|完成时间|时间节点|时间要求)[：:]/
const CLOSES =
  /(?:分工负责|共同负责|具体负责|指导督促落实|督促落实|负责落实|负责|牵头|组织实施|按职责分工负责)[。；]?(?:、[^，。、]{2,20})?$/
const NO_NOTE = /[^负]责任|事故|的，|不|未/

/** Notes in a paragraph: in brackets anywhere, or the whole paragraph. */
export function findNotes(text: string, mask: Uint8Array): Note[] {
  if (LABELLED.test(text) && text.length <= 400) return [note(text, { start: 0, end: text.length }, 0, text)]
  const out: Note[] = []
  for (const hit of text.matchAll(INLINE)) {
    if (mask[hit.index] !== 0) continue
    const end = hit.index + hit[0].length
    out.push(note(text, { start: hit.index, end }, hit.index, hit[0]))
  }
  let from = text.indexOf('（')
  while (from >= 0) {
    let to = from
    while (to < text.length && (mask[to]! & BRACKETED) !== 0) {
      to++
      if (text[to - 1] === '）' && (to === text.length || (mask[to]! & BRACKETED) === 0)) break
    }
    const inside = text.slice(from + 1, to - 1).replace(/。$/, '')
    if (to > from && inside.length <= 300 && isNote(inside))
      out.push(note(text, { start: from, end: to }, from + 1, inside))
    from = text.indexOf('（', Math.max(to, from + 1))
  }
  return out.sort((a, b) => a.start - b.start)
}

const isNote = (inside: string): boolean =>
  LABELLED.test(inside) ||
  (CLOSES.test(inside) && !NO_NOTE.test(inside) && new RegExp(`(?:${ORG_TAIL}|等)`).test(inside))

function note(text: string, { start, end }: Span, textAt: number, inside: string): Note {
  const after = text[end] === '。' ? end + 1 : end
  const parts = inside.split(/[；。\n]/).filter((p) => p !== '')
  const units = parts
    .filter((p) => !TERM.test(p) && !/^(?:责任|联系|包保)人[：:]/.test(p))
    .map(unitOf)
    .filter((u) => u.length >= 2)
  return { start, end: after, units, text: inside, textAt }
}

const unitOf = (part: string): string =>
  part
    .replace(new RegExp(`^(?:${ROLE})[：:]`), '')
    .replace(
      /(?:按照?职责|按照?分工|按各自职责)*(?:分工负责|共同负责|具体负责|指导督促落实|督促落实|负责落实|负责|牵头|组织实施)$/,
      '',
    )
    .replace(/[，、]$/, '')

/** What begins with a verb or a preposition is no subject: "督促企业…", "主动接受监管部门…". */
const NOT_A_SUBJECT = new RegExp(
  `^(?:${[
    '对|在|为|针对|根据|按照?|将|把|使|让|由|以|从|经|与|并|或|和|要|不|未|因|如|凡|属于|其他由|力争|争取|主动|积极|认真|严格|全面|重点|及时|依法|深入|持续|切实',
    '加大|新建|严防|防止|依托|充分|扎实|深化|围绕|聚焦|督促|指导|推动|引导|监督|要求|组织|帮助|鼓励|支持|帮扶|加强|强化|开展|建立|完善|健全|落实|推广|完成|实现|确保|提升|提高|增强|采取|通过|涉及|运用|综合|涵盖|发挥|理顺|厘清|明确|倒逼|接受|服务|促进|保障|压实|列入|纳入|设立|创建|打造|培育|选树|每年|每月|每季|加快|推进|抓好|做好|保护|维护|覆盖|联合|会同|协调|借鉴|学习|排查|检查|整治|查处|打击|关闭|取缔|通报|约谈|处罚|责令|报送|上报|印发',
  ].join('|')})`,
)
const LEAD_IN = /^(?:[①-⑳]|同时|其中|此外|另外|并且|但|而|并|且|要求|凡是|请)[，]?/
const SUBJECT = new RegExp(`^([^，。；：“]{0,36}?(?:${ORG_TAIL})(?:（[^）]{1,12}）)?)(?=${DUTY_NEXT})`)

/** "各乡镇应急管理服务中心", "县应急局": bodies that are told to act whatever verb follows. */
const BODY = new RegExp(
  `^((?:各|县|区|市|省|局|本局|属地|有关|相关|乡镇)[^，。；：“的将对在于由向]{0,18}?(?:${ORG_TAIL})(?:、(?:各|县|市|省|局)[^，。；：“的将对在于由向]{1,16}?(?:${ORG_TAIL})){0,6}(?:（[^）]{1,12}）)?)(?!${ORG_TAIL}|[的、和及与检]|主要|负责人|联系|分管|领导|发现|认定|要求|(?:检查|排查|查处|通报|明确|印发|起草)(?:发现)?的)`,
)

/** 石门沟乡、桃源镇要… */
const TOWNS =
  /^((?:[\u3400-\u9fff]{1,5}(?:乡|镇|街道)、){0,6}[\u3400-\u9fff]{1,5}(?:乡|镇|街道))(?=要|应|须|于|按|由)/
/** 各镇每月向县局报送 */
const EACH =
  /^(各(?:乡镇|镇|乡|街道|区县|县区|县|区|村|社区|部门|单位|企业|矿山)(?:（[^）]{1,8}）)?(?:[、和]各?(?:乡镇|街道|园区|部门|单位|企业)){0,3})(?![级类项种、和的]|主要|负责人)/
const FOUND = /^[^，。；]{0,14}(?:检查|排查|自查)发现的/

/** The one who is told to act at the start of a clause; null when the clause has no subject of its own. */
export function subjectOf(clause: string): string | null {
  const words = clause.replace(LEAD_IN, '')
  if (FOUND.test(words)) return null
  for (const re of [SUBJECT, BODY, TOWNS, EACH]) {
    const subject = re.exec(words)?.[1]
    // 各镇25日前向县局|报送: not the receiver, but who begins
    if (subject && !/[由对向经须]|前$/.test(subject)) return isSubject(subject) ? subject : null
  }
  return null
}

const isSubject = (words: string): boolean =>
  words.length <= 40 && !/^(?:每[个座家名]|[A-D]级)/.test(words) && !NOT_A_SUBJECT.test(words)

/** 向属地监管部门报告, 上报县局 */
const RECEIVERS = [
  new RegExp(
    `(?:可?向)((?:[^，。；“向]){0,20}?(?:${ORG_TAIL}))(?=报告|报送|申请|汇报|备案|报备|提交|提出|通报)`,
    'g',
  ),
  new RegExp(
    `(?:上报|报送|报)(?:至|给|到)?([省市县镇各属乡][^，。；“]{0,12}?(?:${ORG_TAIL}))(?=[，。；备审]|$)`,
    'g',
  ),
]

const OTHERS = [
  // 由县应急局牵头
  new RegExp(
    `由((?:[^，。；“由]){0,24}?(?:${ORG_TAIL}))(?=负责|牵头|组织|发|下达|出具|约谈|责令|处罚|依法|挂牌|跟踪|抽查|复核|备案|配合|督导|督促|统一|会同|指导|审核|验收|进行|实施|报|对|在|按|联合|制定|开展|根据|$)`,
    'g',
  ),
  ...RECEIVERS,
  // 县应急局牵头、县统计局配合; 会同县应急局、国网公司
  new RegExp(
    `(?<=牵头[，、]|负责[，、])((?:[县市省局各][^，。；、]{1,14}?(?:${ORG_TAIL})、?){1,6})(?=配合|参加|协助|协同)`,
    'g',
  ),
  new RegExp(`会同((?:[县市省局各国][^，。；、]{1,14}?(?:${ORG_TAIL})(?:、(?=[县市省局各国]))?){1,6})`, 'g'),
  // 经相应的定级部门确认, 经县应急局组织验收
  new RegExp(
    `(?<=[，。；须应需后前]|^)经(?:相应的|属地|当地)?((?:[^，。；“经]){1,14}?(?:${ORG_TAIL}))(?=确认|审核|审批|验收|批准|同意|组织|核查|评审)`,
    'g',
  ),
  // 发挥专业委员会作用
  new RegExp(`发挥((?:[^，。；“]){0,32}?(?:${ORG_TAIL}))的?(?:作用|职能|优势)`, 'g'),
]

/** Units named elsewhere in a clause: by whom, to whom, with whom. */
const NAMES_OTHERS = /[由向报经]|会同|牵头|负责|发挥/

/** Bodies that a duty only reports to: named in it, not responsible for it. */
export const receivers = (text: string): string[] =>
  RECEIVERS.flatMap((re) => [...text.matchAll(re)].flatMap((hit) => hit[1] ?? []))

export function otherUnits(text: string): string[] {
  if (!NAMES_OTHERS.test(text)) return []
  const out: string[] = []
  for (const re of OTHERS)
    for (const hit of text.matchAll(re))
      if (hit[1] && !/负责人$|班组长$|机构$/.test(hit[1])) out.push(hit[1].replace(/、$/, ''))
  return out
}

/** "各企业" is told to act; "粉尘涉爆企业" is whom the duty concerns. */
export const isPopulation = (printed: string): boolean => {
  const subject = printed.replace(/（[^）]*）$/, '')
  const whom = subject.replace(/^(?:所有|全部|全[县市省区])/, '')
  return /(?:企业|矿山|煤矿|公司)$/.test(subject) && whom.length >= 4 && !/^各/.test(subject)
}
