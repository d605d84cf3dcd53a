import type { FieldDef } from './definition.ts'

/** Characters of which a value of a field is cleaned and judged; telephone numbers, codes and dates are far shorter. */
const MOST = { text: 20_000, other: 1_000 }

/**
 * What is longer than anything a field holds is refused as it stands: cleaning and reading long nonsense would keep
 * everybody waiting.
 * @returns the complaint behind the field's label; undefined where it may be read
 */
export function tooLong(def: Pick<FieldDef, 'type'>, text: string): string | undefined {
  const most = def.type === 'text' ? MOST.text : MOST.other
  return text.length > most ? `有 ${text.length} 字，太长，请删减` : undefined
}
