/**
 * docs/mission-map.md: duty row → file → test, made from the tests that passed (a title carries the ids it
 * proves, e.g. "A05 rejects …"). `npm test` compares; `npm run mission-map` writes it from the last full run.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const target = path.join(root, 'docs', 'mission-map.md')
const IDS = /\b[A-T]\d\d\b/g

/** Rows proved by the passed tests of a vitest JSON report. */
export function missionMap(report) {
  const names = JSON.parse(readFileSync(path.join(root, 'docs', 'mission-rows.json'), 'utf8'))
  const proved = new Map()
  for (const file of report.testResults) {
    const where = path.relative(root, file.name).split(path.sep).join('/')
    for (const t of file.assertionResults) {
      if (t.status !== 'passed') continue
      for (const id of new Set(t.title.match(IDS) ?? [])) {
        if (!names[id]) continue
        const subject = where.replace(/\.test\.tsx?$/, '')
        const code = ['.ts', '.tsx'].map((e) => subject + e).find((f) => existsSync(path.join(root, f)))
        const list = proved.get(id) ?? []
        list.push({ code: code ?? path.posix.dirname(where), test: where, title: t.title })
        proved.set(id, list)
      }
    }
  }
  const lines = [
    '# 任务对照表',
    '',
    '五份通知的 295 项要求中，已经由自动测试证明的条目：要求 → 代码 → 测试。本页由通过的测试生成（`npm run mission-map`），不手工修改。',
    '',
    `已证明 ${proved.size} 项。`,
    '',
    '| 编号 | 要求 | 代码 | 测试 |',
    '| --- | --- | --- | --- |',
  ]
  for (const id of [...proved.keys()].sort()) {
    const list = proved.get(id).sort((a, b) => (a.test + a.title < b.test + b.title ? -1 : 1))
    const code = [...new Set(list.map((x) => `\`${x.code}\``))].join('<br>')
    const tests = list.map((x) => `${x.title.replaceAll('|', '\\|')} (\`${x.test}\`)`).join('<br>')
    lines.push(`| ${id} | ${names[id]} | ${code} | ${tests} |`)
  }
  return `${lines.join('\n')}\n`
}

/**
 * What is wrong with the committed page: a row that no passed test proves any more. Lines that another title or a new
 * proof would change are told, not refused: `npm run mission-map` writes the page anew.
 */
export function checkMissionMap(report) {
  const rows = (text) =>
    new Map([...text.matchAll(/^\| ([A-T]\d\d) \|.*\| (.*) \|$/gm)].map((m) => [m[1], m[2]]))
  const made = rows(missionMap(report))
  const kept = rows(existsSync(target) ? readFileSync(target, 'utf8').replace(/\r\n/g, '\n') : '')
  const stale = [...made.keys()].filter((id) => kept.get(id) !== made.get(id))
  if (stale.length) console.log(`docs/mission-map.md is older than ${stale.join(', ')}: npm run mission-map`)
  return [...kept.keys()]
    .filter((id) => !made.has(id))
    .map((id) => `docs/mission-map.md claims ${id}, which no passed test proves`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const report = JSON.parse(readFileSync(path.join(root, 'dist', 'test-results.json'), 'utf8'))
  writeFileSync(target, missionMap(report))
  console.log(`wrote ${path.relative(root, target)}`)
}
