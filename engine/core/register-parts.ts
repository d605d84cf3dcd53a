import type { Condition, Json } from './condition/ast.ts'

/** Parts of a register's definition that have a shape of their own. Plain JSON, as all definitions. */

export interface Sealed {
  /** such a record in words: 企业自查一般隐患 */
  label: string
  when: Condition
  /** states in which one has ended as it should, and those that count for nothing */
  done: string[]
  dropped: string[]
  /** policy row {days}: how long one that was drawn stays open to who drew it */
  openDays: string
  /** policy rows: of one organisation, most samples a quarter, and most of its list in per cent (of any list, one) */
  samples: { most: string; share: string }
  /** the action by which an authority takes up what a sample shows; a sample is for that and for reading */
  raise: string
  /** actions by which the organisation brings its own to an end, also cases that began by an older version */
  own: string[]
}

/** The newest confirmed record of a register sets fields of its parent. */
export interface SetsDef {
  /** the date that tells the newest */
  by: string
  /** parent's field with the day its own typed values are of: a record of an earlier day does not change them */
  since?: string
  /** parent's field → own field */
  fields: Record<string, string>
  /** what else a record says that was made from a column of the parent's ledger */
  imported?: Record<string, Json>
}

/**
 * Two records that should be one, or one that cannot be: asked when a person saves, named on import. Nothing is
 * refused: who knows better says why.
 */
export interface AskDef {
  /** what is odd, as a sentence without its end: 同一身份证号已在另一家企业登记在岗 */
  label: string
  /** records that agree in all these fields are asked about; `parent` stands for the parent record */
  same: string[]
  /** and that differ in these */
  unlike?: string[]
  /** only where this holds on both; own fields only */
  where?: Condition
}

/**
 * A frequent case of a loop: chosen while reporting, it fills fields, which stay editable. With `check` it is also a
 * point of the self-check: the same thing said as it should be.
 */
export interface TemplateDef {
  register: string
  name: string
  label: string
  /** holds on the parent record whom it concerns */
  when?: Condition
  values: Record<string, Json>
  check?: string
  /** how sure its basis is, as with policies */
  sure: 'S' | 'N' | 'M' | 'D'
}

/** The walk of an organisation through the points of its templates: a record of `record`, cases of `raises`. */
export interface SelfCheckDef {
  label: string
  /** loop whose templates are the points, and whose cases are opened for what is wrong */
  raises: string
  /** register that keeps each walk, and which fields of it say what */
  record: string
  fields: {
    on: string
    leader: string
    inPerson: string
    subject: string
    found: string
    points: string
    photos: string
  }
  /** field of the organisation with the name of its chief */
  chief: string
}

/**
 * What the program remarks on the values of a record, without blocking: a calculation of the county's own. It is code,
 * so it is no part of the definitions; the catalogue carries it to the engine beside them. Pure.
 */
export interface Remark {
  register: string
  /** it speaks only when one of these is being written */
  fields: string[]
  /** asked about when a person saves, instead of being said afterwards */
  asks?: true
  /** @param values the record as it will stand @returns remarks by field, in Chinese */
  says(values: Record<string, unknown>): { path: string; message: string }[]
}
