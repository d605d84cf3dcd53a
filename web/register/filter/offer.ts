import type { Catalogue } from '../../../engine/core/catalogue.ts'
import type { Op } from '../../../engine/core/condition/ast.ts'
import { kindOf, opsOfKind } from '../../../engine/core/condition/values.ts'
import { parentField } from '../../../engine/core/naming.ts'
import { systemFieldsOf } from '../../../engine/core/system-fields.ts'
import { innerField, RAW, relatedField } from './convert.ts'

export interface OfferedField {
  name: string
  label: string
  matchModes?: { name: string; label: string }[]
  subproperties?: OfferedField[]
}
export interface OfferedGroup {
  label: string
  options: OfferedField[]
}

const matchModes = [
  { name: 'some', label: '有' },
  { name: 'none', label: '没有' },
  { name: 'atLeast', label: '至少' },
  { name: 'atMost', label: '至多' },
  { name: 'exactly', label: '恰好' },
]

/** System values people filter by; the rest are for definitions. */
const system = [
  'state',
  'track',
  'stateSince',
  'adoptedLevel',
  'proposedLevel',
  'town',
  'proof',
  'happenedOn',
  'recordedAt',
  'updatedAt',
]

/** Operators conditions may use on a field, in the order a person is offered them. */
export function opsOf(catalogue: Catalogue, register: string, field: string): Op[] {
  const found = catalogue.findField(register, field)
  if (!found) return ['is']
  return found.type.ops.filter((o) => opsOfKind[kindOf(found.type.shape)].includes(o))
}

function own(catalogue: Catalogue, register: string, prefix = ''): OfferedField[] {
  const def = catalogue.record(register)
  const names = [...Object.keys(def.fields), ...system.filter((n) => systemFieldsOf(def)[n])]
  return names
    .filter((n) => opsOf(catalogue, register, n).length > 0)
    .map((n) => ({ name: `${prefix}${n}`, label: catalogue.field(register, n).def.label }))
}

/** What can be asked of a register: its fields by group, its parent's fields, and its related registers. */
export function offerOf(catalogue: Catalogue, register: string, withRaw: boolean): OfferedGroup[] {
  const def = catalogue.record(register)
  const grouped = new Set((def.groups ?? []).flatMap((g) => g.fields))
  const fields = own(catalogue, register)
  const by = (names: string[]) => names.flatMap((n) => fields.find((f) => f.name === n) ?? [])
  const groups: OfferedGroup[] = (def.groups ?? []).map((g) => ({ label: g.label, options: by(g.fields) }))
  groups.push({
    label: grouped.size ? '其他' : def.label,
    options: fields.filter((f) => !grouped.has(f.name)),
  })
  if (def.of) {
    const parent = catalogue.record(def.of)
    groups.push({
      label: `所属${parent.label}`,
      options: [
        { name: parentField(parent.name), label: parent.label },
        ...own(catalogue, parent.name, `${parent.name}.`),
      ],
    })
  }
  const children = catalogue.children(register)
  if (children.length > 0)
    groups.push({
      label: '名下的记录',
      options: children.map((c) => ({
        name: relatedField(c.name),
        label: c.label,
        matchModes,
        subproperties: own(catalogue, c.name).map((f) => ({ ...f, name: innerField(c.name, f.name) })),
      })),
    })
  if (withRaw) groups.push({ label: '已存条件', options: [{ name: RAW, label: '条件' }] })
  return groups.filter((g) => g.options.length > 0)
}

const words: Record<Op, string> = {
  is: '是',
  isNot: '不是',
  in: '是其中之一',
  notIn: '不是其中任何',
  gt: '大于',
  gte: '不少于',
  lt: '小于',
  lte: '不超过',
  contains: '含有',
  has: '包含',
  hasAny: '包含任一',
  empty: '未填写',
  notEmpty: '已填写',
  within: '在…期间',
}
const dateWords: Partial<Record<Op, string>> = { gt: '晚于', gte: '不早于', lt: '早于', lte: '不晚于' }

export const opLabel = (op: Op, shape: string): string =>
  ((shape === 'date' || shape === 'time') && dateWords[op]) || words[op]
