/** `bench NAME [--quick] [--json]`: runs a benchmark on a database of its own. */
import { benches } from '../../bench/index.ts'
import { Problem } from '../core/errors.ts'
import { printJson } from './engine.ts'

export async function run(args: string[]): Promise<void> {
  const name = args.find((a) => !a.startsWith('-'))
  const bench = name ? benches[name] : undefined
  if (!bench) {
    const known = Object.entries(benches).map(([n, b]) => `  ${n}  ${b.summary}`)
    throw new Problem('bad-input', `请写明测试名称：\n${known.join('\n')}`)
  }
  const result = await (await bench.load()).run(args.filter((a) => a !== name))
  if (args.includes('--json')) printJson(result)
  else process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
}
