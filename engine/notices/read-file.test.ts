import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CFB } from '@e965/xlsx'
import iconv from 'iconv-lite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { docxOf, p, run as runOf } from '../../test/messy/notice-files.ts'
import { zipOf } from '../exchange/sheet/zip-write.ts'
import { noticeParseCommand } from './cli.ts'
import type { ParsedNotice } from './model.ts'
import { parseNoticeFile, readNotice, readNoticeFile } from './read-file.ts'

const PARAGRAPHS = [
  '青岭县应急管理局关于做好2026年粮食仓储安全工作的通知',
  '青应急〔2026〕18号',
  '各乡镇人民政府：',
  '一、摸清底数。各乡镇于3月底前对辖区粮食仓储企业逐一登记，登记率达到100%。',
  '二、开展演练。所有粮食仓储企业每半年至少开展一次救援演练。',
]
const TEXT = PARAGRAPHS.join('\n')

const docx = (paragraphs: readonly string[]) => docxOf(paragraphs.map((text) => p(text)).join(''))

/**
 * A PDF whose pages show the lines in a font without glyphs; a ToUnicode map says what they mean.
 * @param unmapped characters that the map leaves out
 */
function pdf(pages: readonly (readonly string[])[], unmapped = ''): Uint8Array {
  const chars = [...new Set(pages.flat().join(''))]
  const code = (char: string) => (chars.indexOf(char) + 1).toString(16).padStart(4, '0')
  const unicode = (char: string) => char.charCodeAt(0).toString(16).padStart(4, '0')
  const groups: string[] = []
  for (let i = 0; i < chars.length; i += 100) {
    const part = chars.slice(i, i + 100).filter((c) => !unmapped.includes(c))
    groups.push(
      `${part.length} beginbfchar\n${part.map((c) => `<${code(c)}> <${unicode(c)}>`).join('\n')}\nendbfchar`,
    )
  }
  const cmap = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange <0000> <ffff> endcodespacerange\n${groups.join('\n')}\nendcmap end end`
  const stream = (content: string) =>
    `<< /Length ${Buffer.byteLength(content)} >>\nstream\n${content}\nendstream`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, n) => `${7 + 2 * n} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>',
    '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 5 0 R /DW 1000 >>',
    '<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >>',
    stream(cmap),
  ]
  for (const [n, lines] of pages.entries()) {
    const shown = lines.map((line) => `<${[...line].map(code).join('')}> Tj 0 -28 Td`).join('\n')
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${8 + 2 * n} 0 R >>`,
      stream(lines.length > 0 ? `BT /F1 16 Tf 70 760 Td\n${shown}\nET` : '0 0 100 100 re f'),
    )
  }
  let out = '%PDF-1.7\n'
  const places = objects.map((object, n) => {
    const at = Buffer.byteLength(out)
    out += `${n + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const table = places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  const start = Buffer.byteLength(out)
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF`
  return Buffer.from(out)
}

describe('the words of a file', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with mark', Buffer.from(`\ufeff${TEXT}`)],
    ['GBK', iconv.encode(TEXT, 'gbk')],
    ['GB 18030', iconv.encode(TEXT, 'gb18030')],
    ['UTF-16', iconv.encode(TEXT, 'utf16le', { addBOM: true })],
    ['UTF-16, big-endian', iconv.encode(TEXT, 'utf16be', { addBOM: true })],
  ])('.txt in %s', async (_name, bytes) => {
    const { document, kind, warnings } = await readNoticeFile(bytes, '通知.txt')
    expect({ text: document.text.replace(/^\ufeff/, ''), kind, warnings }).toEqual({
      text: TEXT,
      kind: 'text',
      warnings: [],
    })
  })

  it('.docx, whatever its name', async () => {
    const { document, kind } = await readNoticeFile(docx(PARAGRAPHS), '通知.txt')
    expect(kind).toBe('docx')
    expect(document.text.split('\n').filter((line) => line !== '')).toEqual(PARAGRAPHS)
  })

  it('.pdf: hard-wrapped lines, a sentence over the page break, radicals in place of characters', async () => {
    const pages = [
      [
        '⻘岭县应急管理局关于做好2026年粮⻝仓储安',
        '全工作的通知',
        '青应急〔2026〕18号',
        '各乡镇⼈⺠政府：',
        '一、摸清底数。各乡镇于3⽉底前对辖区粮食',
      ],
      [
        '仓储企业逐一登记，登记率达到100%。',
        '二、开展演练。所有粮食仓储企业每半年⾄少',
        '开展⼀次救援演练。',
      ],
    ]
    const notice = await parseNoticeFile(pdf(pages), '通知.pdf')
    expect(notice).toMatchObject({
      title: PARAGRAPHS[0],
      docNo: '青应急〔2026〕18号',
      addressees: ['各乡镇人民政府'],
    })
    expect(notice.items.map((i) => i.text)).toEqual([
      '各乡镇于3月底前对辖区粮食仓储企业逐一登记，登记率达到100%。',
      '所有粮食仓储企业每半年至少开展一次救援演练。',
    ])
    expect(notice.items[0]?.deadlines).toMatchObject([{ date: '2026-03-31' }])
    expect(notice.items[1]?.frequencies).toMatchObject([{ period: 'P6M', times: 1, comparator: '>=' }])
  })

  it('all three readers lead to the same items', async () => {
    const items = async (bytes: Uint8Array) => (await parseNoticeFile(bytes, 'x')).items.map((i) => i.id)
    const plain = await items(Buffer.from(TEXT))
    expect(plain).toHaveLength(2)
    expect(await items(docx(PARAGRAPHS))).toEqual(plain)
  })
})

/** An OLE container with these streams. */
function cfb(streams: Record<string, Buffer>): Uint8Array {
  const container = CFB.utils.cfb_new()
  for (const [name, content] of Object.entries(streams)) CFB.utils.cfb_add(container, `/${name}`, content)
  return Buffer.from(CFB.write(container, { type: 'buffer' }))
}

describe('files without words', () => {
  it.each([
    ['a PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]), '是图片'],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10]), '是图片'],
    ['a scanned PDF', pdf([[], []]), '扫描件'],
    ['a broken PDF', Buffer.from('%PDF-1.7 and no more'), '已损坏'],
    ['an old .doc', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), '.docx'],
    ['a picture under the name of a document', Buffer.from([0xff, 0xd8, 0xff, 0xe1, 1, 2, 3]), '是图片'],
    ['a long PDF', pdf(Array.from({ length: 400 }, () => ['汇编'])), '400 页'],
    [
      'a locked document',
      cfb({ EncryptedPackage: Buffer.alloc(100), EncryptionInfo: Buffer.alloc(50) }),
      '密码',
    ],
    ['an old workbook', cfb({ Workbook: Buffer.alloc(100) }), '.xls'],
    ['a broken old document', cfb({ WordDocument: Buffer.alloc(2000) }), '已损坏'],
    ['a bomb', docxOf(p('安全'.repeat(8_000_000))), '已停止读取'],
    ['a PDF whose fonts say nothing', pdf([['各乡镇要完成排查登记']], '各乡镇要完成排查登记'), '个字认不出'],
    ['a zip that is no document', zipOf({ 'a.txt': 'a' }), '.docx'],
    ['an empty document', docx([]), '没有文字'],
    [
      'random bytes',
      Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919 + (i >> 3) * 31) % 256)),
      '不是文本文件',
    ],
  ])('%s says so', async (_name, bytes, words) => {
    const notice = await parseNoticeFile(bytes, '通知')
    expect(notice.readable).toBe(false)
    expect(notice.reason).toContain(words)
    expect(notice.reason).toMatch(/请/)
    expect(notice.warnings).toEqual([notice.reason])
  })

  it('characters that no font explains are counted, and a box stands for each', async () => {
    const { document } = await readNoticeFile(
      pdf([['各乡镇要完成排查'], ['登记造册，登记率']], '登'),
      'x.pdf',
    )
    expect(document.said.map((s) => s.message)).toEqual(['第2页有2个字认不出，原文里用□表示，请对照原件。'])
    expect(document.text).toContain('□记造册')
  })

  it('a text of 2 MB is no notice, and what to do is said', async () => {
    await expect(readNotice({ text: '各乡镇要完成排查。\n'.repeat(70_000) })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('请只录入通知正文'),
    })
  })

  it('refuses empty and oversized files', async () => {
    await expect(readNoticeFile(new Uint8Array(0), '空.txt')).rejects.toMatchObject({ code: 'bad-input' })
    await expect(readNoticeFile(new Uint8Array(21 * 1024 * 1024), '大.txt')).rejects.toMatchObject({
      code: 'bad-input',
    })
  })
})

describe('zhiben notice parse', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'notice-cli-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  async function run(args: string[]): Promise<{ code: number; out: string; err: string }> {
    const out: string[] = []
    const err: string[] = []
    const stdout = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((chunk) => out.push(String(chunk)) > 0)
    const stderr = vi
      .spyOn(process.stderr, 'write')
      .mockImplementation((chunk) => err.push(String(chunk)) > 0)
    try {
      const code = await noticeParseCommand(args)
      return { code, out: out.join(''), err: err.join('') }
    } finally {
      stdout.mockRestore()
      stderr.mockRestore()
    }
  }

  it('prints JSON, or a list for people', async () => {
    const file = join(folder, '通知.txt')
    writeFileSync(file, TEXT)
    const json = await run([file, '--json'])
    expect(json.code).toBe(0)
    expect((JSON.parse(json.out) as ParsedNotice).items).toHaveLength(2)
    expect((await run([file])).out).toContain('2026-03-31')
    // through the reading process, with what was left out
    const word = join(folder, '通知.docx')
    writeFileSync(word, docxOf(PARAGRAPHS.map((text) => p(text)).join('') + p(runOf('作废', '<w:strike/>'))))
    expect((await run([word])).out).toContain('注意：有1处文字已被划掉')
  })

  it('tells what is wrong and exits with it', async () => {
    const picture = join(folder, '扫描.png')
    writeFileSync(picture, Buffer.from([0x89, 0x50, 0x4e, 0x47]))
    const unread = await run([picture, '--json'])
    expect(unread.code).toBe(1)
    expect((JSON.parse(unread.out) as ParsedNotice).readable).toBe(false)
    expect(unread.err).toContain('是图片')
    expect(await run([])).toMatchObject({ code: 2, out: '' })
    expect((await run([picture, '--yaml'])).err).toContain('--yaml')
    expect((await run([join(folder, 'missing.txt')])).err).toContain('missing.txt')
  })
})
