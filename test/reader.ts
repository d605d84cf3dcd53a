/** The program of the reading processes for tests, which run from the sources: bundled once a run, in milliseconds. */
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

/** Sets ZHIBEN_READER_PROGRAM for this process and those it begins. @returns takes it away again */
export async function bundleReader(): Promise<() => void> {
  const root = path.resolve(import.meta.dirname, '..')
  // below the packages, so that it finds them
  const folder = mkdtempSync(path.join(root, 'node_modules', `.reader-${process.pid}-`))
  const outfile = path.join(folder, 'child.mjs')
  await build({
    entryPoints: [path.join(root, 'engine', 'reader', 'child.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  })
  process.env.ZHIBEN_READER_PROGRAM = outfile
  return () => rmSync(folder, { recursive: true, force: true })
}
