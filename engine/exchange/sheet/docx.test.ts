import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { docxTables, fillDocx } from './docx.ts'
import { openBytes } from './source.ts'
import { openZip } from './zip.ts'
import { zipOf } from './zip-write.ts'

const p = (text: string, font = '') =>
  `<w:p w14:paraId="0A"><w:pPr><w:jc w:val="center"/><w:rPr><w:sz w:val="21"/></w:rPr></w:pPr>${text ? `<w:r>${font}<w:t>${text}</w:t></w:r>` : ''}</w:p>`
const tc = (text: string, more = '') => `<w:tc><w:tcPr><w:tcW w:w="1200"/>${more}</w:tcPr>${p(text)}</w:tc>`
const tr = (...cells: string[]) => `<w:tr w:rsidR="01">${cells.join('')}</w:tr>`
const inside =
  '<w:tc><w:p/><w:tbl><w:tr><w:tc><w:p><w:r><w:t>小表</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/></w:tc>'
const head = `<w:document xmlns:w="x"><w:body>${p('附件2 统计表')}<w:tbl><w:tblPr/>`
const rows = [
  tr(
    tc('序号', '<w:vMerge w:val="restart"/>'),
    tc('企业', '<w:gridSpan w:val="2"/>'),
    tc('备注', '<w:vMerge w:val="restart"/>'),
  ),
  tr(tc('', '<w:vMerge/>'), tc('企业名称'), tc('从业人数'), tc('', '<w:vMerge/>')),
  tr(tc('1'), tc(''), '<w:tc><w:p/></w:tc>', tc('')),
  tr(tc('填表人：', '<w:gridSpan w:val="4"/>')),
  tr(inside, tc('x', '<w:gridSpan w:val="3"/>')),
]
const tail = `</w:tbl>${p('说明')}<w:sectPr/></w:body></w:document>`
const parts = {
  '[Content_Types].xml': '<Types/>',
  'word/document.xml': `${head}${rows.join('')}${tail}`,
  'word/styles.xml': '<w:styles/>',
  'word/media/a.png': Buffer.from([1, 2, 3]),
}

let folder = ''
const at = (name: string) => path.join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'zhiben-docx-'))
  writeFileSync(at('a.docx'), zipOf(parts))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a table in a document', () => {
  it('is read by its grid: merged cells repeat what they belong to, tables inside cells are none of its rows', async () => {
    const { tables } = await docxTables({ path: at('a.docx'), name: 'a.docx' })
    expect(tables).toHaveLength(1)
    expect(tables[0]?.rows.slice(0, 4).map((r) => r.map((c) => (c.merged ? `(${c.text})` : c.text)))).toEqual(
      [
        ['序号', '企业', '(企业)', '备注'],
        ['(序号)', '企业名称', '从业人数', '(备注)'],
        ['1', '', '', ''],
        ['填表人：', '(填表人：)', '(填表人：)', '(填表人：)'],
      ],
    )
    writeFileSync(at('b.docx'), zipOf({ ...parts, 'word/document.xml': '<w:document/>' }))
    await expect(docxTables({ path: at('b.docx'), name: 'b.docx' })).rejects.toThrow('没有表格')
    writeFileSync(at('c.docx'), '<html>')
    await expect(docxTables({ path: at('c.docx'), name: 'c.docx' })).rejects.toThrow('不是 .docx')
  })

  it('is filled where it stands, with rows like the last blank one; all else stays to the byte', async () => {
    const done = await fillDocx({
      path: at('a.docx'),
      name: 'a.docx',
      into: at('out.docx'),
      table: 0,
      cells: [
        { line: 3, column: 1, value: '甲 & 乙' },
        { line: 3, column: 2, value: 12 },
        { line: 4, column: 0, value: 2 },
        { line: 4, column: 1, value: '丙' },
        { line: 2, column: 0, value: '盖住' },
      ],
      insert: { after: 3, count: 1 },
    })
    expect(done).toEqual({ written: 4, formulas: 0, hidden: 1 })
    const bytes = readFileSync(at('out.docx'))
    const { tables } = await docxTables({ path: at('out.docx'), name: 'out.docx' })
    expect(tables[0]?.rows.slice(2, 5).map((r) => r.map((c) => c.text))).toEqual([
      ['1', '甲 & 乙', '12', ''],
      ['2', '丙', '', ''],
      ['填表人：', '填表人：', '填表人：', '填表人：'],
    ])
    const zip = await openZip(await openBytes({ bytes, name: 'out.docx' }))
    const xml = await zip.text('word/document.xml')
    for (const untouched of [head, rows[0], rows[1], rows[3], rows[4], tail]) expect(xml).toContain(untouched)
    // the font of the paragraph is the font of what is written there
    expect(xml).toContain('<w:r><w:rPr><w:sz w:val="21"/></w:rPr><w:t xml:space="preserve">丙</w:t></w:r>')
    for (const [name, content] of Object.entries(parts)) {
      const chunks: Buffer[] = []
      for await (const c of zip.stream(name, 1e6)) chunks.push(c)
      if (name !== 'word/document.xml')
        expect(Buffer.concat(chunks).equals(Buffer.from(content)), name).toBe(true)
    }
  })
})
