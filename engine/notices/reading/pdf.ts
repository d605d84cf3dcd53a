import { documentOfText } from './document.ts'
import type { ReadDocument } from './files.ts'
import { documentOfPages } from './pages.ts'
import { predefinedCMap } from './pdf-cmaps.ts'
import { type PageWords, pageWords } from './pdf-page.ts'

const MAX_PAGES = 300

const nothing = (kind: ReadDocument['kind'], problem: string): ReadDocument => ({
  kind,
  document: documentOfText(''),
  problem,
})

/** pdf.js asks here for what its package would have beside it. */
class Maps {
  fetch({ filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const map = predefinedCMap(filename)
    return map === undefined
      ? Promise.reject(new Error(`no such table: ${filename}`))
      : Promise.resolve(new TextEncoder().encode(map))
  }
}

/** Pictures are not decoded; fonts say which codes they know. */
const SETTINGS = {
  BinaryDataFactory: Maps,
  cMapUrl: 'cmaps/',
  cMapPacked: false,
  useWorkerFetch: false,
  fontExtraProperties: true,
  maxImageSize: 1,
  verbosity: 0,
}

/** pdf.js hands fonts over with a method that Node 20 does not have. */
function mendNode(): void {
  if ('transferToFixedLength' in ArrayBuffer.prototype) return
  Object.defineProperty(ArrayBuffer.prototype, 'transferToFixedLength', {
    configurable: true,
    writable: true,
    value(this: ArrayBuffer, length = this.byteLength) {
      const moved = new Uint8Array(length)
      moved.set(new Uint8Array(this).subarray(0, length))
      return moved.buffer
    },
  })
}

/** The words of a PDF, page by page: lines, and tables by their lines or by what stands below each other. */
export async function readPdf(bytes: Uint8Array): Promise<ReadDocument> {
  // large, and only for those who bring a PDF
  const { getDocumentProxy, getResolvedPDFJS } = await import('unpdf')
  mendNode()
  const pages: PageWords[] = []
  try {
    // pdf.js takes the buffer over, so it gets its own copy
    const pdf = await getDocumentProxy(new Uint8Array(bytes), SETTINGS)
    if (pdf.numPages > MAX_PAGES)
      return nothing('pdf', `这份 PDF 有 ${pdf.numPages} 页，不像一份通知。请只上传通知正文。`)
    const { OPS } = await getResolvedPDFJS()
    for (let n = 1; n <= pdf.numPages; n++) {
      const page = await pdf.getPage(n)
      pages.push(await pageWords(page, OPS))
      page.cleanup()
    }
  } catch (error) {
    const locked = error instanceof Error && /password/i.test(`${error.name} ${error.message}`)
    return nothing(
      'pdf',
      locked ? '这份 PDF 有密码，请去掉密码后重新上传。' : '这份 PDF 已损坏或无法读取，请重新导出后上传。',
    )
  }
  const known = pages.map((p) =>
    p.pieces.reduce((n, piece) => n + piece.text.replace(/[\s□]/g, '').length, 0),
  )
  const unknown = pages.reduce((n, p) => n + p.unknown, 0)
  const read = known.reduce((a, b) => a + b, 0)
  if (read === 0 || unknown > 4 * read)
    return nothing(
      'picture',
      unknown > 0
        ? `这份 PDF 的字体里没有文字编码，${unknown}个字认不出。请用 Word、WPS 另存为 .docx，或打印后做文字识别再上传。`
        : '这份 PDF 里读不出文字：是扫描件，或没有内嵌字体。请先做文字识别，或用 Word、WPS 另存为 .docx 后上传。',
    )
  return { kind: 'pdf', document: documentOfPages(pages) }
}
