import { z } from 'zod'
import type { FieldType } from '../../engine/core/field-type.ts'
import { isEmpty, quote } from '../cells.ts'
import { Field } from '../field.ts'
import { cleanText } from '../normal/text.ts'

/** One to eight names of letters, digits and hyphens, each below the one before, each closed by a slash: a subtree is a key range. */
const path = /^(?:[0-9a-z-]{1,40}\/){1,8}$/

/**
 * A supervising unit by its path in the tree of units: `140525/jingongmao/`. Conversions between name and path
 * go through the context as for a register called `unit`.
 */
export const type: FieldType<string> = {
  name: 'unit',
  shape: 'text',
  sqlType: () => 'text',
  schema: (def) => z.string({ error: `请选择${def.label}` }).regex(path, `请从列表中选择${def.label}`),
  jsonSchema: () => ({ type: 'string', pattern: path.source }),
  fromCell(cell, def, context) {
    if (isEmpty(cell)) return { value: null }
    const name = cleanText(cell.text)
    const found = context.refByTitle('unit', name) ?? (path.test(name) ? name : undefined)
    return found
      ? { value: found }
      : { error: `没有名为${quote(name)}的${def.label}，请先建立单位或改正名称` }
  },
  toText: (value, _def, context) => context.refTitle('unit', value),
  ops: ['is', 'isNot', 'in', 'notIn', 'empty', 'notEmpty'],
}

export const unit = (label: string): Field => new Field({ type: 'unit', label })
