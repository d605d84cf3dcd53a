import type { Anchors } from './anchors.ts'
import { cleanRun, joinRuns, pairQuotes, printed, type Run } from './clean.ts'
import { plainHan } from './han.ts'
import { bodyLines, effectiveDay, type Head, readHead } from './head.ts'
import { assignIds, type ItemContext, passageItems, sectionItems } from './items.ts'
import { joinLines, readLines } from './lines.ts'
import type { Heading, LeftOut, NoticeItem, Offset, ParsedNotice } from './model.ts'
import { moodLabel } from './mood.ts'
import { spreadNotes } from './notes.ts'
import { readOutline, type Section } from './outline.ts'
import { paperLabel, paperOf, type Told } from './papers.ts'
import { unreadableReason } from './readable.ts'
import type { Table } from './reading/document.ts'
import { placeTables, readTables } from './tables.ts'

/**
 * Reads an official notice: head, heading tree and assignable items with their deadlines, frequencies, targets,
 * conditions, units and populations. Pure; never throws, whatever the text: what is no notice comes back with
 * `readable: false` and a Chinese reason.
 * @param tables of the document, when it came as one: places of their cells in `source`
 * @param told holds against what the paper seems to be
 */
export function parseNotice(source: string, tables: readonly Table[] = [], told: Told = {}): ParsedNotice {
  const text = plainHan(source)
  const reason = unreadableReason(text)
  if (reason) return unreadable(reason)
  const { lines, unread } = placeTables(text, readLines(text), tables)
  const { head: found, bodyFrom } = readHead(lines)
  const head = told.year ? { ...found, year: told.year, yearFrom: 'title' as const } : found
  const body = bodyLines(lines, bodyFrom, head.issuer)
  const pageless = readTables(body).filter((l) => 'columns' in l || !/^\d{1,3}$/.test(l.run.text))
  const root = readOutline(joinAroundTables(pageless))
  spreadNotes(root)
  const items: NoticeItem[] = []
  const left: LeftOut[] = []
  const paper = told.paper ?? paperOf(head.title, text)
  const anchors = anchorsOf(head, text)
  const structure = collect(root, { source: text, ...anchors, paper, demanding: false, left }, null, items)
  assignIds([...items, ...left])
  const ids = new Map(items.map((item) => [item, item.id]))
  const { yearFrom: _, ...said } = head
  const notice: ParsedNotice = {
    readable: true,
    reason: null,
    ...said,
    structure: structure.map((node) => withIds(node, ids)),
    items,
    paper,
    left,
    warnings: [],
  }
  notice.warnings = warningsOf(notice)
  if (unread > 0) notice.warnings.push(`有${unread}个表格没有当作任务表读，请看原文。`)
  return notice
}

const anchorsOf = (head: Head, text: string): Anchors => ({
  year: head.year,
  yearFrom: head.yearFrom,
  signed: head.issued ?? head.printed,
  effective: effectiveDay(text),
})

/**
 * What a stretch of a notice says when somebody takes it for a duty, whatever the reader took it for.
 * The stretch is given by positions in `source`.
 * @returns none where the stretch holds no words
 */
export function readPassage(source: string, { start, end }: Offset, told: Told): NoticeItem[] {
  const text = plainHan(source)
  const { head } = readHead(readLines(text))
  const year = told.year ? { year: told.year, yearFrom: 'title' as const } : {}
  const runs: Run[] = []
  for (let from = start; from < end; ) {
    const found = text.indexOf('\n', from)
    const to = found < 0 || found > end ? end : found
    runs.push(cleanRun(text, from, to))
    from = to + 1
  }
  const anchors = { ...anchorsOf(head, text), ...year }
  const context = { ...anchors, source: text, paper: 'notice' as const, demanding: true, left: [] }
  const items = passageItems(pairQuotes(joinRuns(runs)), context)
  assignIds(items)
  return items
}

export const unreadable = (reason: string): ParsedNotice => ({
  readable: false,
  reason,
  title: null,
  docNo: null,
  issuer: null,
  addressees: [],
  year: null,
  issued: null,
  printed: null,
  structure: [],
  items: [],
  paper: 'notice',
  left: [],
  warnings: [reason],
})

type Parts = ReturnType<typeof readTables>

/** Lines are joined to paragraphs, but never over a table. */
function joinAroundTables(parts: Parts): Parts {
  let out: Parts = []
  let prose: Parameters<typeof joinLines>[0][number][] = []
  for (const part of parts) {
    if ('columns' in part) {
      out = out.concat(joinLines(prose), [part])
      prose = []
    } else {
      prose.push(part)
    }
  }
  return out.concat(joinLines(prose))
}

interface Node extends Omit<Heading, 'items' | 'children'> {
  own: NoticeItem[]
  children: Node[]
}

function collect(section: Section, context: ItemContext, actor: string | null, items: NoticeItem[]): Node[] {
  const { items: own, stem } = sectionItems(section, context, actor)
  for (const item of own) items.push(item)
  const children = section.children.flatMap((child) => collect(child, context, stem, items))
  if (section.style === 'root') return children
  const { at } = section.heading
  const start = at[0] ?? own[0]?.offset.start ?? children[0]?.offset.start ?? 0
  const title = printed(context.source, section.heading)
  return [
    {
      label: section.label,
      title,
      offset: { start, end: (at[at.length - 1] ?? start - 1) + 1 },
      own,
      children,
    },
  ]
}

const withIds = ({ own, children, ...node }: Node, ids: Map<NoticeItem, string>): Heading => ({
  ...node,
  items: own.map((item) => ids.get(item) ?? ''),
  children: children.map((child) => withIds(child, ids)),
})

function warningsOf(notice: ParsedNotice): string[] {
  const out: string[] = []
  if (!notice.title) out.push('没有识别出标题，请核对后补填。')
  if (!notice.docNo) out.push('没有识别出文号，请核对后补填。')
  if (notice.year === null)
    out.push('没有识别出年份，“X月底前”一类期限无法换算成日期，请补填年份后重新解析。')
  if (notice.items.length === 0) out.push('没有识别出可分解的任务，请核对文件是否完整，或手工添加任务。')
  const inferred = notice.items.filter((i) => i.deadlines.some((d) => d.inferred)).length
  if (inferred > 0) out.push(`有${inferred}项任务的期限是推算的（原文只写了年份或年数），请逐项核对。`)
  // the kind of a paper decides what counts: an officer must see it
  if (notice.paper !== 'notice')
    out.push(`按“${paperLabel[notice.paper]}”读：只有要求去做的句子才当作任务，其余列在“不分解”里。`)
  if (notice.left.length > 0) {
    const kinds = [...new Set(notice.left.map((l) => moodLabel[l.mood]))]
    out.push(
      `有${notice.left.length}句没有当作任务（${kinds.join('、')}），列在“不分解”里；其中确是任务的，可以取回。`,
    )
  }
  const moved = notice.items.flatMap((i) => i.deadlines.filter((d) => d.moved))
  for (const { text, date } of moved.slice(0, 1))
    out.push(`有${moved.length}个期限的月份早于落款日期，按下一年计算（如“${text}”算作${date}），请核对。`)
  const signed = notice.issued ?? notice.printed
  const past = notice.items.flatMap((i) => i.deadlines.filter((d) => signed !== null && d.date < signed))
  for (const { text, date } of past.slice(0, 1))
    out.push(`有${past.length}个期限早于落款日期（如“${text}”，${date}），请核对年份。`)
  return out
}
