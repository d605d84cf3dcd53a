import { appendFile, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '../core/clock.ts'
import { isProblem } from '../core/errors.ts'
import { dataDir } from '../core/settings.ts'
import { isFull, isUnavailable } from '../http/problems.ts'

/** The file in the data folder (or, where that cannot be written, among the system's temporary files) with traces. */
const FILE = 'zhiben-errors.log'

/** What the log keeps of an error: its trace, and those of the errors it wraps. */
function traceOf(e: unknown): string {
  const parts: string[] = []
  for (let at = e, depth = 0; at && depth < 5; depth++) {
    parts.push(at instanceof Error ? (at.stack ?? at.message) : String(at))
    at = at instanceof Error ? at.cause : undefined
  }
  return parts.join('\ncaused by: ')
}

/** Adds an error to the log. @returns the file, or undefined when nothing could be written, as on a full disk */
async function keepTrace(e: unknown, command: string): Promise<string | undefined> {
  const entry = `${systemClock.now().toISOString()} ${command}\n${traceOf(e)}\n\n`
  for (const folder of [dataDir(), tmpdir()]) {
    const file = path.join(folder, FILE)
    try {
      await mkdir(folder, { recursive: true })
      await appendFile(file, entry, { mode: 0o600 })
      return file
    } catch {
      // the next place; and a command that failed is not made to fail differently by its log
    }
  }
  return undefined
}

/** Why, as far as whoever sits at the machine can do something about it. */
const why = (e: unknown): string =>
  isFull(e)
    ? '磁盘已满：请清理磁盘或换一个有空间的数据文件夹（ZHIBEN_DATA）。'
    : isUnavailable(e)
      ? '数据库连不上或中途断开：请确认没有别的程序关掉它，机器内存够用。'
      : '程序出错。'

/**
 * What is said of an error that no command expected: what happened, what to do, and where its trace is. The trace
 * itself is for who mends the program and goes to the log.
 * @returns sentences for the terminal
 */
export async function tellFailure(e: unknown, command: string): Promise<string> {
  const known = isProblem(e)
  const lead = known ? e.message : `命令没有完成：${why(e)}`
  const reason = known && e.cause ? why(e.cause) : ''
  if (known && !e.cause) return lead
  const file = await keepTrace(e, command)
  return [
    `${lead}${reason}`,
    '可运行 node zhiben.mjs doctor 检查本机环境。',
    file
      ? `详细原因记在 ${file}，需要帮助时请把它一并发来。`
      : `详细原因没能写进日志：${e instanceof Error ? e.message : String(e)}`,
  ].join('\n')
}
