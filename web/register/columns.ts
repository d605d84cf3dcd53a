import type { FieldDef, RecordDef } from '../../engine/core/definition.ts'
import { parentField, parentTitle } from '../../engine/core/naming.ts'
import { systemFieldsOf } from '../../engine/core/system-fields.ts'
import type { Catalogue } from '../api/queries.ts'

/** One column a list can show: its field, and how wide it wants to be. */
export interface Column {
  name: string
  def: FieldDef
  /** px */
  width: number
  /** takes what is left over */
  grows?: boolean
  sortable: boolean
}

const widths: Record<string, number> = {
  date: 104,
  time: 140,
  number: 92,
  money: 100,
  flag: 72,
  choice: 104,
  choices: 150,
  area: 110,
  unit: 130,
  ref: 180,
  'credit-code': 176,
  'id-number': 176,
  phone: 124,
  files: 84,
  photos: 84,
  place: 150,
  text: 150,
}
const unsortable = new Set(['files', 'photos', 'place', 'choices'])

/** System values worth a column; the rest is for filters. */
const offered = [
  'state',
  'track',
  'adoptedLevel',
  'proposedLevel',
  'happenedOn',
  'recordedAt',
  'updatedAt',
  'proof',
]

/** A chosen word stands in a frame and is read whole: 已上报待挂牌. */
const wordsWidth = ({ type, options = [] }: FieldDef): number =>
  type === 'choice' ? Math.min(Math.max(0, ...options.map((o) => o.label.length)), 9) * 12 + 36 : 0

const column = (name: string, def: FieldDef): Column => ({
  name,
  def,
  width: Math.max(
    def.type === 'choice' && def.options ? wordsWidth(def) : (widths[def.type] ?? 120),
    Math.min(def.label.length, 9) * 14 + 30,
  ),
  sortable: !unsortable.has(def.type),
})

/** Every column of a register, own fields first in the order of the definition. */
export function columnsOf(def: RecordDef, catalogue: Pick<Catalogue, 'byName'>): Column[] {
  const system = systemFieldsOf(def)
  const parent = def.of && catalogue.byName.get(def.of)
  const out: Column[] = [
    ...Object.entries(def.fields).map(([name, d]) => column(name, d)),
    ...(parent
      ? [column(parentField(parent.name), { type: 'ref', to: parent.name, label: parent.label })]
      : []),
    ...offered.flatMap((name) => (system[name] ? [column(name, system[name])] : [])),
  ]
  const title = out.find((c) => c.name === def.title)
  if (title) Object.assign(title, { width: 220, grows: true })
  return out
}

/** The columns shown until somebody chooses: the definition's list; the state first in loops, the parent where there is one. */
export function defaultColumns(def: RecordDef, insideParent = false): string[] {
  const names = [def.title, ...def.list.filter((n) => n !== def.title)]
  if (def.of && !insideParent && !names.includes(parentField(def.of))) names.splice(1, 0, parentField(def.of))
  if (def.kind === 'loop' && !names.includes('state')) names.splice(1, 0, 'state')
  return names
}

/** A case that asks for photos is reported from the spot; everything else is written into a ledger. */
export const addLabel = (def: RecordDef): string =>
  `${def.kind !== 'loop' ? '新增' : Object.values(def.fields).some((f) => f.type === 'photos' && f.required) ? '上报' : '登记'}${def.label}`

export const titleOf = (def: RecordDef, row: Record<string, unknown>): string =>
  String(row[def.title] ?? '') || '（未命名）'

export const parentTitleOf = (def: RecordDef, row: Record<string, unknown>): string =>
  def.of ? String(row[parentTitle(def.of)] ?? '') : ''
