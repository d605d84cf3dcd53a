/** Check of the journal's heads outside the database: when the last was written. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { daysBetween, shanghaiDate } from '../../core/clock.ts'
import { type Head, headsFolder } from '../../journal/heads.ts'
import type { Finding } from './types.ts'

export function headAge(data: string, now: Date): Finding {
  const base = { id: 'heads', title: '留痕摘要' }
  const folder = headsFolder(data)
  const mend = '启动后每小时写当天的摘要；把它定期复制到别的机器，才能证明留痕没有被整条改写'
  try {
    const last = readdirSync(folder)
      .filter((f) => /^\d{4}-\d{2}-\d{2}\.json$/.test(f))
      .sort()
      .at(-1)
    if (!last) return { ...base, state: 'warn', detail: '还没有写过', mend }
    const head = JSON.parse(readFileSync(path.join(folder, last), 'utf8')) as Head
    const days = daysBetween(last.slice(0, 10), shanghaiDate(now))
    const detail = `最近一次在 ${shanghaiDate(new Date(head.at))}，第 ${head.no} 块：${path.join(folder, last)}`
    return days > 1 ? { ...base, state: 'warn', detail, mend } : { ...base, state: 'ok', detail }
  } catch {
    return { ...base, state: 'warn', detail: '还没有写过', mend }
  }
}
