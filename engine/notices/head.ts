import { dateLine } from './dates.ts'
import type { Line } from './lines.ts'
import { readMarker } from './markers.ts'
import { headKind } from './table-columns.ts'

export interface Head {
  title: string | null
  docNo: string | null
  issuer: string | null
  addressees: string[]
  year: number | null
  /** a year of the title holds for the whole plan; one of number or signature only says when the paper was written */
  yearFrom: 'title' | 'signature'
  issued: string | null
  printed: string | null
}

const DOC_NO = /([\u3400-\u9fff]{1,20}[〔（【](20\d{2})[〕）】](?:第)?\d{1,5}号)/
const DOC_KIND =
  /(?:通知|意见|方案|通报|函|决定|办法|要点|公告|通告|计划|清单|规定|细则|批复|报告|纪要)(?:（[^）]{1,20}）)?$/
const PLAN_TITLE = /(?:方案|清单|办法|要点|计划|细则|规定|分解表|任务表|任务书)(?:（[^）]{1,20}）)?$/
const ORG_LINE =
  /(?:局|委员会|办公室|政府|委|中心|指挥部|大队|支队|管委会|领导小组|专班)(?:（[^）]{1,10}）)?$/
const ADDRESSED = /[各县市区镇乡局部委单企厂矿校院园办处科股室]/
const TAIL_LINE =
  /^(?:抄送|抄报|主送|联系人|联系电话|电子邮箱|传真|邮箱|校对|打印|共印)|印发[。]?$|^（?此件|^（联系人/
const ATTACHMENT = /^附件?[：:\d一二三四五六七八九十]|^附(?:件|录|表)$/

/** Reads title, number, issuer and addressees, and says where the body begins. */
export function readHead(lines: readonly Line[]): { head: Head; bodyFrom: number } {
  const firstMarker = lines.findIndex((l) => isTopMarker(l.run.text))
  const limit = Math.min(firstMarker < 0 ? lines.length : firstMarker, 60)
  const salutation = findSalutation(lines, limit)
  const firstProse = lines.findIndex(
    (l, i) => i < limit && (l.run.text.length > 80 || /。$/.test(l.run.text)),
  )
  const zoneEnd = salutation?.from ?? (firstProse >= 0 ? firstProse : limit)
  const zone = lines.slice(0, zoneEnd).map((l) => l.run.text)

  const noAt = zone.findIndex((t) => DOC_NO.test(t))
  const docNo = noAt < 0 ? null : (DOC_NO.exec(zone[noAt]!)?.[1] ?? null)
  const { title, titleTo } = readTitle(zone, noAt)
  const letterhead = zone.find((t) => /文件$/.test(t) && t.length <= 40)?.replace(/文件$/, '') ?? null
  const titled = title && /^(.{2,40}?)关于/.exec(title)?.[1]
  const dates = readDates(lines, zoneEnd)
  const issuer = titled || letterhead || dates.signer
  const addressees = salutation ? splitAddressees(salutation.text) : []
  const bodyFrom = salutation
    ? salutation.to
    : Math.max(titleTo, firstProse >= 0 ? Math.min(firstProse, limit) : titleTo)
  const { year, yearFrom } = planYear(title, docNo, dates.issued ?? dates.printed, zone)
  const head: Head = {
    title,
    docNo,
    issuer,
    addressees,
    year,
    yearFrom,
    issued: dates.issued,
    printed: dates.printed,
  }
  return { head, bodyFrom }
}

function isTopMarker(text: string): boolean {
  const marker = readMarker(text)
  return marker !== null && marker.ordinal === 1
}

/** "现将有关事项通知如下：" also ends with a colon and addresses nobody. */
const INTRODUCES = /。|如下|通知：$|现[将就]|特制定|制定本|^为|^根据|^按照/

/** "各镇应急管理中心，各相关企业：", which may run over several lines. */
function findSalutation(
  lines: readonly Line[],
  limit: number,
): { from: number; to: number; text: string } | null {
  for (let i = 0; i < limit; i++) {
    const { text } = lines[i]!.run
    if (!/：$/.test(text) || INTRODUCES.test(text) || text.length > 300 || !ADDRESSED.test(text)) continue
    let from = i
    while (
      from > 0 &&
      i - from < 6 &&
      /[、，]$|^各|[^通知]$/.test(lines[from - 1]!.run.text) &&
      isAddressPart(lines[from - 1]!.run.text)
    )
      from--
    const text2 = lines
      .slice(from, i + 1)
      .map((l) => l.run.text)
      .join('')
    return { from, to: i + 1, text: text2.replace(/：$/, '') }
  }
  return null
}

const isAddressPart = (text: string): boolean =>
  /[、，]/.test(text) && !DOC_KIND.test(text) && !DOC_NO.test(text) && !/关于|。/.test(text)

const splitAddressees = (text: string): string[] =>
  text
    .split(/[，、；](?![^（]*）)/)
    .map((s) => s.trim())
    .filter((s) => s !== '')

function readTitle(zone: readonly string[], noAt: number): { title: string | null; titleTo: number } {
  const clean = (t: string) =>
    !/签发人|^(?:秘密|机密|特急|加急|急件|编号|份号)|^[【（]/.test(t) &&
    !/文件$/.test(t) &&
    dateLine(t)?.before !== ''
  const after = titleFrom(zone, noAt + 1, zone.length, clean)
  if (after) return after
  // some offices print the number below the title
  const above = noAt > 0 ? titleFrom(zone, 0, noAt, clean) : null
  return above ? { ...above, titleTo: noAt + 1 } : { title: null, titleTo: Math.max(noAt + 1, 0) }
}

function titleFrom(
  zone: readonly string[],
  from: number,
  to: number,
  clean: (line: string) => boolean,
): { title: string; titleTo: number } | null {
  let text = ''
  for (let i = from; i < Math.min(to, from + 8); i++) {
    const line = zone[i]!
    if (!clean(line)) continue
    text += line
    if (DOC_KIND.test(text) && (/关于/.test(text) || text.length >= 6))
      return { title: text.slice(0, 200), titleTo: i + 1 }
  }
  const about = zone.findIndex((t, i) => i >= from && i < to && /关于/.test(t) && t.length <= 80)
  if (about >= 0) return { title: zone[about]!, titleTo: about + 1 }
  // a text without a number may still open with one short line of its own
  const first = zone[from]
  return first &&
    from < to &&
    first.length <= 50 &&
    clean(first) &&
    !/[。，：]/.test(first) &&
    !DOC_NO.test(first)
    ? { title: first, titleTo: from + 1 }
    : null
}

function readDates(
  lines: readonly Line[],
  from: number,
): { issued: string | null; printed: string | null; signer: string | null } {
  let issued: string | null = null
  let printed: string | null = null
  let signer: string | null = null
  for (let i = 0; i < lines.length; i++) {
    const { text } = lines[i]!.run
    const hit = dateLine(text)
    if (!hit) continue
    if (/^印发/.test(hit.after)) {
      printed ??= hit.date
    } else if (isSignature(hit) && !issued) {
      issued = hit.date
      if (i > from)
        signer = ORG_LINE.test(hit.before)
          ? hit.before
          : (lines
              .slice(Math.max(0, i - 2), i)
              .map((l) => l.run.text)
              .find((t) => ORG_LINE.test(t) && t.length <= 40) ?? null)
    }
  }
  return { issued, printed, signer }
}

const isSignature = (hit: { before: string; after: string }): boolean =>
  /^[（(]?$/.test(hit.before) || (ORG_LINE.test(hit.before) && !/[，。：]/.test(hit.before))
    ? /^[）)]?$/.test(hit.after)
    : false

/** The year the duties are meant for: the title's, else the document number's, else the signature's. */
function planYear(
  title: string | null,
  docNo: string | null,
  issued: string | null,
  zone: readonly string[],
): Pick<Head, 'year' | 'yearFrom'> {
  const titled = /(20\d{2})\s*[年—\-~至]/.exec(title ?? '')?.[1]
  if (titled) return { year: Number(titled), yearFrom: 'title' }
  const found =
    issued?.slice(0, 4) ??
    /[〔（【](20\d{2})/.exec(docNo ?? '')?.[1] ??
    /(20\d{2})年/.exec(zone.join('\n'))?.[1]
  return { year: found ? Number(found) : null, yearFrom: 'signature' }
}

/** The lines of the body: without signature, copies list and attachment list; an attached plan is body again. */
export function bodyLines(lines: readonly Line[], from: number, issuer: string | null): Line[] {
  const out: Line[] = []
  let tail = false
  let waiting: Line | null = null
  for (let i = from; i < lines.length; i++) {
    const line = lines[i]!
    const { text } = line.run
    const date = dateLine(text)
    if (date && (isSignature(date) || /^印发/.test(date.after))) {
      if (!tail) dropSigners(out, issuer)
      tail = true
      continue
    }
    if (tail) {
      if (PLAN_TITLE.test(text) && text.length <= 60 && !/^\d/.test(text) && !ATTACHMENT.test(text))
        waiting = { ...line, markdown: 1 }
      const marker = readMarker(text)
      const resumes =
        (marker?.ordinal === 1 && /^(?:chapter|cn|article|cn-paren)$/.test(marker.style)) ||
        (text.length >= 60 && /。/.test(text)) ||
        line.cells.length >= 3 ||
        // a table whose cells stand one below the other
        (/^(?:序号|编号)$/.test(text) && headKind(lines[i + 1]?.run.text ?? '') !== null)
      if (!resumes || TAIL_LINE.test(text)) continue
      tail = false
      if (waiting && waiting !== line) out.push(waiting)
      waiting = null
    }
    if (ATTACHMENT.test(text) && text.length <= 60) {
      tail = true
      continue
    }
    if (TAIL_LINE.test(text) && text.length <= 80) {
      tail ||= /^抄/.test(text)
      continue
    }
    out.push(line)
  }
  return out
}

function dropSigners(out: Line[], issuer: string | null): void {
  for (let n = 0; n < 3 && out.length > 0; n++) {
    const { text } = out[out.length - 1]!.run
    const signs = text.length <= 40 && !/[。；：，]/.test(text) && (ORG_LINE.test(text) || text === issuer)
    if (!signs || readMarker(text)) return
    out.pop()
  }
}

/** The day from which a paper holds: 自2025年9月1日起施行; null where it prints none. */
export function effectiveDay(text: string): string | null {
  const hit = /自\s*(20\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*起\s*(?:施行|实施|执行|生效)/.exec(text)
  return hit ? (dateLine((hit[1] ?? '').replace(/\s/g, ''))?.date ?? null) : null
}
