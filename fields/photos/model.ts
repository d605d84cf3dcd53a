import type { FieldType } from '../../engine/core/field-type.ts'
import { Field } from '../field.ts'
import { type FileRef, filesSchema, filesType } from '../files/model.ts'

/** Pictures taken as evidence: a file list of images, with time and place where the device gave them. */
export const type: FieldType<FileRef[]> = {
  ...filesType,
  name: 'photos',
  schema: (def) => filesSchema(def, (type) => type.startsWith('image/'), '照片'),
}

export const photos = (label: string): Field => new Field({ type: 'photos', label })
