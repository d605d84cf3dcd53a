import { documentOfText } from './document.ts'
import type { ReadDocument } from './files.ts'
import { SaidList } from './said.ts'

const MAX_PAGES = 300

const nothing = (kind: ReadDocument['kind'], problem: string): ReadDocument => ({
  kind,
  document: documentOfText(''),
  problem,
})

/** The words of a PDF, page by page. */
export async function readPdf(bytes: Uint8Array): Promise<ReadDocument> {
  let pages: string[]
  // large, and only for those who bring a PDF
  const { extractText, getDocumentProxy } = await import('unpdf')
  try {
    // pdf.js takes the buffer over, so it gets its own copy
    const pdf = await getDocumentProxy(new Uint8Array(bytes))
    if (pdf.numPages > MAX_PAGES)
      return nothing('pdf', `这份 PDF 有 ${pdf.numPages} 页，不像一份通知。请只上传通知正文。`)
    pages = (await extractText(pdf, { mergePages: false })).text
  } catch (error) {
    const locked = error instanceof Error && /password/i.test(`${error.name} ${error.message}`)
    return nothing(
      'pdf',
      locked ? '这份 PDF 有密码，请去掉密码后重新上传。' : '这份 PDF 已损坏或无法读取，请重新导出后上传。',
    )
  }
  const empty = pages.filter((page) => page.trim() === '').length
  if (empty === pages.length)
    return nothing(
      'picture',
      '这份 PDF 里读不出文字：是扫描件，或没有内嵌字体。请先做文字识别，或用 Word、WPS 另存为 .docx 后上传。',
    )
  const said = new SaidList()
  if (empty > 0) said.add('page', '', empty)
  return { kind: 'pdf', document: documentOfText(pages.join('\f'), said.list()) }
}
