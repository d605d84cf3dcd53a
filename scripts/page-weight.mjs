#!/usr/bin/env node
// What the first page after sign-in really loads, compressed: the entry, the sign-in page and 今日 with all they import
// statically, from the build's manifest. Fails over the budget (mission: under 400 kB of compressed script).
//   npx vite build && node scripts/page-weight.mjs [--json]
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const budget = 400 * 1000
const dist = new URL('../dist/web/', import.meta.url)
const manifestFile = new URL('.vite/manifest.json', dist)
if (!existsSync(manifestFile)) {
  console.error(`没有 ${fileURLToPath(manifestFile)}：请先运行 npx vite build`)
  process.exit(2)
}
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'))

/** The chunk and everything it imports statically. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key]?.imports ?? []) closure(next, seen)
  return seen
}

const weigh = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length
const kB = (n) => `${(n / 1000).toFixed(1)} kB`

const pages = { 登录: 'screens/sign-in/page.tsx', 今日: 'screens/today/page.tsx' }
const entry = Object.keys(manifest).find((k) => manifest[k].isEntry)
const loaded = new Map()
for (const [name, key] of [['入口', entry], ...Object.entries(pages)]) {
  if (!manifest[key]) {
    console.error(`清单中没有 ${key}：页面改名了吗？`)
    process.exit(2)
  }
  for (const k of closure(key)) {
    const { file, css = [] } = manifest[k]
    for (const f of [file, ...css]) if (!loaded.has(f)) loaded.set(f, { page: name, gzip: weigh(f) })
  }
}

const files = [...loaded].map(([file, x]) => ({ file, ...x }))
const sum = (test) => files.filter((f) => test(f)).reduce((n, f) => n + f.gzip, 0)
const isScript = (f) => f.file.endsWith('.js')
const script = sum((f) => isScript(f) && f.page !== '登录')
const both = sum(isScript)
const css = sum((f) => !isScript(f))
if (process.argv.includes('--json'))
  console.log(JSON.stringify({ script, signInAndToday: both, css, budget, files }))
else {
  for (const f of files.sort((a, b) => b.gzip - a.gzip))
    console.log(`${kB(f.gzip).padStart(10)}  ${f.page}  ${f.file}`)
  console.log(
    `\n登录后的首页脚本 ${kB(script)}（预算 ${kB(budget)}）；连同登录页 ${kB(both)}；样式 ${kB(css)}`,
  )
}
if (both > budget) {
  console.error(`超出预算 ${kB(both - budget)}：请把新引入的部分改为按需加载`)
  process.exit(1)
}
