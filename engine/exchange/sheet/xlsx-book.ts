import { Problem } from '../../core/errors.ts'
import { type NumberStyle, plainStyle } from './cell.ts'
import { attributes, scanXml, unescapeExcel, XmlTokenizer } from './xml.ts'
import type { Zip } from './zip.ts'

export interface BookSheet {
  name: string
  part: string
  hidden: boolean
}

export interface Book {
  sheets: BookSheet[]
  date1904: boolean
  styles: NumberStyle[]
  /** font of each style: its name where letters stand for signs, and whether it strikes out */
  fonts: StyleFont[]
  sharedStrings: string[]
  /** struck-out parts of shared strings, by their place */
  struck: Map<number, string>
}

export interface StyleFont {
  symbol?: string
  struck?: true
}

/** Built-in number formats that are dates or times, with those of the Chinese locale (27–36, 50–58). */
const builtInDates = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47])
for (const [from, to] of [
  [27, 36],
  [50, 58],
] as const)
  for (let id = from; id <= to; id++) builtInDates.add(id)

const sharedStringsLimit = 512_000_000

interface Relation {
  id: string
  type: string
  target: string
}

/** The parts that are needed before any row: sheets, formats, shared strings. */
export async function readBook(zip: Zip, name: string): Promise<Book> {
  const workbookPart = await findWorkbook(zip, name)
  const relations = await relationsOf(zip, workbookPart)
  const byId = new Map(relations.map((r) => [r.id, r]))
  const { sheets, date1904 } = workbookXml(await zip.text(workbookPart))
  const partOf = (type: string) => {
    const target = relations.find((r) => r.type.endsWith(`/${type}`))?.target
    return target && zip.has(target) ? target : undefined
  }
  const stylesPart = partOf('styles')
  const stringsPart = partOf('sharedStrings')
  return {
    date1904,
    sheets: sheets.flatMap(({ id, ...sheet }) => {
      const relation = byId.get(id)
      // Chart and macro sheets hold no rows.
      return relation?.type.endsWith('/worksheet') && zip.has(relation.target)
        ? [{ ...sheet, part: relation.target }]
        : []
    }),
    ...(stylesPart ? stylesXml(await zip.text(stylesPart)) : { styles: [], fonts: [] }),
    ...(stringsPart ? await sharedStringsXml(zip, stringsPart) : { sharedStrings: [], struck: new Map() }),
  }
}

async function findWorkbook(zip: Zip, name: string): Promise<string> {
  const root = zip.has('_rels/.rels') ? await relationsOf(zip, '') : []
  const part = root.find((r) => r.type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml'
  if (part.endsWith('.bin'))
    throw new Problem('bad-input', `文件 ${name} 是二进制格式（xlsb），请用表格软件另存为 xlsx 后再导入`)
  if (!zip.has(part)) throw new Problem('bad-input', `文件 ${name} 不是表格文件，请选择 xlsx 或 csv 文件`)
  return part
}

async function relationsOf(zip: Zip, part: string): Promise<Relation[]> {
  const slash = part.lastIndexOf('/')
  const folder = slash < 0 ? '' : part.slice(0, slash)
  const file = `${folder ? `${folder}/` : ''}_rels/${part.slice(slash + 1)}.rels`
  if (!zip.has(file)) return []
  const out: Relation[] = []
  scanXml(await zip.text(file), {
    open(tag, raw) {
      if (tag !== 'Relationship') return
      const a = attributes(raw)
      if (a.TargetMode === 'External') return
      out.push({ id: a.Id ?? '', type: a.Type ?? '', target: resolve(folder, a.Target ?? '') })
    },
  })
  return out
}

function resolve(folder: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1)
  const out = folder === '' ? [] : folder.split('/')
  for (const step of target.split('/')) {
    if (step === '..') out.pop()
    else if (step !== '.' && step !== '') out.push(step)
  }
  return out.join('/')
}

function workbookXml(xml: string): {
  sheets: { id: string; name: string; hidden: boolean }[]
  date1904: boolean
} {
  const sheets: { id: string; name: string; hidden: boolean }[] = []
  let date1904 = false
  scanXml(xml, {
    open(tag, raw) {
      const a = attributes(raw)
      if (tag === 'workbookPr') date1904 = a.date1904 === '1' || a.date1904 === 'true'
      if (tag === 'sheet')
        sheets.push({ id: a.id ?? '', name: a.name ?? '', hidden: (a.state ?? 'visible') !== 'visible' })
    },
  })
  return { sheets, date1904 }
}

function stylesXml(xml: string): Pick<Book, 'styles' | 'fonts'> {
  const formats = new Map<number, string>()
  const styles: NumberStyle[] = []
  const known: StyleFont[] = []
  const fonts: StyleFont[] = []
  let inFonts = false
  let inCellXfs = false
  scanXml(xml, {
    open(tag, raw) {
      if (tag === 'numFmt') {
        const a = attributes(raw)
        formats.set(Number(a.numFmtId), a.formatCode ?? '')
      } else if (tag === 'fonts') inFonts = true
      else if (tag === 'font' && inFonts) known.push({})
      else if (inFonts && tag === 'strike' && isOn(attributes(raw).val))
        Object.assign(known.at(-1) ?? {}, { struck: true })
      else if (inFonts && tag === 'name' && /^wingdings/i.test(attributes(raw).val ?? ''))
        Object.assign(known.at(-1) ?? {}, { symbol: attributes(raw).val })
      else if (tag === 'cellXfs') inCellXfs = true
      else if (tag === 'xf' && inCellXfs) {
        const a = attributes(raw)
        const id = Number(a.numFmtId ?? 0)
        styles.push(numberStyle(id, formats.get(id)))
        fonts.push(known[Number(a.fontId ?? 0)] ?? {})
      }
    },
    close(tag) {
      if (tag === 'cellXfs') inCellXfs = false
      if (tag === 'fonts') inFonts = false
    },
  })
  return { styles, fonts }
}

const isOn = (val: string | undefined): boolean => val === undefined || val === '1' || val === 'true'

/** What a number format does to a number. Quoted text, colours and locales in brackets do not count. */
export function numberStyle(id: number, code?: string): NumberStyle {
  if (code === undefined)
    return builtInDates.has(id) ? { kind: 'date' } : id === 9 || id === 10 ? { kind: 'percent' } : plainStyle
  const first = code.split(';')[0] ?? ''
  const bare = first
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?![hms]+\])[^\]]*\]/gi, '')
    .toLowerCase()
  if (/[ydhs]/.test(bare) || (/m/.test(bare) && !/[0#?]/.test(bare)))
    return /general/.test(bare) ? plainStyle : { kind: 'date' }
  if (/%/.test(bare)) return { kind: 'percent' }
  if (/^0{2,30}$/.test(bare)) return { kind: 'padded', digits: bare.length }
  return plainStyle
}

async function sharedStringsXml(zip: Zip, part: string): Promise<Pick<Book, 'sharedStrings' | 'struck'>> {
  const strings: string[] = []
  const struck = new Map<number, string>()
  let gone = ''
  let strike = false
  let text = ''
  let inText = false
  let phonetic = 0
  const tokenizer = new XmlTokenizer({
    open(tag, raw) {
      if (tag === 'si') {
        text = ''
        gone = ''
      } else if (tag === 'r') strike = false
      else if (tag === 'strike') strike = isOn(attributes(raw).val)
      else if (tag === 't') inText = phonetic === 0
      else if (tag === 'rPh') phonetic++
    },
    close(tag) {
      if (tag === 'si') {
        if (gone !== '') struck.set(strings.length, unescapeExcel(gone))
        strings.push(unescapeExcel(text))
        strike = false
      } else if (tag === 'r') strike = false
      else if (tag === 't') inText = false
      else if (tag === 'rPh') phonetic--
    },
    text(piece) {
      if (inText && strike) gone += piece
      else if (inText) text = text === '' ? piece : text + piece
    },
  })
  const decoder = new TextDecoder()
  for await (const chunk of zip.stream(part, sharedStringsLimit))
    tokenizer.write(decoder.decode(chunk, { stream: true }))
  tokenizer.end()
  return { sharedStrings: strings, struck }
}
