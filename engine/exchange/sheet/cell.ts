import { type ReadDate, serialToDate } from '../../../fields/normal/dates.ts'
import { numberText } from '../../../fields/normal/text.ts'
import type { Cell } from './types.ts'

/** How a number in a cell is shown: what decides whether 45662 is a date, a code or an amount. */
export type NumberStyle =
  | { kind: 'plain' }
  | { kind: 'date' }
  | { kind: 'percent' }
  /** Format 000000: leading zeros that only the format holds. */
  | { kind: 'padded'; digits: number }

export const plainStyle: NumberStyle = { kind: 'plain' }

export const emptyCell: Cell = Object.freeze({ raw: null, text: '' })

export const hasContent = (cell: Cell): boolean => cell.text !== '' || cell.error !== undefined

const errorText =
  /^#(?:DIV\/0!|N\/A|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|FIELD!|BLOCKED!)$/

/** A picture in a cell as WPS writes it. */
const picture = /^=?_?(?:xlfn\.)?DISPIMG\(/i

/** What is struck out is no value any more. */
export const struckCell = (text: string): Cell => ({
  raw: null,
  text,
  error: '这一格有删除线，视为已经划掉，没有读',
})

/** Ticks and crosses of the fonts Wingdings, where letters stand for signs. */
const signs: Record<string, Record<string, string>> = {
  wingdings: { ü: '✓', û: '✗', þ: '☑', ý: '☒', o: '□', '¨': '□', l: '●', n: '■' },
  'wingdings 2': { P: '✓', O: '✗', R: '☑', Q: '☒', T: '☒', S: '☒', '£': '□' },
}

/** A letter in such a font as the sign a person sees. */
export function signOf(text: string, font: string | undefined): string {
  const set = signs[(font ?? '').toLowerCase()]
  return set
    ? [...text].map((c) => set[c] ?? set[String.fromCharCode(c.charCodeAt(0) & 0xff)] ?? c).join('')
    : text
}

export const errorCell = (code: string): Cell => ({
  raw: code,
  text: code,
  error: `单元格公式出错（${code}），请改正后再导入`,
})

export const noResult: Cell = Object.freeze({
  raw: null,
  text: '',
  error: '公式没有保存计算结果，请在表格软件中打开并保存后再导入',
})

export const unsureResult: Cell = Object.freeze({
  raw: null,
  text: '',
  error: '旧格式里这一格公式的结果读不准，请在表格软件中另存为 xlsx 后再导入，或直接填写',
})

export const missingText: Cell = Object.freeze({
  raw: null,
  text: '',
  error: '单元格内容缺失，请在表格软件中重新保存文件',
})

/** @param formula the text is a formula's result: LibreOffice writes #DIV/0! that way. */
export function textCell(text: string, formula = false): Cell | undefined {
  if (text === '') return undefined
  if (picture.test(text)) return { raw: null, text: '图片', error: '这一格是图片，不是文字，没有读' }
  if (formula && errorText.test(text)) return errorCell(text)
  return { raw: text, text }
}

export const booleanCell = (value: boolean): Cell => ({ raw: value, text: value ? '是' : '否' })

type Day = Pick<Cell, 'text' | 'date' | 'time'>

export const dayText = ({ date, time }: ReadDate): Day =>
  time ? { text: `${date} ${time}`, date, time } : { text: date, date }

/** 0.354166 → 08:30:00: a time without a day. */
const timeOfDay = (part: number): string =>
  new Date(Math.round(part * 86_400) * 1000).toISOString().slice(11, 19)

/** Number cells of one workbook; remembers days, since ledgers repeat the same few thousand. */
export class NumberCells {
  private readonly days = new Map<number, Day>()
  private readonly date1904: boolean

  constructor(date1904: boolean) {
    this.date1904 = date1904
  }

  cell(number: number, style: NumberStyle): Cell {
    switch (style.kind) {
      case 'plain':
        return { raw: number, text: numberText(number), number }
      case 'percent':
        return { raw: number, text: `${numberText(number * 100)}%`, number }
      case 'padded': {
        const text = numberText(number)
        return { raw: number, text: /^\d+$/.test(text) ? text.padStart(style.digits, '0') : text, number }
      }
      case 'date': {
        if (number > 0 && number < 1) return { raw: number, text: timeOfDay(number), number }
        const day = this.day(number)
        return day ? { raw: number, number, ...day } : { raw: number, text: numberText(number), number }
      }
    }
  }

  private day(serial: number): Day | undefined {
    const known = this.days.get(serial)
    if (known) return known
    const read = serialToDate(serial, this.date1904)
    if (!read.ok || !read.value) return undefined
    const day = dayText(read.value)
    if (this.days.size < 50_000) this.days.set(serial, day)
    return day
  }
}
