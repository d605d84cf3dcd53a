import type { FieldType, FieldTypes } from '../engine/core/field-type.ts'
import { type as area } from './area/model.ts'
import { type as choice } from './choice/model.ts'
import { type as choices } from './choices/model.ts'
import { type as creditCode } from './credit-code/model.ts'
import { type as date } from './date/model.ts'
import { type as files } from './files/model.ts'
import { type as flag } from './flag/model.ts'
import { type as idNumber } from './id-number/model.ts'
import { type as money } from './money/model.ts'
import { type as number } from './number/model.ts'
import { type as phone } from './phone/model.ts'
import { type as photos } from './photos/model.ts'
import { type as place } from './place/model.ts'
import { type as ref } from './ref/model.ts'
import { type as text } from './text/model.ts'
import { type as time } from './time/model.ts'
import { type as unit } from './unit/model.ts'

// Methods of FieldType are written so that a narrower value type is accepted where `unknown` is asked.
const all = [
  text,
  choice,
  choices,
  number,
  money,
  date,
  time,
  flag,
  ref,
  area,
  unit,
  creditCode,
  idNumber,
  phone,
  files,
  photos,
  place,
] as FieldType[]

/** Every field type by name: the only list of them. */
export const fieldTypes: FieldTypes = Object.fromEntries(all.map((t) => [t.name, t]))

export * from './builders.ts'
export type { FileRef } from './files/model.ts'
export type { Place } from './place/model.ts'
