/** Spreadsheets in and out. Pure: files and streams, no database. */
export { type Apart, openTableApart } from './apart.ts'
export { hasContent } from './cell.ts'
export type { FillCell, Filled, FillQuestion } from './fill.ts'
export { bareTitle, type Candidate, certain, type How, Matcher, type Term } from './heading-match.ts'
export {
  type ColumnLeft,
  type ColumnMatch,
  columnLetter,
  continues,
  findHeadings,
  findLedger,
  firstRows,
  type GivenMap,
  type Headings,
  isSequence,
  looksLikeHeadings,
  titlesOf,
} from './headings.ts'
export { cardRows, tablesBeside } from './layout.ts'
export { openTable } from './open.ts'
export { rowKinds, type SkipReason, skipText } from './row-kinds.ts'
export type { Cell, OpenOptions, Row, SheetInfo, Table, TableSource } from './types.ts'
export { type SheetColumn, type WriteOptions, writeCsv, writeSheet } from './write.ts'
