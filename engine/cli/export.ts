/** `export REGISTER FILE`: the ledger as .xlsx or .csv, by the file's ending; `-` writes to standard output. */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Problem } from '../core/errors.ts'
import { exportRegister, templateSheet } from '../exchange/export/index.ts'
import { commandLineActor, printJson, withEngine } from './engine.ts'

export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      area: { type: 'string' },
      search: { type: 'string' },
      columns: { type: 'string' },
      purpose: { type: 'string' },
      template: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  })
  const [register, file] = positionals
  if (!register || !file) throw new Problem('bad-input', '请写明台账和文件：export enterprise 企业.xlsx')
  const format = /\.csv$/i.test(file) ? 'csv' : 'xlsx'
  if (file !== '-' && !/\.(csv|xlsx)$/i.test(file))
    throw new Problem('bad-input', `文件“${file}”应以 .xlsx 或 .csv 结尾。`)
  await withEngine(async (engine) => {
    const actor = commandLineActor(values.area ?? '')
    // written beside, so that a fault leaves no half of a file under the name asked for
    const aside = file === '-' ? undefined : `${file}.part`
    const out = aside ? createWriteStream(aside) : process.stdout
    try {
      const done = values.template
        ? await templateSheet(engine, actor, register, out).then(() => ({ rows: 0 }))
        : await exportRegister(
            engine,
            actor,
            register,
            {
              format,
              search: values.search,
              columns: values.columns?.split(','),
              purpose: values.purpose,
            },
            out,
          )
      if (!aside) return
      await rename(aside, file)
      if (values.json) printJson({ register, file, format, ...done })
      else process.stdout.write(`已导出 ${done.rows} 行到 ${file}\n`)
    } catch (e) {
      if (aside) await rm(aside, { force: true })
      throw e
    }
  })
}
