/** `doctor`: what is wrong on this machine, and how to mend it. */
import { parseArgs } from 'node:util'
import { systemClock } from '../core/clock.ts'
import { dataDir } from '../core/settings.ts'
import { checkDatabase } from './doctor/database.ts'
import { headAge } from './doctor/heads.ts'
import { checkMachine } from './doctor/machine.ts'
import type { Finding } from './doctor/types.ts'

const marks: Record<Finding['state'], string> = { ok: '✓', warn: '！', bad: '✗' }

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  const now = systemClock.now()
  const findings = [...(await checkMachine(now)), ...(await checkDatabase()), headAge(dataDir(), now)]
  const bad = findings.filter((f) => f.state === 'bad').length
  const warn = findings.filter((f) => f.state === 'warn').length
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ ok: bad === 0, dataDir: dataDir(), checks: findings }, null, 2)}\n`,
    )
  } else {
    for (const f of findings) {
      process.stdout.write(`${marks[f.state]} ${f.title}：${f.detail}\n`)
      if (f.mend) process.stdout.write(`    → ${f.mend}\n`)
    }
    const end = bad ? `有 ${bad} 处问题要处理` : warn ? `可以运行，有 ${warn} 处建议` : '一切正常'
    process.stdout.write(`\n${end}。\n`)
  }
  return bad ? 1 : 0
}
