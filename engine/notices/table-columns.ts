import type { Run } from './clean.ts'

/*
 * What the columns of a table hold: judged by their cells, with the heading as evidence beside it. A heading may be
 * missing, stand on two lines or say something else than the cells do.
 */

/**
 * `measure` is what is to be reached, `unit` the unit it is counted in, `baseline` what was (last year, so far): never a
 * target. `remark` says nothing that binds.
 */
export type ColumnKind =
  | 'number'
  | 'task'
  | 'measure'
  | 'units'
  | 'deadline'
  | 'other'
  | 'unit'
  | 'baseline'
  | 'remark'

export interface GridCell {
  run: Run
  /** printed in this row; false where a merged cell reaches down into it */
  own: boolean
  /** columns it covers */
  columns: number
}

/** Rows of cells by column of the grid; a cell stands in every column and row that it covers. */
export type Grid = (GridCell | undefined)[][]

const HEADS: [ColumnKind, RegExp][] = [
  ['number', /^(?:序号|编号|项次|序|号|项目编号)$/],
  // points of an assessment say what a duty weighs, not how much of it is to be done
  [
    'remark',
    /分值|分数|得分|权重|赋分|满分|(?:扣|评|计)分|^(?:备注|说明|依据|文件依据|联系人|电话|联系电话|联系方式|附注)/,
  ],
  ['baseline', /去年|上年|上一年|基期|基数|现状|完成情况|进展|实际|已完成|同期|往年|现有|目前|当前|存量/],
  ['deadline', /时限|期限|完成(?:时间|日期)|时间(?:节点|安排|要求|进度)|进度(?:安排|要求)|^(?:时间|日期)$/],
  [
    'units',
    /(?:责任|牵头|配合|落实|主办|协办|主责|参与|负责|实施|承办|督办|督导|包保)(?:单位|部门|科室|股室|处室|领导|人|主体)|^(?:单位|部门)(?:名称)?$|^负责$/,
  ],
  ['unit', /^计量单位$/],
  ['measure', /目标|指标值|要求|标准|成果|成效|任务数|计划数|任务量|数量|^指标$/],
  ['task', /任务|工作|事项|内容|措施|项目|举措|要点|问题|隐患|行动|指标/],
  ['other', /类别|领域|行业|分类|频次|类型|方式|范围|对象/],
]

/** Headings are short; a longer one is a sentence that has the word in it. */
const LONGEST_HEAD = 18

export const headKind = (text: string): ColumnKind | null =>
  text === '' || text.length > LONGEST_HEAD || /[。；]/.test(text)
    ? null
    : (HEADS.find(([, re]) => re.test(text.replace(/（.*?）/g, '')))?.[0] ?? null)

const ORDINAL = /^[（(]?(\d{1,3}|[一二三四五六七八九十]{1,3})[）)、.．]?$/
const WHEN =
  /\d月|\d日|季度|半年|年底|年末|年内|全年|长期|持续|常态|每[年月周季日半]|20\d{2}[年./-]|立即|即时|即行|立行立改|随时/
const COUNTED = /\d[次家个%人项起座处]|[。；]/
const BODY =
  /(?:局|镇|乡|街道|街道办|委|办|办公室|部|部门|政府|公司|企业|队|中心|科|股|所|站|院|厂|场|县|区|市|村|社区|单位|室|组|矿|协会|学校|会|处|人|主任|局长|镇长|乡长|专班)(?:（.{1,12}）)?$/
const VALUE =
  /^(?:[≥≤><=＞＜]|不低于|不少于|不高于|不超过|不多于|达到|至少|力争|控制在|增长|下降)*\d+(?:\.\d+)?(?:[%‰]|[\u4e00-\u9fff]{0,3})(?:以上|以下|以内|及以上)?$/
const COUNTING_UNIT =
  /^(?:[%％‰]|个|家|人|次|人次|项|起|座|处|份|套|台|辆|万元|亿元|元|户|所|条|名|公里|万人|小时|学时|期|场|天|百分点)$/
const VERB =
  /开展|完成|建立|推进|加强|落实|组织|检查|整治|排查|制定|修订|创建|培训|督促|达到|实现|核实|更新|报送|安装|整改|强化|推动|深化|健全|完善|实施|编制|配备|接入|演练|评定|打击/

const isUnits = (text: string): boolean =>
  text.length <= 60 &&
  text
    .split(/[、，；/]|(?<=.{2})[及和](?=.{2})/)
    .filter((part) => part !== '')
    .every(
      (part) => part.length <= 18 && (BODY.test(part) || /^各/.test(part)) && !VERB.test(part.slice(0, 2)),
    )

/** Everything that a term consists of; what is left over is what is to be done by then. */
const OF_TERMS =
  /20\d{2}[年./-]?|\d{1,2}(?:月份?|日|[./-]|号)|\d{1,2}|第?[一二三四1-4]季度|[上下]半年|半年|[年月季]度?[底末初]|全年|年内|每[年月周季日天]|[上中下]旬|长期|持续|坚持|常态化?|立即|即时|即行|立行立改|随时|推进|开展|完成|阶段|之?前|底|末|初|[至到—~、，（）-]/g

const isWhen = (text: string): boolean =>
  text.length <= 30 && WHEN.test(text) && !COUNTED.test(text) && text.replace(OF_TERMS, '').length <= 4

/** What most cells of a column are; null when they are words. */
function heldKind(cells: readonly string[], all: number): ColumnKind | null {
  if (cells.length === 0) return null
  const share = (is: (text: string) => boolean) => cells.filter(is).length / cells.length
  if (counts(cells)) return 'number'
  if (share((t) => COUNTING_UNIT.test(t)) >= 0.8) return 'unit'
  if (share(isWhen) >= 0.6) return 'deadline'
  if (share((t) => VALUE.test(t)) >= 0.6 && cells.length >= 0.3 * all) return 'measure'
  if (share(isUnits) >= 0.7) return 'units'
  return null
}

/** 1, 2, 3 … or 一, 二, 三 …: numbers that go up by one from row to row. */
function counts(cells: readonly string[]): boolean {
  const numbers = cells.map((t) => {
    const sign = ORDINAL.exec(t)?.[1]
    return sign === undefined ? Number.NaN : /\d/.test(sign) ? Number(sign) : han(sign)
  })
  if (numbers.some(Number.isNaN)) return false
  if (numbers.length === 1) return numbers[0] === 1
  const steps = numbers.slice(1).filter((n, i) => n - 1 === numbers[i] || n === 1).length
  return steps >= 0.6 * (numbers.length - 1)
}

const HAN = '一二三四五六七八九'
function han(sign: string): number {
  const [tens = '', ones = ''] = sign.includes('十') ? sign.split('十') : ['0', sign]
  const ten = tens === '0' ? 0 : tens === '' ? 1 : HAN.indexOf(tens) + 1
  return ten * 10 + (ones === '' ? 0 : HAN.indexOf(ones) + 1)
}

/** @returns how many rows at the beginning are headings, and the heading of every column */
export function readHeads(grid: Grid, width: number): { rows: number; heads: string[] } {
  let rows = 0
  // a title over the whole table
  if (single(grid[0] ?? [], width) && isHeadRow(grid[1] ?? [])) rows = 1
  const first = rows
  while (rows < first + 3 && isHeadRow(grid[rows] ?? [], rows > first)) rows++
  if (rows === first) return { rows: 0, heads: Array.from({ length: width }, () => '') }
  const heads = Array.from({ length: width }, (_, c) => {
    const texts = grid.slice(first, rows).map((row) => row[c]?.run.text ?? '')
    return [...new Set(texts)].join('')
  })
  return { rows, heads }
}

/** One cell across the row, or alone in it. */
const single = (row: Grid[number], width: number): boolean =>
  width > 1 && new Set(row.filter((c) => c && c.run.text !== '')).size === 1

/** "2025年", "2026年目标": figures of no other kind stand in headings. */
const YEAR_HEAD = /^20\d{2}年/
const FIGURE = /^(?!20\d{2}年).*\d/

function isHeadRow(row: Grid[number], below = false): boolean {
  const cells = [...new Set(row)].filter((c): c is GridCell => c !== undefined && c.run.text !== '')
  const texts = cells.map((c) => c.run.text)
  if (cells.length < 2 && !(below && cells.length > 0)) return false
  if (texts.some((t) => t.length > LONGEST_HEAD || ORDINAL.test(t) || /[。；]/.test(t) || FIGURE.test(t)))
    return false
  const known = texts.filter((t) => headKind(t) !== null || YEAR_HEAD.test(t)).length
  // a second line of headings hangs under merged ones of the first
  if (below && cells.some((c) => !c.own))
    return cells.filter((c) => c.own).every((c) => !isWhen(c.run.text) || c.columns > 1)
  return known >= 2 && known >= 0.5 * cells.length && new Set(texts).size === texts.length
}

/** The same row as the headings, printed again on the next page. */
export const repeatsHeads = (row: Grid[number], heads: readonly string[]): boolean =>
  heads.some((h) => h !== '') &&
  heads.every((h, c) => h.includes(row[c]?.run.text ?? '') && (row[c] !== undefined || h === '')) &&
  row.some((c) => c && c.run.text !== '')

/** What every column holds. */
export function columnKinds(data: Grid, heads: readonly string[]): ColumnKind[] {
  const yearOf = (head: string) => Number(/20\d{2}(?=年)/.exec(head)?.[0] ?? 0)
  const latest = Math.max(...heads.map(yearOf))
  const textsOf = (c: number) =>
    data.flatMap((row) => (row[c] && row[c].run.text !== '' ? [row[c].run.text] : []))
  const kinds = heads.map((head, c): ColumnKind | null => {
    const said = headKind(head)
    const texts = textsOf(c)
    const kind = heldKind(texts, data.length)
    // the year before, beside the year of the plan
    if (kind === 'measure' && yearOf(head) > 0 && yearOf(head) < latest && !/目标|计划/.test(head))
      return 'baseline'
    if (said === 'baseline' || said === 'remark') return said
    if (kind === 'number') return said === 'measure' || said === 'task' ? 'measure' : 'number'
    if (kind === 'unit' || kind === 'deadline') return kind
    if (kind === 'measure') return said === 'other' || said === 'number' ? said : 'measure'
    if (said === 'units' || said === 'number' || said === 'other') return said
    if (kind === 'units' && said !== 'task' && said !== 'measure') return 'units'
    if (said === 'deadline') return texts.some((t) => WHEN.test(t)) || texts.length === 0 ? said : 'other'
    return said === 'task' || said === 'measure' ? said : null
  })
  // words under no heading that says what they are: what is to be done
  const free = kinds.flatMap((kind, c) => (kind === null && textsOf(c).length > 0 ? [c] : []))
  const named = kinds.some((k) => k === 'task')
  for (const [n, c] of free.entries()) {
    const said = heads[c] !== ''
    kinds[c] = said && named ? 'other' : n === 0 && !named ? 'task' : 'measure'
  }
  // "指标" over names of what is measured
  if (!kinds.includes('task')) {
    const name = kinds.findIndex((k, c) => k === 'measure' && textsOf(c).some((t) => !VALUE.test(t)))
    if (name >= 0 && kinds.some((k, c) => k === 'measure' && c !== name)) kinds[name] = 'task'
  }
  return kinds.map((k) => k ?? 'other')
}

export type TableSense = 'duties' | 'measures' | 'layout' | 'data'

/** Papers have their letterhead, their list of copies in a frame of cells: that is no table. */
const LETTERHEAD = /〔20\d{2}〕|^.{2,30}文件$|关于.{4,60}(?:通知|意见|方案)$|^抄送|印发$/

/**
 * What a table is for. Only duties and measures become items.
 * @param all rows of the table, with its headings, titles and empty ones
 */
export function senseOf(
  all: Grid,
  data: Grid,
  kinds: readonly ColumnKind[],
  heads: readonly string[],
): TableSense {
  const texts = (kind: ColumnKind) =>
    data.flatMap((row) =>
      row.flatMap((cell, c) =>
        kinds[c] === kind && cell && cell.own && cell.run.text !== '' ? [cell.run.text] : [],
      ),
    )
  const words = [...texts('task'), ...texts('measure')]
  const headed = heads.some((h) => h !== '')
  const has = (kind: ColumnKind) => kinds.includes(kind)
  const doing = words.filter((t) => VERB.test(t)).length
  const prose = words.filter((t) => !VALUE.test(t) && t.length >= 5).length
  const names = /任务|措施|工作|事项|要求|举措|整治|行动/.test(heads.join())
  if (!headed) {
    if (
      kinds.length >= 3 &&
      doing >= 0.5 * data.length &&
      (has('units') || has('deadline')) &&
      data.length >= 2
    )
      return 'duties'
  } else {
    const target = kinds.some(
      (k, c) => k === 'measure' && /目标|计划|任务数|指标值|要求|20\d{2}年/.test(heads[c] ?? ''),
    )
    if (prose > 0 && has('task') && (has('units') || has('deadline')) && doing > 0) return 'duties'
    if (prose > 0 && names && doing >= 0.3 * data.length) return 'duties'
    if (target && words.some((t) => VALUE.test(t)) && has('task')) return 'measures'
  }
  const cells = data.flat().filter((c) => c?.own && c.run.text !== '')
  const sentences = cells.some((c) => c && c.run.text.length >= 30 && c.run.text.includes('。'))
  const framed = cells.some((c) => c && LETTERHEAD.test(c.run.text))
  return kinds.length === 1 || all.length <= 2 || ((sentences || framed) && !headed) ? 'layout' : 'data'
}
