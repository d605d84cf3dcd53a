import { describe, expect, it } from 'vitest'
import { docxOf, list, num, numbered, p, run, table, tc } from '../../../test/messy/notice-files.ts'
import type { NoticeDocument } from './document.ts'
import { readDocument } from './files.ts'

const read = async (
  body: string,
  parts?: Record<string, string>,
  more?: Record<string, string | Buffer>,
): Promise<NoticeDocument> => {
  const { document, problem } = await readDocument(docxOf(body, parts, more), '通知.docx')
  expect(problem).toBeUndefined()
  return document
}
const lines = (document: NoticeDocument): string[] => document.text.split('\n').filter((l) => l !== '')
const said = (document: NoticeDocument) => document.said.map((s) => [s.kind, s.count, ...s.texts])

describe('automatic numbers', () => {
  const levels = list(
    0,
    ['chineseCountingThousand', '%1、'],
    ['chineseCountingThousand', '（%2）'],
    ['decimal', '%3.'],
    ['decimalEnclosedCircle', '%4'],
  )

  it('count on level by level and begin again under the next heading', async () => {
    const body = [0, 1, 1, 2, 2, 3, 1, 0, 1, 2].map((level) => numbered('某项工作', level)).join('')
    expect(lines(await read(body, { numbering: levels + num(1, 0) }))).toEqual([
      '一、某项工作',
      '（一）某项工作',
      '（二）某项工作',
      '1. 某项工作',
      '2. 某项工作',
      '① 某项工作',
      '（三）某项工作',
      '二、某项工作',
      '（一）某项工作',
      '1. 某项工作',
    ])
  })

  it('past ten and twenty', async () => {
    const body = Array.from({ length: 21 }, () => numbered('事项', 0)).join('')
    const found = lines(await read(body, { numbering: levels + num(1, 0) }))
    expect([found[9], found[10], found[19], found[20]]).toEqual([
      '十、事项',
      '十一、事项',
      '二十、事项',
      '二十一、事项',
    ])
  })

  it('a second list of the same kind goes on, unless it says where to begin', async () => {
    const begins = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    const numbering = levels + num(1, 0) + num(2, 0) + num(3, 0, begins)
    const body = numbered('甲', 0, 1) + numbered('乙', 0, 2) + numbered('丙', 0, 3) + numbered('丁', 0, 3)
    expect(lines(await read(body, { numbering }))).toEqual(['一、甲', '二、乙', '一、丙', '二、丁'])
  })

  it('numbers of higher levels in a lower one; chapters, letters, roman numbers', async () => {
    const numbering =
      list(0, ['chineseCounting', '第%1章'], ['decimal', '%1.%2', '<w:isLgl/>']) +
      list(1, ['upperLetter', '%1.'], ['lowerRoman', '%2)']) +
      num(1, 0) +
      num(2, 1)
    const body = [
      numbered('总则', 0),
      numbered('目的', 1),
      numbered('依据', 1),
      numbered('甲', 0, 2),
      numbered('乙', 1, 2),
    ]
    expect(lines(await read(body.join(''), { numbering }))).toEqual([
      '第一章 总则',
      '1.1 目的',
      '1.2 依据',
      'A. 甲',
      'i)乙',
    ])
  })

  it('by a style, or by one that it is based on; a paragraph can take its number off', async () => {
    const numbering =
      list(
        0,
        ['chineseCounting', '%1、', '<w:pStyle w:val="a"/>'],
        ['decimal', '%2.', '<w:pStyle w:val="b"/>'],
      ) + num(1, 0)
    const style = (id: string, inside: string) =>
      `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${id}"/>${inside}</w:style>`
    const styles =
      style('a', '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr>') +
      style('b', '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>') +
      style('c', '<w:basedOn w:val="a"/>')
    const body =
      p('甲', '<w:pStyle w:val="a"/>') +
      p('乙', '<w:pStyle w:val="b"/>') +
      p('丙', '<w:pStyle w:val="c"/>') +
      p('丁', '<w:pStyle w:val="a"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    const document = await read(body, { numbering, styles })
    expect(lines(document)).toEqual(['一、甲', '1. 乙', '二、丙', '丁'])
    expect(document.blocks[0]).toMatchObject({ heading: 1, label: 2 })
  })
})

describe('what is left out, and said', () => {
  it('struck out and hidden, by the words or by their style', async () => {
    const styles =
      '<w:style w:type="character" w:styleId="x"><w:name w:val="x"/><w:rPr><w:dstrike/></w:rPr></w:style>' +
      '<w:style w:type="paragraph" w:styleId="y"><w:name w:val="y"/><w:rPr><w:vanish/></w:rPr></w:style>'
    const body =
      p(
        run('六月', '<w:strike/>') +
          run('七月', '<w:strike w:val="0"/>') +
          run('八月', '<w:rStyle w:val="x"/>'),
      ) +
      p('看不见的一段', '<w:pStyle w:val="y"/>') +
      p(run('看得见') + run('看不见', '<w:vanish/>'))
    const document = await read(body, { styles })
    expect(lines(document)).toEqual(['六月七月八月', '看得见'])
    expect(document.struck.map((s) => document.text.slice(s.start, s.end))).toEqual(['六月', '八月'])
    expect(said(document)).toEqual([
      ['struck', 2, '六月', '八月'],
      ['hidden', 2, '看不见的一段', '看不见'],
    ])
  })

  it('revisions: what is deleted goes, what is inserted stays', async () => {
    const deleted = '<w:del w:id="1"><w:r><w:delText>6月底前</w:delText></w:r></w:del>'
    const document = await read(
      p(`${run('各乡镇')}${deleted}<w:ins w:id="2">${run('9月底前')}</w:ins>${run('完成')}`),
    )
    expect(lines(document)).toEqual(['各乡镇9月底前完成'])
    expect(said(document)).toEqual([
      ['deleted', 1, '6月底前'],
      ['inserted', 1],
    ])
  })

  it('comments, pictures and signs of unknown fonts are counted', async () => {
    const body = p(
      `${run('一项')}<w:r><w:drawing><a:blip xmlns:a="x" r:embed="rId9"/></w:drawing><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="MyFont" w:char="F123"/></w:r>`,
    )
    const document = await read(body, { comments: `<w:comment w:id="0">${p('请核实')}</w:comment>` })
    expect(lines(document)).toEqual(['一项☑□'])
    expect(said(document)).toEqual([
      ['picture', 1],
      ['glyph', 1],
      ['comment', 1, '请核实'],
    ])
  })

  it('a table of contents is shown and read by nobody', async () => {
    const styles = '<w:style w:type="paragraph" w:styleId="t"><w:name w:val="toc 1"/></w:style>'
    const document = await read(p('一、总体要求\t1', '<w:pStyle w:val="t"/>') + p('一、总体要求'), { styles })
    expect(document.blocks.map((b) => b.place)).toEqual(['contents', undefined])
  })
})

describe('what stands in odd places', () => {
  it('a text box is read once, behind the paragraph that holds it', async () => {
    const box = `<w:txbxContent>${p('框里的话')}</w:txbxContent>`
    const body = p(
      `${run('前')}<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>${box}</w:drawing></mc:Choice><mc:Fallback><w:pict>${box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>${run('后')}`,
    )
    const document = await read(body)
    expect(lines(document)).toEqual(['前后', '框里的话'])
    expect(document.blocks.map((b) => b.place)).toEqual([undefined, 'box'])
  })

  it('of a field its result is shown, not its code', async () => {
    const field =
      '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DATE \\@ "yyyy" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2026年</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    expect(lines(await read(p(`${field}${run('工作要点')}`)))).toEqual(['2026年工作要点'])
  })

  it('a table in a cell is a table of its own', async () => {
    const inner = table(['序号', '任务'], ['1', '排查'])
    const document = await read(table([tc(p('附表') + inner), '旁边']))
    const outer = document.blocks[0]
    const cell = outer?.kind === 'table' ? outer.rows[0]?.[0] : undefined
    expect(
      cell?.inner?.map((t) => t.rows.map((r) => r.map((c) => document.text.slice(c.start, c.end)))),
    ).toEqual([
      [
        ['序号', '任务'],
        ['1', '排查'],
      ],
    ])
  })

  it('cells over several columns and rows know their place in the grid', async () => {
    const span = (n: number) => `<w:gridSpan w:val="${n}"/>`
    const document = await read(
      table(
        [tc('序号', '<w:vMerge w:val="restart"/>'), tc('单位', span(2))],
        [tc('', '<w:vMerge/>'), '责任', '配合'],
        ['1', '甲', '乙'],
      ),
    )
    const block = document.blocks[0]
    expect(
      block?.kind === 'table' && block.rows.map((r) => r.map((c) => [c.column, c.columns, c.rows])),
    ).toEqual([
      [
        [0, 1, 2],
        [1, 2, 1],
      ],
      [
        [1, 1, 1],
        [2, 1, 1],
      ],
      [
        [0, 1, 1],
        [1, 1, 1],
        [2, 1, 1],
      ],
    ])
  })

  it('an embedded document and an embedded text are read by their own kind', async () => {
    const inner = docxOf(p('里面的一份'))
    const archive = { 'word/inner.docx': inner, 'word/plain.txt': '里面的文字' }
    const relation = (id: string, target: string) =>
      `<Relationship Id="${id}" Type="http://x/aFChunk" Target="${target}"/>`
    const document = await read(
      `${p('前')}<w:altChunk r:id="a"/><w:altChunk r:id="b"/><w:altChunk r:id="c"/>${p('后')}`,
      {},
      {
        ...archive,
        'word/_rels/document.xml.rels': `<Relationships>${relation('a', 'inner.docx')}${relation('b', 'plain.txt')}</Relationships>`,
      },
    )
    expect(lines(document)).toEqual(['前', '里面的一份', '里面的文字', '后'])
    // what is not there is said
    expect(said(document)).toEqual([['part', 1]])
  })

  it('saved as one XML file, by Word 2003 and by later ones', async () => {
    const w = 'xmlns:w="w"'
    const old = `<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument ${w} xmlns:wx="wx"><w:body><w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><wx:t wx:val="一、"/></w:listPr></w:pPr><w:r><w:t>排查</w:t></w:r></w:p></w:body></w:wordDocument>`
    const flat = `<?xml version="1.0"?><pkg:package xmlns:pkg="p"><pkg:part pkg:name="/word/document.xml"><pkg:xmlData><w:document ${w}><w:body>${p('整治')}</w:body></w:document></pkg:xmlData></pkg:part></pkg:package>`
    const words = async (xml: string) => lines((await readDocument(Buffer.from(xml), '通知.doc')).document)
    expect(await words(old)).toEqual(['一、排查'])
    expect(await words(flat)).toEqual(['整治'])
    const other = await readDocument(Buffer.from('<?xml version="1.0"?><data>安全生产</data>'), '通知.doc')
    expect(other.problem).toContain('XML 文件')
    expect(other.document.text).toBe('')
  })

  it('20,000 characters in a blink, twice as many in twice the time', async () => {
    const text = '各乡镇要对辖区工贸企业逐一排查登记，于6月30日前完成，核实率达到100%。'
    const file = (n: number) =>
      docxOf(Array.from({ length: n }, () => numbered(text, 0)).join(''), {
        numbering: list(0, ['decimal', '%1.']) + num(1, 0),
      })
    const time = async (bytes: Buffer) => {
      const from = performance.now()
      await readDocument(bytes, 'x.docx')
      return performance.now() - from
    }
    const [small, large] = [file(540), file(5400)]
    await time(large)
    const once = Math.min(await time(small), await time(small), await time(small))
    const ten = Math.min(await time(large), await time(large))
    expect(once).toBeLessThan(150)
    expect(ten).toBeLessThan(30 * Math.max(once, 5))
  })
})
