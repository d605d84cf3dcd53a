import { z } from 'zod'
import type { Condition } from '../../core/condition/ast.ts'
import { isDate } from '../../core/condition/values.ts'
import { isProblem } from '../../core/errors.ts'
import type { ListQuery, WriteMeta } from '../../store/types.ts'
import { checkShape } from '../shape.ts'

/** Days of orders, notices and roles: none lies before the republic, none beyond what anybody plans. */
const SPAN = { from: '1949-01-01', to: '2199-12-31' }

export const calendarDate = z
  .string()
  .refine(isDate, { error: '应为日期，例如 2026-03-05。', abort: true })
  .refine((day) => day >= SPAN.from && day <= SPAN.to, '年份不合理，请核对。')
  .meta({ format: 'date' })
export const areaCode = z
  .string()
  .regex(/^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$/, '应为行政区划代码（2、4、6、9 或 12 位数字）。')

export const idParams = z.object({ id: z.uuid() })

/** Conditions read before, by their text: pages ask by the same few, and what is found out of one is kept by it. */
const read = new Map<string, Condition>()
const MOST_READ = 300
const LONGEST_READ = 4_000

function keep(text: string, condition: Condition): Condition {
  if (text.length > LONGEST_READ) return condition
  if (read.size >= MOST_READ) read.clear()
  read.set(text, frozen(condition))
  return condition
}

/** One object for all who ask the same: nobody may change it. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) frozen(part)
    Object.freeze(value)
  }
  return value
}

/** A condition in the address, as JSON; what it says is checked where it is compiled. */
export const conditionText = z
  .string()
  .max(20_000)
  .transform((value, context): Condition => {
    const known = read.get(value)
    if (known) return known
    try {
      const parsed: unknown = JSON.parse(value)
      checkShape(parsed)
      if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
        return keep(value, parsed as Condition)
    } catch (e) {
      if (isProblem(e)) {
        context.addIssue({ code: 'custom', message: e.message })
        return z.NEVER
      }
      // told below
    }
    context.addIssue({ code: 'custom', message: '应为 JSON 形式的筛选条件。' })
    return z.NEVER
  })

export const yes = z.enum(['0', '1', 'true', 'false'])

export const filterQuery = z.object({
  where: conditionText.optional().describe('筛选条件（Condition 的 JSON）'),
  q: z.string().max(100).optional().describe('查找的文字，两个字起'),
  sort: z.string().max(200).optional().describe('排序字段，逗号分隔，前面加 - 为降序，例如 -dueOn,name'),
  parent: z.uuid().optional().describe('只要这一条上级记录名下的'),
  due: z.enum(['overdue', 'week']).optional().describe('闭环：overdue 只要已逾期的，week 只要七天内到期的'),
  mine: yes.optional().describe('1：只要本人登记或经手的'),
  newest: yes.optional().describe('1：有更新的记录替代了的不列（续保、换证）'),
  archived: yes.optional().describe('1：也列出已移除的'),
})

export const listQuery = filterQuery.extend({
  limit: z.coerce.number().int().min(1).max(500).optional().describe('每页条数，默认 20'),
  after: z.string().max(2000).optional().describe('上一页给出的 next'),
  offset: z.coerce.number().int().min(0).max(1_000_000).optional(),
  count: yes.optional().describe('1：同时给出总数'),
  by: z.string().max(60).optional().describe('选项字段：同时按它计数（groups），例如 state'),
})

export const isYes = (value: string | undefined) => value === '1' || value === 'true'

export function toListQuery(q: z.output<typeof listQuery> | z.output<typeof filterQuery>): ListQuery {
  const page = q as z.output<typeof listQuery>
  const out: ListQuery = {}
  if (q.where) out.where = q.where
  if (q.q) out.search = q.q
  if (q.sort) out.sort = q.sort.split(',').filter(Boolean)
  if (q.parent) out.parent = q.parent
  if (q.due) out.due = q.due
  if (isYes(q.mine)) out.mine = true
  if (page.by) out.by = page.by
  if (isYes(q.newest)) out.newest = true
  if (isYes(q.archived)) out.archived = true
  if (page.limit) out.limit = page.limit
  if (page.after) out.after = page.after
  if (page.offset) out.offset = page.offset
  if (isYes(page.count)) out.count = true
  return out
}

const place = z.object({
  lon: z.number().min(-180).max(180),
  lat: z.number().min(-90).max(90),
  accuracy: z.number().min(0).optional(),
})

/** What a write may say about itself, beside the values. */
export const aboutWrite = {
  reason: z.string().max(500).optional().describe('为什么这样改'),
  happenedOn: calendarDate.optional().describe('事情发生的日期；默认今天'),
  deviceTime: z.iso.datetime({ offset: true }).optional().describe('离线办理时设备上的时间'),
}

export const writeQuery = z.object({
  ...aboutWrite,
  confirm: yes
    .optional()
    .describe('1：保存前所问的（是不是这一家、是否重复登记）已核对，仍然保存；写明 reason 也可'),
  place: z
    .string()
    .regex(/^-?\d{1,3}(\.\d+)?,-?\d{1,2}(\.\d+)?(,\d+(\.\d+)?)?$/, '应为 经度,纬度[,精度米]。')
    .optional()
    .describe('经度,纬度[,精度（米）]（WGS-84）'),
})

export const actBody = z.object({
  form: z.record(z.string(), z.unknown()).optional(),
  ...aboutWrite,
  place: place.optional(),
})

type About = {
  reason?: string | undefined
  confirm?: string | undefined
  happenedOn?: string | undefined
  deviceTime?: string | undefined
  place?: string | z.output<typeof place> | undefined
}

export function withAbout(meta: WriteMeta, about: About): WriteMeta {
  const out: WriteMeta = { ...meta }
  if (about.reason) out.reason = about.reason
  if (isYes(about.confirm)) out.confirm = true
  if (about.happenedOn) out.happenedOn = about.happenedOn
  if (about.deviceTime) out.deviceTime = about.deviceTime
  if (typeof about.place === 'string') {
    const [lon, lat, accuracy] = about.place.split(',').map(Number)
    out.place = { lon: lon!, lat: lat!, ...(accuracy !== undefined && { accuracy }) }
  } else if (about.place) {
    const { lon, lat, accuracy } = about.place
    out.place = { lon, lat, ...(accuracy !== undefined && { accuracy }) }
  }
  return out
}
