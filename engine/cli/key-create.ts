/** `key create`: a key for another system; printed once. */
import { parseArgs } from 'node:util'
import { keyRoles } from '../access/roles.ts'
import { createKeys } from '../auth/keys.ts'
import { shanghaiDate, systemClock } from '../core/clock.ts'
import type { Role } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { roleLabels } from '../core/roles.ts'
import { journal } from '../journal/write.ts'
import { openDatabase } from '../store/db.ts'
import { migrate } from '../store/migrate.ts'
import { isArea } from '../store/places.ts'
import { withDatabase } from './database.ts'
import { commandLineActor } from './engine.ts'

/** The same roles as over HTTP: a key is a machine's, and administers nothing. */
const isKeyRole = (role: string | undefined): role is Role => keyRoles.includes(role as Role)

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      role: { type: 'string' },
      area: { type: 'string' },
      name: { type: 'string' },
      expires: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const { role, area } = values
  if (!isKeyRole(role))
    throw new Problem(
      'bad-input',
      `请用 --role 给出密钥的角色：${keyRoles.map((r) => `${r}（${roleLabels[r]}）`).join('、')}。`,
    )
  if (!area || !/^(\d{2}|\d{4}|\d{6}|\d{9})$/.test(area))
    throw new Problem('bad-input', '请用 --area 给出行政区划代码（2、4、6 或 9 位），例如 140525。')
  if (values.expires && !/^\d{4}-\d{2}-\d{2}$/.test(values.expires))
    throw new Problem('bad-input', '--expires 应为日期，例如 2027-12-31。')
  const name = values.name ?? `命令行 ${shanghaiDate(systemClock.now())}`
  const made = await withDatabase(async ({ url }) => {
    await migrate(url)
    const { db, close } = openDatabase(url, { max: 2 })
    try {
      if (!(await isArea({ db, clock: systemClock }, area)))
        throw new Problem('bad-input', `数据库里没有区划 ${area}。真实的县请先运行 init --area，或核对代码。`)
      return await db.transaction().execute(async (tx) => {
        const key = await createKeys(tx, systemClock).create({
          name,
          role,
          area,
          expiresOn: values.expires,
        })
        await journal(tx, {
          actor: commandLineActor(area),
          now: systemClock.now(),
          register: 'api-key',
          recordId: key.stored.id,
          title: name,
          what: 'create',
          area,
        })
        return key
      })
    } finally {
      await close()
    }
  })
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ key: made.key, ...made.stored })}\n`)
    return
  }
  // the key alone on stdout, so that scripts can take it
  process.stderr.write(`${roleLabels[role]}，区划 ${area}，名称“${name}”。密钥只显示这一次：\n`)
  process.stdout.write(`${made.key}\n`)
}
