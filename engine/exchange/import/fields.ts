import type { Catalogue } from '../../core/catalogue.ts'
import type { FieldDef, RecordDef } from '../../core/definition.ts'
import { fieldsOfActions } from '../../core/loop.ts'
import { parentField } from '../../core/naming.ts'
import type { Term } from '../sheet/index.ts'

/** Files have no place in a sheet: cells of these types are never written. */
export const isFileField = (def: FieldDef): boolean => def.type === 'files' || def.type === 'photos'

/** Column of a loop's ledger that says how far a case is. Noted, not imported: a case is moved by actions alone. */
export const STATE = 'state'
const stateHeadings = [
  '闭环情况',
  '隐患闭环情况',
  '是否整改',
  '整改情况',
  '整改状态',
  '办理状态',
  '是否闭环',
  '销号情况',
]

/** Fields that only actions or the program write; their columns are kept as a note. */
export function notImported(def: RecordDef): ReadonlySet<string> {
  const own = Object.entries(def.fields)
    .filter(([, f]) => f.writers?.length === 0)
    .map(([name]) => name)
  if (def.kind !== 'loop') return new Set(own)
  return new Set([...own, ...fieldsOfActions(def), ...(STATE in def.fields ? [] : [STATE])])
}

/** Parent, its parent …: the records a row of this register hangs on. */
export function ancestors(catalogue: Catalogue, def: RecordDef): RecordDef[] {
  const out: RecordDef[] = []
  for (let at = catalogue.parentOf(def.name); at; at = catalogue.parentOf(at.name)) out.push(at)
  return out
}

/**
 * Fields by which a sheet names a record it hangs on, the surest first: single-field keys, the title, then the
 * rest of the keys. Areas are left out: a name alone has to do, and an ambiguous one is said.
 */
export function namingFields(def: RecordDef): string[] {
  const keys = (def.keys ?? []).map((k) => k.filter((f) => f !== 'parent'))
  const single = keys.filter((k) => k.length === 1).flat()
  const all = [...single, def.title, ...keys.flat()]
  return [...new Set(all)].filter((f) => def.fields[f] && def.fields[f].type !== 'area')
}

/** Names a sheet may use for the columns of a register: its own fields, then those that name what it hangs on. */
export function vocabulary(catalogue: Catalogue, def: RecordDef): Term[] {
  const own = Object.entries(def.fields).map(([field, f]) => term(field, f, isRequired(f)))
  if (def.kind === 'loop' && !(STATE in def.fields))
    own.push({ field: STATE, label: '状态', aliases: stateHeadings, required: false })
  const above = ancestors(catalogue, def).flatMap((a) =>
    namingFields(a).map((f) => {
      const found = a.fields[f]!
      // 名称 and the like mean the row's own name in a ledger of something else
      return term(`${a.name}.${f}`, { ...found, sheet: found.sheet?.filter((h) => h.length > 2) }, false)
    }),
  )
  return [...own, ...above]
}

const term = (field: string, f: FieldDef, required: boolean): Term => ({
  field,
  label: f.label,
  aliases: f.sheet ?? [],
  required,
})

const isRequired = (f: FieldDef): boolean =>
  Boolean(f.required) && f.default === undefined && !f.when && !isFileField(f)

/** Label of a vocabulary field, for messages. */
export function labelOf(catalogue: Catalogue, def: RecordDef, field: string): string {
  if (def.fields[field]) return def.fields[field].label
  if (field === STATE) return '状态'
  if (def.of && field === parentField(def.of)) return catalogue.record(def.of).label
  const [register, name] = field.split('.')
  return (register && name && catalogue.findRecord(register)?.fields[name]?.label) || field
}

/** Natural keys tried in order; `parent` stands for the parent record. */
export function naturalKeys(def: RecordDef, given: readonly string[] | undefined): string[][] {
  if (given?.length) return [[...given]]
  return def.keys?.length ? def.keys : [def.of ? ['parent', def.title] : [def.title]]
}
