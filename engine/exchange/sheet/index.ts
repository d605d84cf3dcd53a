/** Spreadsheets in and out. Pure: files and streams, no database. */
export { openTable } from './open.ts'
export type { Cell, OpenOptions, Row, SheetInfo, Table, TableSource } from './types.ts'
export { type SheetColumn, type WriteOptions, writeCsv, writeSheet } from './write.ts'
