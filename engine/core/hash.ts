import { createHash } from 'node:crypto'
import { canonicalJson } from './naming.ts'

/** SHA-256 of the canonical JSON, hex. Apart from naming.ts so that browsers can load the rest of core. */
export const hashOf = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex')
