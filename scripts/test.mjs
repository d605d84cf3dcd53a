/**
 * `npm test`: installs and builds what is missing, runs the checks and every test, and ends with one line
 * `N passed, N failed` (and `, N skipped` when there are; each is named, with ↓ when it should not have been).
 * Arguments go to vitest, and then the checks are left out: `npm test -- engine/store`. `npm test -- --changed` runs
 * what the change since the merge base reaches, and says what it left out.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { checkMissionMap, wholeReport } from './mission-map.mjs'
import { install, prepare, root } from './prepare.mjs'
import { related } from './related.mjs'

let args = process.argv.slice(2)
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
  for (const f of results.testResults)
    for (const t of f.assertionResults)
      if (!['passed', 'failed'].includes(t.status)) tellSkipped(path.relative(root, f.name), t)
}

/** Real notices and ledgers lie beside the checkout and not in it: only their tests may be left out, where they are not. */
function tellSkipped(file, { ancestorTitles, title }) {
  const name = [...ancestorTitles, title].join(' > ')
  const allowed = name.includes('needs ../shared') && !existsSync(path.join(root, '..', 'shared'))
  console.log(`${allowed ? 'not here' : '↓'} ${file} > ${name}`)
}

/** Says what a change reaches, and what of it is left out. */
function tellRelated({ base, changed, run, reachedWhole, leftOut }) {
  console.log(
    `${changed.length} files differ from ${base.slice(0, 10) || 'nothing'}; they reach ${run.length} test files`,
  )
  if (reachedWhole.length)
    console.log(`left out, they try the built program (npm test -- FILE): ${reachedWhole.join(' ')}`)
  if (leftOut.length)
    console.log(`left out, not reached: ${leftOut.length} test files (${leftOut.join(' ')})`)
}

const reached = args.includes('--changed') ? related(root) : undefined
if (reached) {
  tellRelated(reached)
  if (reached.run.length === 0) finish()
  args = [...args.filter((a) => a !== '--changed'), ...reached.run]
}
const ready = reached && !reached.builds ? install() : await prepare({ dev: true })
if (!ready) {
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
