import { z } from 'zod'
import { readAreas, readUnits } from '../../areas/areas.ts'
import { areasOf } from '../../auth/users.ts'
import { hashOf } from '../../core/hash.ts'
import { roleLabels } from '../../core/roles.ts'
import { packed, sendPacked } from '../packed.ts'
import { type Route, route } from '../route.ts'
import { listOf, nullable, object, text, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'
import { areaCode } from './parameters.ts'

/** So many counties' definitions are kept written out; a province has some more than a hundred. */
const MOST_KEPT = 200

/** The definitions as a county's people get them: the shipped ones and its own that are offered. */
function definitionsByCounty(s: Services) {
  const { records, gradings, templates } = s.catalogue
  let generation = -1
  const kept = new Map<string, { version: string; definitions: ReturnType<typeof packed> }>()
  return (area: string) => {
    // a county has changed one of its own: all are written anew when they are asked for
    if (generation !== s.catalogue.generation || kept.size > MOST_KEPT) kept.clear()
    generation = s.catalogue.generation
    const own = [...s.catalogue.indicators.keys(), ...s.catalogue.populations.keys()].some(
      (name) => name.startsWith('x-') && s.catalogue.offered(name, area),
    )
    const key = own ? area : ''
    const found = kept.get(key)
    if (found) return found
    const offered = (d: { name: string }) => s.catalogue.offered(d.name, key || NOWHERE)
    const body = {
      records: [...records.values()],
      indicators: [...s.catalogue.indicators.values()].filter(offered),
      populations: [...s.catalogue.populations.values()].filter(offered),
      gradings: [...gradings.values()],
      templates,
      roles: roleLabels,
    }
    const version = hashOf(body).slice(0, 16)
    const made = { version, definitions: packed(() => Buffer.from(JSON.stringify({ ...body, version }))) }
    kept.set(key, made)
    return made
  }
}
/** No area's code begins with it: nobody's own definitions. */
const NOWHERE = '-'

/** Definitions and dictionaries: what screens are drawn from. */
export function dictionaryRoutes(s: Services): Route[] {
  const definitionsFor = definitionsByCounty(s)

  return [
    route({
      method: 'GET',
      path: '/api/definitions',
      tag: '定义和字典',
      summary: '台账、闭环、指标、分级方案的定义',
      who: 'signed-in',
      responses: {
        200: {
          description: '定义',
          schema: object({
            records: listOf({ type: 'object' }),
            indicators: listOf({ type: 'object' }),
            populations: listOf({ type: 'object' }),
            gradings: listOf({ type: 'object' }),
            templates: listOf({ type: 'object' }),
            roles: { type: 'object' },
            version: text,
          }),
        },
      },
      query: z.object({
        version: z
          .string()
          .max(40)
          .optional()
          .describe('已知的版本（答复里的 version）：相同时可一直缓存，不用再问'),
      }),
      handler: ({ request, reply, query, actor }) => {
        const { version, definitions } = definitionsFor(actor.home.slice(0, 6))
        const lasting = query.version === version
        reply.header('cache-control', lasting ? 'private, max-age=31536000, immutable' : 'private, no-cache')
        return sendPacked(request, reply.type('application/json; charset=utf-8'), definitions())
      },
    }),
    route({
      method: 'GET',
      path: '/api/areas',
      tag: '定义和字典',
      summary: '行政区划：某一级及其以下',
      who: 'signed-in',
      query: z.object({ under: areaCode.optional().describe('区划代码；默认是自己所在的县') }),
      responses: {
        200: {
          description: '区划',
          schema: listOf(object({ code: text, name: text, parent: nullable(text), level: text })),
        },
      },
      handler: ({ actor, query, today }) => readAreas(s.db, query.under ?? actor.home.slice(0, 6), today),
    }),
    route({
      method: 'GET',
      path: '/api/units',
      tag: '定义和字典',
      summary: '监管单位',
      who: 'signed-in',
      responses: {
        200: {
          description: '单位',
          schema: listOf(object({ id: uuid, path: text, name: text, area: text, kind: text })),
        },
      },
      handler: ({ today }) => readUnits(s.db, today),
    }),
    route({
      method: 'GET',
      path: '/api/users',
      tag: '定义和字典',
      summary: '本辖区的工作人员（选择责任人时用）',
      who: 'signed-in',
      responses: {
        200: {
          description: '人员',
          schema: listOf(object({ id: uuid, name: text, roleLabel: text, area: text, unit: nullable(text) })),
        },
      },
      handler: async ({ actor }) => {
        const people = await s.auth.users.officers(areasOf(actor))
        return people.map(({ roles, ...p }) => ({
          ...p,
          roleLabel: roles.map((r) => roleLabels[r] ?? r).join('、'),
        }))
      },
    }),
  ]
}
