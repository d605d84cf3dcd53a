import { z } from 'zod'
import type { Actor } from '../../access/actor.ts'
import { businessAdmins } from '../../access/roles.ts'
import { areaNames, requireKnownArea } from '../../areas/areas.ts'
import type { Condition } from '../../core/condition/ast.ts'
import type { Role } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import {
  adjustable,
  changeRule,
  createRule,
  endRule,
  listRules,
  previewRule,
  type Rule,
  type RuleResult,
  ruleText,
} from '../../grading/rules.ts'
import { within } from '../area-right.ts'
import { Answer, type Route, route } from '../route.ts'
import { date, integer, listOf, nullable, object, ref, text, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'
import { areaCode, calendarDate, idParams } from './parameters.ts'

const level = z.enum(['重大', '较大', '一般', '低'])
const effect = {
  condition: z
    .record(z.string(), z.unknown(), { error: '请写条件。' })
    .transform((c): Condition => c as unknown as Condition),
  steps: z.number().int().min(-2, '最多下调两级。').max(2, '最多上调两级。').nullish(),
  level: level.nullish(),
}
const told = {
  label: z.string().trim().min(2, '请写规则名称。').max(60),
  basis: z.string().trim().min(2, '请写明依据（文件名称和条款）。').max(300),
  from: calendarDate,
  to: calendarDate.nullable().describe('终止日期；长期有效写 null'),
}
const place = { scheme: z.string().max(60), area: areaCode.optional() }
const newRule = z.strictObject({ ...place, ...told, ...effect })
const change = z.strictObject({ ...told, ...effect }).partial()
const trial = z.strictObject({ ...place, ...effect, id: z.uuid().optional() })
const roles: Role[] = ['county-officer', ...businessAdmins]

/** A county's own adjustments of a grading scheme: start empty, each with condition, effect, basis and dates. */
export function gradeRuleRoutes(s: Services): Route[] {
  const name = areaNames(s.db, s.clock)
  const common = { tag: '分级', who: 'signed-in' as const }
  const rule = object({
    id: uuid,
    version: integer,
    scheme: text,
    area: text,
    areaName: text,
    name: text,
    label: text,
    condition: ref('Condition'),
    text: { type: 'string', description: '条件写成的一句话' },
    steps: nullable(integer),
    level: nullable(text),
    basis: text,
    from: date,
    to: nullable(date),
    endedAt: nullable(text),
    endReason: nullable(text),
  })
  const saved = object({ rule, changed: { type: 'integer', description: '建议等级因此改变的企业数' } })
  const show = async (r: Rule) => ({
    ...r,
    areaName: (await name())(r.area),
    text: ruleText(s, r.condition),
  })
  const answer = async (status: number, { rule, changed }: RuleResult) =>
    new Answer(status, { rule: await show(rule), changed }, { etag: `"${rule.version}"` })
  const place = async (actor: Actor, area?: string) => {
    const at = area ?? actor.home.slice(0, 6)
    if (at.length < 6 || !within(actor, at, roles))
      throw new Problem('forbidden', '只能为自己管辖的县、乡镇设调整规则。')
    if (area) await requireKnownArea(s, area)
    return at
  }
  const may = (actor: Actor) => (area: string) => within(actor, area, roles)
  const effectOf = (b: {
    steps?: number | null | undefined
    level?: z.output<typeof level> | null | undefined
  }) => ({
    steps: b.steps ?? null,
    level: b.level ?? null,
  })

  return [
    route({
      ...common,
      method: 'GET',
      path: '/api/grades/rules',
      summary: '本县自己的定级调整规则（随程序提供的分级办法不含调整项）',
      responses: {
        200: {
          description: '规则，已结束的排在后面；schemes 是可以调整的分级办法',
          schema: object({ schemes: listOf(object({ name: text, label: text })), rules: listOf(rule) }),
        },
      },
      handler: async ({ actor }) => ({
        schemes: adjustable(s).map((d) => ({ name: d.name, label: d.label })),
        rules: actor.home ? await Promise.all((await listRules(s, actor.home.slice(0, 6))).map(show)) : [],
      }),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/grades/rules/preview',
      summary: '试算：条件符合多少家、多少家的建议等级会怎样变；不保存',
      roles,
      body: trial,
      responses: {
        200: {
          description: '试算结果',
          schema: object({
            of: integer,
            matched: integer,
            changed: integer,
            moves: listOf(object({ from: text, to: text, count: integer })),
            sample: listOf(object({ id: uuid, title: text, town: nullable(text), from: text, to: text })),
          }),
        },
      },
      handler: async ({ actor, body }) =>
        previewRule(
          s,
          {
            scheme: body.scheme,
            area: await place(actor, body.area),
            condition: body.condition,
            ...effectOf(body),
          },
          body.id,
        ),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/grades/rules',
      summary: '新增一条调整规则；本县的建议等级随即重新计算',
      roles,
      write: true,
      body: newRule,
      record: { register: 'grade-rule', what: 'create' },
      responses: { 201: { description: '已保存', schema: saved } },
      handler: async ({ actor, body, meta }) => {
        const input = { ...body, area: await place(actor, body.area), ...effectOf(body) }
        return answer(201, await createRule(s, actor, input, meta))
      },
    }),
    route({
      ...common,
      method: 'PATCH',
      path: '/api/grades/rules/:id',
      summary: '修改调整规则；改作用时 steps 和 level 一起给出；建议等级随即重新计算',
      roles,
      write: true,
      versioned: true,
      params: idParams,
      body: change,
      record: { register: 'grade-rule', what: 'update' },
      responses: { 200: { description: '已保存', schema: saved } },
      handler: async ({ actor, params, body, version, meta }) => {
        const { steps, level, ...rest } = body
        const wish = {
          ...Object.fromEntries(Object.entries(rest).filter(([, v]) => v !== undefined)),
          ...((steps !== undefined || level !== undefined) && effectOf(body)),
        }
        return answer(200, await changeRule(s, actor, params.id, wish, version, meta, may(actor)))
      },
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/api/grades/rules/:id',
      summary: '结束调整规则（写明原因）；建议等级随即重新计算',
      roles,
      write: true,
      versioned: true,
      params: idParams,
      query: z.object({ reason: z.string().trim().min(2, '请写明结束的原因。').max(300) }),
      record: { register: 'grade-rule', what: 'archive' },
      responses: { 200: { description: '已结束', schema: saved } },
      handler: async ({ actor, params, query, version, meta }) =>
        answer(200, await endRule(s, actor, params.id, query.reason, version, meta, may(actor))),
    }),
  ]
}
