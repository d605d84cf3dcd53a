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
  const { encoding, mixed, lines, damage } = await recognise(bytes, options.encoding)
  const separator = options.separator ?? (await findSeparator(bytes, encoding))
  const sheet = { name: bytes.name.replace(/\.\w{1,4}$/, ''), rowsEstimate: lines, hidden: false }
  return {
    kind: 'csv',
    encoding,
    separator,
    ...(damage.length > 0 && { damage }),
    date1904: false,
    sheets: [sheet],
    rows: () => csvRows(bytes, { encoding, mixed }, separator, options.maxColumns),
    close: () => bytes.close(),
  }
}

/** Most damaged lines that are named; more are counted by their cells. */
const NAMED_DAMAGE = 20

/**
 * A byte order mark decides; else a file that is valid UTF-8 from end to end is UTF-8, since GB text almost
 * never is by accident; all else is read line by line: what is valid UTF-8 as that, the rest as most lines are.
 * GB18030 contains GBK and GB2312.
 */
async function recognise(
  bytes: Bytes,
  given?: Encoding,
): Promise<{ encoding: Encoding; mixed: boolean; lines: number; damage: string[] }> {
  const head = await bytes.read(0, 3)
  let encoding: Encoding | undefined = given
  if (!encoding && head[0] === 0xff && head[1] === 0xfe) encoding = 'utf-16le'
  if (!encoding && head[0] === 0xfe && head[1] === 0xff) encoding = 'utf-16be'
  const wide = encoding === 'utf-16le' || encoding === 'utf-16be'
  let lines = 0
  let last = 10
  const seen = { utf8: 0, other: 0 }
  if (wide) {
    for await (const chunk of bytes.chunks(0, bytes.size)) {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
      last = chunk[chunk.length - 1] ?? 10
    }
    return {
      encoding: encoding ?? 'utf-16le',
      mixed: false,
      lines: lines + (last === 10 ? 0 : 1),
      damage: [],
    }
  }
  for await (const { line, end } of byteLines(bytes)) {
    lines++
    last = end
    if (isAscii(line)) continue
    if (utf8(line) !== undefined) seen.utf8++
    else seen.other++
  }
  const damage: string[] = []
  if (seen.other === 0 && !given) return { encoding: 'utf-8', mixed: false, lines, damage }
  encoding ??= seen.utf8 > seen.other ? 'utf-8' : 'gb18030'
  let at = 0
  for await (const { line } of byteLines(bytes)) {
    at++
    if (
      damage.length < NAMED_DAMAGE &&
      !isAscii(line) &&
      decodeLine(line, encoding, !given).includes('\ufffd')
    )
      damage.push(`第 ${at} 行有无法识别的字节`)
  }
  return { encoding, mixed: !given, lines, damage }
}

const isAscii = (line: Buffer): boolean => {
  for (const b of line) if (b > 0x7f) return false
  return true
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
function utf8(line: Buffer): string | undefined {
  try {
    return strict.decode(line)
  } catch {
    return undefined
  }
}

/** Two Chinese characters of GB are now and then valid UTF-8 by accident; three in a line are not. */
const FEWEST_WIDE = 3

/** One line of a file of several encodings, or with broken bytes: these become U+FFFD. */
function decodeLine(line: Buffer, encoding: Encoding, mixed: boolean): string {
  if (mixed) {
    const text = utf8(line)
    if (
      text !== undefined &&
      (encoding === 'utf-8' || (text.match(/[\u0800-\uffff]/g)?.length ?? 0) >= FEWEST_WIDE)
    )
      return text
  }
  if (encoding !== 'utf-8' || !mixed) return iconv.decode(line, encoding, { stripBOM: false })
  // no valid UTF-8: a line of GB among others, or a broken one
  const gb = iconv.decode(line, 'gb18030', { stripBOM: false })
  const broken = line.toString('utf8')
  return gb.includes('\ufffd') || broken.replace(/[^\ufffd]/g, '').length <= 2 ? broken : gb
}

/** Lines of a file as bytes with their ends (10, 13, or 0 at the end of the file), without decoding. */
async function* byteLines(bytes: Bytes): AsyncGenerator<{ line: Buffer; end: number }> {
  let rest: Buffer[] = []
  let after = 0
  for await (const chunk of bytes.chunks(0, bytes.size)) {
    let from = after === 13 && chunk[0] === 10 ? 1 : 0
    after = 0
    for (let at = from; at < chunk.length; at++) {
      const b = chunk[at]
      if (b !== 10 && b !== 13) continue
      yield { line: Buffer.concat([...rest, chunk.subarray(from, at)]), end: b }
      rest = []
      if (b === 13 && chunk[at + 1] === 10) at++
      else if (b === 13 && at + 1 === chunk.length) after = 13
      from = at + 1
    }
    if (from < chunk.length) rest.push(Buffer.from(chunk.subarray(from)))
  }
  if (rest.length) yield { line: Buffer.concat(rest), end: 0 }
}

/** The text of a file; every end of a line becomes one line feed. */
async function* decodedLines(bytes: Bytes, encoding: Encoding, mixed: boolean): AsyncGenerator<string> {
  let block = ''
  for await (const { line, end } of byteLines(bytes)) {
    block += decodeLine(line, encoding, mixed) + (end === 0 ? '' : '\n')
    if (block.length < 64 * 1024) continue
    yield block
    block = ''
  }
  if (block !== '') yield block
}

/** The separator that splits the first lines into the most columns, the same number line after line. */
async function findSeparator(bytes: Bytes, encoding: Encoding): Promise<string> {
  const sample = iconv.decode(await bytes.read(0, 64 * 1024), encoding, { stripBOM: true })
  const lines = sample.split(/\r\n|\r|\n/).slice(0, 60)
  if (bytes.size > 64 * 1024) lines.pop()
  let best = ','
  let bestScore = 0
  for (const separator of [',', '\t', ';', '|', '，']) {
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
  { encoding, mixed }: { encoding: Encoding; mixed: boolean },
  separator: string,
  maxColumns: number,
): AsyncGenerator<Row> {
  // Counted here, since the parser runs ahead of the reader and counts CRLF inside quotes twice.
  let next = 1
  const wide = encoding === 'utf-16le' || encoding === 'utf-16be'
  const parser = parse({
    delimiter: separator,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    // lines end as they like, also differently in one file; blanks round quotes are no content
    record_delimiter: wide ? ['\r\n', '\n', '\r'] : '\n',
    trim: true,
    max_record_size: maxRecord,
    on_record(record: string[]) {
      const line = next
      next += 1
      for (const field of record) if (/[\r\n]/.test(field)) next += field.match(/\r\n|\r|\n/g)?.length ?? 0
      return [String(line), ...record]
    },
  })
  // Errors arrive through the parser's iterator; the callback only keeps them from being unhandled.
  const source = wide
    ? Readable.from(bytes.chunks(0, bytes.size), { objectMode: false })
    : Readable.from(decodedLines(bytes, encoding, mixed))
  if (wide) pipeline(source, iconv.decodeStream(encoding), parser, () => {})
  else pipeline(source, parser, () => {})
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
