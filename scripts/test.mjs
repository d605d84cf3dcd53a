/**
 * `npm test`: installs and builds what is missing, runs the checks and every test, and ends with one line
 * `N passed, N failed` (and `, N skipped` when there are). Arguments go to vitest, and then the checks are
 * left out: `npm test -- engine/store`.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { checkMissionMap, wholeReport } from './mission-map.mjs'
import { prepare, root } from './prepare.mjs'

const args = process.argv.slice(2)
const whole = args.length === 0
// the report of a whole run stays: the map of duties is written from it
const report = whole ? wholeReport : path.join(root, 'dist', 'test-results-part.json')
const total = { passed: 0, failed: 0, skipped: 0 }

function finish() {
  const skipped = total.skipped ? `, ${total.skipped} skipped` : ''
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`)
  process.exit(total.failed ? 1 : 0)
}

function add(counts) {
  for (const [key, n] of Object.entries(counts)) total[key] += n
}

/** Adds up vitest's report; a file that did not even load counts as one failure. */
function countTests(exitCode) {
  let results
  try {
    results = JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return add({ failed: 1 })
  }
  const broken = results.testResults.filter(
    (f) => f.status === 'failed' && !f.assertionResults.some((t) => t.status === 'failed'),
  )
  add({
    passed: results.numPassedTests,
    failed: results.numFailedTests + broken.length,
    skipped: results.numPendingTests + results.numTodoTests,
  })
  if (exitCode !== 0 && total.failed === 0) add({ failed: 1 })
}

if (!(await prepare({ dev: true }))) {
  add({ failed: 1 })
  finish()
}
if (whole) {
  const { check } = await import('./check.mjs')
  add(await check())
}
mkdirSync(path.dirname(report), { recursive: true })
rmSync(report, { force: true })
const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs')
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
  { cwd: root, stdio: 'inherit' },
)
countTests(status)
// only a whole run knows which rows are proved
if (whole && total.failed === 0) {
  const wrong = checkMissionMap(JSON.parse(readFileSync(report, 'utf8')))
  for (const line of wrong) console.log(`✗ ${line}`)
  add(wrong.length ? { failed: 1 } : { passed: 1 })
}
finish()
