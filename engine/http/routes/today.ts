import { z } from 'zod'
import { type Actor, hasRole } from '../../access/actor.ts'
import { accountAdmins } from '../../access/roles.ts'
import type { DiskWatch } from '../../store/disk.ts'
import { item, shows } from '../../today/item.ts'
import { type TodayItem, todayOf } from '../../today/today.ts'
import { type Route, route } from '../route.ts'
import { date, flag, integer, listOf, nullable, object, text } from '../schemas.ts'
import type { HttpOptions, Services } from '../services.ts'

/** A disk that fills up is the administrator's to mend, and is said before anybody is refused. */
async function diskItems(disk: DiskWatch | undefined, actor: Actor): Promise<TodayItem[]> {
  if (!disk || !hasRole(actor, accountAdmins)) return []
  const { level, free } = await disk()
  if (level === 'ok') return []
  const left = `服务器磁盘只剩 ${(free / 2 ** 30).toFixed(1)} GB`
  return [
    item({
      kind: 'machine',
      group: 'machine',
      title: level === 'full' ? '磁盘已满，现在不能保存' : '磁盘快满了',
      why: `${left}，请联系系统管理员清理或扩容（node zhiben.mjs doctor 会说明是哪块磁盘）`,
      ifNot:
        level === 'full'
          ? '所有人只能查看，不能登记、办理和上传'
          : '写满后所有人只能查看，不能登记、办理和上传',
      link: '/',
    }),
  ]
}

const number = { type: 'number' }
const itemSchema = object({
  kind: text,
  group: text,
  title: text,
  firm: nullable(text),
  county: text,
  why: text,
  ifNot: nullable(text),
  due: nullable(date),
  risk: nullable(text),
  link: text,
  act: nullable(
    object(
      { do: text, label: text, register: text, record: text, action: text, organisation: text, task: text },
      ['do', 'label'],
    ),
  ),
  shares: listOf(
    object({ label: text, num: number, den: nullable(number), value: nullable(number), unit: text }),
  ),
  done: flag,
})

export const todayRoutes = (s: Services, options: HttpOptions): Route[] => [
  route({
    method: 'GET',
    path: '/api/today',
    tag: '今日',
    summary: '今天要我办的事：总数、为什么、不办会怎样、何时到期、能在这里办什么',
    who: 'signed-in',
    query: z.object({
      show: z
        .enum(shows)
        .optional()
        .describe('只看一个总数背后的清单：已逾期、七天内到期、重大未销号、等我办'),
    }),
    responses: {
      200: {
        description: '总数和待办',
        schema: object({
          figures: listOf(object({ name: text, label: text, n: integer, link: text })),
          items: listOf(itemSchema),
          more: listOf(object({ group: text, n: integer, link: text })),
        }),
      },
    },
    handler: async ({ actor, query }) => {
      const today = await todayOf(s, actor, query.show)
      return { ...today, items: [...(await diskItems(options.disk, actor)), ...today.items] }
    },
  }),
]
