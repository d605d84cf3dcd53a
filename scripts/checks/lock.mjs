/** The lock file names packages by version and hash only: a download host in it would bind every user to it. */
import { readFileSync } from 'node:fs'
import path from 'node:path'

export const name = '锁文件 (package-lock)'

export function run({ root }) {
  const lock = readFileSync(path.join(root, 'package-lock.json'), 'utf8')
  const hosts = [...lock.matchAll(/"resolved": "(https?:[^"]*)"/g)].map((m) => m[1])
  return hosts.length
    ? [`package-lock.json 含 ${hosts.length} 个下载地址，例如 ${hosts[0]}；请保留 .npmrc 后重新 npm i`]
    : []
}
