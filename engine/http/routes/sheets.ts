import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { z } from 'zod'
import type { RecordDef } from '../../core/definition.ts'
import { exportRegister, templateSheet } from '../../exchange/export/index.ts'
import { requireRead } from '../read-right.ts'
import { Answer, type Route, route } from '../route.ts'
import type { Services } from '../services.ts'
import { filterQuery, toListQuery } from './parameters.ts'

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
export const CSV = 'text/csv; charset=utf-8'

/**
 * A sheet that is sent while it is written. What is wrong before its first byte is told as usual; a failure in the
 * middle breaks the connection, so that half a sheet is never taken for a whole one.
 */
export async function sheetAnswer(
  name: string,
  write: (out: PassThrough) => Promise<unknown>,
  type = XLSX,
): Promise<Answer> {
  const out = new PassThrough()
  const work = write(out)
  work.catch((e: Error) => out.destroy(e))
  await Promise.race([once(out, 'readable'), work])
  return new Answer(200, out, {
    'content-type': type,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
  })
}

/** Export and import template of one register. */
export function sheetRoutes(s: Services, def: RecordDef): Route[] {
  const base = `/api/records/${def.name}`
  return [
    route({
      method: 'GET',
      path: `${base}/export`,
      tag: def.label,
      summary: `导出${def.label}（可再导入）`,
      who: 'signed-in',
      query: filterQuery.extend({
        format: z.enum(['xlsx', 'csv']).optional(),
        purpose: z.string().max(200).optional().describe('用途；导出的列里有个人信息时必填，记入留痕'),
        columns: z.string().max(2000).optional().describe('要导出的字段，逗号分隔；默认全部'),
      }),
      record: { register: def.name, what: 'export' },
      responses: { 200: { description: '表格', type: XLSX } },
      handler: async ({ actor, query, today }) => {
        requireRead(s, actor, def)
        const { format = 'xlsx', columns, purpose } = query
        const list = toListQuery(query)
        const wanted = columns?.split(',').filter(Boolean)
        return sheetAnswer(
          `${def.label}-${today}.${format}`,
          (out) => exportRegister(s, actor, def.name, { ...list, format, columns: wanted, purpose }, out),
          format === 'csv' ? CSV : XLSX,
        )
      },
    }),
    route({
      method: 'GET',
      path: `${base}/template.xlsx`,
      tag: def.label,
      summary: `${def.label}的导入模板`,
      who: 'signed-in',
      responses: { 200: { description: '表格', type: XLSX } },
      handler: ({ actor }) =>
        sheetAnswer(`${def.label}-导入模板.xlsx`, (out) => templateSheet(s, actor, def.name, out)),
    }),
  ]
}
