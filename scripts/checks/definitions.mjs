import { spawnSync } from 'node:child_process'
import path from 'node:path'

export const name = '定义 (definitions valid, migrations fresh)'

/** Definitions name only what exists, and the committed migrations make the tables they want. */
export async function run({ root, program }) {
  const [{ definitions }, { fieldTypes }, { Catalogue }, { checkCatalogue }] = await Promise.all([
    program('county/index.js'),
    program('fields/index.js'),
    program('engine/core/catalogue.js'),
    program('engine/core/catalogue-check.js'),
  ])
  const wrong = checkCatalogue(new Catalogue(definitions, fieldTypes)).map((c) => `${c.path}：${c.message}`)
  const script = path.join(root, 'node_modules', 'vite-node', 'dist', 'cli.mjs')
  const done = spawnSync(process.execPath, [script, 'scripts/make-migration.ts', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (done.status !== 0) wrong.push(`${done.stdout}${done.stderr}`.trim())
  return wrong
}
