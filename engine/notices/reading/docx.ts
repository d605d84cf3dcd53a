import { Problem } from '../../core/errors.ts'
import { openBytes } from '../../exchange/sheet/source.ts'
import { attributes, scanXml } from '../../exchange/sheet/xml.ts'
import { openZip, type Zip } from '../../exchange/sheet/zip.ts'
import { DocumentBuilder, type NoticeDocument } from './document.ts'
import { Counter, readNumbering, readStyles, type Styles } from './docx-styles.ts'
import { DocxWalker, type Walk } from './docx-walk.ts'

/** All parts that are read, unpacked. A long plan with every letter formatted has a tenth of it. */
const MAX_UNPACKED = 40_000_000

const again = '请用 Word 或 WPS 打开后另存为 .docx 再上传'
const advice = {
  broken: `${again}。`,
  tooBig: '请只上传通知正文，或复制文字粘贴进来。',
  locked: '请在 Word 或 WPS 中取消密码并保存后重新上传。',
}

export type ReadPart = (bytes: Uint8Array, name: string) => Promise<NoticeDocument | undefined>
export type DocumentOrProblem = { document: NoticeDocument; problem?: undefined } | { problem: string }

/** An archive opened within the limits of a notice. @throws Problem for what is no archive */
export const openArchive = async (bytes: Uint8Array, name: string): Promise<Archive> =>
  new Archive(await openZip(await openBytes({ bytes, name }), advice))

/** Parts of an archive, all together within the limit. */
export class Archive {
  readonly zip: Zip
  #left = MAX_UNPACKED

  constructor(zip: Zip) {
    this.zip = zip
  }

  async bytes(name: string): Promise<Buffer> {
    const parts: Buffer[] = []
    let size = 0
    for await (const chunk of this.zip.stream(name, this.#left)) {
      parts.push(chunk)
      size += chunk.length
    }
    this.#left -= size
    return Buffer.concat(parts)
  }

  /** A part as text; empty when it is not there. */
  async text(name: string | undefined): Promise<string> {
    if (name === undefined || !this.zip.has(name)) return ''
    const bytes = await this.bytes(name)
    const wide = bytes[0] === 0xff && bytes[1] === 0xfe
    return wide ? bytes.toString('utf16le') : bytes.toString('utf8')
  }
}

/**
 * The document in a .docx, or a Chinese sentence why there is none.
 * @param readPart reads what is embedded as another file (altChunk); undefined where it cannot
 */
export async function readDocx(
  bytes: Uint8Array,
  filename: string,
  readPart: ReadPart,
): Promise<DocumentOrProblem> {
  try {
    const archive = await openArchive(bytes, filename)
    const other = otherThanWord(archive.zip)
    if (other) return { problem: `“${filename}”不是 Word 文档，${other}` }
    const document = await documentOf(archive, readPart)
    if (document.text.trim() !== '') return { document }
    const pictures = document.said.some((s) => s.kind === 'picture')
    return {
      problem: pictures
        ? `“${filename}”里只有图片，没有文字。请换用带文字的文件，或粘贴正文。`
        : `“${filename}”里没有文字。请换用带文字的文件，或粘贴正文。`,
    }
  } catch (e) {
    if (e instanceof Problem) return { problem: e.message }
    return { problem: `“${filename}”已损坏，读不出文字。${again}。` }
  }
}

interface Relation {
  type: string
  target: string
}

async function relationsOf(archive: Archive, part: string): Promise<Map<string, Relation>> {
  const slash = part.lastIndexOf('/')
  const folder = part.slice(0, slash + 1)
  const xml = await archive.text(`${folder}_rels/${part.slice(slash + 1)}.rels`)
  const out = new Map<string, Relation>()
  scanXml(xml, {
    open(name, raw) {
      if (name !== 'Relationship') return
      const { Id = '', Type = '', Target = '', TargetMode } = attributes(raw)
      if (TargetMode !== 'External')
        out.set(Id, { type: Type.slice(Type.lastIndexOf('/') + 1), target: inside(folder, Target) })
    },
  })
  return out
}

/** "../a/b.xml" seen from a folder. */
export function inside(folder: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1)
  const steps: string[] = []
  for (const step of `${folder}${target}`.split('/'))
    if (step === '..') steps.pop()
    else if (step !== '.' && step !== '') steps.push(step)
  return steps.join('/')
}

async function documentOf(archive: Archive, readPart: ReadPart): Promise<NoticeDocument> {
  const { zip } = archive
  const main =
    [...(await relationsOf(archive, '')).values()].find((r) => r.type === 'officeDocument')?.target ??
    'word/document.xml'
  const part = zip.has(main) ? main : 'word/document.xml'
  const relations = await relationsOf(archive, part)
  const target = (type: string) => [...relations.values()].find((r) => r.type === type)?.target
  const styles = readStyles(await archive.text(target('styles')))
  const numbering = readNumbering(await archive.text(target('numbering')))
  const counter = new Counter(numbering, styles)
  const notes = await readNotes(archive, target, { styles, counter })
  const parts = await embedded(archive, relations, readPart)
  const numbered = new Map<string, { label: string }>()
  const walker = new DocxWalker({
    styles,
    counter,
    note(kind, id) {
      const key = `${kind}-${id}`
      if (!notes.has(key)) return undefined
      const label = { label: String(numbered.size + 1) }
      if (!numbered.has(key)) numbered.set(key, label)
      return numbered.get(key)
    },
    part: (relation) => parts.get(relation),
  })
  const body = walker.read([await archive.text(part)])
  const out = new DocumentBuilder()
  out.append(body)
  for (const { kind, id, label, at } of walker.references) {
    const key = `${kind}-${id}`
    const words = notes.get(key)
    notes.delete(key)
    if (words) out.paragraph([{ text: words }], { place: 'note', note: { label, at } })
  }
  for (const words of await commentsOf(archive, target('comments'))) out.said.add('comment', words)
  return out.document()
}

/** Words of foot- and endnotes by kind and id. */
async function readNotes(
  archive: Archive,
  target: (type: string) => string | undefined,
  walk: { styles: Styles; counter: Counter },
): Promise<Map<string, string>> {
  const out = new Map<string, string>()
  for (const kind of ['footnote', 'endnote'] as const) {
    const xml = await archive.text(target(`${kind}s`))
    for (const { id, inner } of elementsOf(xml, kind)) out.set(`${kind}-${id}`, wordsOf(inner, walk))
  }
  for (const [key, words] of out) if (words === '') out.delete(key)
  return out
}

async function commentsOf(archive: Archive, name: string | undefined): Promise<string[]> {
  const plain = { styles: { byId: new Map() }, counter: new Counter(readNumbering(''), { byId: new Map() }) }
  return elementsOf(await archive.text(name), 'comment').map(({ inner }) => wordsOf(inner, plain))
}

/** The elements of a part that stand on their own, with what is inside them. */
function elementsOf(xml: string, name: string): { id: string; inner: string }[] {
  const out: { id: string; inner: string }[] = []
  const pattern = new RegExp(`<(?:\\w+:)?${name}\\s([^>]*)>([\\s\\S]*?)</(?:\\w+:)?${name}>`, 'g')
  for (const m of xml.matchAll(pattern)) {
    const { id = '', type } = attributes(m[1] ?? '')
    if (!/^(?:separator|continuation)/.test(type ?? '')) out.push({ id, inner: m[2] ?? '' })
  }
  return out
}

const wordsOf = (xml: string, walk: Walk): string => {
  const { text, struck } = new DocxWalker(walk).read([xml])
  let out = ''
  let at = 0
  for (const span of struck) {
    out += text.slice(at, span.start)
    at = span.end
  }
  return (out + text.slice(at)).trim()
}

/** What is embedded as another file (altChunk), read by its own kind. */
async function embedded(
  archive: Archive,
  relations: Map<string, Relation>,
  readPart: ReadPart,
): Promise<Map<string, NoticeDocument>> {
  const out = new Map<string, NoticeDocument>()
  for (const [id, { type, target }] of relations) {
    if (type !== 'aFChunk' || !archive.zip.has(target)) continue
    const document = await readPart(await archive.bytes(target), target)
    if (document) out.set(id, document)
  }
  return out
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
