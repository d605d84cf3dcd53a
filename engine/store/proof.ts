import type { FieldDef, Fields, RecordDef } from '../core/definition.ts'
import type { RoleDef } from '../core/roles.ts'

/** 1 claimed, 2 evidenced, 3 verified (design §3.5) */
export type ProofLevel = 1 | 2 | 3

/** What the writer's word proves by itself (`proves` in engine/access). */
type Word = RoleDef['proves']

const isFiles = (f: FieldDef | undefined): boolean => f?.type === 'files' || f?.type === 'photos'

/** A paper, as a scan or as it was written; plain text is typing. */
const isDocument = (type: unknown): boolean =>
  typeof type === 'string' && (type.startsWith('image/') || type.startsWith('application/'))

const isImage = (file: object): boolean => 'type' in file && String(file.type).startsWith('image/')

const shows = (file: unknown, document: boolean): boolean =>
  typeof file === 'object' &&
  file !== null &&
  (('takenAt' in file && 'place' in file && isImage(file)) ||
    (document && 'type' in file && isDocument(file.type)))

/**
 * Proof of a new fact: who verifies by his role does so; anybody's photo with time and place is evidence, and so is
 * a document in a field that the definition names as proving.
 * @param values after `settleFiles`: what they hold of files is the store's, not the client's
 * @param evidence see `RegisterDef.evidence`
 */
export function proofOf(
  word: Word,
  fields: Fields,
  values: Record<string, unknown>,
  evidence: readonly string[] = [],
): ProofLevel {
  if (word === 'verified') return 3
  const shown = Object.keys(fields).some((name) => {
    const files = values[name]
    return Array.isArray(files) && files.some((f) => shows(f, evidence.includes(name)))
  })
  return shown ? 2 : 1
}

/** Means of contact and remarks say nothing of the fact. */
const isAside = (f: FieldDef | undefined): boolean => f?.type === 'phone' || f?.multiline === true

/** What an officer who changes it must have looked at: when, how much, which, whether, and the papers. */
const factTypes = new Set([
  'date',
  'time',
  'choice',
  'choices',
  'number',
  'money',
  'flag',
  'place',
  'files',
  'photos',
])

const idsOf = (v: unknown): string[] =>
  Array.isArray(v) ? v.map((f: { id?: unknown }) => String(f?.id)) : []

/**
 * Proof of a record after a change: a mended telephone number neither proves a fact nor takes its proof away.
 * An officer verifies by changing a date, level, amount or file, or by saving with a reason and no change at all;
 * whatever else he mends stays as sure as it was. An enterprise that changes anything but contact and remarks
 * is back to what it can show itself; adding papers never lowers.
 * @param changed names of the fields that differ
 */
export function proofAfter(
  word: Word,
  def: RecordDef,
  before: Record<string, unknown> & { proof: number },
  after: Record<string, unknown>,
  changed: readonly string[],
): number {
  if (word === 'verified') {
    const verifies = changed.length === 0 || changed.some((n) => factTypes.has(def.fields[n]?.type ?? ''))
    return verifies ? 3 : before.proof
  }
  const stated = changed.filter((n) => !isAside(def.fields[n]))
  if (stated.length === 0) return before.proof
  const own = proofOf(word, def.fields, after, def.evidence)
  const added = stated.every((n) => {
    const now = new Set(idsOf(after[n]))
    return isFiles(def.fields[n]) && idsOf(before[n]).every((id) => now.has(id))
  })
  return added ? Math.max(before.proof, own) : own
}
