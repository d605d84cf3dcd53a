import { Problem } from '../../core/errors.ts'
import { openCsv } from './csv-read.ts'
import { detect, refuseOtherZip } from './detect.ts'
import { openForeign } from './foreign.ts'
import { filled } from './merges.ts'
import { type Bytes, openBytes } from './source.ts'
import type { OpenOptions, Table, TableSource } from './types.ts'
import { sheetAt } from './which.ts'
import { readBook } from './xlsx-book.ts'
import { worksheetRows } from './xlsx-rows.ts'
import { type SheetTail, scanTail } from './xlsx-tail.ts'
import { XmlRefused } from './xml.ts'
import { openZip } from './zip.ts'

/**
 * Open an .xlsx or .csv/.txt by its content. Throws Problem('bad-input') with a Chinese message that says
 * what to do, for old .xls, passwords, pictures, broken or oversized files. Close the table when done.
 */
export async function openTable(source: TableSource, options: OpenOptions = {}): Promise<Table> {
  const bytes = await openBytes(source)
  try {
    const maxBytes = options.maxBytes ?? 200_000_000
    if (bytes.size > maxBytes)
      throw new Problem(
        'bad-input',
        `文件 ${bytes.name} 超过 ${Math.round(maxBytes / 1_000_000)} MB，请拆成几个文件后再导入`,
      )
    const limits = { maxColumns: 512, maxUnpackedBytes: 1_000_000_000, ...options }
    const kind = await detect(bytes)
    if (kind === 'text') return await openCsv(bytes, limits)
    return kind === 'zip' ? await openXlsx(bytes, limits) : await openForeign(bytes, kind, limits.maxColumns)
  } catch (e) {
    await bytes.close()
    throw asProblem(e, bytes.name)
  }
}

async function openXlsx(
  bytes: Bytes,
  limits: { maxColumns: number; maxUnpackedBytes: number },
): Promise<Table> {
  const zip = await openZip(bytes)
  const mimetype = zip.has('mimetype') ? await zip.text('mimetype', 1000) : ''
  if (mimetype.includes('opendocument.spreadsheet')) return openForeign(bytes, 'ods', limits.maxColumns)
  refuseOtherZip(bytes.name, zip.names, mimetype)
  const book = await readBook(zip, bytes.name)
  if (book.sheets.length === 0)
    throw new Problem('bad-input', `文件 ${bytes.name} 中没有工作表，请检查后重试`)
  const tails: SheetTail[] = []
  for (const sheet of book.sheets) tails.push(await scanTail(zip.stream(sheet.part, limits.maxUnpackedBytes)))
  const sheets = book.sheets.map((s, i) => ({
    name: s.name,
    hidden: s.hidden,
    rowsEstimate: tails[i]?.rows ?? 0,
    ...(tails[i]?.hiddenColumns.length && { hiddenColumns: tails[i].hiddenColumns }),
  }))
  return {
    kind: 'xlsx',
    date1904: book.date1904,
    sheets,
    rows(which) {
      const { at, sheet } = sheetAt(book.sheets, which)
      const raw = worksheetRows(zip.stream(sheet.part, limits.maxUnpackedBytes), book, {
        maxColumns: limits.maxColumns,
        name: bytes.name,
      })
      return guarded(filled(raw, tails[at]?.merges ?? [], limits.maxColumns), bytes.name)
    },
    close: () => bytes.close(),
  }
}

async function* guarded<T>(rows: AsyncIterable<T>, name: string): AsyncGenerator<T> {
  try {
    yield* rows
  } catch (e) {
    throw asProblem(e, name)
  }
}

const asProblem = (e: unknown, name: string): unknown =>
  e instanceof XmlRefused
    ? new Problem('bad-input', `文件 ${name} 已损坏，无法读取。请用表格软件打开后另存为 xlsx 再导入`)
    : e
