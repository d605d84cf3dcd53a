import { z } from 'zod'
import type { FieldDef } from '../../engine/core/definition.ts'
import type { FieldType } from '../../engine/core/field-type.ts'
import { isEmpty } from '../cells.ts'
import { Field } from '../field.ts'

/** A kept file: its content's digest is its id. Photos carry where and when they were taken. */
export interface FileRef {
  id: string
  name: string
  /** media type */
  type: string
  /** bytes */
  size: number
  /** ISO time */
  takenAt?: string
  place?: { lon: number; lat: number; accuracy?: number }
}

/**
 * What a client names: which file, and what to call it. What else it says of a file is heard for early complaints
 * only and then dropped: type, size, time and place are what the store knows since the upload.
 */
const fileRef = z.object({
  id: z.string('附件缺少编号，请重新上传').regex(/^[0-9a-f]{64}$/, '附件编号不对，请重新上传'),
  name: z.string('附件缺少名称').min(1, '附件缺少名称').max(200, '附件名称过长'),
  type: z.string('附件类型不对').max(100).optional(),
})

const most = 20

export function filesSchema(def: FieldDef, accepts: (type: string) => boolean, what: string) {
  // the rest of a file is put there by the store (engine/store/kept-files.ts)
  return z
    .array(fileRef, { error: '应为附件' })
    .min(def.required ? 1 : 0, `请上传${def.label}`)
    .max(most, `最多 ${most} 个附件`)
    .refine((all) => all.every((f) => f.type === undefined || accepts(f.type)), {
      error: `只能是${what}，请重新上传`,
    })
    .transform((all) => all.map(({ id, name }) => ({ id, name }) as FileRef))
}

export const jsonSchema = () => ({
  type: 'array',
  maxItems: most,
  items: {
    type: 'object',
    required: ['id', 'name'],
    properties: {
      id: { type: 'string', description: 'SHA-256，先由 POST /api/files 上传' },
      name: { type: 'string' },
      type: { type: 'string', description: '以上传时的内容为准，提交的值不采用' },
      size: { type: 'integer', description: '以上传时为准，提交的值不采用' },
      takenAt: { type: 'string', format: 'date-time', description: '以上传时为准，提交的值不采用' },
      place: {
        type: 'object',
        description: '以上传时为准，提交的值不采用',
        properties: { lon: { type: 'number' }, lat: { type: 'number' } },
      },
    },
  },
})

export const filesType: Omit<FieldType<FileRef[]>, 'name' | 'schema'> = {
  shape: 'json',
  sqlType: () => 'jsonb',
  jsonSchema,
  // a sheet can name files but not carry them
  fromCell: (cell, def) =>
    isEmpty(cell) ? { value: null } : { value: null, warning: `${def.label}不能从表格导入，请在系统中上传` },
  toText: (value) => value.map((f) => f.name).join('、'),
  ops: ['empty', 'notEmpty'],
}

export const type: FieldType<FileRef[]> = {
  ...filesType,
  name: 'files',
  schema: (def) => filesSchema(def, () => true, '文件'),
}

export const files = (label: string): Field => new Field({ type: 'files', label })
