import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readXlsx, writeXlsx } from 'hucre/xlsx'
import { describe, expect, it } from 'vitest'
import { openTable } from './open.ts'
import { workbookParts } from './test-zip.ts'
import type { Cell, OpenOptions, Row } from './types.ts'
import { numberStyle } from './xlsx-book.ts'
import { zipOf } from './zip-write.ts'

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))

async function read(source: string | Buffer, sheet?: string | number, options?: OpenOptions): Promise<Row[]> {
  const table = await openTable(
    typeof source === 'string' ? { path: fixture(source) } : { bytes: source, name: '上报.xlsx' },
    options,
  )
  const rows: Row[] = []
  for await (const row of table.rows(sheet)) rows.push(row)
  await table.close()
  return rows
}

const texts = (rows: Row[]) => rows.map((r) => r.cells.map((c) => c.text))
const sheetOf = (xml: string, more = {}) => zipOf(workbookParts(`<sheetData>${xml}</sheetData>`, more))
const refusal = async (bytes: Buffer | string, options?: OpenOptions) =>
  read(bytes, undefined, options).then(
    () => 'not refused',
    (e: Error) => `${e.name} ${e.message}`,
  )

describe('a workbook saved by LibreOffice', () => {
  it('names its sheets and marks hidden sheets and rows', async () => {
    const table = await openTable({ path: fixture('libreoffice.xlsx') })
    expect(table.sheets).toEqual([
      { name: '企业台账', hidden: false, rowsEstimate: 7 },
      { name: '隐藏表', hidden: true, rowsEstimate: 1 },
      { name: '说明', hidden: false, rowsEstimate: 1 },
    ])
    await table.close()
    expect((await read('libreoffice.xlsx')).filter((r) => r.hidden).map((r) => r.line)).toEqual([5])
    expect(texts(await read('libreoffice.xlsx', '隐藏表'))).toEqual([['不给看']])
    expect(texts(await read('libreoffice.xlsx', 2))).toEqual([['填表说明']])
  })

  it('gives rich text whole, dates as dates, formula results, errors as errors', async () => {
    const rows = await read('libreoffice.xlsx')
    expect(rows[3]?.cells.map((c) => c.text)).toEqual([
      '1',
      '示例铸造厂',
      '91140522MA0TE3T02J',
      '南村镇',
      '张三',
      '13800000000',
      '2015-03-04',
      '23',
    ])
    expect(rows[3]?.cells[6]).toEqual({ raw: 42067, number: 42067, text: '2015-03-04', date: '2015-03-04' })
    expect(rows[4]?.cells[6]).toMatchObject({
      text: '2016-05-06 08:30:00',
      date: '2016-05-06',
      time: '08:30:00',
    })
    expect(rows[4]?.cells[7]?.error).toContain('#DIV/0!')
    expect(rows[5]?.cells[1]?.text).toBe('示例煤气站')
    expect(rows[5]?.cells[6]).toEqual({ raw: 42500, number: 42500, text: '42500' })
  })

  it('fills merged areas right and down, flagged', async () => {
    const rows = await read('libreoffice.xlsx')
    expect(rows[0]?.cells.map((c) => c.merged ?? false)).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
      true,
      true,
    ])
    expect(rows[2]?.cells.map((c) => c.text)).toEqual([
      '序号',
      '企业名称',
      '统一社会信用代码',
      '所在乡镇',
      '姓名',
      '电话',
      '成立日期',
      '从业人员（人）',
    ])
    expect(rows[4]?.cells[3]).toEqual({ raw: '南村镇', text: '南村镇', merged: true })
  })

  it('agrees with an independent reader cell by cell', async () => {
    const { readFile } = await import('node:fs/promises')
    const other = await readXlsx(await readFile(fixture('libreoffice.xlsx')))
    const ours = await read('libreoffice.xlsx')
    for (const [i, values] of (other.sheets[0]?.rows ?? []).entries())
      for (const [c, value] of values.entries()) {
        const cell = ours[i]?.cells[c]
        if (value === null || cell?.merged) continue
        const text =
          value instanceof Date
            ? value.toISOString().slice(0, 19).replace('T', ' ').replace(' 00:00:00', '')
            : value === true
              ? '是'
              : String(value)
        expect(`${i},${c} ${cell?.text}`).toBe(`${i},${c} ${text}`)
      }
  })
})

describe('workbooks of other programs', () => {
  it('counts days from 1904 where the workbook does', async () => {
    const rows = await read('epoch-1904.xlsx')
    expect(rows[1]?.cells.map((c) => c.text)).toEqual(['甲厂', '2015-03-04', '2016-05-06 08:30:00', '001'])
    expect(rows[2]?.cells[1]?.text).toBe('1904-01-01')
  })

  it('shared and inline strings: rich runs joined, phonetic hints left out, escapes undone', async () => {
    const bytes = sheetOf(
      `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c>
       <c r="E1" t="inlineStr"><is><r><t>富</t></r><r><t xml:space="preserve"> 文本</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c><c r="F1" t="s"><v>99</v></c></row>`,
      {
        strings: `<si><t>企业名称</t><rPh sb="0" eb="2"><t>キギョウ</t></rPh></si><si><r><t>泽州</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 示例</t></r></si>
          <si><t>第一行_x000D_
第二行 _x005F_x000D_</t></si><si><t><![CDATA[甲<乙>]]>&amp;丙&#x4E01;</t></si>`,
      },
    )
    const cells = (await read(bytes))[0]?.cells ?? []
    expect(cells.slice(0, 5).map((c) => c.text)).toEqual([
      '企业名称',
      '泽州 示例',
      '第一行\r\n第二行 _x000D_',
      '甲<乙>&丙丁',
      '富 文本',
    ])
    expect(cells[5]?.error).toContain('内容缺失')
  })

  it('prefixed tags, cells without names, any order of parts, stored instead of packed, single quotes', async () => {
    const plain = workbookParts(
      '<sheetData><row r="2"><c r="B2" t="inlineStr"><is><t>甲</t></is></c></row></sheetData>',
    )
    const prefixed = {
      ...plain,
      'xl/worksheets/sheet1.xml': `<x:worksheet xmlns:x="m"><x:sheetData><x:row r='2'><x:c\n r='B2' t = 'inlineStr'><x:is><x:t>甲</x:t></x:is></x:c></x:row></x:sheetData><x:mergeCells><x:mergeCell ref="B2:C2"/></x:mergeCells></x:worksheet>`,
    }
    const reversed = Object.fromEntries(Object.entries(plain).reverse())
    expect(texts(await read(zipOf(plain)))).toEqual([[], ['', '甲']])
    expect(texts(await read(zipOf(prefixed)))).toEqual([[], ['', '甲', '甲']])
    expect(texts(await read(zipOf(reversed)))).toEqual([[], ['', '甲']])
    expect(texts(await read(zipOf(plain, 'stored')))).toEqual([[], ['', '甲']])
    const nameless = sheetOf(
      '<row><c/><c t="str"><v>甲</v></c><c><v>5</v></c></row><row><c t="b"><v>1</v></c></row>',
    )
    expect(texts(await read(nameless))).toEqual([['', '甲', '5'], ['是']])
  })

  it('formulas without a saved result and error cells say so; number formats decide dates and leading zeros', async () => {
    const styles = `<numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;;@"/><numFmt numFmtId="177" formatCode="000000"/></numFmts>
      <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="176"/><xf numFmtId="177"/><xf numFmtId="9"/><xf numFmtId="20"/></cellXfs>`
    const bytes = sheetOf(
      `<row r="1"><c r="A1"><f>NOW()</f></c><c r="B1" t="e"><v>#N/A</v></c><c r="C1" t="b"><f>TRUE</f><v>1</v></c><c r="D1"><f>1+1</f><v>2</v></c>
       <c r="E1" s="1"><v>45662</v></c><c r="F1" s="2"><v>45662</v></c><c r="G1" s="3"><v>521</v></c><c r="H1" s="4"><v>0.85</v></c><c r="I1" s="5"><v>0.354166666666667</v></c>
       <c r="J1"><v>1.3800000000E10</v></c><c r="K1" t="d"><v>2025-01-05T08:30:00</v></c><c r="L1" s="1"/></row>`,
      { styles },
    )
    const cells = (await read(bytes))[0]?.cells ?? []
    expect(cells.map((c) => c.text)).toEqual([
      '',
      '#N/A',
      '是',
      '2',
      '2025-01-05',
      '2025-01-05',
      '000521',
      '85%',
      '08:30:00',
      '13800000000',
      '2025-01-05 08:30:00',
    ])
    expect(cells.map((c) => Boolean(c.error))).toEqual([true, true, ...Array(9).fill(false)])
    expect(cells[0]?.error).toContain('没有保存计算结果')
  })

  it('which number formats are dates', () => {
    const dates = [
      'yyyy-mm-dd',
      'm/d/yy h:mm',
      '[$-F800]dddd\\,\\ mmmm\\ dd',
      'yyyy"年"m"月"d"日";@',
      '[DBNum1][$-804]yyyy"年"m"月"',
      '[h]:mm',
      'mmm',
      'd',
    ]
    const others = [
      '0.00_);[Red]\\(0.00\\)',
      '#,##0"days"',
      'General',
      '@',
      '"第"0"号"',
      '0.00E+00',
      '[Yellow]0',
      '¥#,##0.00',
      '[>100]0;0.0',
    ]
    expect(dates.map((f) => numberStyle(176, f).kind)).toEqual(dates.map(() => 'date'))
    expect(others.map((f) => numberStyle(176, f).kind)).toEqual(others.map(() => 'plain'))
    expect([14, 22, 31, 57].map((id) => numberStyle(id).kind)).toEqual(['date', 'date', 'date', 'date'])
    expect([0, 1, 4, 49].map((id) => numberStyle(id).kind)).toEqual(['plain', 'plain', 'plain', 'plain'])
  })

  it('gives blank rows inside, not the formatted emptiness behind the last row', async () => {
    const empty = Array.from(
      { length: 5000 },
      (_, i) => `<row r="${i + 6}" s="1"><c r="A${i + 6}" s="1"/></row>`,
    ).join('')
    const rows = await read(
      sheetOf(
        `<row r="1"><c r="A1"><v>1</v></c></row><row r="3"/><row r="5"><c r="A5"><v>2</v></c></row>${empty}`,
      ),
    )
    expect(rows.map((r) => [r.line, r.cells.length])).toEqual([
      [1, 1],
      [2, 0],
      [3, 0],
      [4, 0],
      [5, 1],
    ])
  })

  it('reads a sheet again from the start, and only part of it', async () => {
    const table = await openTable({ path: fixture('libreoffice.xlsx') })
    for await (const row of table.rows()) if (row.line === 2) break
    let n = 0
    for await (const _ of table.rows()) n++
    expect(n).toBe(7)
    await table.close()
  })
})

describe('what cannot be read says what to do', () => {
  it.each(['old-excel.xls', 'libreoffice.ods'])(
    '%s is read as the same workbook saved as xlsx',
    async (file) => {
      const shown = (rows: Row[]) => rows.map((r) => r.cells.map((c) => (c.error ? '' : (c.date ?? c.text))))
      const [old, now] = [shown(await read(file)), shown(await read('libreoffice.xlsx'))]
      // what a formula made of text is 0 in an old .xls: it is said, and not read
      if (file.endsWith('.xls')) for (const rows of [old, now]) if (rows[5]) rows[5][1] = ''
      expect(old).toEqual(now)
      const { readFile } = await import('node:fs/promises')
      expect(await read(await readFile(fixture(file)))).toHaveLength(old.length)
    },
  )

  it('tables of web pages and of XML under the name .xls are read; codes stay text', async () => {
    const page =
      '<html><head><meta charset="gb2312"></head><body><table><tr><td>企业名称<td>代码</tr><tr><td>网页厂<td>911405250000012345</tr></table></body></html>'
    const iconv = (await import('iconv-lite')).default
    for (const bytes of [Buffer.from(`\ufeff${page}`), iconv.encode(page, 'gbk')])
      expect(texts(await read(bytes))).toEqual([
        ['企业名称', '代码'],
        ['网页厂', '911405250000012345'],
      ])
    const xml =
      '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="台账"><Table><Row><Cell><Data ss:Type="String">企业名称</Data></Cell></Row><Row><Cell><Data ss:Type="String">甲厂</Data></Cell></Row></Table></Worksheet></Workbook>'
    expect(texts(await read(Buffer.from(xml)))).toEqual([['企业名称'], ['甲厂']])
  })

  it('passwords, web pages without a table, pictures, archives, Word, empty and broken files', async () => {
    const locked = await writeXlsx({
      sheets: [{ name: 'S', rows: [['x']] }],
      encryption: { password: 'p', spinCount: 10 },
    })
    expect(await refusal(Buffer.from(locked))).toContain('加了密码')
    expect(await refusal(Buffer.from('<html><body>没有表</body></html>'))).toContain('网页')
    expect(
      await refusal(Buffer.from('<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>')),
    ).toContain('XML 表格')
    expect(await refusal(Buffer.from('%PDF-1.7'))).toContain('PDF')
    expect(await refusal(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]))).toContain('图片')
    expect(await refusal(Buffer.from([1, 0, 2, 0, 3]))).toContain('无法识别')
    expect(await refusal(Buffer.alloc(0))).toContain('空文件')
    expect(await refusal(zipOf({ 'word/document.xml': '<a/>' }))).toContain('Word')
    expect(await refusal(zipOf({ '照片.jpg': 'x' }))).toContain('压缩包')
    expect(await refusal(zipOf({ 'xl/workbook.bin': 'x' }))).toContain('xlsb')
    const good = sheetOf('<row r="1"><c r="A1"><v>1</v></c></row>')
    expect(await refusal(good.subarray(0, good.length - 30))).toContain('已损坏')
    const stored = zipOf(
      workbookParts('<sheetData><row r="1"><c r="A1"><v>12345</v></c></row></sheetData>'),
      'stored',
    )
    for (const bytes of [good, stored]) {
      const flipped = Buffer.from(bytes)
      const at = flipped.indexOf('xl/worksheets/sheet1.xml') + 24
      flipped.write('9', stored === bytes ? flipped.indexOf('12345') : at + 60)
      expect(await refusal(flipped)).toContain('已损坏')
    }
    expect(await refusal(zipOf(workbookParts('<sheetData><row r="1"><c r="A1"')))).toContain('已损坏')
    await expect(openTable({ path: '/no/such.xlsx' })).rejects.toThrow('打不开文件')
  })

  it('zip bombs, oversize, endless width, entity tricks', async () => {
    const bomb = sheetOf('<row><c><v>1</v></c></row>'.repeat(400_000))
    expect(bomb.length).toBeLessThan(200_000)
    expect(await refusal(bomb, { maxUnpackedBytes: 5_000_000 })).toContain('解压后超过 5 MB')
    // A header that lies about the size does not help.
    const lying = Buffer.from(bomb)
    for (let at = lying.indexOf('PK\x01\x02'); at >= 0; at = lying.indexOf('PK\x01\x02', at + 4))
      lying.writeUInt32LE(1000, at + 24)
    expect(await refusal(lying, { maxUnpackedBytes: 5_000_000 })).toContain('解压后超过 5 MB')
    expect(await refusal(bomb, { maxBytes: 1000 })).toContain('拆成几个文件')
    expect(await refusal(sheetOf('<row r="1"><c r="XFD1"><v>1</v></c></row>'))).toContain('超过 512 列')
    const dtd = {
      ...workbookParts('<sheetData/>'),
      'xl/worksheets/sheet1.xml':
        '<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>',
    }
    expect(await refusal(zipOf(dtd))).toContain('已损坏')
    expect(
      await refusal(
        sheetOf('<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>'),
      ),
    ).toContain('行号混乱')
  })

  it('unknown sheet names list what there is', async () => {
    const table = await openTable({ path: fixture('libreoffice.xlsx') })
    expect(() => table.rows('没有')).toThrow('现有：企业台账、隐藏表、说明')
    await table.close()
  })
})

describe('streaming', () => {
  it('a slow reader does not make the sheet pile up in memory', { timeout: 60_000 }, async () => {
    const cells = Array.from({ length: 12 }, (_, c) => `<c t="str"><v>某某镇企业${c}</v></c>`).join('')
    const dir = await mkdtemp(join(tmpdir(), 'sheet-'))
    const path = join(dir, '大.xlsx')
    await writeFile(path, sheetOf(`<row>${cells}</row>`.repeat(60_000)))
    const table = await openTable({ path })
    expect(table.sheets[0]?.rowsEstimate).toBeGreaterThan(59_900)
    let n = 0
    let peak = 0
    const before = process.memoryUsage().heapUsed
    for await (const row of table.rows()) {
      n += row.cells.length > 0 ? 1 : 0
      if (n % 2000 !== 0) continue
      await new Promise((r) => setTimeout(r, 5))
      peak = Math.max(peak, process.memoryUsage().heapUsed - before)
    }
    await table.close()
    await rm(dir, { recursive: true })
    expect(n).toBe(60_000)
    // The sheet's 720,000 cells take well over 150 MB as objects.
    expect(peak).toBeLessThan(100_000_000)
  })
})

it('a merged area over many rows repeats its text, not its error-free neighbours', async () => {
  const xml = `<sheetData><row r="1"><c r="A1" t="str"><v>南村镇</v></c><c r="B1"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row><row r="3"><c r="A3" t="str"><v>巴公镇</v></c></row></sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells>`
  const rows = await read(zipOf(workbookParts(xml)))
  const flagged = (c: Cell | undefined) => [c?.text, c?.merged ?? false]
  expect(rows.map((r) => flagged(r.cells[0]))).toEqual([
    ['南村镇', false],
    ['南村镇', true],
    ['巴公镇', false],
  ])
})
