import type { Catalogue } from '../../core/catalogue.ts'
import type { FieldDef, RecordDef } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import { systemFieldsOf } from '../../core/system-fields.ts'
import { fieldEntries } from '../../store/values.ts'
import { ancestors, namingFields } from '../import/fields.ts'
import type { SheetColumn } from '../sheet/index.ts'

/** One column of an exported ledger. */
export interface Column {
  /** own field, system field, or `enterprise.creditCode` of the record it hangs on */
  field: string
  /** heading; import recognises it */
  title: string
  def: FieldDef
  /** the register whose field it is, when not the ledger's own */
  of?: RecordDef
  type: SheetColumn['type']
}

const types: Record<string, SheetColumn['type']> = {
  number: 'number',
  money: 'number',
  date: 'date',
  time: 'time',
  flag: 'flag',
}

/** Fields in the order of the form: groups first, then the rest. */
export function orderedFields(def: RecordDef): string[] {
  const grouped = (def.groups ?? []).flatMap((g) => g.fields)
  return [...new Set([...grouped, ...fieldEntries(def.fields).map(([f]) => f)])].filter((f) => def.fields[f])
}

/**
 * Columns of a register's sheet: what names the record it hangs on, its own fields, then what the program decides.
 * @param wanted only these fields, in this order
 * @throws Problem `bad-input` for a field that does not exist
 */
export function columnsOf(catalogue: Catalogue, def: RecordDef, wanted?: readonly string[]): Column[] {
  const system = systemFieldsOf(def)
  const decided = ['state', 'proposedLevel', 'adoptedLevel'].filter((f) => system[f] && !def.fields[f])
  const all: Omit<Column, 'title'>[] = [
    ...ancestors(catalogue, def)
      .reverse()
      .flatMap((of) => namingFields(of).map((f) => column(`${of.name}.${f}`, of.fields[f]!, of))),
    ...orderedFields(def).map((f) => column(f, def.fields[f]!)),
    ...decided.map((f) => column(f, system[f]!)),
  ]
  const own = new Set(Object.values(def.fields).map((f) => f.label))
  const titled = all.map((c) => ({
    ...c,
    title: c.of && own.has(c.def.label) ? c.of.label + c.def.label : c.def.label,
  }))
  if (!wanted?.length) return titled
  return wanted.map((f) => {
    const found = titled.find((c) => c.field === f) ?? extra(system, f)
    if (!found)
      throw new Problem('bad-input', `“${def.label}”没有字段“${f}”，请核对要导出的列。`, { field: f })
    return found
  })
}

const column = (field: string, def: FieldDef, of?: RecordDef): Omit<Column, 'title'> => ({
  field,
  def,
  type: types[def.type] ?? 'text',
  ...(of && { of }),
})

/** System values that a full export leaves out but a view may show. */
function extra(system: Record<string, FieldDef>, field: string): Column | undefined {
  const def = system[field]
  return def && field !== 'id' ? { ...column(field, def), title: def.label } : undefined
}
