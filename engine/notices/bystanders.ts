import type { Value } from './comparators.ts'
import type { Comparator } from './model.ts'

/* Counts that stand in a duty and are nobody's target: rules of a piece of work, and numbers that only say which. */

export interface Around {
  /** what the clause says before and after the number */
  before: string
  after: string
}

/** Who takes part in a piece of work, or where. */
const AT_WORK =
  /(?:作业|监护|监火|评估|评审|验收|检修|操作|看护|陪同|进入|施工|值守|在场|装卸|动火|救援|核查|检查|执法|参与)人员(?:数量|人数|总数)?$|专家(?:人数|数量)?$|(?:附近|周边|周围|范围内|间内|井内|室内|罐内|舱内|仓内|库内|池内|坑内|区域内?|平台上?|工作面|现场)(?:的)?(?:同时)?(?:作业|停留|操作)?(?:人员|人数|作业人数)?$/
/** 现场至少安排1名监护人员 */
const WATCHES = /^(?:专职|专门)?(?:人员)?(?:监护|监火|看护|陪同|值守)/
/** What a body has to have at any time, or brings about in a year, unlike what a piece of work needs. */
const STANDING =
  /配备|配齐|配足|配强|聘|专职|兼职|每支|每(?:个|家|座)?(?:乡|镇|街道|企业|单位|矿|县|园区|村|社区)|[各一]家|编制|设置|设立|储备|组建|专家库|队伍|在岗|培训|轮训|[新递]增|增[加配补]|组织|选[派聘拔]|邀请|引进|招[聘录]|动员|发展|持证|全[县市省区镇]/

/** No piece of work needs more; 检查人员不少于30人 is a staff. */
const HANDFUL = 10

/** 监护人员不得少于2人, 平台附近不得超过3人: so many at each piece of work; 专职检查人员不少于3人 is what a body must have. */
export const isWorkingRule = (
  { before, after }: Around,
  unit: string,
  comparator: Comparator,
  value: Value,
): boolean =>
  (/^<=?$/.test(comparator) || (/^>=?$/.test(comparator) && Number(value) <= HANDFUL)) &&
  !/^(?:取得|参加|接受|通过)/.test(after) &&
  /^[人名]$/.test(unit) &&
  (AT_WORK.test(before) || (/(?:安排|指定|派)$/.test(before) && WATCHES.test(after))) &&
  !STANDING.test(before)

const NAMED_BY = /(?:按照?|对照|根据|依据|依照|围绕|针对|紧扣|结合)[^，。；]*明确的$/
const KEPT_BY = /^[^，。；]{1,14}由[^，。；]{2,16}(?:包保|负责|牵头|管护|监管)/
const MADE = /新|建|创|打造|关闭|完成|增|配|设|选/

/** 逐项对表检查: then each of them is to be done */
const ONE_BY_ONE = /^[^。；]{0,16}逐[项条个一]/

/**
 * 按照省局明确的31项检查要点; 尾矿库和3座“头顶库”由县级领导包保; 半年内被查处两次的企业: which ones, not how many.
 * @param next what stands behind the number, also beyond the end of its clause
 */
export const onlyNames = ({ before, after }: Around, next: string): boolean =>
  (NAMED_BY.test(before) && !ONE_BY_ONE.test(next)) ||
  (KEPT_BY.test(after) && !MADE.test(before)) ||
  (/(?:被|受到)[^，。；]{0,8}$/.test(before) && after.startsWith('的'))
