import type { Heading, NoticeItem, Offset, ParsedNotice } from './model.ts'
import type { Told } from './papers.ts'
import { parseNotice } from './parse.ts'
import { shifted, type Table } from './reading/document.ts'

/*
 * Two notices in one file: each has its own number, year and addressees, so each is read by itself. A plan that is
 * attached to a notice has no addressees of its own and belongs to it.
 */

const NUMBER = /^[\u3400-\u9fff]{1,20}[〔（([【]20\d{2}[〕）)\]】]第?\d{1,5}号$/
const TITLE = /(?:通知|意见|通报|函|通告|公告|决定)(?:（.{1,20}）)?$/
const ADDRESSED = /^[^。；]{2,200}[：:]$/
const BODIES = /^各|[、，]各|政府|局[、，：:]|办公室|委员会|管委会|中心|企业|单位/
const INTRODUCES = /如下|通知[：:]$|^(?:现|为|根据|按照)/
const DAY = /^(?:20\d{2}|二[〇○零]..)年.{1,3}月.{1,3}日$/
/** Titles that are named in full. */
const NAMED = 4
/** Lines of a head between its number and its addressees. */
const HEAD_LINES = 10

interface TextLine {
  start: number
  /** without blanks */
  text: string
}

/** Where notices begin in a text, the first at 0. */
export function noticeStarts(text: string): number[] {
  const lines = linesOf(text)
  const starts = [0]
  const salutations = lines.flatMap((line, n) => (isSalutation(line.text) ? [n] : []))
  for (const at of salutations.slice(1)) {
    const head = lines.slice(Math.max(0, at - HEAD_LINES), at)
    const title = head.findLastIndex((l) => TITLE.test(l.text) && !/[。：]/.test(l.text))
    if (
      title < 0 ||
      !/关于/.test(
        head
          .slice(Math.max(0, title - 3), title + 1)
          .map((l) => l.text)
          .join(''),
      )
    )
      continue
    const number = head.findLastIndex((l) => NUMBER.test(l.text))
    // without a number of its own, the notice before must have been signed
    const signed = head.findLastIndex((l, n) => n < title && DAY.test(l.text))
    if (number < 0 && signed < 0) continue
    const from = number >= 0 && number < title ? number : Math.max(signed + 1, titleBegin(head, title))
    let first = Math.max(0, at - HEAD_LINES) + from
    while (first > 0 && /文件$/.test(lines[first - 1]?.text ?? '')) first--
    const start = lines[first]?.start ?? 0
    if (start > (starts.at(-1) ?? 0)) starts.push(start)
  }
  return starts
}

/** A title may run over several lines. */
function titleBegin(head: readonly TextLine[], title: number): number {
  for (let n = title; n > Math.max(-1, title - 4); n--) if (/关于/.test(head[n]?.text ?? '')) return n
  return title
}

const isSalutation = (text: string): boolean =>
  ADDRESSED.test(text) &&
  BODIES.test(text) &&
  !INTRODUCES.test(text) &&
  !/^[一二三四五六七八九十]+、|^（/.test(text)

function linesOf(text: string): TextLine[] {
  const out: TextLine[] = []
  let start = 0
  for (const line of text.split('\n')) {
    const words = line.length > 400 ? '' : line.replace(/\s/g, '')
    if (words !== '') out.push({ start, text: words })
    start += line.length + 1
  }
  return out
}

/** Reads a text that may hold several notices; positions are those of the whole text; `told` holds of each. */
export function parseNotices(text: string, tables: readonly Table[] = [], told: Told = {}): ParsedNotice {
  const starts = noticeStarts(text)
  if (starts.length === 1) return parseNotice(text, tables, told)
  const [first, ...others] = starts.map((from, n) => {
    const to = starts[n + 1] ?? text.length
    const own = tables.filter((t) => t.start >= from && t.start < to).map((t) => shifted(t, -from))
    return moved(parseNotice(text.slice(from, to), own, told), from)
  })
  if (!first) return parseNotice(text, tables, told)
  const named = [first, ...others].slice(0, NAMED).map((n) => `《${n.title ?? '没有标题'}》${n.docNo ?? ''}`)
  const titles = others.length < NAMED ? named : [...named, '……']
  const count = others.length === 1 ? '两' : others.length + 1
  const said = `文件里有${count}份通知：${titles.join('、')}。各按自己的年份和文号读了，请核对；最好拆开分别录入。`
  const whole: ParsedNotice = { ...first, warnings: [said, ...first.warnings] }
  for (const other of others) addTo(whole, other)
  return whole
}

/** A notice whose text begins further on. */
function moved(notice: ParsedNotice, by: number): ParsedNotice {
  const at = ({ start, end }: Offset): Offset => ({ start: start + by, end: end + by })
  const placed = <T extends { offset: Offset }>(one: T): T => ({ ...one, offset: at(one.offset) })
  const item = <T extends NoticeItem>(one: T): T => ({
    ...placed(one),
    deadlines: one.deadlines.map(placed),
    frequencies: one.frequencies.map(placed),
    targets: one.targets.map(placed),
    conditions: one.conditions.map(placed),
  })
  const heading = (one: Heading): Heading => ({ ...placed(one), children: one.children.map(heading) })
  return {
    ...notice,
    items: notice.items.map(item),
    left: notice.left.map(item),
    structure: notice.structure.map(heading),
  }
}

/** A further notice under its title. */
function addTo(whole: ParsedNotice, other: ParsedNotice): void {
  const title = other.title ?? '没有标题'
  const taken = new Set([...whole.items, ...whole.left].map((i) => i.id))
  const ids = new Map<string, string>()
  const under = <T extends { id: string; path: string[] }>(item: T): T => {
    let id = item.id
    for (let n = 2; taken.has(id); n++) id = `${item.id}-${n}`
    taken.add(id)
    ids.set(item.id, id)
    return { ...item, id, path: [title, ...item.path] }
  }
  const items: NoticeItem[] = other.items.map(under)
  const left = other.left.map(under)
  const renamed = (heading: Heading): Heading => ({
    ...heading,
    items: heading.items.map((id) => ids.get(id) ?? id),
    children: heading.children.map(renamed),
  })
  const children = other.structure.map(renamed)
  const start = children[0]?.offset.start ?? items[0]?.offset.start ?? 0
  whole.items = [...whole.items, ...items]
  whole.left = [...whole.left, ...left]
  whole.structure = [
    ...whole.structure,
    { label: '', title, offset: { start, end: start }, items: [], children },
  ]
  whole.warnings = [...whole.warnings, ...other.warnings.filter((w) => !whole.warnings.includes(w))]
}
