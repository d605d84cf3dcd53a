import { z } from 'zod'
import { assess, explainGrade, review } from '../../grading/decide.ts'
import { gradeTray } from '../../grading/tray.ts'
import { type Route, route } from '../route.ts'
import { integer, listOf, nullable, object, text } from '../schemas.ts'
import type { Services } from '../services.ts'
import { gradeRuleRoutes } from './grade-rules.ts'
import { conditionText, idParams } from './parameters.ts'

const level = z.enum(['重大', '较大', '一般', '低'])
const reason = z.string().trim().max(500).optional()
const facts = z
  .array(z.strictObject({ field: z.string().max(60), holds: z.boolean() }))
  .max(40)
  .optional()
const judgement = z.object({ enterpriseId: z.uuid(), level: level.optional(), reason, facts })
const judged = ({ enterpriseId, level, reason, facts }: z.output<typeof judgement>) => ({
  enterpriseId,
  ...(level && { level }),
  ...(reason && { reason }),
  ...(facts && { facts }),
})
const anyObject = { type: 'object' }

/** Grades: what the machine proposes, what people adopt (one assesses, another reviews). */
export function gradeRoutes(s: Services): Route[] {
  if (!s.catalogue.gradings.size || !s.catalogue.findRecord('enterprise')) return []
  const common = { tag: '分级', who: 'signed-in' as const }
  const decisions = { 200: { description: '评定', schema: object({ decisions: listOf(anyObject) }) } }
  return [
    ...gradeRuleRoutes(s),
    route({
      ...common,
      method: 'GET',
      path: '/api/grades/tray',
      summary: '建议等级与评定等级不同的企业，和等待复核的评定',
      query: z.object({
        kind: z.enum(['differs', 'waiting', 'all']).optional(),
        q: z.string().max(100).optional(),
        where: conditionText.optional(),
        limit: z.coerce.number().int().min(1).max(500).optional(),
        after: z.string().max(2000).optional(),
        count: z.enum(['0', '1']).optional(),
      }),
      responses: {
        200: {
          description: '一页',
          schema: object({ rows: listOf(anyObject), next: nullable(text), total: integer }, ['rows', 'next']),
        },
      },
      handler: ({ actor, query }) =>
        gradeTray(s, actor, {
          ...(query.kind && { kind: query.kind }),
          ...(query.q && { search: query.q }),
          ...(query.where && { where: query.where }),
          ...(query.limit && { limit: query.limit }),
          ...(query.after && { after: query.after }),
          count: query.count === '1',
        }),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/api/grades/:id',
      summary: '一家企业的建议等级、评定等级和每一步的依据',
      params: idParams,
      record: { register: 'enterprise', what: 'grade' },
      responses: { 200: { description: '等级', schema: anyObject } },
      handler: ({ actor, params }) => explainGrade(s, actor, params.id),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/grades/assess',
      summary:
        '评定等级（第一人）；与建议不同的须写明理由，理由所依据的事实（facts）与台账核对；照建议评定的可一次多家，要么全成要么全不成',
      write: true,
      body: z.object({
        judgements: z.array(judgement).min(1).max(500),
      }),
      record: { register: 'enterprise', what: 'grade-assess' },
      responses: decisions,
      handler: ({ actor, body, meta }) => assess(s, actor, body.judgements.map(judged), meta),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/grades/review',
      summary:
        '复核评定（第二人）：通过即生效，退回须写明理由；decisionId 是所看到的那次评定，之后又改过的不能复核',
      write: true,
      body: z.object({
        reviews: z
          .array(z.object({ enterpriseId: z.uuid(), decisionId: z.uuid(), approve: z.boolean(), reason }))
          .min(1)
          .max(500),
      }),
      record: { register: 'enterprise', what: 'grade-review' },
      responses: decisions,
      handler: ({ actor, body, meta }) =>
        review(
          s,
          actor,
          body.reviews.map((r) => ({
            enterpriseId: r.enterpriseId,
            decisionId: r.decisionId,
            approve: r.approve,
            ...(r.reason && { reason: r.reason }),
          })),
          meta,
        ),
    }),
  ]
}
