import { Problem } from '../core/errors.ts'
import { openBytes } from '../exchange/sheet/source.ts'
import { openZip, type Zip } from '../exchange/sheet/zip.ts'

/** All parts that are read, unpacked. A long plan with every letter formatted has a tenth of it. */
const MAX_UNPACKED = 40_000_000

const again = '请用 Word 或 WPS 打开后另存为 .docx 再上传'
const advice = {
  broken: `${again}。`,
  tooBig: '请只上传通知正文，或复制文字粘贴进来。',
  locked: '请在 Word 或 WPS 中取消密码并保存后重新上传。',
}

/** The words of a .docx, or a Chinese sentence why there are none. */
export async function readDocx(
  bytes: Uint8Array,
  filename: string,
): Promise<{ text: string; problem?: undefined } | { text: ''; problem: string }> {
  try {
    const zip = await openZip(await openBytes({ bytes, name: filename }), advice)
    const other = otherThanWord(zip)
    if (other) return { text: '', problem: `“${filename}”不是 Word 文档，${other}` }
    const { default: mammoth } = await import('mammoth')
    // mammoth unpacks without any limit; it takes whatever has its own archive's two methods instead
    const { value } = await mammoth.extractRawText({ file: bounded(zip) } as never)
    if (value.trim() !== '') return { text: value }
    return { text: '', problem: `“${filename}”里只有图片，没有文字。请换用带文字的文件，或粘贴正文。` }
  } catch (e) {
    if (e instanceof Problem) return { text: '', problem: e.message }
    return { text: '', problem: `“${filename}”已损坏，读不出文字。${again}。` }
  }
}

/** The archive as mammoth asks for it, with a maximum of what it may unpack. */
function bounded(zip: Zip) {
  let left = MAX_UNPACKED
  return {
    exists: (name: string) => zip.has(name),
    async read(name: string, encoding?: string): Promise<string | Uint8Array> {
      const parts: Buffer[] = []
      let size = 0
      for await (const chunk of zip.stream(name, left)) {
        parts.push(chunk)
        size += chunk.length
      }
      left -= size
      const all = Buffer.concat(parts)
      if (encoding === 'base64') return all.toString('base64')
      return encoding ? new TextDecoder(encoding).decode(all) : all
    },
  }
}

/** What a zip is that is no Word document, and what to do; undefined for a document. */
function otherThanWord(zip: Zip): string | undefined {
  if (zip.has('word/document.xml')) return undefined
  const some = (start: string) => zip.names.some((name) => name.startsWith(start))
  if (zip.names.length === 0) return `里面是空的，文件已损坏。${again}。`
  if (some('xl/')) return '是表格（.xlsx）。通知请上传 .docx；台账请到“导入”页上传。'
  if (some('ppt/')) return '是演示文稿（.pptx）。请复制文字粘贴进来，或另存为 .docx 后上传。'
  if (zip.has('mimetype')) return `是 OpenDocument 文件。${again}。`
  if (zip.has('META-INF/MANIFEST.MF')) return '是程序（.jar）。请选择通知正文。'
  // a document whose main part bears another name is a document all the same
  if (zip.has('[Content_Types].xml') && some('word/')) return undefined
  return `是压缩包，或文件已损坏。请解压后选择其中的通知，或用 Word、WPS 另存为 .docx 再上传。`
}
