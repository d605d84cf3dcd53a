import { chineseNumber } from './chinese-number.ts'
import { type Accepted, accepted, quote, type Refused, refused } from './result.ts'
import { halfWidth, isBlank, visible } from './text.ts'

/** How exact the text was: 2025年1月 is a month, written down as its first day. */
export type Precision = 'day' | 'month' | 'year'

export interface ReadDate {
  /** 'YYYY-MM-DD'; of a month its first day, of a year 1 January: look at `precision`. */
  date: string
  precision: Precision
  /** 'HH:MM:SS' when the cell carried a time, Asia/Shanghai. */
  time?: string
  /** 长期, 永久, 无固定期限: a term without end; `date` is then '9999-12-31'. */
  endless?: true
}

export interface DateOptions {
  /** The workbook counts days from 1904-01-01 (old Mac files). */
  date1904?: boolean
  /** Patterns tried first, tokens YYYY YY MM M DD D and literal signs: 'D/M/YYYY', 'DD.MM.YY'. */
  formats?: string[]
  /** Two-digit years below it are 20xx, from it on 19xx. Default 50. */
  pivot?: number
}

export type DateResult = Accepted<ReadDate> | Refused

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()
const pad = (n: number, width = 2): string => String(n).padStart(width, '0')
const iso = (y: number, m: number, d: number): string => `${pad(y, 4)}-${pad(m)}-${pad(d)}`

/** Is 'YYYY-MM-DD' a day of the calendar? */
export function isRealDate(text: string): boolean {
  const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!m) return false
  const [y, mo, d] = [Number(m[1]), Number(m[2]), Number(m[3])]
  return y >= 1 && mo >= 1 && mo <= 12 && d >= 1 && d <= daysIn(y, mo)
}

const yearFrom = 1800
const yearTo = 2199

/** Excel's day number → date. 1900 system: day 60 is the 29 February 1900 that never was. */
export function serialToDate(serial: number, date1904 = false): DateResult {
  const day = Math.floor(serial)
  if (!Number.isFinite(serial) || day < (date1904 ? 0 : 1) || day > 2958465)
    return refused(`数字 ${serial} 不是日期，请按 2025-01-05 的样式填写`)
  if (!date1904 && day === 60) return refused('1900年2月29日不存在，请核对日期')
  const epoch = date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, day < 60 ? 31 : 30)
  const seconds = Math.round((serial - day) * 86400)
  const at = new Date(epoch + day * 86400_000 + seconds * 1000)
  const time = seconds % 86400 === 0 ? undefined : at.toISOString().slice(11, 19)
  return accepted<ReadDate>({
    date: at.toISOString().slice(0, 10),
    precision: 'day',
    ...(time ? { time } : {}),
  })
}

/** 'YYYY-MM-DD' → Excel's day number in the 1900 system (for writing real dates). */
export function dateToSerial(date: string): number {
  const day = Math.round((Date.parse(`${date}T00:00:00Z`) - Date.UTC(1899, 11, 30)) / 86400_000)
  return day < 61 ? day - 1 : day
}

/**
 * A date as ledgers write it. JS Dates are read by their UTC fields (what spreadsheet readers give);
 * a text with a zone (…Z, +08:00) is turned into Asia/Shanghai. `value: null` is a blank cell.
 */
export function readDate(raw: unknown, options: DateOptions = {}): DateResult {
  if (raw === null || raw === undefined) return accepted<ReadDate>(null)
  if (raw instanceof Date) return fromJsDate(raw)
  if (typeof raw === 'number') return fromNumber(raw, options)
  if (typeof raw !== 'string') return refused('这里应填日期，请按 2025-01-05 的样式填写')
  if (isBlank(raw)) return accepted<ReadDate>(null)
  return fromText(raw, options)
}

function fromJsDate(raw: Date): DateResult {
  if (Number.isNaN(raw.getTime())) return refused('日期无效，请按 2025-01-05 的样式填写')
  const text = new Date(Math.round(raw.getTime() / 1000) * 1000).toISOString()
  const time = text.slice(11, 19)
  return day(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10)), {
    ...(time === '00:00:00' ? {} : { time }),
  })
}

/** 20250105 and 202501 and 2025 are dates written as numbers; what else is in range is a day number. */
function fromNumber(n: number, options: DateOptions): DateResult {
  if (Number.isInteger(n)) {
    const text = String(n)
    if (/^(?:18|19|20|21)\d{2}$/.test(text)) return year(n)
    if (/^(?:18|19|20|21)\d{4}$/.test(text) && Number(text.slice(4)) <= 12) return fromText(text, options)
    if (/^\d{8}$/.test(text)) return fromText(text, options)
  } else if (/^(?:19|20)\d{2}\.\d{1,2}$/.test(String(n))) {
    // The cell 2025.10 loses its zero when stored as a number and looks like January.
    const read = fromText(String(n), options)
    if (read.ok && String(n).endsWith('.1'))
      read.warnings.push(`单元格为数字 ${n}，按 1 月读取，也可能是 10 月，请核对`)
    return read
  }
  return serialToDate(n, options.date1904)
}

function day(
  y: number,
  m: number,
  d: number,
  more: Partial<ReadDate> = {},
  ...warnings: string[]
): DateResult {
  if (y < yearFrom || y > yearTo) return refused(`年份 ${y} 不合理，请核对日期`)
  if (m < 1 || m > 12) return refused(`没有 ${m} 月，请核对日期`)
  if (d < 1 || d > daysIn(y, m)) return refused(`没有 ${y}年${m}月${d}日 这一天，请核对日期`)
  return accepted<ReadDate>({ date: iso(y, m, d), precision: 'day', ...more }, ...warnings)
}

function month(y: number, m: number, ...warnings: string[]): DateResult {
  if (y < yearFrom || y > yearTo) return refused(`年份 ${y} 不合理，请核对日期`)
  if (m < 1 || m > 12) return refused(`没有 ${m} 月，请核对日期`)
  return accepted<ReadDate>({ date: iso(y, m, 1), precision: 'month' }, ...warnings)
}

function year(y: number): DateResult {
  if (y < yearFrom || y > yearTo) return refused(`年份 ${y} 不合理，请核对日期`)
  return accepted<ReadDate>({ date: iso(y, 1, 1), precision: 'year' })
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')

/** 5-Mar-24, Mar 5, 2024, 2024/Mar/05: a month by its name is no guess. */
function englishDay(text: string): DateResult | undefined {
  const m =
    /^(?<d>\d{1,2})[-/ .](?<m>[a-z]{3})[a-z]*[-/ .,]+(?<y>\d{4}|\d{2})$/i.exec(text) ??
    /^(?<m>[a-z]{3})[a-z]*[-/ .]*(?<d>\d{1,2})[-/ .,]+(?<y>\d{4})$/i.exec(text) ??
    /^(?<y>\d{4})[-/ .](?<m>[a-z]{3})[a-z]*[-/ .](?<d>\d{1,2})$/i.exec(text)
  const at = months.indexOf(m?.groups?.m?.toLowerCase() ?? '')
  if (!m?.groups || at < 0) return undefined
  const [y, warning] = fullYear(m.groups.y ?? '', {})
  return day(y, at + 1, Number(m.groups.d), {}, ...warning)
}

const numeral = '[〇零○◯OoＯ一二三四五六七八九十廿卅两]'
const chineseDate = new RegExp(
  `^(${numeral}{2,4})年(?:(${numeral}{1,3})月(?:(${numeral}{1,3})[日号]?)?)?(?=$|[ 上下凌早中晚\\d])`,
)
const mixedDate = new RegExp(`^(\\d{4})年(${numeral}{1,3})月(?:(${numeral}{1,3})[日号]?)?$`)
const clock =
  /^(上午|下午|早上|凌晨|中午|晚上|am|pm)? *(\d{1,2})(?:[:时点](\d{1,2})?(?:[:分](\d{1,2}(?:\.\d+)?)?)?[秒分]?)? *(am|pm)?$/i

function fromText(raw: string, options: DateOptions): DateResult {
  const shown = raw.trim()
  const unreadable = () => refused(`${quote(shown)}不是日期，请按 2025-01-05 的样式填写`)
  let text = halfWidth(visible(raw))
    .replace(/^['‘’]/, '')
    .replace(/\n/g, ' ')
    .replace(/[—–－―]/g, '-')
    .replace(/[。．·\\]/g, '.')
    .replace(/(?<=\d) *[、,] *(?=\d)/g, '.')
    .replace(/^(\d{4}) (\d{1,2}) (\d{1,2})$/, '$1.$2.$3')
    .replace(/(?<=\d|日|号)[.。]$/, '')
    .trim()
  const english = englishDay(text)
  if (english) return english
  for (const format of options.formats ?? []) {
    const found = byFormat(text, format, options)
    if (found) return found
  }
  if (/^(?:长期|永久|长期有效|永久有效|无固定期限|无限期)$/.test(text))
    return accepted<ReadDate>({ date: '9999-12-31', precision: 'day', endless: true })

  const zoned = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/.exec(text)
  if (zoned) {
    const at = Date.parse(text.replace(' ', 'T'))
    return Number.isNaN(at) ? unreadable() : fromJsDate(new Date(at + 8 * 3600_000))
  }

  text = text.replace(chineseDate, (all, y: string, m?: string, d?: string) => {
    const n = (s: string) => chineseNumber(s.replace(/[OoＯ]/g, '〇'))
    const parts = [n(y), m ? n(m) : undefined, d ? n(d) : undefined]
    if (parts.includes(null)) return all
    return `${pad(parts[0] ?? 0, y.length)}年${m ? `${parts[1]}月` : ''}${d ? `${parts[2]}日` : ''}`
  })
  // 2024年三月五日: the year in digits, the rest in words
  text = text.replace(mixedDate, (all, y: string, m: string, d?: string) => {
    const parts = [chineseNumber(m), d ? chineseNumber(d) : undefined]
    return parts.includes(null) ? all : `${y}年${parts[0]}月${d ? `${parts[1]}日` : ''}`
  })
  text = text.replace(/ *([年月日号/.-]) */g, '$1')

  const span =
    /^(\d{2,4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?)[ ]*(?:-|~|至|到|～)[ ]*(?=\d{2,4}[-/.年]\d{1,2})/.exec(
      text,
    )
  if (span && /\d{2,4}[-/.年]\d{1,2}/.test(text.slice(span[0].length)))
    return refused(`${quote(shown)}是一段时间，请只填一个日期`)

  const compact = /^(\d{4})(\d{2})(\d{2})(?:[T ]?(.*))?$/.exec(text)
  if (compact && !compact[4]) return day(Number(compact[1]), Number(compact[2]), Number(compact[3]))
  const compactMonth = /^((?:18|19|20|21)\d{2})(0[1-9]|1[0-2])$/.exec(text)
  if (compactMonth) return month(Number(compactMonth[1]), Number(compactMonth[2]))

  const ymd = /^(\d{4}|\d{2})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})(?!\d)(?:日|号)?(?:[ T,]*(.*))?$/.exec(
    text,
  )
  if (ymd) return withTime(ymd, options, unreadable)

  const ym = /^(\d{4}|\d{2})(?:年(\d{1,2})月(份|底|末|初|中旬|上旬|下旬)?|[-/.](\d{1,2}))$/.exec(text)
  if (ym) {
    // 25.1 alone is more often a number than a month; with 年/月 it is clear.
    if (ym[1]?.length === 2 && !ym[2]) return unreadable()
    const [y, warning] = fullYear(ym[1] ?? '', options)
    return month(y, Number(ym[2] ?? ym[4]), ...warning)
  }
  const y = /^(\d{4})年?$/.exec(text)
  if (y) return year(Number(y[1]))

  const tail = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T,]*(.*))?$/.exec(text)
  if (tail) return dayOrMonthFirst(tail, shown, unreadable)

  // A day number in a text cell or CSV: only what falls between 1950 and 2099.
  const serial = /^(\d{5})(\.\d+)?$/.exec(text)
  if (serial && Number(text) >= 18264 && Number(text) < 73051) {
    const read = serialToDate(Number(text), options.date1904)
    if (read.ok && read.value) read.warnings.push(`${quote(shown)}按表格日期序号读作 ${read.value.date}`)
    return read
  }
  if (/^\d{1,2}(?:月|[-/.])\d{1,2}日?$/.test(text))
    return refused(`${quote(shown)}缺少年份，请按 2025-01-05 的样式填写`)
  return unreadable()
}

function fullYear(text: string, options: DateOptions): [number, string[]] {
  if (text.length === 4) return [Number(text), []]
  const yy = Number(text)
  const y = yy + (yy < (options.pivot ?? 50) ? 2000 : 1900)
  return [y, [`年份只有两位，按 ${y} 年读取，请核对`]]
}

function withTime(m: RegExpExecArray, options: DateOptions, unreadable: () => Refused): DateResult {
  const [y, warning] = fullYear(m[1] ?? '', options)
  const rest = (m[4] ?? '').trim().replace(/^(?:\(?(?:星期|周)[一二三四五六日天]\)?) */, '')
  const time = rest === '' ? undefined : timeOf(rest)
  if (time === null) return unreadable()
  return day(y, Number(m[2]), Number(m[3]), time && time !== '00:00:00' ? { time } : {}, ...warning)
}

/** 8:30 · 08:30:15 · 下午3点 · 8时30分 → 'HH:MM:SS'; `null` when it is no time. */
function timeOf(text: string): string | null {
  const m = clock.exec(text)
  if (!m || (!/[:时点]/.test(text) && !m[1] && !m[5])) return null
  let hour = Number(m[2])
  const half = (m[1] ?? m[5] ?? '').toLowerCase()
  if (/下午|晚上|pm/.test(half) && hour < 12) hour += 12
  if (/凌晨|am/.test(half) && hour === 12) hour = 0
  const minute = Number(m[3] ?? 0)
  const second = Math.floor(Number(m[4] ?? 0))
  if (hour > 23 || minute > 59 || second > 59) return null
  return `${pad(hour)}:${pad(minute)}:${pad(second)}`
}

/** 13/5/2025 and 5/13/2025 are clear, 1/5/2025 is not: nothing is guessed, the user names the order. */
function dayOrMonthFirst(m: RegExpExecArray, shown: string, unreadable: () => Refused): DateResult {
  const [a, b, y] = [Number(m[1]), Number(m[2]), Number(m[3])]
  const rest = (m[4] ?? '').trim()
  const time = rest === '' ? undefined : timeOf(rest)
  if (time === null) return unreadable()
  const more = time && time !== '00:00:00' ? { time } : {}
  if (a > 12) return day(y, b, a, more)
  if (b > 12 || a === b) return day(y, a, b, more)
  return refused(`${quote(shown)}分不清月和日，请按 2025-01-05 的样式填写，或在导入时指定日期格式`)
}

/** A pattern given by the user; `null` when the text does not have its shape. */
function byFormat(text: string, format: string, options: DateOptions): DateResult | null {
  const names: string[] = []
  const source = format.replace(/YYYY|YY|MM|M|DD|D|[\\^$.*+?()[\]{}|/]/g, (token) => {
    if (!/[YMD]/.test(token)) return `\\${token}`
    names.push(token[0] ?? '')
    return token === 'YYYY'
      ? '(\\d{4})'
      : token === 'YY'
        ? '(\\d{2})'
        : token.length === 2
          ? '(\\d{2})'
          : '(\\d{1,2})'
  })
  const m = new RegExp(`^${source}$`).exec(text)
  if (!m) return null
  const part = (name: string) => {
    const at = names.indexOf(name)
    return at < 0 ? undefined : m[at + 1]
  }
  const yearText = part('Y')
  if (!yearText) return null
  // The user named the format, so a two-digit year is no guess and needs no warning.
  const [y] = fullYear(yearText, options)
  const mo = part('M')
  const d = part('D')
  if (!mo) return year(y)
  return d ? day(y, Number(mo), Number(d)) : month(y, Number(mo))
}
