/**
 * What may only become less, in the product's own code (tests left out): functions over 80 lines, and ways around the
 * types. scripts/ratchet.json holds what is allowed, one number a kind; when there is less, it asks to lower the number.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

export const name = '只减不增 (ratchet)'

const labels = {
  longFunctions: '超过 80 行的函数',
  nonNull: '非空断言 x!',
  casts: '类型转换 x as T（as const 不算）',
  forcedCasts: '强行转换 as unknown、as never、as any',
}

/** The kind of a diagnostic; undefined for what is fine (`as const`). */
function kindOf({ category, message }) {
  if (category === 'lint/complexity/noExcessiveLinesPerFunction') return 'longFunctions'
  if (category === 'lint/style/noNonNullAssertion') return 'nonNull'
  if (category !== 'plugin' || message === 'as const') return undefined
  return /^as (unknown|never|any)$/.test(message) ? 'forcedCasts' : 'casts'
}

/** All places of all kinds, counted by biome with rules of their own. */
function count(root, files) {
  const biome = path.join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  const config = path.join(root, 'scripts', 'ratchet.biome.json')
  const args = [
    biome,
    'lint',
    `--config-path=${config}`,
    '--reporter=json',
    '--max-diagnostics=none',
    ...files,
  ]
  const told = execFileSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 28,
  })
  return JSON.parse(told)
    .diagnostics.map((d) => ({ kind: kindOf(d), file: d.location.path, line: d.location.start.line }))
    .filter((d) => d.kind)
}

export function run({ root, sources }) {
  const files = sources.filter((f) => /\.(tsx?|mjs)$/.test(f) && !/\.test\.|\.gen\.|^test\//.test(f))
  const found = count(root, files)
  const allowed = JSON.parse(readFileSync(path.join(root, 'scripts', 'ratchet.json'), 'utf8'))
  const wrong = []
  for (const [kind, label] of Object.entries(labels)) {
    const places = found.filter((f) => f.kind === kind)
    if (places.length > allowed[kind])
      wrong.push(
        [
          `${label}：${places.length} 处，只允许 ${allowed[kind]} 处。请改掉新增的：`,
          ...fullest(places).map((p) => `  ${p}`),
        ].join('\n'),
      )
    else if (places.length < allowed[kind])
      console.log(
        `  ${label}：只剩 ${places.length} 处，请把 scripts/ratchet.json 的 ${kind} 改为 ${places.length}`,
      )
  }
  return wrong
}

/** The files with most of a kind: where to look first. */
function fullest(places) {
  const byFile = new Map()
  for (const { file, line } of places) byFile.set(file, [...(byFile.get(file) ?? []), line])
  return [...byFile]
    .sort((a, b) => b[1].length - a[1].length)
    .slice(0, 30)
    .map(([file, lines]) => `${file} 第 ${lines.join('、')} 行`)
}
