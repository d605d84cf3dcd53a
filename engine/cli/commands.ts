/** What a command file exports. */
export interface CommandModule {
  /**
   * @param args the arguments after the command's name; parse with `parseArgs` of node:util, whose errors
   *   are shown with the usage. Results go to stdout (JSON with --json), everything else to stderr.
   * @returns the exit code; 0 when undefined
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a command that just ends is a command that succeeded
  run(args: string[]): Promise<number | void>
}

export interface Command {
  /** one or two words */
  name: string
  /** arguments as shown in help */
  usage: string
  /** one line, Chinese */
  summary: string
  load: () => Promise<CommandModule>
}

/** Every command, in the order of `help`. A new one is one row here and one file. */
export const commands: Command[] = [
  {
    name: 'start',
    usage: '[--host 地址] [--port 端口] [--tls-cert 证书.pem --tls-key 私钥.pem | --tls-pfx 文件.pfx]',
    summary: '启动服务（首次启动会建立数据库并载入演示县）',
    load: () => import('./start.ts'),
  },
  {
    name: 'grade explain',
    usage: '统一社会信用代码 [--json]',
    summary: '说明一家企业的建议等级和评定等级，逐步列出理由和依据',
    load: () => import('./grade-explain.ts'),
  },
  {
    name: 'journal verify',
    usage: '[--anchor 摘要.json] [--head 新摘要.json] [--json]',
    summary: '核验留痕是否完好；--head 把最新摘要写到库外保存',
    load: () => import('./journal-verify.ts'),
  },
]
