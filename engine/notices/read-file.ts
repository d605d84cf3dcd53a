import { open } from 'node:fs/promises'
import iconv from 'iconv-lite'
import { Problem } from '../core/errors.ts'
import { readDocx } from './docx.ts'
import { MAX_NOTICE_BYTES, MAX_NOTICE_CHARACTERS, MAX_NOTICE_ITEMS } from './limits.ts'
import type { ParsedNotice } from './model.ts'
import { parseNotice, unreadable } from './parse.ts'

export type NoticeFileKind = 'text' | 'docx' | 'pdf' | 'picture' | 'unknown'

export interface NoticeText {
  /** empty when there is nothing to read; `warnings` then says why */
  text: string
  kind: NoticeFileKind
  warnings: string[]
}

const MAX_PAGES = 300

const PICTURES: number[][] = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x47, 0x49, 0x46, 0x38],
  [0x49, 0x49, 0x2a, 0x00],
  [0x4d, 0x4d, 0x00, 0x2a],
]

const begins = (bytes: Uint8Array, mark: readonly number[], at = 0): boolean =>
  mark.every((b, i) => bytes[at + i] === b)

const ascii = (text: string): number[] => [...text].map((c) => c.charCodeAt(0))

/**
 * Reads the words of an uploaded notice. What the bytes are decides, not the name. A file without words (a
 * picture, a scan) or of another kind comes back with empty text and a Chinese warning that says what to do.
 * @throws Problem bad-input when the file is empty or larger than 20 MB
 */
export async function readNoticeFile(bytes: Uint8Array, filename: string): Promise<NoticeText> {
  refuseSize(bytes.length, filename)
  if (begins(bytes, ascii('%PDF'))) return readPdf(bytes)
  if (begins(bytes, [0x50, 0x4b, 0x03, 0x04])) {
    const { text, problem } = await readDocx(bytes, filename)
    return problem ? nothing('unknown', problem) : { text, kind: 'docx', warnings: [] }
  }
  // the end of a zip without any parts
  if (begins(bytes, [0x50, 0x4b, 0x05, 0x06]))
    return nothing('unknown', `“${filename}”已损坏：里面是空的。请用 Word 或 WPS 重新保存为 .docx 后上传。`)
  const picture = PICTURES.find((mark) => begins(bytes, mark))
  if (picture || isWebp(bytes) || isBitmap(bytes)) {
    return nothing(
      'picture',
      `“${filename}”是图片，读不出文字。请先做文字识别，或上传 .docx、带文字的 .pdf、.txt。`,
    )
  }
  if (begins(bytes, [0xd0, 0xcf, 0x11, 0xe0])) return nothing('unknown', oldOffice(bytes, filename))
  return decodeText(bytes, filename)
}

/** What a reading process is asked: a file by its path and shown name, or a pasted text. */
export type NoticeQuestion = { path: string; name: string } | { text: string }

/** The words of a notice and what they say, in one go. */
export interface ReadNotice extends NoticeText {
  notice: ParsedNotice
}

/** Reads and parses: what runs in a reading process (`reader/formats.ts`). */
export async function readNotice(question: NoticeQuestion): Promise<ReadNotice> {
  const read: NoticeText =
    'text' in question
      ? { text: question.text, kind: 'text', warnings: [] }
      : await readNoticeFile(await bytesOf(question.path, question.name), question.name)
  const what = 'name' in question ? `“${question.name}”` : '这段文字'
  if (read.text.length > MAX_NOTICE_CHARACTERS)
    throw new Problem(
      'bad-input',
      `${what}有 ${read.text.length} 个字符，超过 ${MAX_NOTICE_CHARACTERS / 10_000} 万，不像一份通知。请只录入通知正文，附件和汇编请拆开分别录入。`,
      { characters: read.text.length },
    )
  const parsed = read.text === '' && read.warnings[0] ? unreadable(read.warnings[0]) : parseNotice(read.text)
  if (parsed.items.length > MAX_NOTICE_ITEMS)
    throw new Problem(
      'bad-input',
      `${what}读出 ${parsed.items.length} 条，超过 ${MAX_NOTICE_ITEMS} 条，不像一份通知。请拆开分别录入。`,
    )
  const more = read.text === '' ? [] : read.warnings
  return { ...read, notice: { ...parsed, warnings: [...more, ...parsed.warnings] } }
}

async function bytesOf(path: string, name: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    refuseSize((await file.stat()).size, name)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

function refuseSize(bytes: number, filename: string): void {
  if (bytes === 0)
    throw new Problem('bad-input', `“${filename}”是空文件（0 字节），没有保存完整或已损坏，请重新选择。`)
  if (bytes > MAX_NOTICE_BYTES)
    throw new Problem('bad-input', `“${filename}”超过 20 MB，请只上传通知正文。`, { bytes })
}

/** An OLE container: what it holds is named in its directory. */
function oldOffice(bytes: Uint8Array, filename: string): string {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4_000_000))
  const holds = (stream: string) => all.includes(Buffer.from(stream, 'utf16le'))
  if (holds('EncryptedPackage'))
    return `“${filename}”加了密码，读不出文字。请在 Word 或 WPS 中取消密码并保存后重新上传。`
  if (holds('Workbook') || holds('Book'))
    return `“${filename}”是旧版表格（.xls），不是通知。请另存为 .docx，或复制文字粘贴进来。`
  return `“${filename}”是旧版 Office 文档（.doc/.wps），请另存为 .docx 后重新上传。`
}

/** Reads and parses one file. What holds no words gives `readable: false` with the reader's reason. */
export async function parseNoticeFile(bytes: Uint8Array, filename: string): Promise<ParsedNotice> {
  const { text, warnings } = await readNoticeFile(bytes, filename)
  if (text === '') return unreadable(warnings[0] ?? '文件里没有文字。')
  const notice = parseNotice(text)
  return { ...notice, warnings: [...warnings, ...notice.warnings] }
}

const isWebp = (bytes: Uint8Array): boolean => begins(bytes, ascii('RIFF')) && begins(bytes, ascii('WEBP'), 8)

/** "BM" alone could begin a text; the reserved bytes behind the size are zero in a bitmap. */
const isBitmap = (bytes: Uint8Array): boolean => begins(bytes, ascii('BM')) && begins(bytes, [0, 0, 0, 0], 6)

const nothing = (kind: NoticeFileKind, warning: string): NoticeText => ({
  text: '',
  kind,
  warnings: [warning],
})

function decodeText(bytes: Uint8Array, filename: string): NoticeText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (begins(bytes, [0xff, 0xfe])) return text(iconv.decode(buffer, 'utf16le'))
  if (begins(bytes, [0xfe, 0xff])) return text(iconv.decode(buffer, 'utf16be'))
  try {
    return text(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // not UTF-8: documents from Chinese Windows are GBK or its superset GB 18030
    const decoded = iconv.decode(buffer, 'gb18030')
    const broken = countBroken(decoded)
    if (broken > 0.02 * decoded.length) {
      return nothing('unknown', `“${filename}”不是文本文件，或已损坏。请上传 .docx、带文字的 .pdf 或 .txt。`)
    }
    const warnings = broken > 0 ? [`文字按 GBK 读取，有 ${broken} 个字符无法识别，请核对。`] : []
    return { text: decoded, kind: 'text', warnings }
  }
}

const text = (decoded: string): NoticeText => ({ text: decoded, kind: 'text', warnings: [] })

function countBroken(decoded: string): number {
  let broken = 0
  for (const char of decoded) {
    const code = char.codePointAt(0) ?? 0
    if (
      code === 0xfffd ||
      (code < 0x20 && !'\t\n\r\f\v'.includes(char)) ||
      (code >= 0xe000 && code <= 0xf8ff)
    )
      broken++
  }
  return broken
}

async function readPdf(bytes: Uint8Array): Promise<NoticeText> {
  let pages: string[]
  let warnings: string[] = []
  // large, and only for those who bring a PDF
  const { extractText, getDocumentProxy } = await import('unpdf')
  try {
    // pdf.js takes the buffer over, so it gets its own copy
    const pdf = await getDocumentProxy(new Uint8Array(bytes))
    if (pdf.numPages > MAX_PAGES) {
      return nothing('pdf', `这份 PDF 有 ${pdf.numPages} 页，不像一份通知。请只上传通知正文。`)
    }
    pages = (await extractText(pdf, { mergePages: false })).text
  } catch (error) {
    const locked = error instanceof Error && /password/i.test(`${error.name} ${error.message}`)
    return nothing(
      'pdf',
      locked ? '这份 PDF 有密码，请去掉密码后重新上传。' : '这份 PDF 已损坏或无法读取，请重新导出后上传。',
    )
  }
  const empty = pages.filter((page) => page.trim() === '').length
  if (empty === pages.length) {
    return nothing(
      'picture',
      '这份 PDF 里读不出文字：是扫描件，或没有内嵌字体。请先做文字识别，或用 Word、WPS 另存为 .docx 后上传。',
    )
  }
  if (empty > 0)
    warnings = [`共 ${pages.length} 页，其中 ${empty} 页没有文字（可能是扫描页），请核对是否缺内容。`]
  return { text: pages.join('\f'), kind: 'pdf', warnings }
}
