import { zipOf } from '../../engine/exchange/sheet/zip-write.ts'

/*
 * Files of notices put together for tests: the parts that say something, and no more.
 */

const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const MC = 'http://schemas.openxmlformats.org/markup-compatibility/2006'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'

/** A run of words, a paragraph, a cell, a row, in WordprocessingML. */
export const run = (text: string, properties = ''): string =>
  `<w:r>${properties && `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${text}</w:t></w:r>`
export const p = (text: string, properties = ''): string =>
  `<w:p>${properties && `<w:pPr>${properties}</w:pPr>`}${text.startsWith('<') ? text : run(text)}</w:p>`
export const numbered = (text: string, level: number, list = 1): string =>
  p(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${list}"/></w:numPr>`)
export const tc = (text: string, properties = ''): string =>
  `<w:tc>${properties && `<w:tcPr>${properties}</w:tcPr>`}${text.startsWith('<') ? text : p(text)}</w:tc>`
export const table = (...rows: string[][]): string =>
  `<w:tbl>${rows.map((cells) => `<w:tr>${cells.map((c) => (c.startsWith('<w:tc>') ? c : tc(c))).join('')}</w:tr>`).join('')}</w:tbl>`

/**
 * A .docx.
 * @param body of word/document.xml
 * @param files of the archive as they are, in place of those made here
 * @param parts further ones by their relation's name, e.g. numbering, styles, footnotes; each with its root's inside
 */
export function docxOf(
  body: string,
  parts: Record<string, string> = {},
  files: Record<string, string | Buffer> = {},
): Buffer {
  const names = Object.keys(parts)
  const kinds = (of: string[]) =>
    of
      .map(
        (n) =>
          `<Override PartName="/word/${n.replace('.main', '')}.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.${n}+xml"/>`,
      )
      .join('')
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${R}/${type}" Target="${target}"/>`
  const relations = (inside: string) =>
    `<?xml version="1.0"?><Relationships xmlns="${PACKAGE}/relationships">${inside}</Relationships>`
  return zipOf({
    '[Content_Types].xml': `<?xml version="1.0"?><Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${kinds(['document.main', ...names])}</Types>`,
    '_rels/.rels': relations(relation('r1', 'officeDocument', 'word/document.xml')),
    'word/_rels/document.xml.rels': relations(
      names.map((n, i) => relation(`rId${i + 1}`, n, `${n}.xml`)).join(''),
    ),
    'word/document.xml': `<?xml version="1.0"?><w:document xmlns:w="${W}" xmlns:r="${R}" xmlns:mc="${MC}"><w:body>${body}</w:body></w:document>`,
    ...Object.fromEntries(names.map((n) => [`word/${n}.xml`, `<w:${n} xmlns:w="${W}">${parts[n]}</w:${n}>`])),
    ...files,
  })
}

/** A list of word/numbering.xml: of every level its format and its text. */
export const list = (id: number, ...levels: [format: string, text: string, more?: string][]): string =>
  `<w:abstractNum w:abstractNumId="${id}">${levels
    .map(
      ([format, text, more = ''], n) =>
        `<w:lvl w:ilvl="${n}"><w:start w:val="1"/><w:numFmt w:val="${format}"/>${more}<w:lvlText w:val="${text}"/></w:lvl>`,
    )
    .join('')}</w:abstractNum>`
export const num = (id: number, of: number, more = ''): string =>
  `<w:num w:numId="${id}"><w:abstractNumId w:val="${of}"/>${more}</w:num>`

/** Words at their place, in millimetres; `deltas` as DeltaX has it. */
export interface OfdText {
  x: number
  y: number
  text: string
  size?: number
  deltas?: string
}

/** An .ofd: of every page its words, and lines from x, y to x2, y2. */
export function ofdOf(...pages: { texts: OfdText[]; lines?: [number, number, number, number][] }[]): Buffer {
  const ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
  const content = ({ texts, lines = [] }: (typeof pages)[number]) =>
    `<ofd:Page ${ns}><ofd:Content><ofd:Layer ID="1">${texts
      .map(
        ({ x, y, text, size = 5, deltas }, n) =>
          `<ofd:TextObject ID="${n + 10}" Boundary="${x} ${y - size} 150 ${size + 1}" Font="1" Size="${size}"><ofd:TextCode X="0" Y="${size}" DeltaX="${deltas ?? `g ${text.length - 1} ${size}`}">${text}</ofd:TextCode></ofd:TextObject>`,
      )
      .join('')}${lines
      .map(
        ([x, y, x2, y2], n) =>
          `<ofd:PathObject ID="${n + 900}" Boundary="${x} ${y} ${x2 - x} ${y2 - y}"><ofd:AbbreviatedData>M 0 0 L ${x2 - x} ${y2 - y}</ofd:AbbreviatedData></ofd:PathObject>`,
      )
      .join('')}</ofd:Layer></ofd:Content></ofd:Page>`
  return zipOf({
    'OFD.xml': `<?xml version="1.0"?><ofd:OFD ${ns} Version="1.0"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`,
    'Doc_0/Document.xml': `<?xml version="1.0"?><ofd:Document ${ns}><ofd:Pages>${pages.map((_, n) => `<ofd:Page ID="${n + 1}" BaseLoc="Pages/Page_${n}/Content.xml"/>`).join('')}</ofd:Pages></ofd:Document>`,
    ...Object.fromEntries(
      pages.map((page, n) => [`Doc_0/Pages/Page_${n}/Content.xml`, `<?xml version="1.0"?>${content(page)}`]),
    ),
  })
}
