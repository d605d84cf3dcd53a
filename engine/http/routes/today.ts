import { type Actor, hasRole } from '../../access/actor.ts'
import { accountAdmins } from '../../access/roles.ts'
import type { DiskWatch } from '../../store/disk.ts'
import { type TodayItem, todayOf } from '../../today/today.ts'
import { type Route, route } from '../route.ts'
import { date, listOf, nullable, object, text } from '../schemas.ts'
import type { HttpOptions, Services } from '../services.ts'

/** A disk that fills up is the administrator's to mend, and is said before anybody is refused. */
async function diskItems(disk: DiskWatch | undefined, actor: Actor): Promise<TodayItem[]> {
  if (!disk || !hasRole(actor, accountAdmins)) return []
  const { level, free } = await disk()
  if (level === 'ok') return []
  const left = `服务器磁盘只剩 ${(free / 2 ** 30).toFixed(1)} GB`
  return [
    {
      kind: 'machine',
      title: level === 'full' ? '磁盘已满，现在不能保存' : '磁盘快满了',
      why: `${left}，请联系系统管理员清理或扩容（node zhiben.mjs doctor 会说明是哪块磁盘）`,
      ifNot:
        level === 'full'
          ? '所有人只能查看，不能登记、办理和上传'
          : '写满后所有人只能查看，不能登记、办理和上传',
      due: null,
      link: '/',
    },
  ]
}

export const todayRoutes = (s: Services, options: HttpOptions): Route[] => [
  route({
    method: 'GET',
    path: '/api/today',
    tag: '今日',
    summary: '今天要我办的事：为什么、不办会怎样、何时到期',
    who: 'signed-in',
    responses: {
      200: {
        description: '待办',
        schema: listOf(
          object({
            kind: text,
            title: text,
            why: text,
            ifNot: nullable(text),
            due: nullable(date),
            link: text,
          }),
        ),
      },
    },
    handler: async ({ actor }) => [...(await diskItems(options.disk, actor)), ...(await todayOf(s, actor))],
  }),
]
