/**
 * docs/mission-map.md: rows of the mission and the tests that prove them, made from the `proves(…)` of the tests that
 * passed in a whole run. `npm test` compares; `npm run mission-map` writes it from the last whole run.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const target = path.join(root, 'docs', 'mission-map.md')
/** vitest's JSON report of the last whole run */
export const wholeReport = path.join(root, 'dist', 'test-results.json')

const rows = () => JSON.parse(readFileSync(path.join(root, 'docs', 'mission-rows.json'), 'utf8'))

/** Tests of a report, by how they ended. */
function* tests(report) {
  for (const file of report.testResults) {
    const test = path.relative(root, file.name).split(path.sep).join('/')
    for (const { status, title, meta } of file.assertionResults)
      yield { test, title: title.replace(/\s+/g, ' '), status, proves: meta?.proves ?? [] }
  }
}

const line = (p) => `- ${p.level} · ${p.what} · \`${p.test}\` → ${p.title}`

/** What passed: `{ row, level, what, test, title }`, one a `proves(…)`. */
function proofsOf(report) {
  return [...tests(report)]
    .filter((t) => t.status === 'passed')
    .flatMap(({ test, title, proves }) =>
      proves.map((p) => ({ ...p, what: p.what.replace(/\s+/g, ' '), test, title })),
    )
}

/** The proofs that a page prints. */
function proofsIn(page) {
  let row
  const found = []
  for (const text of page.split('\n')) {
    row = /^### ([A-T]\d\d) /.exec(text)?.[1] ?? row
    const m = /^- ([123]) · (.*) · `([^`]+)` → (.*)$/.exec(text)
    if (m) found.push({ row, level: Number(m[1]), what: m[2], test: m[3], title: m[4] })
  }
  return found
}

function page(proofs) {
  const all = rows()
  const byRow = new Map()
  for (const p of proofs) byRow.set(p.row, [...(byRow.get(p.row) ?? []), p])
  const level = (id) => Math.max(0, ...(byRow.get(id) ?? []).map((p) => p.level))
  const ids = Object.keys(all).sort()
  const count = (list, n) => list.filter((id) => level(id) === n).length
  const totals = (name, list) =>
    `| ${name} | ${list.length} | ${[3, 2, 1, 0].map((n) => count(list, n)).join(' | ')} |`
  const groups = [...new Set(ids.map((id) => id[0]))].map((g) => [g, ids.filter((id) => id[0] === g)])
  const cell = (text) => text.replaceAll('|', '\\|')
  return `${[
    '# Map of the mission',
    '',
    `The ${ids.length} rows of five county notices, and what tests prove of them. A row counts by a \`proves(…)\` around an assertion on a computed figure, a date or a refusal (\`test/proves.ts\`), and by nothing else. Levels: 1 a record of it can be made · 2 the rule, number or deadline is computed · 3 the same on a phone and rolled up to county, city and province. This page is written by \`npm run mission-map\` from a whole run of the tests that passed; every whole run compares.`,
    '',
    '| group | rows | level 3 | level 2 | level 1 | not proved |',
    '| --- | --- | --- | --- | --- | --- |',
    ...groups.map(([g, list]) => totals(g, list)),
    totals('all', ids),
    ...ids
      .filter((id) => level(id))
      .flatMap((id) => [
        '',
        `### ${id} ${all[id].name} · level ${level(id)}`,
        '',
        `${all[id].mustDo}${all[id].numbers ? ` (${all[id].numbers})` : ''}`,
        '',
        ...[...new Set(byRow.get(id).map(line))].sort(),
      ]),
    '',
    '## Not proved',
    '',
    '| row | name | must do |',
    '| --- | --- | --- |',
    ...ids
      .filter((id) => !level(id))
      .map((id) => `| ${id} | ${cell(all[id].name)} | ${cell(all[id].mustDo)} |`),
  ].join('\n')}\n`
}

const kept = () => (existsSync(target) ? readFileSync(target, 'utf8').replace(/\r\n/g, '\n') : '')

/** The page of a run. What tests prove that were skipped in it (no browser, no ../shared) is taken from the kept page. */
function made(report) {
  const skipped = new Set(
    [...tests(report)]
      .filter((t) => t.status !== 'passed' && t.status !== 'failed')
      .map((t) => t.test + t.title),
  )
  const untried = proofsIn(kept()).filter((p) => skipped.has(p.test + p.title))
  return page([...proofsOf(report), ...untried])
}

/** What is wrong with the committed page, after a whole run: claims that nothing proves, proofs that it lacks. */
export function checkMissionMap(report) {
  const now = made(report)
  if (now === kept()) return []
  const named = (text) => new Set(proofsIn(text).map((p) => `${p.row} ${line(p)}`))
  const [is, should] = [named(kept()), named(now)]
  const wrong = [
    ...[...is].filter((p) => !should.has(p)).map((p) => `claims what no passed test proves: ${p}`),
    ...[...should].filter((p) => !is.has(p)).map((p) => `lacks: ${p}`),
  ]
  return [
    'docs/mission-map.md is not what this run proved; `npm run mission-map` writes it anew',
    ...wrong.slice(0, 20),
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const report = existsSync(wholeReport) && JSON.parse(readFileSync(wholeReport, 'utf8'))
  if (!report) {
    console.error('no whole run to write the map from: npm test')
    process.exit(1)
  }
  writeFileSync(target, made(report))
  console.log(`wrote ${path.relative(root, target)}`)
}
