/** The layers of the design: who may import whom. Imports are resolved, so relative paths do not matter. */
import { readFileSync } from 'node:fs'
import path from 'node:path'

const layers = [
  ['core', /^engine\/core\//],
  ['ui', /^fields\/(.*\/)?(ui(-[^/]*)?\.ts|[^/]+\.tsx)$/],
  ['fields', /^fields\//],
  ['county', /^county\//],
  ['access', /^engine\/access\//],
  // the door opens cases, moves clocks and writes the journal in the write's own statement (decision 8)
  ['store', /^engine\/(store|cases|deadlines|journal)\//],
  ['edge', /^engine\/(http|worker)\//],
  ['program', /^engine\/(main\.ts|cli\.ts|cli\/)/],
  ['engine', /^engine\//],
  ['web', /^web\//],
  ['demo', /^demo\//],
  ['bench', /^bench\//],
]

const below = {
  core: [],
  fields: ['core'],
  ui: ['core', 'fields'],
  county: ['core', 'fields'],
  access: ['core', 'fields'],
  store: ['core', 'fields', 'access'],
  engine: ['core', 'fields', 'access', 'store'],
  edge: ['core', 'fields', 'access', 'store', 'engine'],
  web: ['core', 'fields', 'ui'],
  demo: ['core', 'fields', 'county', 'access', 'store', 'engine', 'edge'],
  program: ['core', 'fields', 'county', 'access', 'store', 'engine', 'edge', 'demo', 'bench'],
  bench: ['core', 'fields', 'county', 'access', 'store', 'engine', 'edge', 'demo', 'program'],
}

const layerOf = (file) => layers.find(([, pattern]) => pattern.test(file))?.[0]

export const name = '层次 (import layers)'

/** @param {{root: string, sources: string[]}} context @returns complaints, one a line */
export function run({ root, sources }) {
  const wrong = []
  for (const file of sources) {
    const from = layerOf(file)
    if (!from || !/\.tsx?$/.test(file) || /\.test\.tsx?$|\/test-[^/]*\.ts$/.test(file)) continue
    const text = readFileSync(path.join(root, file), 'utf8')
    for (const [, target] of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
      const to = path.posix.join(path.posix.dirname(file), target)
      const layer = layerOf(to)
      if (layer && layer !== from && !below[from].includes(layer))
        wrong.push(`${file}: ${from} 不能引用 ${layer}（${to}）`)
    }
  }
  return wrong
}
