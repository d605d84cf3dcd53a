import { z } from 'zod'
import type { FieldType } from '../../engine/core/field-type.ts'
import { isEmpty, quote } from '../cells.ts'
import { Field } from '../field.ts'
import { cleanText } from '../normal/text.ts'

/** A record of another register, by id. In sheets it is named by its title or natural key. */
export const type: FieldType<string> = {
  name: 'ref',
  shape: 'id',
  sqlType: () => 'uuid',
  schema: (def) => z.guid({ error: `请从列表中选择${def.label}` }),
  jsonSchema: () => ({ type: 'string', format: 'uuid' }),
  fromCell(cell, def, context) {
    if (isEmpty(cell)) return { value: null }
    const name = cleanText(cell.text)
    const id = context.refByTitle(def.to ?? '', name)
    return id ? { value: id } : { error: `${def.label}中没有${quote(name)}，请先登记或改正名称` }
  },
  toText: (value, def, context) => context.refTitle(def.to ?? '', value),
  ops: ['is', 'isNot', 'in', 'notIn', 'empty', 'notEmpty'],
}

export const ref = (label: string, to: string): Field => new Field({ type: 'ref', label, to })
