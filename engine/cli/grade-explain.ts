/** `grade explain CREDIT_CODE`: proposed and adopted grade of an enterprise with every step's reason and basis. */
import { parseArgs } from 'node:util'
import { field } from '../core/condition/build.ts'
import { Problem } from '../core/errors.ts'
import { explainGrade } from '../grading/decide.ts'
import { openDoor } from '../store/door.ts'
import { commandLineActor, printJson, withEngine } from './engine.ts'

export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  })
  const code = positionals[0]
  if (!code) throw new Problem('bad-input', '请写明企业的统一社会信用代码：grade explain 代码')
  await withEngine(async (engine) => {
    const actor = commandLineActor()
    const { rows } = await openDoor(engine, actor).list('enterprise', {
      where: field('creditCode').is(code.toUpperCase()),
      limit: 1,
    })
    if (!rows[0]) throw new Problem('not-found', `没有找到统一社会信用代码为 ${code} 的企业，请核对。`)
    const view = await explainGrade(engine, actor, rows[0].id)
    if (values.json) return printJson(view)
    const lines = [view.enterprise.title]
    if (view.scheme) lines.push(`办法：${view.scheme.label}`)
    const shown = (g: { letter: string; colour: string; level: string } | null) =>
      g ? `${g.letter}（${g.colour}）${g.level}风险` : '无'
    lines.push(`建议等级：${shown(view.proposed)}`, `评定等级：${shown(view.adopted)}`)
    for (const s of view.proposed?.steps ?? [])
      lines.push(`  ${s.effect}：${s.label} — ${s.because}（依据：${s.basis}）`)
    process.stdout.write(`${lines.join('\n')}\n`)
  })
}
