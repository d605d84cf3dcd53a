import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { definitions } from '../../county/index.ts'
import { type BindingKey, scoreNotice, sumScores } from './score.ts'

/** `npm run bindings -- FOLDER KEYS.json`: proposals for the notices of a folder against their keys, worst failures first. */
const [
  folder = resolve(import.meta.dirname, '../../../shared/notices'),
  keysFile = resolve(import.meta.dirname, 'open.json'),
] = process.argv.slice(2)
const keys: BindingKey[] = JSON.parse(readFileSync(keysFile, 'utf8'))
const notices = [...new Set(keys.map((k) => k.notice))].filter((n) => existsSync(resolve(folder, `${n}.txt`)))
const { indicators, vocabulary = {} } = definitions
const scores = notices.map((n) => scoreNotice(folder, n, keys, indicators, vocabulary))
const line = (name: string, s: (typeof scores)[number]) =>
  `${name}: asked ${s.asked}, right first ${s.first}, among three ${s.three}; proposed ${s.proposed}, plainly wrong ${s.wrong}`
const words = { first: '不在第一', three: '没有提出', wrong: '提错' }
const whole = sumScores(scores)
process.stdout.write(
  `${[
    ...notices.map((n, i) => line(n, scores[i] ?? whole)),
    line('all', whole),
    ...whole.failures.map(
      (f) =>
        `${words[f.what]}  ${f.notice}  ${f.text.slice(0, 160)}\n    应为 ${f.wanted || '无'}；提出 ${f.proposed.join('、') || '无'}`,
    ),
  ].join('\n')}\n`,
)
