import { z } from 'zod'
import type { FieldType } from '../../engine/core/field-type.ts'
import { isEmpty, quote } from '../cells.ts'
import { Field } from '../field.ts'
import { cleanText } from '../normal/text.ts'
import { bracketRemark, turns } from '../normal/words.ts'

const code = /^\d{2}(?:\d{2}(?:\d{2}(?:\d{3}(?:\d{3})?)?)?)?$/

/** A division by its national code: province 2, city 4, county 6, town 9, village 12 digits. */
export const type: FieldType<string> = {
  name: 'area',
  shape: 'text',
  sqlType: () => 'text',
  schema: (def) =>
    z.string({ error: `请选择${def.label}` }).regex(code, `应为行政区划代码（乡镇 9 位，村 12 位）`),
  jsonSchema: () => ({ type: 'string', pattern: code.source }),
  fromCell(cell, def, context) {
    if (isEmpty(cell)) return { value: null }
    const name = cleanText(cell.text)
    if (code.test(name)) return { value: name }
    const found = context.areaByName(name)
    if (found) return { value: found, why: '按区划的规范名称' }
    const split = bracketRemark(name)
    const bare = (split && !turns(split.remark) ? split.head : name).replace(/(?:人民政府|政府)$/, '')
    const place = context.areaByName(bare)
    return place
      ? { value: place, why: '按区划的规范名称', ...(split && { remark: split.remark }) }
      : { error: `本辖区没有${quote(name)}，请填写${def.label}的规范名称，如“巴公镇”` }
  },
  toText: (value, _def, context) => context.areaName(value),
  ops: ['is', 'isNot', 'in', 'notIn', 'empty', 'notEmpty'],
}

export const area = (label: string): Field => new Field({ type: 'area', label })
