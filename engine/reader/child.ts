/** The program of a reading process: `reader/process.ts` begins it and asks; it answers one question at a time. */
import { constants, setPriority } from 'node:os'
import { isProblem, Problem } from '../core/errors.ts'
import { formats } from './formats.ts'
import { startGuard } from './guard.ts'
import type { Question, Reply } from './message.ts'

const say = (reply: Reply) => process.send?.(reply)

// Ctrl-C and a stop of the service reach every process of the group; this one goes when its parent lets go
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.exit(0))

async function answer({ id, format, input, most }: Question): Promise<Reply> {
  try {
    const read = await formats.get(format)?.()
    if (!read) throw new Error(`no such format: ${format}`)
    const value = await read(input as never)
    if (JSON.stringify(value).length > most)
      throw new Problem('bad-input', '文件里的内容太多，无法一次读取。请删除无关内容，或拆成几个文件后重试。')
    return { id, value }
  } catch (e) {
    if (isProblem(e)) return { id, problem: { code: e.code, message: e.message, details: e.details } }
    const { message, code } = e as NodeJS.ErrnoException
    return { id, fault: { message: String(message), ...(code && { code }) } }
  }
}

process.on('message', (question: Question) => void answer(question).then(say))

try {
  // people wait for pages; files can wait
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
} catch {
  // not allowed here: then it competes
}
await startGuard(Number(process.argv[2]))
say({ ready: true })
