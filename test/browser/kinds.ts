import type { RecordDef } from '../../engine/core/definition.ts'

/** What the generic pages make of a register that another may not have: its place in the tree and its field types. */
export const kindsOf = (def: RecordDef): string[] => [
  `${def.kind} of ${def.of ?? Object.keys(def.scope ?? {}).join()}`,
  ...Object.values(def.fields).map(
    (f) => `${f.type}${f.personal ? ' personal' : ''}${f.multiline ? ' multiline' : ''}`,
  ),
  ...(def.kind === 'loop' && def.tracks ? ['tracks'] : []),
  ...(def.expires ? ['expires'] : []),
  ...(def.groups ? ['groups'] : []),
]

const longest = (words: (string | undefined)[]) => Math.max(0, ...words.map((w) => w?.length ?? 0))

/** What may make a page too wide, in characters and numbers. */
export const extremesOf = (def: RecordDef): Record<string, number> => ({
  'columns of the list': def.list.length,
  'label of a field': longest(Object.values(def.fields).map((f) => f.label)),
  'choice of a field': longest(
    Object.values(def.fields).flatMap((f) => f.options?.map((o) => o.value) ?? []),
  ),
  'name of the register': def.label.length,
  ...(def.kind === 'loop' && {
    'label of an action': longest(Object.values(def.actions).map((a) => a.label)),
    'label of a state': longest(Object.values(def.states).map((s) => s.label)),
    actions: Object.keys(def.actions).length,
  }),
})

/** The fewest registers whose pages show every kind and every extreme, the richest first. */
export function oneOfEachKind(records: RecordDef[]): RecordDef[] {
  const all = new Map(records.map((def) => [def, new Set(kindsOf(def))]))
  for (const key of new Set(records.flatMap((r) => Object.keys(extremesOf(r))))) {
    const [first] = [...records].sort((a, b) => (extremesOf(b)[key] ?? 0) - (extremesOf(a)[key] ?? 0))
    all.get(first!)!.add(`most: ${key}`)
  }
  const left = new Set([...all.values()].flatMap((kinds) => [...kinds]))
  const news = (def: RecordDef) => [...all.get(def)!].filter((k) => left.has(k)).length
  const chosen: RecordDef[] = []
  while (left.size > 0) {
    const [best] = [...records].sort((a, b) => news(b) - news(a))
    chosen.push(best!)
    for (const kind of all.get(best!)!) left.delete(kind)
  }
  return chosen
}
