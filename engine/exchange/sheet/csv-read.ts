import { pipeline, Readable } from 'node:stream'
import { parse } from 'csv-parse'
import iconv from 'iconv-lite'
import { Problem } from '../../core/errors.ts'
import { emptyCell } from './cell.ts'
import type { Bytes } from './source.ts'
import type { Cell, OpenOptions, Row, Table } from './types.ts'

type Encoding = NonNullable<Table['encoding']>

/** A single record may not be longer: an unclosed quote would otherwise swallow the rest of the file. */
const maxRecord = 1_000_000

export async function openCsv(bytes: Bytes, options: OpenOptions & { maxColumns: number }): Promise<Table> {
  const { encoding, lines } = await recognise(bytes, options.encoding)
  const separator = options.separator ?? (await findSeparator(bytes, encoding))
  const sheet = { name: bytes.name.replace(/\.\w{1,4}$/, ''), rowsEstimate: lines, hidden: false }
  return {
    kind: 'csv',
    encoding,
    separator,
    date1904: false,
    sheets: [sheet],
    rows: () => csvRows(bytes, encoding, separator, options.maxColumns),
    close: () => bytes.close(),
  }
}

/**
 * A byte order mark decides; else a file that is valid UTF-8 from end to end is UTF-8, since GB text almost
 * never is by accident; all else is GB18030 (which contains GBK and GB2312).
 */
async function recognise(bytes: Bytes, given?: Encoding): Promise<{ encoding: Encoding; lines: number }> {
  const head = await bytes.read(0, 3)
  let encoding: Encoding | undefined = given
  if (!encoding && head[0] === 0xff && head[1] === 0xfe) encoding = 'utf-16le'
  if (!encoding && head[0] === 0xfe && head[1] === 0xff) encoding = 'utf-16be'
  const strict = new TextDecoder('utf-8', { fatal: true })
  let valid = true
  let lines = 0
  let last = 10
  for await (const chunk of bytes.chunks(0, bytes.size)) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
    last = chunk[chunk.length - 1] ?? 10
    if (!valid || encoding) continue
    try {
      strict.decode(chunk, { stream: true })
    } catch {
      valid = false
    }
  }
  try {
    if (valid && !encoding) strict.decode()
  } catch {
    valid = false
  }
  return { encoding: encoding ?? (valid ? 'utf-8' : 'gb18030'), lines: lines + (last === 10 ? 0 : 1) }
}

/** The separator that splits the first lines into the most columns, the same number line after line. */
async function findSeparator(bytes: Bytes, encoding: Encoding): Promise<string> {
  const sample = iconv.decode(await bytes.read(0, 64 * 1024), encoding, { stripBOM: true })
  const lines = sample.split(/\r\n|\r|\n/).slice(0, 60)
  if (bytes.size > 64 * 1024) lines.pop()
  let best = ','
  let bestScore = 0
  for (const separator of [',', '\t', ';', '|']) {
    const counts = lines.map((line) => countOutsideQuotes(line, separator)).filter((n) => n > 0)
    if (counts.length === 0) continue
    const usual = mode(counts)
    const score = usual * counts.filter((n) => n === usual).length
    if (score > bestScore) {
      best = separator
      bestScore = score
    }
  }
  return best
}

function countOutsideQuotes(line: string, separator: string): number {
  let n = 0
  let quoted = false
  for (const c of line) {
    if (c === '"') quoted = !quoted
    else if (c === separator && !quoted) n++
  }
  return n
}

function mode(values: number[]): number {
  const seen = new Map<number, number>()
  for (const v of values) seen.set(v, (seen.get(v) ?? 0) + 1)
  return [...seen].reduce((a, b) => (b[1] > a[1] ? b : a))[0]
}

async function* csvRows(
  bytes: Bytes,
  encoding: Encoding,
  separator: string,
  maxColumns: number,
): AsyncGenerator<Row> {
  // Counted here, since the parser runs ahead of the reader and counts CRLF inside quotes twice.
  let next = 1
  const parser = parse({
    delimiter: separator,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: maxRecord,
    on_record(record: string[]) {
      const line = next
      next += 1
      for (const field of record) if (/[\r\n]/.test(field)) next += field.match(/\r\n|\r|\n/g)?.length ?? 0
      return [String(line), ...record]
    },
  })
  const source = Readable.from(bytes.chunks(0, bytes.size), { objectMode: false })
  // Errors arrive through the parser's iterator; the callback only keeps them from being unhandled.
  pipeline(source, iconv.decodeStream(encoding), parser, () => {})
  let blanks: number[] = []
  try {
    for await (const [at, ...record] of parser as AsyncIterable<string[]>) {
      const line = Number(at)
      const cells = record.map(csvCell)
      while (cells.length > 0 && cells[cells.length - 1] === emptyCell) cells.pop()
      if (cells.length === 0) {
        blanks.push(line)
        continue
      }
      if (cells.length > maxColumns)
        throw new Problem(
          'bad-input',
          `文件 ${bytes.name} 第 ${line} 行有 ${cells.length} 列，超过 ${maxColumns} 列，请检查分隔符`,
        )
      for (const blank of blanks) yield { line: blank, cells: [] }
      blanks = []
      yield { line, cells }
    }
  } catch (e) {
    if (e instanceof Problem) throw e
    throw new Problem(
      'bad-input',
      `文件 ${bytes.name} 从第 ${next} 行起无法读取：${reason(e)}，请改正后再导入`,
    )
  } finally {
    source.destroy()
    parser.destroy()
  }
}

function reason(e: unknown): string {
  const code = (e as { code?: string }).code ?? ''
  if (/MAX_RECORD/.test(code)) return '一行太长，缺少换行，或双引号没有成对'
  return /QUOTE|CLOSING/.test(code) ? '双引号没有成对' : '内容不是规范的 CSV'
}

function csvCell(value: string): Cell {
  // ="00123" is how some programs keep leading zeros; a quote sign before = + - @ is our own writer's shield.
  const text =
    value.startsWith('=') || value.startsWith("'")
      ? value.replace(/^="([^"]*)"$/, '$1').replace(/^'(?='*[=+\-@\t\r])/, '')
      : value
  if (text.trim() === '') return emptyCell
  if (text.includes('\ufffd'))
    return { raw: text, text, error: '有无法识别的字符，请将文件另存为 UTF-8 编码的 CSV 或 xlsx' }
  return { raw: text, text }
}
