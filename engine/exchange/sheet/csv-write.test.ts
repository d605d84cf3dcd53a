import { Writable } from 'node:stream'
import fc from 'fast-check'
import { readXlsx } from 'hucre/xlsx'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { openTable } from './open.ts'
import type { OpenOptions, Row } from './types.ts'
import { type SheetColumn, type WriteOptions, writeCsv, writeSheet } from './write.ts'

async function csv(bytes: Buffer | string, options?: OpenOptions) {
  const table = await openTable({ bytes: Buffer.from(bytes), name: '企业台账.csv' }, options)
  const rows: Row[] = []
  for await (const row of table.rows()) rows.push(row)
  await table.close()
  return { table, rows, texts: rows.map((r) => r.cells.map((c) => c.text)) }
}

class Sink extends Writable {
  chunks: Buffer[] = []
  override _write(chunk: Buffer, _encoding: string, done: () => void) {
    this.chunks.push(chunk)
    done()
  }
  get bytes() {
    return Buffer.concat(this.chunks)
  }
}

async function xlsx(columns: SheetColumn[], rows: unknown[][], options?: WriteOptions) {
  const sink = new Sink()
  await writeSheet(columns, rows, sink, options)
  const table = await openTable({ bytes: sink.bytes, name: '导出.xlsx' })
  const read: Row[] = []
  for await (const row of table.rows()) read.push(row)
  return { bytes: sink.bytes, table, rows: read, texts: read.map((r) => r.cells.map((c) => c.text)) }
}

describe('CSV', () => {
  const text = '企业名称,所在乡镇\r\n示例铸造厂,南村镇\r\n'
  const parsed = [
    ['企业名称', '所在乡镇'],
    ['示例铸造厂', '南村镇'],
  ]

  it.each([
    ['UTF-8', Buffer.from(text), 'utf-8'],
    ['UTF-8 with BOM', Buffer.from(`\ufeff${text}`), 'utf-8'],
    ['GBK', iconv.encode(text, 'gbk'), 'gb18030'],
    ['GB18030', iconv.encode(text, 'gb18030'), 'gb18030'],
    ['UTF-16 as Excel’s “Unicode text”', iconv.encode(text, 'utf-16le', { addBOM: true }), 'utf-16le'],
    ['UTF-16 big end first', iconv.encode(text, 'utf-16be', { addBOM: true }), 'utf-16be'],
  ])('recognises %s', async (_, bytes, encoding) => {
    const { table, texts } = await csv(bytes)
    expect([table.encoding, table.separator]).toEqual([encoding, ','])
    expect(texts).toEqual(parsed)
    expect(table.sheets).toEqual([{ name: '企业台账', rowsEstimate: expect.any(Number), hidden: false }])
  })

  it('GB text that only appears after 100 kB of ASCII is still seen', async () => {
    const ascii = 'name,town\n'.repeat(12_000)
    const { table, texts } = await csv(
      Buffer.concat([Buffer.from(ascii), iconv.encode('镕基厂,㐀村\n', 'gb18030')]),
    )
    expect(table.encoding).toBe('gb18030')
    expect(texts.at(-1)).toEqual(['镕基厂', '㐀村'])
  })

  it.each([
    [';', '企业;数量\n甲,乙;3\n丙;4\n'],
    ['\t', '企业\t数量\n甲,乙\t3\n丙\t4\n'],
    [',', '企业,说明\n甲,"a;b;c;d"\n丙,x\n'],
    ['|', '企业|数量\n甲|3\n'],
  ])('finds the separator %j', async (separator, content) => {
    const { table, texts } = await csv(content)
    expect(table.separator).toBe(separator)
    expect(texts.every((r) => r.length === 2)).toBe(true)
  })

  it('quotes, line breaks inside cells, line numbers, ragged and blank rows', async () => {
    const { rows } = await csv('a,b\r\n"第一行\r\n第二行","他说""好"""\r\n\r\n5"管,x\r\n  ,\r\n甲\r\n,,\r\n')
    expect(rows.map((r) => [r.line, ...r.cells.map((c) => c.text)])).toEqual([
      [1, 'a', 'b'],
      [2, '第一行\n第二行', '他说"好"'],
      [4],
      [5, '5"管', 'x'],
      [6],
      [7, '甲'],
    ])
  })

  it('old Mac line ends, ="001" and the shield of our own writer', async () => {
    expect((await csv('编码,备注\r="001",\'=1+1\r')).texts).toEqual([
      ['编码', '备注'],
      ['001', '=1+1'],
    ])
  })

  it('a quote left open and unreadable characters are reported, not swallowed', async () => {
    await expect(csv('a,b\n"甲,1\n乙,2\n')).rejects.toThrow(/从第 2 行起无法读取：双引号没有成对/)
    await expect(csv(`a,b\n"甲,1\n${'乙,2\n'.repeat(300_000)}`)).rejects.toThrow('双引号没有成对')
    const { rows } = await csv(Buffer.concat([Buffer.from('a,b\n'), Buffer.from([0xff, 0xff, 0x2c, 0x31])]))
    expect(rows[1]?.cells[0]?.error).toContain('无法识别的字符')
  })

  it('100,000 rows stream', async () => {
    const { rows } = await csv('91140522MA0TE3T02J,示例铸造厂,南村镇\n'.repeat(100_000))
    expect(rows.length).toBe(100_000)
    expect(rows.at(-1)?.line).toBe(100_000)
  })
})

const columns: SheetColumn[] = [
  { title: '企业名称', type: 'text' },
  { title: '统一社会信用代码', type: 'text', width: 22 },
  { title: '从业人员（人）', type: 'number' },
  { title: '成立日期', type: 'date' },
  { title: '登记时间', type: 'time' },
  { title: '规上', type: 'flag' },
]
const record = ['=1+1', '000912345678901234', 12.5, '2015-03-04', '2025-01-05T00:30:00Z', true]

describe('export', () => {
  it('xlsx: text stays text, dates are dates, the headings are frozen', async () => {
    const { rows, texts, bytes, table } = await xlsx(
      columns,
      [record, ['-2', '@x', null, '1899-01-01', '', false]],
      {
        sheetName: '企业[台账]/2026',
        title: '泽州县工贸企业台账',
      },
    )
    expect(table.sheets[0]?.name).toBe('企业_台账__2026')
    expect(texts).toEqual([
      ['泽州县工贸企业台账'],
      columns.map((c) => c.title),
      ['=1+1', '000912345678901234', '12.5', '2015-03-04', '2025-01-05 08:30:00', '是'],
      ['-2', '@x', '', '1899-01-01', '', '否'],
    ])
    expect(rows[2]?.cells[0]).toEqual({ raw: '=1+1', text: '=1+1' })
    expect(rows[2]?.cells[1]?.number).toBeUndefined()
    expect(rows[2]?.cells[3]?.date).toBe('2015-03-04')
    expect(rows[2]?.cells[2]?.number).toBe(12.5)
    const other = await readXlsx(bytes, { readStyles: true })
    expect(other.sheets[0]?.freezePane?.rows).toBe(2)
    expect([...(other.sheets[0]?.cells?.values() ?? [])].some((c) => 'formula' in c && c.formula)).toBe(false)
  })

  it('csv: BOM, CRLF, formulas shielded, numbers not', async () => {
    const sink = new Sink()
    await writeCsv(columns, [record, ['a,"b"', "'=x", -5, '', null, false]], sink)
    expect(sink.bytes.toString()).toBe(
      '\ufeff企业名称,统一社会信用代码,从业人员（人）,成立日期,登记时间,规上\r\n' +
        "'=1+1,000912345678901234,12.5,2015-03-04,2025-01-05 08:30:00,是\r\n" +
        '"a,""b""",\'\'=x,-5,,,否\r\n',
    )
    expect((await csv(sink.bytes)).texts[2]?.slice(0, 3)).toEqual(['a,"b"', "'=x", '-5'])
  })

  it('import ∘ export = identity for any text, xlsx and csv', async () => {
    const word = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '_x000D_',
        '_x005F_',
        '=HYPERLINK("x")',
        "'=1",
        "''@a",
        ' 前后 ',
        '甲\n乙',
        '001',
        '"',
        '<a>&amp;',
        '+86',
        '\t制表',
      ),
    )
    const usable = word.filter(
      (t) => t.trim() !== '' && !/[\p{Cc}\ufffe\uffff]/u.test(t.replace(/[\n\t]/g, '')),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(usable, usable), { minLength: 1, maxLength: 20 }), async (rows) => {
        const two: SheetColumn[] = [
          { title: '甲', type: 'text' },
          { title: '乙', type: 'text' },
        ]
        expect((await xlsx(two, rows)).texts.slice(1)).toEqual(rows)
        const sink = new Sink()
        await writeCsv(two, rows, sink)
        expect((await csv(sink.bytes, { separator: ',' })).texts.slice(1)).toEqual(rows)
      }),
      { numRuns: 10 },
    )
  })

  it('rows are pulled as the receiver takes them; a failing source fails the export', {
    timeout: 120_000,
  }, async () => {
    let made = 0
    async function* rows() {
      for (let i = 0; i < 60_000; i++) {
        made++
        yield [`企业${Math.sin(i)}`, `91140522MA${Math.cos(i)}`, i, '2015-03-04', null, true]
      }
    }
    let taken = 0
    let ahead = 0
    const slow = new Writable({
      highWaterMark: 16_384,
      write(chunk, _e, done) {
        taken += chunk.length
        setTimeout(done, taken < 200_000 ? 20 : 0)
        if (taken < 200_000) ahead = Math.max(ahead, made)
      },
    })
    await writeSheet(columns, rows(), slow)
    expect(made).toBe(60_000)
    expect(ahead).toBeLessThan(40_000)

    async function* failing() {
      yield record
      throw new Error('database gone')
    }
    const sink = new Sink()
    await expect(writeSheet(columns, failing(), sink)).rejects.toThrow('database gone')
    expect(sink.destroyed).toBe(true)
  })

  it('a cell longer than Excel accepts is cut with a mark', async () => {
    const { texts } = await xlsx([{ title: '备注', type: 'text' }], [['长'.repeat(40_000)]])
    expect(texts[1]?.[0]?.length).toBe(32_767)
    expect(texts[1]?.[0]).toMatch(/已截断）$/)
  })
})
