/** Where this installation keeps its things, from the environment; the one reader of these variables. */
import path from 'node:path'

/** Port of the pages when none is named and it is free. */
export const DEFAULT_PORT = 8420

/** The data folder: database, files, certificates. */
export const dataDir = () => path.resolve(process.env.ZHIBEN_DATA || 'data')

/** Content-addressed files of records. */
export const filesDir = (data = dataDir()) => path.join(data, 'files')

/** Connection string of an external PostgreSQL, or undefined for the embedded one. */
export const externalDatabase = () => process.env.DATABASE_URL || undefined

/** Writes a line for the person at the terminal; stdout stays free for a command's result. */
export const say = (line: string) => void process.stderr.write(`${line}\n`)
