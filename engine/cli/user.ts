/**
 * `user list`, `user reset`, `user unlock`: accounts, for the person at the machine. Whoever can run these can read
 * the database anyway; what they change stands in the journal under the command line and the machine's user.
 */
import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { shanghaiDate } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { listPeople } from '../http/people-list.ts'
import { journal } from '../journal/write.ts'
import type { Engine } from '../main.ts'
import { type Db, sql } from '../store/db.ts'
import type { CommandModule } from './commands.ts'
import { commandLineActor, printJson, withEngine } from './engine.ts'
import { say } from './say.ts'

const out = (line: string) => void process.stdout.write(`${line}\n`)
const states = { active: '在用', disabled: '停用', 'must-change': '须改密码', locked: '已锁定' }

/** What the machine calls who sits at it. */
const atMachine = (): string => {
  try {
    return userInfo().username
  } catch {
    return '不明'
  }
}

export const list: CommandModule = {
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        area: { type: 'string', default: '' },
        search: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    if (!/^\d{0,12}$/.test(values.area))
      throw new Problem('bad-input', '--area 应为行政区划代码，例如 140525。')
    await withEngine(async (engine) => {
      const now = engine.clock.now()
      const { people, total } = await listPeople(engine, commandLineActor(values.area), {
        q: values.search,
        now,
        today: shanghaiDate(now),
        limit: 100_000,
      })
      if (values.json) return printJson({ people, total })
      for (const p of people) {
        const duties = p.duties.filter((d) => d.state === 'now').map((d) => `${d.roleLabel}（${d.words}）`)
        out([p.username, p.name, states[p.state], duties.join('、') || '没有职责'].join('\t'))
      }
      say(`共 ${total} 个账号`)
    })
  },
}

interface Named {
  id: string
  username: string
  name: string
  area: string
  disabled: boolean
}

/** One account by its user name, for a change of it. */
async function accountNamed(engine: Engine, args: string[], what: string) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  const [username, ...rest] = positionals
  if (!username || rest.length)
    throw new Problem('bad-input', `请给出一个用户名，例如 user ${what} admin；user list 列出所有账号。`)
  const { rows } = await sql<Named>`select id, username, name, home_area as area,
      disabled_at is not null as disabled from app_user
    where username = ${username.trim().toLowerCase()}`.execute(engine.db)
  if (!rows[0])
    throw new Problem('not-found', `没有用户名为“${username}”的账号。用 user list 列出所有账号后再试。`)
  return { account: rows[0], json: values.json }
}

const note = (tx: Db, engine: Engine, account: Named, what: string) =>
  journal(tx, {
    actor: commandLineActor(account.area),
    now: engine.clock.now(),
    register: 'user',
    recordId: account.id,
    title: account.name,
    what,
    area: account.area,
    changes: [{ field: 'operator', label: '本机用户', before: null, after: atMachine() }],
  })

export const reset: CommandModule = {
  async run(args) {
    await withEngine(async (engine) => {
      const { account, json } = await accountNamed(engine, args, 'reset')
      const oneTimePassword = await engine.db.transaction().execute(async (tx) => {
        await note(tx as Db, engine, account, 'reset-password')
        return engine.auth.users.resetPassword(account.id, tx as Db)
      })
      const { id, username, name, disabled } = account
      if (json) return printJson({ id, username, name, disabled, oneTimePassword })
      say(`“${name}”（${username}）的一次性密码，只显示这一次，登录后须修改；原来的密码和登录已失效：`)
      out(oneTimePassword)
      if (disabled) say('这个账号已停用，重设密码不会启用它；请县级管理员在“账号”页启用。')
    })
  },
}

export const unlock: CommandModule = {
  async run(args) {
    await withEngine(async (engine) => {
      const { account, json } = await accountNamed(engine, args, 'unlock')
      await engine.db.transaction().execute(async (tx) => {
        await note(tx as Db, engine, account, 'unlock')
        await engine.auth.users.unlock(account.id, tx as Db)
      })
      const { id, username, name, disabled } = account
      if (json) return printJson({ id, username, name, disabled, unlocked: true })
      say(`“${name}”（${username}）的锁定和等待已解除，密码不变。`)
      if (disabled) say('这个账号已停用，解除锁定不会启用它；请县级管理员在“账号”页启用。')
    })
  },
}
