/**
 * The lock file names packages by version and hash only: a download host in it would bind every user to it.
 * And it names the optional packages of every platform: a lock made beside an existing node_modules may know
 * those of one platform only, and then the program does not build elsewhere.
 * Every package serves the oldest Node the product supports (npm would warn at each installation), and none is given up
 * by its authors.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { nodeFits, OLDEST_NODE } from '../prepare.mjs'

export const name = '锁文件 (package-lock)'

export function run({ root }) {
  const text = readFileSync(path.join(root, 'package-lock.json'), 'utf8')
  const wrong = []
  const hosts = [...text.matchAll(/"resolved": "(https?:[^"]*)"/g)].map((m) => m[1])
  if (hosts.length)
    wrong.push(
      `package-lock.json 含 ${hosts.length} 个下载地址，例如 ${hosts[0]}；请保留 .npmrc 后重新 npm i`,
    )
  const { packages } = JSON.parse(text)
  const known = new Set(Object.keys(packages).map((key) => key.split('node_modules/').at(-1)))
  for (const [key, { optionalDependencies }] of Object.entries(packages)) {
    const missing = Object.keys(optionalDependencies ?? {}).filter((d) => !known.has(d))
    if (missing.length)
      wrong.push(
        `${key} 缺少其他平台的包：${missing.join('、')}；请从锁文件删去 ${key} 后执行 npm i --package-lock-only`,
      )
  }
  for (const [key, { engines, optional, deprecated }] of Object.entries(packages)) {
    if (!optional && !nodeFits(engines?.node, OLDEST_NODE))
      wrong.push(
        `${key} 要求 Node ${engines.node}，装到 Node ${OLDEST_NODE} 会有警告；请用 overrides 指定适用的版本`,
      )
    if (deprecated) wrong.push(`${key} 已被作者放弃：${deprecated}`)
  }
  return wrong
}
