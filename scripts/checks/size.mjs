/** No source file above 400 lines; generated files and migrations (which are never edited) excepted. */
import { readFileSync } from 'node:fs'
import path from 'node:path'

const most = 400

export const name = '文件长度 (file size)'

export function run({ root, sources }) {
  return sources
    .filter((f) => /\.(tsx?|mjs|css|sql)$/.test(f) && !/\.gen\.|\/migrations\/|\.d\.ts$/.test(f))
    .map((f) => [f, readFileSync(path.join(root, f), 'utf8').trimEnd().split('\n').length])
    .filter(([, lines]) => lines > most)
    .map(([f, lines]) => `${f}: ${lines} 行，超过 ${most} 行，请按内容拆开`)
}
