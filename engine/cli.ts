/** The command line: finds the command in the table, runs it, turns errors into a message and exit code. */
import { type Command, commands } from './cli/commands.ts'
import { tellFailure } from './cli/told.ts'
import { isProblem } from './core/errors.ts'

/** Exit codes: 0 done, 1 failed (the reason is on stderr), 2 not a command or wrong arguments. */
export async function main(args: string[]): Promise<number> {
  // a reader that goes away (`… | head`) must not end the command before it has tidied up
  process.stdout.on('error', (e: NodeJS.ErrnoException) => {
    if (e.code !== 'EPIPE') throw e
  })
  const [first = 'help'] = args
  if (first === 'help' || first === '--help' || first === '-h') {
    process.stdout.write(help())
    return 0
  }
  const found = find(args)
  if (!found) {
    process.stderr.write(`没有“${first}”这个命令。运行 node zhiben.mjs help 查看全部命令。\n`)
    return 2
  }
  const { command, rest } = found
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`${command.summary}\n用法：node zhiben.mjs ${command.name} ${command.usage}\n`)
    return 0
  }
  try {
    return (await (await command.load()).run(rest)) ?? 0
  } catch (e) {
    return await explain(e, command)
  }
}

/** The command whose words begin the arguments; two-word names ("journal verify") go before one-word ones. */
function find(args: string[]): { command: Command; rest: string[] } | undefined {
  const longestFirst = [...commands].sort((a, b) => b.name.length - a.name.length)
  for (const command of longestFirst) {
    const words = command.name.split(' ')
    if (words.every((word, i) => args[i] === word)) return { command, rest: args.slice(words.length) }
  }
  return undefined
}

async function explain(e: unknown, command: Command): Promise<number> {
  const code = (e as { code?: string }).code ?? ''
  if (code.startsWith('ERR_PARSE_ARGS')) {
    process.stderr.write(
      `参数不对：${(e as Error).message}\n用法：node zhiben.mjs ${command.name} ${command.usage}\n`,
    )
    return 2
  }
  process.stderr.write(`${await tellFailure(e, command.name)}\n`)
  return isProblem(e) && e.code === 'bad-input' ? 2 : 1
}

function help(): string {
  const lines = commands.map((c) => `  ${`${c.name} ${c.usage}`.trim()}\n      ${c.summary}`)
  return `治本 Zhiben：县级工矿商贸安全生产监管平台\n\n用法：node zhiben.mjs 命令 [参数]\n\n${lines.join('\n')}

环境变量：
  DATABASE_URL   用外部 PostgreSQL（15 及以上），例如 postgres://用户:口令@主机:5432/数据库
  ZHIBEN_DATA    数据文件夹，默认是当前文件夹下的 data
  ZHIBEN_HOST, ZHIBEN_PORT   网页监听的地址和端口
`
}
