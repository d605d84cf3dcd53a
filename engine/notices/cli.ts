import { basename } from 'node:path'
import { isProblem } from '../core/errors.ts'
import { readNoticeApart } from './apart.ts'
import type { ParsedNotice } from './model.ts'

const USAGE =
  '用法：zhiben notice parse 文件 [--json]\n  文件：.docx、.doc、.wps、.rtf、.ofd、带文字的 .pdf、网页（.html、.mht）或 .txt；不需要数据库。'

/**
 * `zhiben notice parse FILE --json`: prints the parsed notice. Without --json a short table for people.
 * @returns exit code: 0 read, 1 nothing readable in the file, 2 wrong call
 */
export async function noticeParseCommand(args: string[]): Promise<number> {
  const files = args.filter((arg) => !arg.startsWith('--'))
  const unknown = args.filter((arg) => arg.startsWith('--') && arg !== '--json')
  const file = files[0]
  if (!file || files.length > 1 || unknown.length > 0) {
    process.stderr.write(`${unknown.length > 0 ? `不认识的选项：${unknown.join(' ')}\n` : ''}${USAGE}\n`)
    return 2
  }
  let notice: ParsedNotice
  try {
    notice = (await readNoticeApart({ path: file, name: basename(file) }, 'command-line')).notice
  } catch (error) {
    const message = isProblem(error) ? error.message : `读不到文件“${file}”，请检查路径。`
    process.stderr.write(`${message}\n`)
    return 1
  }
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(notice, null, 2)}\n` : summary(notice))
  if (!notice.readable) process.stderr.write(`${notice.reason}\n`)
  return notice.readable ? 0 : 1
}

function summary(notice: ParsedNotice): string {
  if (!notice.readable) return ''
  const head = [notice.title, notice.docNo, notice.issuer].filter((part) => part !== null).join('\n')
  const rows = notice.items.map((item, n) => {
    const facts = [
      ...item.deadlines.map((d) => d.date),
      ...item.frequencies.map((f) => f.text),
      ...item.targets.map((t) => t.text),
      ...item.units,
    ]
    return `${n + 1}. ${item.title}${facts.length > 0 ? `  〔${facts.join('；')}〕` : ''}`
  })
  const warnings = notice.warnings.map((warning) => `注意：${warning}`)
  return `${[head, '', ...rows, ...(warnings.length > 0 ? ['', ...warnings] : [])].join('\n')}\n`
}
