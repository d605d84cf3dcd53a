import { matchKey } from '../../../fields/normal/text.ts'
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

/**
 * One column that lists what applies (涉及领域：有限空间、涉氨), where the register has a yes/no field for each. What
 * is not listed stays unsaid: a short list is no denial.
 */
export const FLAGS = 'flags'
const FEWEST_FLAGS = 5
const flagHeadings = [
  '涉及重点领域',
  '涉及领域',
  '重点领域',
  '风险类别',
  '涉及高危领域',
  '高风险领域',
  '工艺特征',
]

const flagsOf = (def: RecordDef): [string, FieldDef][] =>
  Object.entries(def.fields).filter(([, f]) => f.type === 'flag')

const flagKey = (text: string): string => matchKey(text).replace(/^(?:是否|有无|存在|涉及|涉|有)/, '')
const flagNames = new WeakMap<RecordDef, Map<string, string>>()

/** The yes/no field a word of such a list means. */
export function flagByName(def: RecordDef, text: string): string | undefined {
  let names = flagNames.get(def)
  if (!names) {
    names = new Map()
    // labels go before headings seen elsewhere
    for (const [field, f] of flagsOf(def))
      if (!names.has(flagKey(f.label))) names.set(flagKey(f.label), field)
    for (const [field, f] of flagsOf(def))
      for (const h of f.sheet ?? []) if (!names.has(flagKey(h))) names.set(flagKey(h), field)
    flagNames.set(def, names)
  }
  const key = flagKey(text)
  const exact = names.get(key)
  if (exact || key.length < 2) return exact
  const near = new Set(
    [...names].filter(([n]) => n.length > 1 && (n.includes(key) || key.includes(n))).map(([, f]) => f),
  )
  return near.size === 1 ? [...near][0] : undefined
}

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
  if (flagsOf(def).length >= FEWEST_FLAGS && !(FLAGS in def.fields))
    own.push({ field: FLAGS, label: '涉及领域', aliases: flagHeadings, required: false })
  const above = ancestors(catalogue, def).flatMap((a) =>
    namingFields(a).map((f) => {
      const found = a.fields[f]!
      // 名称 and the like mean the row's own name in a ledger of something else
      const sheet = [a.label + found.label, ...(found.sheet ?? []).filter((h) => h.length > 2)]
      return term(`${a.name}.${f}`, { ...found, sheet }, false)
    }),
  )
  return [...own, ...above]
}

const term = (field: string, f: FieldDef, required: boolean): Term => ({
  field,
  label: f.label,
  aliases: f.sheet ?? [],
  required,
  type: f.type,
})

const isRequired = (f: FieldDef): boolean =>
  Boolean(f.required) && f.default === undefined && !f.when && !isFileField(f)

/** Label of a vocabulary field, for messages. */
export function labelOf(catalogue: Catalogue, def: RecordDef, field: string): string {
  if (def.fields[field]) return def.fields[field].label
  if (field === STATE) return '状态'
  if (field === FLAGS) return '涉及领域'
  if (def.of && field === parentField(def.of)) return catalogue.record(def.of).label
  const [register, name] = field.split('.')
  return (register && name && catalogue.findRecord(register)?.fields[name]?.label) || field
}

/** Natural keys tried in order; `parent` stands for the parent record. */
export function naturalKeys(def: RecordDef, given: readonly string[] | undefined): string[][] {
  if (given?.length) return [[...given]]
  return def.keys?.length ? def.keys : [def.of ? ['parent', def.title] : [def.title]]
}
