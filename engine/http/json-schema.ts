import type { JsonSchema } from './route.ts'

/** Words of JSON Schema that descriptions of routes are made of. */
export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })
export const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items })
export const object = (properties: Record<string, JsonSchema>, required?: string[]): JsonSchema => ({
  type: 'object',
  properties,
  ...(required?.length && { required }),
})
/** An answer that always has all of its members. */
export const whole = (properties: Record<string, JsonSchema>): JsonSchema =>
  object(properties, Object.keys(properties))
export const text: JsonSchema = { type: 'string' }
export const integer: JsonSchema = { type: 'integer' }
export const flag: JsonSchema = { type: 'boolean' }
export const date: JsonSchema = { type: 'string', format: 'date' }
export const time: JsonSchema = { type: 'string', format: 'date-time' }
export const uuid: JsonSchema = { type: 'string', format: 'uuid' }
export const nullable = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] })
