import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FillQuestion, fillSheet } from './fill.ts'
import { openTable } from './open.ts'
import { shiftAreas, shiftFormula } from './shift.ts'
import { openBytes } from './source.ts'
import { openZip } from './zip.ts'
import { zipOf } from './zip-write.ts'

const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const pkg = 'http://schemas.openxmlformats.org/package/2006'

/** A form as a city sends it: title over all columns, two levels of headings, bordered blank rows, a sum, a footer. */
const sheet = `<?xml version="1.0" encoding="UTF-8"?>
<worksheet ${main}><dimension ref="A1:E9"/><cols><col min="1" max="5" width="13.5" customWidth="1"/></cols><sheetData>
<row r="1" ht="30" customHeight="1"><c r="A1" s="1" t="s"><v>0</v></c></row>
<row r="2"><c r="A2" s="1" t="s"><v>1</v></c><c r="B2" s="1" t="s"><v>2</v></c><c r="C2" s="1" t="s"><v>3</v></c><c r="D2" s="1"/><c r="E2" s="1" t="s"><v>4</v></c></row>
<row r="3"><c r="C3" s="1" t="s"><v>5</v></c><c r="D3" s="1" t="s"><v>6</v></c></row>
<row r="4" ht="22"><c r="A4" s="2"><v>1</v></c><c r="B4" s="2"/><c r="C4" s="3"/><c r="D4" s="4"/><c r="E4" s="2"><f>C4+1</f><v>1</v></c></row>
<row r="5" ht="22"><c r="A5" s="2"><v>2</v></c><c r="B5" s="2"/><c r="C5" s="3"/><c r="D5" s="4"/><c r="E5" s="2"/></row>
<row r="6" ht="25"><c r="A6" s="5" t="s"><v>7</v></c><c r="C6" s="5"><f>SUM(C4:C5)</f><v>0</v></c></row>
<row r="7"><c r="A7" t="s"><v>8</v></c></row></sheetData><mergeCells count="3"><mergeCell ref="A1:E1"/><mergeCell ref="C2:D2"/><mergeCell ref="A7:E7"/></mergeCells><pageMargins left="0.7" right="0.7" top="0.7" bottom="0.7" header="0.3" footer="0.3"/></worksheet>`
const strings = [
  '附件1 情况统计表',
  '序号',
  '企业名称',
  '人员和期限',
  '备注',
  '人数',
  '期限',
  '合计',
  '填表人：',
]
const parts: Record<string, string | Buffer> = {
  '[Content_Types].xml': `<Types xmlns="${pkg}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${pkg}/relationships"><Relationship Id="rId1" Type="${rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook ${main} xmlns:r="${rel}"><sheets><sheet name="附件1" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">'附件1'!$A$1:$E$7</definedName></definedNames></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${pkg}/relationships"><Relationship Id="rId1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${rel}/styles" Target="styles.xml"/><Relationship Id="rId3" Type="${rel}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
  'xl/styles.xml': `<styleSheet ${main}><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy/m/d"/></numFmts><cellXfs count="6">${[0, 0, 0, 0, 164, 0].map((f) => `<xf numFmtId="${f}"/>`).join('')}</cellXfs></styleSheet>`,
  'xl/sharedStrings.xml': `<sst ${main}>${strings.map((t) => `<si><t>${t}</t></si>`).join('')}</sst>`,
  'xl/worksheets/sheet1.xml': sheet,
  'xl/media/seal.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]),
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'zhiben-fill-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function filled(question: Pick<FillQuestion, 'cells' | 'insert'>) {
  const from = path.join(folder, 'form.xlsx')
  const into = path.join(folder, 'out.xlsx')
  writeFileSync(from, zipOf(parts))
  const done = await fillSheet({ path: from, name: '统计表.xlsx', into, sheet: '附件1', ...question })
  const bytes = readFileSync(into)
  const zip = await openZip(await openBytes({ bytes, name: 'out.xlsx' }))
  const table = await openTable({ bytes, name: 'out.xlsx' })
  const rows: string[][] = []
  for await (const row of table.rows()) rows.push(row.cells.map((c) => c.text))
  return { done, zip, rows }
}

describe('a form filled where it stands', () => {
  it('changes its cells alone: every other part is equal byte by byte, styles and merges stay', async () => {
    const { done, zip, rows } = await filled({
      cells: [
        { line: 4, column: 1, value: '甲 & <乙>' },
        { line: 4, column: 2, value: 12 },
        { line: 4, column: 3, value: '2026-03-02', day: true },
        { line: 4, column: 4, value: '盖掉公式' },
        { line: 5, column: 1, value: '丙' },
        { line: 1, column: 2, value: '藏在合并格里' },
      ],
    })
    expect(done).toEqual({ written: 4, formulas: 1, hidden: 1 })
    expect(rows[3]).toEqual(['1', '甲 & <乙>', '12', '2026-03-02', '1'])
    expect(rows[4]?.slice(0, 2)).toEqual(['2', '丙'])
    const xml = await zip.text('xl/worksheets/sheet1.xml')
    // what was not filled is as it was, to the letter
    for (const row of sheet.matchAll(/<row r="[1236 7]"[\s\S]*?<\/row>/g)) expect(xml).toContain(row[0])
    expect(xml.slice(xml.indexOf('</sheetData>'))).toBe(sheet.slice(sheet.indexOf('</sheetData>')))
    expect(xml).toContain('<row r="4" ht="22"><c r="A4" s="2"><v>1</v></c><c r="B4" s="2" t="inlineStr">')
    expect(xml).toContain('<c r="D4" s="4"><v>46083</v></c>')
    expect(xml).toContain('<c r="E4" s="2"><f>C4+1</f><v>1</v></c>')
    for (const [name, content] of Object.entries(parts)) {
      const chunks: Buffer[] = []
      for await (const c of zip.stream(name, 1e6)) chunks.push(c)
      // its sums are to be counted again by whoever opens it: the only word said outside the sheet
      const whole = Buffer.concat(chunks).toString('latin1').replace('<calcPr fullCalcOnLoad="1"/>', '')
      if (!name.includes('sheet1')) expect(whole, name).toBe(Buffer.from(content).toString('latin1'))
    }
    expect(zip.names).toEqual(Object.keys(parts))
  })

  it('makes room between the blank rows and the sum, which counts what came in', async () => {
    const { zip, rows } = await filled({
      cells: [4, 5, 6, 7].map((line) => ({ line, column: 1, value: `第${line}行` })),
      insert: { after: 5, count: 2 },
    })
    expect(rows.slice(3, 8).map((r) => r.slice(0, 2))).toEqual([
      ['1', '第4行'],
      ['2', '第5行'],
      ['', '第6行'],
      ['', '第7行'],
      ['合计', ''],
    ])
    const xml = await zip.text('xl/worksheets/sheet1.xml')
    expect(xml).toContain('<f>SUM(C4:C7)</f>')
    expect(xml).toContain('<row r="7" ht="22">')
    expect(xml).toContain('<mergeCell ref="A9:E9"/>')
    expect(xml).toContain('<dimension ref="A1:E11"/>')
    expect(await zip.text('xl/workbook.xml')).toContain("'附件1'!$A$1:$E$9")
  })

  it('moves references, and nothing that only looks like one', () => {
    const rows = { after: 5, count: 10 }
    const moved = (f: string) => shiftFormula(f, rows, '附件1')
    expect(moved('SUM(C4:C5)+$D$6*A5')).toBe('SUM(C4:C15)+$D$16*A5')
    expect(moved("别表!A9+附件1!A9+'附件1'!$B$9")).toBe("别表!A9+附件1!A19+'附件1'!$B$19")
    expect(moved('IF(A1="A9",LOG10(100),Q42022_X)')).toBe('IF(A1="A9",LOG10(100),Q42022_X)')
    expect(shiftAreas('A5:C5 A4:A5 E6', rows)).toBe('A5:C5 A4:A15 E16')
  })
})
