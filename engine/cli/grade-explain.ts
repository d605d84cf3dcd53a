/** `grade explain CREDIT_CODE`: proposed and adopted grade of an enterprise with every step's reason and basis. */
import { parseArgs } from 'node:util'
import { field } from '../core/condition/build.ts'
import { Problem } from '../core/errors.ts'
import { explainGrade, type GradeView } from '../grading/decide.ts'
import { openDoor } from '../store/door.ts'
import { commandLineActor, printJson, withEngine } from './engine.ts'

const shown = (g: { letter: string; colour: string; level: string } | null): string =>
  g ? `${g.letter}（${g.colour}）${g.level}风险` : '无'

/** What a clerk would write under the grade: proposed and why, adopted by whom and why, what waits. */
export function linesOf(view: GradeView): string[] {
  const { proposed, adopted, waiting } = view
  const lines = [view.enterprise.title]
  if (view.scheme) lines.push(`办法：${view.scheme.label}`)
  lines.push(`建议等级：${shown(proposed)}`)
  for (const s of proposed?.steps ?? []) lines.push(`  ${s.because}，${s.effect}（依据：${s.basis}）`)
  if (proposed?.unknown.length) lines.push(`  未登记：${proposed.unknown.join('、')}`)
  for (const c of proposed?.contradictions ?? []) lines.push(`  请核对：${c}`)
  lines.push(`评定等级：${shown(adopted)}`)
  if (adopted) lines.push(...adoptedLines(view, adopted))
  if (waiting)
    lines.push(
      `等待复核：${waiting.assessor}拟评定为${waiting.level}风险${waiting.reason ? `，理由：${waiting.reason}` : ''}`,
    )
  return lines
}

/** Who decided the adopted grade, when and for which reason; of what came with a ledger, that nobody did here. */
function adoptedLines({ proposed }: GradeView, adopted: NonNullable<GradeView['adopted']>): string[] {
  const { by, decidedOn, reviewer, reason, level } = adopted
  if (!by) return ['  没有在本系统评定和复核的记录，如随台账导入的等级']
  const differs = proposed !== null && level !== proposed.level
  return [
    `  ${decidedOn ?? ''} ${by}评定，${reviewer ?? ''}复核`,
    `  理由：${reason ?? (differs ? '评定时与当时的建议等级相同' : '按建议等级评定')}`,
    ...(differs ? ['  与现在的建议等级不同'] : []),
  ]
}

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
    process.stdout.write(`${linesOf(view).join('\n')}\n`)
  })
}
