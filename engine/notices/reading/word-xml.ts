import { zipOf } from '../../exchange/sheet/zip-write.ts'

const FLAT_PART = /<pkg:part\s([^>]*)>\s*<pkg:xmlData[^>]*>([\s\S]*?)<\/pkg:xmlData>/g

/**
 * Documents that Word saves as one XML file, as the .docx they would be: "Word XML" (all parts in one file) and
 * "Word 2003 XML".
 * @returns undefined for XML of another kind
 */
export function wordXml(text: string): Uint8Array | undefined {
  const head = text.slice(0, 4096)
  if (/<(?:\w+:)?wordDocument[\s>]/.test(head)) return zipOf({ 'word/document.xml': text }, 'stored')
  if (!/<pkg:package[\s>]/.test(head)) return undefined
  const parts: Record<string, string> = {}
  for (const [, raw = '', inner = ''] of text.matchAll(FLAT_PART)) {
    const name = /pkg:name="\/([^"]+)"/.exec(raw)?.[1]
    if (name) parts[name] = inner
  }
  return zipOf(parts, 'stored')
}
