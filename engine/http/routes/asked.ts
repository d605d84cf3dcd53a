import { z } from 'zod'
import {
  askedForm,
  askedParts,
  partSheet,
  readReturns,
  takeReturns,
  visibleCollection,
  visiblePart,
  writePart,
} from '../../collections/index.ts'
import { once } from '../once.ts'
import { Answer, type Route, route } from '../route.ts'
import type { Services } from '../services.ts'
import { cell, common, listed, record, view } from './collection-parts.ts'
import { namesOf, RETURNS, withFiles } from './many-files.ts'
import { idParams } from './parameters.ts'
import { sheetAnswer, XLSX } from './sheets.ts'

/** What one is asked to fill. */
export function askedRoutes(s: Services): Route[] {
  const asked = '/api/asked/:id'
  return [
    route({
      ...common,
      method: 'GET',
      path: '/api/asked',
      summary: '要我填的表',
      responses: listed('asked'),
      handler: async ({ actor }) => ({ asked: await askedParts(s, actor) }),
    }),
    route({
      ...common,
      method: 'GET',
      path: asked,
      summary: '我的一份：已有的和缺的',
      params: idParams,
      query: z.object({
        show: z.enum(['missing']).optional(),
        after: z.coerce.number().int().min(0).max(100_000).optional(),
        limit: z.coerce.number().int().min(1).max(200).optional(),
      }),
      responses: view,
      handler: ({ actor, params, query }) => askedForm(s, actor, params.id, query),
    }),
    route({
      ...common,
      method: 'PUT',
      path: asked,
      summary: '填写我的一份；submit 为交回',
      write: true,
      versioned: true,
      params: idParams,
      body: z.strictObject({
        cells: z.array(cell.omit({ chosen: true })).max(500),
        submit: z.boolean().optional(),
      }),
      record: record('return'),
      responses: view,
      handler: async ({ actor, params, body, meta, now, version }) => {
        await once(s.db, actor, meta, now, { asked: params.id, body, version }, async (tx) => {
          await writePart(s, tx, actor, now, params.id, version, body)
          return { ok: true }
        })
        return askedForm(s, actor, params.id)
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: `${asked}/sheet.xlsx`,
      summary: '这一份的表：已有的填好，缺的为黄色；记入留痕',
      params: idParams,
      record: record('export'),
      responses: { 200: { description: '表格', type: XLSX } },
      handler: async ({ actor, params, today }) => {
        const { part, collection } = await visiblePart(s.db, actor, params.id, today)
        return sheetAnswer(`${collection.title}-${part.title}.xlsx`, (out) =>
          partSheet(s, actor, params.id, out),
        )
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${asked}/returns`,
      summary: '上传填好的表交回',
      write: true,
      upload: true,
      params: idParams,
      record: record('return'),
      responses: listed('returns'),
      handler: async ({ actor, params, request, meta, now, today }) => {
        const { part } = await visiblePart(s.db, actor, params.id, today)
        return new Answer(
          200,
          await withFiles(s, request, RETURNS, async (files) => {
            const read = await readReturns(s, actor, files)
            return once(s.db, actor, meta, now, { returns: params.id, files: namesOf(read) }, async (tx) => {
              await visiblePart(tx, actor, params.id, today, true)
              const collection = await visibleCollection(tx, part.collection_id)
              return { returns: await takeReturns(s, tx, actor, now, collection, read) }
            })
          }),
        )
      },
    }),
  ]
}
