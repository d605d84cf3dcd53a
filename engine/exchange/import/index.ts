/**
 * Imports of any register's ledger: file → rows staged with their problems → written in chunks → undone as a whole.
 * docs in the types; the routes and the command line are thin layers over these.
 */
export { correctRow } from './correct.ts'
export { forgetRemembered } from './forget.ts'
export { rejectedSheet } from './rejected.ts'
export {
  dropImport,
  getImport,
  type ImportOptions,
  type ImportSource,
  importRows,
  listImports,
  runImport,
  setMapping,
  startImport,
  undoImport,
} from './sessions.ts'
export type {
  Correction,
  Counts,
  Heading,
  ImportRow,
  ImportServices,
  ImportSession,
  Mapping,
  RowProblem,
  RowState,
  SessionState,
} from './types.ts'
export { isBusy, resumeImports, settled, stopImports } from './work.ts'
