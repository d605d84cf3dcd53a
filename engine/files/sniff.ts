/** Media types kept, by what the bytes say; the name and the client's word count for nothing. */
export const keptTypes = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
  'image/heic': '.heic',
  'application/pdf': '.pdf',
  'application/ofd': '.ofd',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': '.docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': '.xlsx',
  'application/vnd.ms-excel': '.xls',
  'application/vnd.oasis.opendocument.spreadsheet': '.ods',
  'text/plain': '.txt',
} as const

export type KeptType = keyof typeof keptTypes

const starts = (b: Buffer, text: string, at = 0) => b.toString('latin1', at, at + text.length) === text

/**
 * @param head first bytes (up to 128 kB), or the whole of a smaller file
 * @param tail last bytes (up to 128 kB): a zip names its parts there
 * @returns the type, or undefined for what is not kept (programs, archives, web pages, macros …)
 */
export function sniff(head: Buffer, tail: Buffer): KeptType | undefined {
  if (head.length === 0) return undefined
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg'
  if (starts(head, '\x89PNG\r\n\x1a\n')) return 'image/png'
  if (starts(head, 'RIFF') && starts(head, 'WEBP', 8)) return 'image/webp'
  if (
    starts(head, 'ftyp', 4) &&
    /^(heic|heix|hevc|heim|heis|mif1|msf1)$/.test(head.toString('latin1', 8, 12))
  )
    return 'image/heic'
  if (starts(head, '%PDF-')) return 'application/pdf'
  if (starts(head, 'PK\x03\x04')) return office(tail)
  return isText(head) ? 'text/plain' : undefined
}

/**
 * What a file is that the reader of tables has read: old and odd ones are no evidence and are not kept otherwise. Web
 * pages saved as tables are kept as the text they are, and never shown as pages.
 */
export function sniffTable(head: Buffer, tail: Buffer): KeptType {
  const known = sniff(head, tail)
  if (known) return known
  if (head.subarray(0, 200).includes('opendocument.spreadsheet'))
    return 'application/vnd.oasis.opendocument.spreadsheet'
  if (head.subarray(0, 1024).includes('PK\x03\x04'))
    return 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  return (head[0] === 0xd0 && head[1] === 0xcf) || (head[0] === 0x09 && (head[1] ?? 0xff) < 9)
    ? 'application/vnd.ms-excel'
    : 'text/plain'
}

function office(tail: Buffer): KeptType | undefined {
  // macros make a document a program
  if (tail.includes('vbaProject.bin')) return undefined
  if (tail.includes('word/document.xml'))
    return 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
  if (tail.includes('OFD.xml')) return 'application/ofd'
  if (tail.includes('xl/workbook.xml'))
    return 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  return undefined
}

/** Plain text in UTF-8 or GB 18030: no control characters, and not a web page or a script by its first bytes. */
function isText(head: Buffer): boolean {
  for (const byte of head)
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12) return false
  const begin = head
    .toString('latin1', 0, 512)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase()
  if (/^(<!doctype|<html|<script|<svg|<\?xml|#!|@echo)/.test(begin)) return false
  return decodes('utf-8', head) || decodes('gb18030', head)
}

function decodes(encoding: string, bytes: Buffer): boolean {
  try {
    // `stream`: a character cut off at the end of the head is no fault
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
