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
    usage:
      '[--host 地址] [--port 端口] [--proxy 反向代理地址] [--tls-cert 证书.pem --tls-key 私钥.pem | --tls-pfx 文件.pfx]',
    summary: '启动服务（首次启动会建立数据库并载入演示县）',
    load: () => import('./start.ts'),
  },
  {
    name: 'init',
    usage: '--area 区划代码 [--admin 用户名] [--tls [--host 地址 …]]',
    summary: '建立真实的县：行政区划、监管单位、第一位管理员；--tls 生成本县证书',
    load: () => import('./init.ts'),
  },
  {
    name: 'key create',
    usage: '--role 角色 --area 区划代码 [--name 名称] [--expires 日期] [--json]',
    summary: '为其他系统生成接口密钥（只显示一次）',
    load: () => import('./key-create.ts'),
  },
  {
    name: 'user list',
    usage: '[--area 区划代码] [--search 词] [--json]',
    summary: '列出账号：用户名、姓名、状态、职责',
    load: async () => (await import('./user.ts')).list,
  },
  {
    name: 'user reset',
    usage: '用户名 [--json]',
    summary: '把账号重设为一次性密码（只显示一次，登录后须修改）',
    load: async () => (await import('./user.ts')).reset,
  },
  {
    name: 'user unlock',
    usage: '用户名 [--json]',
    summary: '解除账号的锁定和等待，密码不变',
    load: async () => (await import('./user.ts')).unlock,
  },
  {
    name: 'import',
    usage: '台账 文件 [--area 区划代码] [--map 列对应.json] [--dry-run] [--rejected 未导入.xlsx] [--json]',
    summary: '导入台账（.xlsx 或 .csv）；--dry-run 只预览不写入',
    load: () => import('./import.ts'),
  },
  {
    name: 'export',
    usage:
      '台账 文件.xlsx|文件.csv [--area 区划代码] [--search 词] [--columns 字段,字段] [--purpose 用途] [--template] [--json]',
    summary: '导出台账，导出的表可以再导入；--template 只要空表',
    load: () => import('./export.ts'),
  },
  {
    name: 'doctor',
    usage: '[--json]',
    summary: '检查本机环境：哪里有问题，怎样处理',
    load: () => import('./doctor.ts'),
  },
  {
    name: 'migrate',
    usage: '',
    summary: '把数据库结构更新到本版本（start 会自动执行）',
    load: () => import('./migrate.ts'),
  },
  {
    name: 'backup',
    usage: '文件 [--json]',
    summary: '把数据和附件备份成一个文件，服务不必停止',
    load: () => import('./backup.ts'),
  },
  {
    name: 'restore',
    usage: '文件 [--force] [--fresh] [--json]',
    summary: '从备份文件恢复；--force 替换现有的全部数据；--fresh 先清空数据库，用于退回旧版本',
    load: () => import('./restore.ts'),
  },
  {
    name: 'notice parse',
    usage: '文件 [--json]',
    summary: '解析一份通知（.txt、.docx、有文字的 .pdf），列出每项任务的时限、频次和指标；不需要数据库',
    load: () => import('./notice-parse.ts'),
  },
  {
    name: 'tasks',
    usage: '[--area 区划代码] [--json]',
    summary: '列出任务书：由台账计算的进度、期限和状态',
    load: () => import('./tasks.ts'),
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
  {
    name: 'bench',
    usage: '名称 [--quick] [--json]',
    summary: '性能对比（api、import），在临时数据库上运行',
    load: () => import('./bench.ts'),
  },
]
