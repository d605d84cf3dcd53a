import * as area from './area/ui.tsx'
import * as choice from './choice/ui.tsx'
import * as choices from './choices/ui.tsx'
import * as creditCode from './credit-code/ui.tsx'
import * as date from './date/ui.tsx'
import * as files from './files/ui.tsx'
import * as flag from './flag/ui.tsx'
import * as idNumber from './id-number/ui.tsx'
import * as money from './money/ui.tsx'
import * as number from './number/ui.tsx'
import * as phone from './phone/ui.tsx'
import * as photos from './photos/ui.tsx'
import * as place from './place/ui.tsx'
import * as ref from './ref/ui.tsx'
import * as text from './text/ui.tsx'
import * as time from './time/ui.tsx'
import type { FieldUi } from './ui-kit.tsx'
import * as unit from './unit/ui.tsx'

/** How each field type is drawn, by name: the only list of them. Imported by the web and by nothing else. */
const all = {
  area,
  choice,
  choices,
  'credit-code': creditCode,
  date,
  files,
  flag,
  'id-number': idNumber,
  money,
  number,
  phone,
  photos,
  place,
  ref,
  text,
  time,
  unit,
} as unknown as Record<string, FieldUi>

/** A type that has no ui yet is shown as text rather than not at all. */
export const uiOf = (type: string): FieldUi => all[type] ?? (text as unknown as FieldUi)
