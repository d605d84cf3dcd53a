/** `tasks [--area CODE]`: every task with its computed figure and state. */
import { parseArgs } from 'node:util'
import { listTasks, taskStateLabel } from '../tasks/index.ts'
import { commandLineActor, printJson, withEngine } from './engine.ts'

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { area: { type: 'string' }, json: { type: 'boolean' } } })
  await withEngine(async (engine) => {
    const filter = values.area ? { area: values.area } : {}
    const tasks = await listTasks(
      engine,
      engine.db,
      commandLineActor(values.area),
      engine.clock.now(),
      filter,
    )
    if (values.json) return printJson(tasks)
    for (const t of tasks) {
      const { num, den, value } = t.figure
      const figure =
        value === null ? '无数据' : `${Number(value.toFixed(1))}${t.unit}（${num}/${den ?? '—'}）`
      process.stdout.write(`${t.due ?? '全年'}  ${taskStateLabel[t.state]}  ${figure}  ${t.title}\n`)
    }
    if (tasks.length === 0) process.stdout.write('还没有任务。先收文：网页“通知”，或 notice parse 文件。\n')
  })
}
