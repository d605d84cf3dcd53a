import type { FastifyReply, FastifyRequest } from 'fastify'
import type { output, ZodObject, ZodType } from 'zod'
import type { Actor } from '../access/actor.ts'
import type { User } from '../auth/users.ts'
import type { Role } from '../core/definition.ts'
import type { WriteMeta } from '../store/types.ts'

/** JSON Schema (draft 2020-12), as OpenAPI 3.1 uses it. */
export type JsonSchema = Record<string, unknown>

/**
 * One row of the table of routes: Fastify serves it and OpenAPI describes it, so the two cannot differ.
 */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** with `:name` for parameters; under /api */
  path: string
  /** heading in the documentation */
  tag: string
  summary: string
  /**
   * who may call at all; what they see is decided by the door.
   * `person` is a signed-in person (not a key): things that belong to a session.
   */
  who: 'anyone' | 'person' | 'signed-in'
  /** only with one of these roles, on whatever ground */
  roles?: Role[]
  params?: ZodObject
  query?: ZodObject
  /** checked here */
  body?: ZodType
  /** described here, checked by the door (field types) */
  bodySchema?: JsonSchema
  /** multipart upload; the handler reads the parts */
  upload?: boolean
  /** a write: Idempotency-Key is required */
  write?: boolean
  /** changes one version of a record: If-Match is required */
  versioned?: boolean
  /**
   * answered by what the program ships alone: what a county has defined of its own (indicators, populations) is not
   * asked for, which saves every such request a statement
   */
  shipped?: boolean
  /** stays possible while the one-time password has not been changed */
  beforePasswordChange?: boolean
  /** the record concerned: a refusal is journalled under it */
  record?: { register: string; what: string }
  responses: Record<number, { description: string; schema?: JsonSchema; type?: string }>
  handler(call: Call): Promise<unknown>
}

/** A request after all checks of the edge. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  params: P
  query: Q
  body: B
  /** of a `who: 'anyone'` route without credentials: nobody, without any right */
  actor: Actor
  user?: User
  now: Date
  /** YYYY-MM-DD */
  today: string
  /** version of If-Match; 0 when the route is not versioned */
  version: number
  meta: WriteMeta
  request: FastifyRequest
  reply: FastifyReply
}

/** An answer that is more than a 200 with a JSON body. */
export class Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Record<string, string | string[]>
  constructor(status: number, body: unknown, headers: Record<string, string | string[]> = {}) {
    this.status = status
    this.body = body
    this.headers = headers
  }
}

type Out<T> = T extends ZodType ? output<T> : undefined

/** Types the handler by the schemas of its row. */
export function route<
  P extends ZodObject | undefined = undefined,
  Q extends ZodObject | undefined = undefined,
  B extends ZodType | undefined = undefined,
>(
  row: Omit<Route, 'params' | 'query' | 'body' | 'handler'> & {
    params?: P
    query?: Q
    body?: B
    handler(call: Call<Out<P>, Out<Q>, B extends ZodType ? output<B> : unknown>): Promise<unknown>
  },
): Route {
  return row as unknown as Route
}
