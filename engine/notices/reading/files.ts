import iconv from 'iconv-lite'
import { webPart } from '../../exchange/sheet/web-part.ts'
import { documentOfText, type NoticeDocument } from './document.ts'
import { readDocx } from './docx.ts'
import { charsetOf, readHtml } from './html.ts'
import { readOfd } from './ofd.ts'
import { readPdf } from './pdf.ts'
import { readPlain } from './plain.ts'
import { readRtf } from './rtf.ts'
import { SaidList } from './said.ts'
import { wordXml } from './word-xml.ts'
import { readWord97 } from './word97.ts'

export type NoticeFileKind = 'text' | 'docx' | 'doc' | 'rtf' | 'html' | 'pdf' | 'ofd' | 'picture' | 'unknown'

/** A file read, or a Chinese sentence why not and what to do; the document is empty then. */
export interface ReadDocument {
  kind: NoticeFileKind
  document: NoticeDocument
  problem?: string
}

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

const nothing = (kind: NoticeFileKind, problem: string): ReadDocument => ({
  kind,
  document: documentOfText(''),
  problem,
})

/** Embedded parts hold parts of their own only by mistake or on purpose. */
const DEEPEST = 3

/** Reads a file of any kind; what its bytes are decides, not its name. */
export async function readDocument(bytes: Uint8Array, filename: string, depth = 0): Promise<ReadDocument> {
  if (begins(bytes, ascii('%PDF'))) return readPdf(bytes)
  if (begins(bytes, [0x50, 0x4b, 0x03, 0x04])) {
    const readPart = async (part: Uint8Array, name: string) => {
      if (depth >= DEEPEST) return undefined
      const { document, problem } = await readDocument(part, name, depth + 1)
      return problem ? undefined : document
    }
    const ofd = await readOfd(bytes, filename)
    if (ofd)
      return ofd.problem === undefined ? { kind: 'ofd', document: ofd.document } : nothing('ofd', ofd.problem)
    const read = await readDocx(bytes, filename, readPart)
    return read.problem === undefined
      ? { kind: 'docx', document: read.document }
      : nothing('unknown', read.problem)
  }
  // the end of a zip without any parts
  if (begins(bytes, [0x50, 0x4b, 0x05, 0x06]))
    return nothing('unknown', `“${filename}”已损坏：里面是空的。请用 Word 或 WPS 重新保存为 .docx 后上传。`)
  if (PICTURES.some((mark) => begins(bytes, mark)) || isWebp(bytes) || isBitmap(bytes))
    return nothing(
      'picture',
      `“${filename}”是图片，读不出文字。请先做文字识别，或上传 .docx、带文字的 .pdf、.txt。`,
    )
  if (begins(bytes, [0xd0, 0xcf, 0x11, 0xe0])) return oldOffice(bytes, filename)
  if (begins(bytes, ascii('{\\rt'))) return filled('rtf', readRtf(bytes), filename)
  return decoded(bytes, filename, depth)
}

const filled = (kind: NoticeFileKind, document: NoticeDocument, filename: string): ReadDocument =>
  document.text.trim() === ''
    ? nothing(kind, `“${filename}”里没有文字。请换用带文字的文件，或粘贴正文。`)
    : { kind, document }

/** An OLE container: what it holds is named in its directory. */
async function oldOffice(bytes: Uint8Array, filename: string): Promise<ReadDocument> {
  const again = '请用 Word 或 WPS 打开后另存为 .docx 再上传。'
  const { CFB } = await import('@e965/xlsx')
  let container: ReturnType<typeof CFB.read>
  try {
    container = CFB.read(Buffer.from(bytes), { type: 'buffer' })
  } catch {
    return nothing('unknown', `“${filename}”是旧版 Office 文档，已损坏，读不出文字。${again}`)
  }
  const stream = (name: string): Buffer | undefined => {
    const found = CFB.find(container, `/${name}`)?.content
    return found && Buffer.from(found)
  }
  if (stream('EncryptedPackage'))
    return nothing(
      'unknown',
      `“${filename}”加了密码，读不出文字。请在 Word 或 WPS 中取消密码并保存后重新上传。`,
    )
  if (stream('Workbook') ?? stream('Book'))
    return nothing(
      'unknown',
      `“${filename}”是旧版表格（.xls），不是通知。请另存为 .docx，或复制文字粘贴进来。`,
    )
  const word = stream('WordDocument')
  if (!word) return nothing('unknown', `“${filename}”是旧版 Office 文档，不是 Word 文档。${again}`)
  const read = readWord97(word, [stream('0Table'), stream('1Table')])
  if ('document' in read) return filled('doc', read.document, filename)
  const why = {
    locked: `“${filename}”加了密码，读不出文字。请在 Word 或 WPS 中取消密码并保存后重新上传。`,
    old: `“${filename}”是 Word 95 或更早的文档，读不出文字。${again}`,
    broken: `“${filename}”是旧版 Office 文档（.doc/.wps），已损坏，读不出文字。${again}`,
  }
  return nothing('doc', why[read.problem])
}

const isWebp = (bytes: Uint8Array): boolean => begins(bytes, ascii('RIFF')) && begins(bytes, ascii('WEBP'), 8)

/** "BM" alone could begin a text; the reserved bytes behind the size are zero in a bitmap. */
const isBitmap = (bytes: Uint8Array): boolean => begins(bytes, ascii('BM')) && begins(bytes, [0, 0, 0, 0], 6)

const HEAD = 2048
const PAGE =
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|meta|body|div|p|table|span|font|h[1-6]|style)[\s>]/i
const MIME = /^(?:mime-version|from|subject|date|x-[\w-]+|content-[\w-]+):/i

/** Text, a web page or a web archive; all of them also under the names of office programs. */
async function decoded(bytes: Uint8Array, filename: string, depth: number): Promise<ReadDocument> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const head = buffer.toString('latin1', 0, HEAD)
  if (MIME.test(head) && /content-type:\s*(?:multipart|text\/html)/i.test(head)) {
    const page = webPart(buffer)
    return page === ''
      ? nothing('unknown', `“${filename}”是网页归档（.mht），里面没有正文。请打开后复制文字粘贴进来。`)
      : filled('html', readHtml(page), filename)
  }
  const read = textOf(buffer, charsetOf(head))
  if (!read)
    return nothing('unknown', `“${filename}”不是文本文件，或已损坏。请上传 .docx、带文字的 .pdf 或 .txt。`)
  const { text, broken } = read
  const said = new SaidList()
  if (broken > 0) said.add('encoding', '', broken)
  if (PAGE.test(text.slice(0, HEAD).replace(/^\ufeff/, ''))) {
    const page = filled('html', readHtml(text), filename)
    return { ...page, document: { ...page.document, said: [...page.document.said, ...said.list()] } }
  }
  if (/^\ufeff?\s*<\?xml[\s?]/.test(text.slice(0, 20))) {
    const word = wordXml(text)
    return word
      ? readDocument(word, filename, depth + 1)
      : nothing(
          'unknown',
          `“${filename}”是 XML 文件，不是通知正文。请用 Word 或 WPS 打开后另存为 .docx 再上传。`,
        )
  }
  return { kind: 'text', document: readPlain(text, said.list()) }
}

/** Characters by mark, by the charset named, as UTF-8, else GB 18030; undefined for what is no text. */
function textOf(buffer: Buffer, charset: string | undefined): { text: string; broken: number } | undefined {
  if (begins(buffer, [0xff, 0xfe])) return { text: iconv.decode(buffer, 'utf16le'), broken: 0 }
  if (begins(buffer, [0xfe, 0xff])) return { text: iconv.decode(buffer, 'utf16be'), broken: 0 }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(buffer), broken: 0 }
  } catch {
    // not UTF-8: documents from Chinese Windows are GBK or its superset GB 18030
    const named =
      charset && !/^(?:gb|utf-?8)/i.test(charset) && iconv.encodingExists(charset) ? charset : 'gb18030'
    const text = iconv.decode(buffer, named)
    const broken = countBroken(text)
    return broken > 0.02 * text.length ? undefined : { text, broken }
  }
}

function countBroken(text: string): number {
  let broken = 0
  for (const char of text) {
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
