/** One cell as read. Nothing is interpreted beyond what the file itself says about its type. */
export interface Cell {
  /** What the file holds: text, number (a date cell: its day number), boolean; null when empty. */
  raw: string | number | boolean | null
  /** What a person sees, roughly: dates as YYYY-MM-DD[ HH:MM:SS], 85%, leading zeros of a 0000 format. */
  text: string
  /** Set when the cell is formatted as a date: 'YYYY-MM-DD'. */
  date?: string
  /** The time of day of a date cell, when it has one: 'HH:MM:SS'. */
  time?: string
  /** Set when the cell holds a number. */
  number?: number
  /** Chinese reason why the content cannot be used: #N/A, a formula saved without its result … */
  error?: string
  /** What of the cell was left out, in Chinese: struck-out text. */
  note?: string
  /** The content comes from the first cell of a merged area (filled down or right). */
  merged?: true
}

export interface Row {
  /** 1-based row number as the user's spreadsheet program shows it (CSV: line of the record's start). */
  line: number
  /** Empty for a blank row; otherwise up to the last cell with content. */
  cells: Cell[]
  /** The row is hidden in the file (a filter, or by hand). It is still a row. */
  hidden?: true
}

export interface SheetInfo {
  name: string
  /** Rows present in the file, with titles and blank ones: for a progress bar, not a promise. */
  rowsEstimate: number
  hidden: boolean
  /** 0-based columns that are hidden in the file */
  hiddenColumns?: number[]
}

/** An opened spreadsheet. Sheets are read one after another or again from the start; close when done. */
export interface Table {
  kind: 'xlsx' | 'csv'
  /** CSV only: what was recognised, to be shown to the user. */
  encoding?: 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030'
  separator?: string
  /** Day numbers in unformatted cells count from 1904 (pass it on to readDate). */
  date1904: boolean
  sheets: SheetInfo[]
  /** places whose bytes are no text: 第 3 行 … */
  damage?: string[]
  /**
   * Rows in order, pulled one chunk at a time: the sheet is never held in memory. Blank rows between rows
   * with content are given with no cells; blank rows after the last one are not.
   * @param sheet name or index; default the first visible sheet.
   */
  rows(sheet?: string | number): AsyncIterable<Row>
  close(): Promise<void>
}

/** A file by its path, or bytes already in memory with the name the user gave. */
export type TableSource = { path: string; name?: string } | { bytes: Uint8Array; name: string }

export interface OpenOptions {
  /** Refuse bigger files. Default 200 MB. */
  maxBytes?: number
  /** Refuse a sheet that unpacks to more (a zip bomb). Default 1 GB. */
  maxUnpackedBytes?: number
  /** Refuse a sheet with content further right. Default 512 columns. */
  maxColumns?: number
  /** CSV: overrule what was recognised. */
  encoding?: 'utf-8' | 'gb18030'
  separator?: ',' | ';' | '\t'
}
