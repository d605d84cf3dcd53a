/** Programs that tests run in processes of their own, from the sources: bundled in milliseconds. */
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'rolldown'

/** Each source goes on finding what lies beside it. */
const ownAddress: Plugin = {
  name: 'own-address',
  transform: (code, file) =>
    code.includes('import.meta.url')
      ? code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href))
      : null,
}

/** Makes one file of a program. @param source its path from the root @returns the file, and what removes it */
export async function bundle(source: string): Promise<{ file: string; remove: () => void }> {
  const root = path.resolve(import.meta.dirname, '..')
  // below the packages, so that it finds them
  const folder = mkdtempSync(path.join(root, 'node_modules', `.bundle-${process.pid}-`))
  const outfile = path.join(folder, 'child.mjs')
  await build({
    input: path.join(root, source),
    platform: 'node',
    external: (id) => /^[@\w]/.test(id),
    plugins: [ownAddress],
    output: { file: outfile, format: 'esm', codeSplitting: false },
    logLevel: 'warn',
  })
  return { file: outfile, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/**
 * The program of the reading processes, once a run: sets ZHIBEN_READER_PROGRAM for this process and those it begins.
 * @returns takes it away again
 */
export async function bundleReader(): Promise<() => void> {
  const { file, remove } = await bundle('engine/reader/child.ts')
  process.env.ZHIBEN_READER_PROGRAM = file
  return remove
}
