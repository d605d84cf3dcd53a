import { type ZodType, z } from 'zod'
import type { Catalogue } from '../core/catalogue.ts'
import { titles } from './problems.ts'
import type { JsonSchema, Route } from './route.ts'
import { ref, sharedSchemas } from './schemas.ts'

const toSchema = (schema: ZodType): JsonSchema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  }) as JsonSchema
  return rest
}

type ObjectSchema = { properties?: Record<string, JsonSchema>; required?: string[] }

function parameters(row: Route): JsonSchema[] {
  const out: JsonSchema[] = []
  const add = (where: 'path' | 'query', schema: ZodType | undefined) => {
    if (!schema) return
    const { properties = {}, required = [] } = toSchema(schema) as ObjectSchema
    for (const [name, value] of Object.entries(properties)) {
      const { description, ...rest } = value
      out.push({
        name,
        in: where,
        required: where === 'path' || required.includes(name),
        ...(description !== undefined && { description }),
        schema: rest,
      })
    }
  }
  add('path', row.params)
  add('query', row.query)
  if (row.write) out.push({ $ref: '#/components/parameters/IdempotencyKey' })
  if (row.versioned) out.push({ $ref: '#/components/parameters/IfMatch' })
  return out
}

const multipart = {
  'multipart/form-data': {
    schema: {
      type: 'object',
      properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
    },
  },
}

function requestBody(row: Route): JsonSchema | undefined {
  const schema = row.bodySchema ?? (row.body && toSchema(row.body))
  if (!row.upload && !schema) return undefined
  return {
    required: true,
    content: { ...(row.upload && multipart), ...(schema && { 'application/json': { schema } }) },
  }
}

const problem = (status: number, description: string): [string, JsonSchema] => [
  String(status),
  { description, content: { 'application/problem+json': { schema: ref('Problem') } } },
]

function responses(row: Route): Record<string, JsonSchema> {
  const out: Record<string, JsonSchema> = {}
  for (const [status, r] of Object.entries(row.responses))
    out[status] = {
      description: r.description,
      ...(r.type && { content: { [r.type]: { schema: { type: 'string' } } } }),
      ...(r.schema && { content: { 'application/json': { schema: r.schema } } }),
      ...(row.write && {
        headers: { 'Idempotent-Replayed': { $ref: '#/components/headers/IdempotentReplayed' } },
      }),
    }
  const faults: [number, string][] = [[503, titles.unavailable]]
  if (row.query || row.body || row.bodySchema || row.params || row.write)
    faults.push([400, titles['bad-input']])
  if (row.who !== 'anyone') faults.push([401, titles.unauthenticated], [403, titles.forbidden])
  if (row.path.includes(':')) faults.push([404, titles['not-found']])
  if (row.write)
    faults.push([507, titles['disk-full']], [409, titles.conflict], [422, titles['idempotency-reused']])
  if (row.versioned) faults.push([428, titles['version-required']])
  for (const [status, description] of faults) {
    const [key, value] = problem(status, description)
    out[key] ??= value
  }
  return out
}

const operationId = (row: Route): string =>
  `${row.method.toLowerCase()}${row.path
    .replace(/^\/api/, '')
    .replace(/[/:.-]+(\w)/g, (_, c: string) => c.toUpperCase())
    .replace(/\W/g, '')}`

/** OpenAPI 3.1 of the table of routes. */
export function openApi(routes: Route[], catalogue: Catalogue, prefix = ''): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const row of routes) {
    const path = row.path.replace(/:(\w+)/g, '{$1}')
    const body = requestBody(row)
    paths[path] ??= {}
    paths[path][row.method.toLowerCase()] = {
      tags: [row.tag],
      summary: row.summary,
      operationId: operationId(row),
      ...(row.who === 'anyone' && { security: [] }),
      ...(row.who === 'person' && { security: [{ session: [] }] }),
      parameters: parameters(row),
      ...(body && { requestBody: body }),
      responses: responses(row),
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: '治本 接口',
      version: '1',
      description:
        '网页所做的一切都经由这些接口。写操作须带 Idempotency-Key（每次提交一个新的 UUID，重试时不变）；修改记录须带 If-Match（记录的版本号）。出错一律返回 application/problem+json，程序按 code 判断；带密钥的请求，title 和 detail 是英文，给人看的中文在 message 里（Accept-Language: zh 时仍为中文）。',
    },
    servers: [{ url: prefix || '/' }],
    security: [{ session: [] }, { key: [] }],
    tags: [...new Set(routes.map((r) => r.tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'zhiben.session_token' },
        key: { type: 'http', scheme: 'bearer', description: '接口密钥（zb_…）；也可放在 x-api-key 请求头里' },
      },
      headers: {
        IdempotentReplayed: {
          description: 'true：这个 Idempotency-Key 的请求先前已经办理，这是当时的答复，没有再办一次',
          schema: { enum: ['true'] },
        },
      },
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: true,
          description: '每次提交一个新的 UUID；没有收到答复时用同一个重试，不会重复写入',
          schema: { type: 'string', minLength: 8, maxLength: 100 },
        },
        IfMatch: {
          name: 'If-Match',
          in: 'header',
          required: true,
          description: '所改记录的版本号，例如 "3"',
          schema: { type: 'string' },
        },
      },
      schemas: sharedSchemas(catalogue),
    },
  }
}
