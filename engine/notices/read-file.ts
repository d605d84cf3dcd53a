import iconv from 'iconv-lite'
import mammoth from 'mammoth'
import { extractText, getDocumentProxy } from 'unpdf'
import { Problem } from '../core/errors.ts'
import type { ParsedNotice } from './model.ts'
import { parseNotice, unreadable } from './parse.ts'

export type NoticeFileKind = 'text' | 'docx' | 'pdf' | 'picture' | 'unknown'

export interface NoticeText {
  /** empty when there is nothing to read; `warnings` then says why */
  text: string
  kind: NoticeFileKind
  warnings: string[]
}

/** Notices are a few pages; anything larger is another kind of file. */
export const MAX_NOTICE_BYTES = 20 * 1024 * 1024
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
  if (bytes.length === 0) throw new Problem('bad-input', `“${filename}”是空文件，请重新选择。`)
  if (bytes.length > MAX_NOTICE_BYTES) {
    throw new Problem('bad-input', `“${filename}”超过 20 MB，请只上传通知正文。`, { bytes: bytes.length })
  }
  if (begins(bytes, ascii('%PDF'))) return readPdf(bytes)
  if (begins(bytes, [0x50, 0x4b, 0x03, 0x04])) return readDocx(bytes, filename)
  const picture = PICTURES.find((mark) => begins(bytes, mark))
  if (picture || isWebp(bytes) || isBitmap(bytes)) {
    return nothing(
      'picture',
      `“${filename}”是图片，读不出文字。请先做文字识别，或上传 .docx、带文字的 .pdf、.txt。`,
    )
  }
  if (begins(bytes, [0xd0, 0xcf, 0x11, 0xe0])) {
    return nothing('unknown', `“${filename}”是旧版 Office 文档（.doc/.wps），请另存为 .docx 后重新上传。`)
  }
  return decodeText(bytes, filename)
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

async function readDocx(bytes: Uint8Array, filename: string): Promise<NoticeText> {
  try {
    const { value } = await mammoth.extractRawText({ buffer: Buffer.from(bytes) })
    if (value.trim() === '') {
      return nothing('picture', `“${filename}”里只有图片，没有文字。请换用带文字的文件，或粘贴正文。`)
    }
    return { text: value, kind: 'docx', warnings: [] }
  } catch {
    return nothing(
      'unknown',
      `“${filename}”不是 Word 文档（.docx），或已损坏。请用 Word 或 WPS 另存为 .docx 后重试。`,
    )
  }
}

async function readPdf(bytes: Uint8Array): Promise<NoticeText> {
  let pages: string[]
  let warnings: string[] = []
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
