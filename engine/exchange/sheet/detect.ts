import { Problem } from '../../core/errors.ts'
import type { ForeignKind } from './foreign.ts'
import type { Bytes } from './source.ts'

/** What a file is, by its first bytes; its extension is only a name. */
export type FileKind = 'zip' | 'text' | ForeignKind

const saveAs = '请用 WPS 或 Excel 打开后另存为“Excel 工作簿（*.xlsx）”再导入'

const starts = (head: Buffer, ...bytes: number[]): boolean => bytes.every((b, i) => head[i] === b)

/** Zip and text go on; everything else is refused with what to do. */
export async function detect(bytes: Bytes): Promise<FileKind> {
  const refuse = (why: string): never => {
    throw new Problem('bad-input', `文件 ${bytes.name} ${why}`)
  }
  if (bytes.size === 0) return refuse('是空文件，请重新选择')
  const head = await bytes.read(0, 8192)
  if (starts(head, 0x50, 0x4b, 3, 4)) return 'zip'
  if (starts(head, 0xd0, 0xcf, 0x11, 0xe0)) {
    // The same container holds old .xls/.et and password-protected .xlsx; the latter names its stream.
    const names = await bytes.read(0, Math.min(bytes.size, 4_000_000))
    const locked = names.includes(Buffer.from('EncryptedPackage', 'utf16le'))
    if (locked) return refuse('加了密码，请在表格软件中取消密码并保存后再导入')
    if (names.includes(Buffer.from('WordDocument', 'utf16le')))
      return refuse('是 Word 文档，不是表格，请选择 xlsx 或 csv 文件')
    return 'biff'
  }
  if (starts(head, 0x09, 0x08) || starts(head, 0x09, 0x04) || starts(head, 0x09, 0x02)) return 'biff'
  if (starts(head, 0x25, 0x50, 0x44, 0x46)) return refuse('是 PDF，不是表格，请选择 xlsx 或 csv 文件')
  if (
    starts(head, 0x89, 0x50, 0x4e, 0x47) ||
    starts(head, 0xff, 0xd8, 0xff) ||
    starts(head, 0x47, 0x49, 0x46)
  )
    return refuse('是图片，不是表格，请选择 xlsx 或 csv 文件')
  // a few bytes in front of an archive: a line break of a download page
  const inside = head.subarray(0, 1024).indexOf(Buffer.from([0x50, 0x4b, 3, 4]))
  if (inside > 0 && head.includes('[Content_Types].xml')) return 'zip'
  const utf16 = starts(head, 0xff, 0xfe) || starts(head, 0xfe, 0xff)
  const text = (utf16 ? head.toString('utf16le') : head.toString('latin1'))
    .replace(/^\ufeff/, '')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
    .slice(0, 600)
    .toLowerCase()
  // Many systems export a web page or an XML under the name .xls.
  if (/^(?:<!doctype html|<html|<table|<meta|<head|<style)/.test(text)) return 'html'
  if (text.startsWith('mime-version:') || /^(?:[\w-]+:.*\r?\n)+content-type: multipart\/related/.test(text))
    return 'mhtml'
  if (text.startsWith('<?xml') || text.startsWith('<workbook'))
    return /<html|<table/.test(text) ? 'html' : 'xml'
  if (text.startsWith('{\\rtf')) return refuse('是 RTF 文档，不是表格，请选择 xlsx 或 csv 文件')
  if (!utf16 && head.includes(0)) return refuse('无法识别，请选择 xlsx 或 csv 文件')
  return 'text'
}

/** A zip that is no workbook: what it is instead. */
export function refuseOtherZip(name: string, parts: string[], mimetype: string): void {
  const refuse = (why: string): never => {
    throw new Problem('bad-input', `文件 ${name} ${why}`)
  }
  if (mimetype.includes('opendocument')) refuse('不是表格，请选择 xlsx 或 csv 文件')
  if (parts.includes('word/document.xml')) refuse('是 Word 文档，不是表格，请选择 xlsx 或 csv 文件')
  if (parts.some((p) => p.startsWith('ppt/'))) refuse('是演示文稿，不是表格，请选择 xlsx 或 csv 文件')
  if (parts.includes('xl/workbook.bin')) refuse(`是二进制格式（xlsb），${saveAs}`)
  if (!parts.some((p) => p.startsWith('xl/') || p === '[Content_Types].xml'))
    refuse('是压缩包，不是表格，请解压后选择其中的 xlsx 或 csv 文件')
}
