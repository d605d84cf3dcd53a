import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import type { NoticeDocument } from './document.ts'
import { readDocument } from './files.ts'

const read = async (bytes: string | Buffer): Promise<NoticeDocument> =>
  (await readDocument(Buffer.from(bytes), '通知.doc')).document
const lines = (document: NoticeDocument): string[] => document.text.split('\n').filter((l) => l.trim() !== '')
const cells = (document: NoticeDocument) =>
  document.blocks.flatMap((b) =>
    b.kind === 'table' ? [b.rows.map((r) => r.map((c) => document.text.slice(c.start, c.end)))] : [],
  )

describe('web pages under any name', () => {
  it('words and blocks, without tags, styles, scripts and what an office program hides in them', async () => {
    const page = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><title>标题</title><style>p{color:red}</style></head>
<body lang=ZH-CN><!--[if gte mso 9]><xml>杂项</xml><![endif]--><p class=MsoNormal>各乡镇<span lang=EN-US>2026</span>年
要完成<b>排查</b>，<o:p></o:p></p><script>alert('安全')</script><div>县局&nbsp;负责&#65288;牵头&#65289;</div></body></html>`
    const document = await read(page)
    expect(lines(document).map((l) => l.replace(/\s/g, ''))).toEqual([
      '各乡镇2026年要完成排查，',
      '县局负责（牵头）',
    ])
  })

  it('struck-out and hidden words, headings and numbered lists', async () => {
    const document = await read(
      '<body><h2>任务</h2><ol start="3"><li>甲</li><li>乙<del>6月</del></li></ol><ol type="A"><li>丙</li></ol><p style="display: none">藏</p><p>见<span style="mso-hide:all">藏</span></p></body>',
    )
    expect(lines(document)).toEqual(['任务', '3. 甲', '4. 乙6月', 'A. 丙', '见'])
    expect(document.blocks[0]).toMatchObject({ heading: 2 })
    expect(document.said.map((s) => [s.kind, s.count])).toEqual([
      ['struck', 1],
      ['hidden', 2],
    ])
  })

  it('cells over rows and columns, and rows that nobody closed', async () => {
    const document = await read(
      '<table><tr><td rowspan=2>序号<td colspan=2>单位<tr><td>责任<td>配合<tr><td>1<td>甲<td>乙</table>',
    )
    expect(cells(document)).toEqual([
      [
        ['序号', '单位'],
        ['责任', '配合'],
        ['1', '甲', '乙'],
      ],
    ])
    const table = document.blocks[0]
    expect(table?.kind === 'table' && table.rows.map((r) => r.map((c) => c.column))).toEqual([
      [0, 1],
      [1, 2],
      [0, 1, 2],
    ])
  })

  it('in GBK, as Windows saves them, and in a web archive', async () => {
    const page = '<html><head><meta charset=gb2312></head><body><p>各乡镇要完成排查</p></body></html>'
    expect(lines(await read(iconv.encode(page, 'gbk')))).toEqual(['各乡镇要完成排查'])
    const archive = `MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_x"\r\n\r\n--=_x\r\nContent-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(page.replace('gb2312', 'utf-8')).toString('base64')}\r\n--=_x\r\nContent-Type: image/png\r\n\r\nxx\r\n--=_x--\r\n`
    expect(lines(await read(archive))).toEqual(['各乡镇要完成排查'])
  })
})

describe('RTF', () => {
  const gbk = (text: string) => [...iconv.encode(text, 'gbk')].map((b) => `\\'${b.toString(16)}`).join('')

  it('characters by code page and by font, Unicode with what stands for it, nothing of its groups', async () => {
    const rtf = `{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset134 ${gbk('宋体')};}{\\f1\\fcharset0 Arial;}}{\\info{\\title x}}{\\*\\generator y}\\f0 ${gbk('各乡镇')}{\\f1 ${gbk('要完成')}}\\uc2\\u25490\\'c5\\'c5\\u26597 ??\\par {\\header z}{\\field{\\*\\fldinst DATE}{\\fldrslt 2026}}${gbk('年')}\\par}`
    expect(lines(await read(rtf))).toEqual(['各乡镇要完成排查', '2026年'])
  })

  it('rows of a table with merged cells', async () => {
    const row = (defs: string, ...texts: string[]) =>
      `\\trowd ${defs}\\pard\\intbl ${texts.map((t) => `${gbk(t)}\\cell `).join('')}\\row `
    const document = await read(
      `{\\rtf1\\ansi\\ansicpg936 ${row('\\clvmgf\\cellx100\\cellx200\\cellx300', '甲', '乙', '丙')}${row('\\clvmrg\\cellx100\\cellx300', '', '丁')}\\pard ${gbk('后面')}\\par}`,
    )
    expect(cells(document)).toEqual([[['甲', '乙', '丙'], ['丁']]])
    const table = document.blocks[0]
    expect(table?.kind === 'table' && [table.rows[0]?.[0]?.rows, table.rows[1]?.[0]?.columns]).toEqual([2, 2])
    expect(document.text).toContain('后面')
  })
})

describe('plain text', () => {
  it('rows of tabs and of pipes are tables, everything else is a line', async () => {
    const document = await read('任务表\n序号\t任务\n1\t排查\n\n| 甲 | 乙 |\n| --- | --- |\n| 丙 | |\n完')
    expect(cells(document)).toEqual([
      [
        ['序号', '任务'],
        ['1', '排查'],
      ],
      [
        [' 甲 ', ' 乙 '],
        [' 丙 ', ' '],
      ],
    ])
  })
})
