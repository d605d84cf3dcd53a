/**
 * What the reading processes can read: a name, and a function from plain JSON (a path, a name, limits) to plain
 * JSON. A long answer goes into a file whose path the question names. Another format is another line here; it is
 * loaded when first asked for, and only ever in a reading process.
 */
export type Format = (input: never) => Promise<unknown>

export const formats = new Map<string, () => Promise<Format>>([
  ['notice', async () => (await import('../notices/read-file.ts')).readNotice],
  ['sheet', async () => (await import('../exchange/sheet/spool.ts')).describeSheet],
  ['sheet-rows', async () => (await import('../exchange/sheet/spool.ts')).spoolRows],
  ['sheet-fill', async () => (await import('../exchange/sheet/fill.ts')).fillSheet],
  ['files-unpack', async () => (await import('../exchange/sheet/unpack.ts')).unpackFiles],
  ['docx-tables', async () => (await import('../exchange/sheet/docx.ts')).docxTables],
  ['docx-fill', async () => (await import('../exchange/sheet/docx.ts')).fillDocx],
])
