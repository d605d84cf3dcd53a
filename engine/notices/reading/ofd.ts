import { Problem } from '../../core/errors.ts'
import { attributes, scanXml } from '../../exchange/sheet/xml.ts'
import { plainHan } from '../han.ts'
import { type Archive, type DocumentOrProblem, inside, openArchive } from './docx.ts'
import { documentOfPages } from './pages.ts'
import { addPath, type PageWords, struckOut } from './pdf-page.ts'

/*
 * OFD (GB/T 33190-2016), the format of official papers: a zip whose pages place text codes by the millimetre. Its words
 * are read where they stand, like those of a PDF.
 */

const MAX_PAGES = 300
/** Millimetres to points, in which places are compared. */
const POINT = 72 / 25.4

/** The document in an .ofd; undefined when the archive is none. */
export async function readOfd(bytes: Uint8Array, filename: string): Promise<DocumentOrProblem | undefined> {
  try {
    const archive = await openArchive(bytes, filename)
    if (!archive.zip.has('OFD.xml')) return undefined
    if (archive.zip.names.some((n) => /(?:^|\/)(?:Encryptions|EncryptEntries)\.(?:xml|dat)$/i.test(n)))
      return { problem: `“${filename}”加了密码，读不出文字。请取消密码，或打印为 PDF、复制文字后录入。` }
    const pages = await pagesOf(archive)
    if (pages.length > MAX_PAGES)
      return { problem: `“${filename}”有 ${pages.length} 页，不像一份通知。请只上传通知正文。` }
    const words: PageWords[] = []
    for (const name of pages) words.push(pageWords(await archive.text(name)))
    const document = documentOfPages(words)
    if (document.text.trim() !== '') return { document }
    return { problem: `“${filename}”里只有图片，没有文字，是扫描件。请先做文字识别，或换用带文字的文件。` }
  } catch (e) {
    if (e instanceof Problem) return { problem: e.message }
    return { problem: `“${filename}”已损坏，读不出文字。请重新导出，或另存为 PDF、.docx 后上传。` }
  }
}

/** Parts of all pages of all documents, in order. */
async function pagesOf(archive: Archive): Promise<string[]> {
  const out: string[] = []
  for (const root of elementTexts(await archive.text('OFD.xml'), 'DocRoot')) {
    const part = inside('', root)
    const folder = part.slice(0, part.lastIndexOf('/') + 1)
    scanXml(await archive.text(part), {
      open(name, raw) {
        const { BaseLoc } = attributes(raw)
        if (name === 'Page' && BaseLoc) out.push(inside(folder, BaseLoc))
      },
    })
  }
  return out
}

function elementTexts(xml: string, name: string): string[] {
  const out: string[] = []
  let open = false
  scanXml(xml, {
    open(found) {
      if (found !== name) return
      open = true
      out.push('')
    },
    close: () => {
      open = false
    },
    text(text) {
      if (open) out.push((out.pop() ?? '') + text.trim())
    },
  })
  return out
}

const numbers = (text: string | undefined): number[] =>
  (text ?? '')
    .trim()
    .split(/[\s,]+/)
    .filter((n) => n !== '')
    .map(Number)

interface Place {
  x: number
  y: number
  /** CTM: a b c d e f */
  matrix: number[]
}

/** From an object's own millimetres to points of the page. */
function placed({ x, y, matrix }: Place, px: number, py: number): [number, number] {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = matrix
  return [(x + a * px + c * py + e) * POINT, (y + b * px + d * py + f) * POINT]
}

const placeOf = (a: Record<string, string>): Place => {
  const [x = 0, y = 0] = numbers(a.Boundary)
  return { x, y, matrix: numbers(a.CTM) }
}

function pageWords(xml: string): PageWords {
  const words: PageWords = { width: 0, height: 0, pieces: [], rules: [], unknown: 0, pictures: 0 }
  let object: (Place & { size: number; hidden: boolean; stroke: boolean; fill: boolean }) | undefined
  let code: Record<string, string> | undefined
  let text = ''
  let path: string | undefined
  scanXml(xml, {
    open(name, raw) {
      if (name === 'TextObject' || name === 'PathObject') {
        const a = attributes(raw)
        object = {
          ...placeOf(a),
          size: Number(a.Size ?? 0),
          hidden: a.Visible === 'false',
          stroke: a.Stroke !== 'false',
          fill: a.Fill === 'true',
        }
      } else if (name === 'ImageObject') words.pictures++
      else if (name === 'TextCode') {
        code = attributes(raw)
        text = ''
      } else if (name === 'AbbreviatedData') path = ''
    },
    text(part) {
      if (code) text += part
      else if (path !== undefined) path += part
    },
    close(name) {
      if (name === 'TextCode' && code) {
        if (object && !object.hidden) addText(words, object, code, text)
        code = undefined
      } else if (name === 'AbbreviatedData') {
        if (object && path !== undefined && (object.stroke || object.fill)) addRules(words, object, path)
        path = undefined
      } else if (name === 'TextObject' || name === 'PathObject') object = undefined
    },
  })
  return { ...words, pieces: struckOut(words.pieces, words.rules) }
}

/** "g 3 5.2 6" is 5.2 5.2 5.2 6. */
function deltas(text: string | undefined): number[] {
  const out: number[] = []
  const parts = (text ?? '').trim().split(/\s+/)
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] !== 'g') {
      if (parts[i] !== '') out.push(Number(parts[i]))
      continue
    }
    const times = Math.min(5000, Number(parts[i + 1]) || 0)
    for (let n = 0; n < times; n++) out.push(Number(parts[i + 2]))
    i += 2
  }
  return out
}

/** In characters: a wider step begins another piece. */
const STEP = 1.9

function addText(
  words: PageWords,
  at: Place & { size: number },
  code: Record<string, string>,
  text: string,
): void {
  const [dx, dy] = [deltas(code.DeltaX), deltas(code.DeltaY)]
  const [, , c = 0, d = 1] = at.matrix
  const size = at.size * (at.matrix.length > 0 ? Math.hypot(c, d) : 1) * POINT
  let x = Number(code.X ?? 0)
  let y = Number(code.Y ?? 0)
  let piece: PageWords['pieces'][number] | undefined
  for (const [n, raw] of [...text].entries()) {
    const unknown = /[\p{Cc}\p{Co}\ufffd]/u.test(raw)
    if (unknown) words.unknown++
    const char = unknown ? '□' : plainHan(raw)
    const [px, py] = placed(at, x, y)
    const own = at.size * (raw.charCodeAt(0) < 0x2e80 ? 0.5 : 1)
    const [end] = placed(at, x + own, y)
    if (piece && py === piece.y && px - piece.to < STEP * size) {
      piece.text += char
      piece.to = Math.max(piece.to, end)
    } else {
      piece = { x: px, to: end, y: py, size, text: char }
      words.pieces.push(piece)
    }
    x += dx[n] ?? (dy.length > 0 ? 0 : (dx.at(-1) ?? own))
    y += dy[n] ?? 0
  }
}

/** A path as OFD writes it: "M 0 0 L 10 0". */
function addRules(words: PageWords, at: Place & { fill: boolean }, path: string): void {
  let points: [number, number][] = []
  const end = (next: [number, number][]) => {
    if (points.length > 1) addPath(words.rules, points, at.fill)
    points = next
  }
  for (const [, op, rest] of path.matchAll(/([MSLCQBA])([^MSLCQBA]*)/g)) {
    const n = numbers(rest)
    const point = placed(at, n.at(-2) ?? 0, n.at(-1) ?? 0)
    if (op === 'L') points.push(point)
    else if (op === 'C') points.push(...points.slice(0, 1))
    // what is curved is no line of a table
    else end([point])
  }
  end([])
}
