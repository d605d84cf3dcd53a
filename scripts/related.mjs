/**
 * `npm test -- --changed`: the test files that a change reaches. Imports are followed backwards from every file that
 * differs from the merge base with main (on main: from the commit before). A file that nothing imports (a migration,
 * a fixture, a page that a test reads) reaches the sources that name it or its folder.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Tests of the built program: every change reaches them, and they take minutes. */
const WHOLE = /^test\/(start|browser|release)\//
/** What every test stands on. */
const EVERYTHING = /^(package(-lock)?\.json|tsconfig.*\.json|vitest?\.config\.ts|test\/pg\.ts)$/
const isTest = (f) => /\.test\.tsx?$/.test(f)
const isCode = (f) => /\.(tsx?|mjs)$/.test(f)

function git(root, ...args) {
  try {
    const how = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 26 }
    return execFileSync('git', args, how).split('\0').join('\n').trim()
  } catch {
    return ''
  }
}
const lines = (text) => text.split('\n').filter(Boolean)

/** The commit to compare with, or '' where there is none (no git, one commit). */
export function baseOf(root) {
  const head = git(root, 'rev-parse', 'HEAD')
  for (const main of ['main', 'origin/main', 'master']) {
    const base = git(root, 'merge-base', 'HEAD', main)
    if (base && base !== head) return base
    if (base) break
  }
  return git(root, 'rev-parse', '--verify', '-q', 'HEAD~1')
}

/** Files that differ from a commit, those not yet added too. */
const changedSince = (root, base) => [
  ...new Set([
    ...lines(git(root, 'diff', '--name-only', '-z', base)),
    ...lines(git(root, 'ls-files', '--others', '--exclude-standard', '-z')),
  ]),
]

/** Who imports a file: file → files. */
function importers(files, textOf) {
  const by = new Map()
  for (const file of files)
    for (const [, target] of textOf(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
      const to = path.posix.join(path.posix.dirname(file), target)
      by.set(to, [...(by.get(to) ?? []), file])
    }
  return by
}

/**
 * @returns {{ base: string, changed: string[], run: string[], builds: boolean, reachedWhole: string[], leftOut: string[] }}
 *   `run` the test files to run; `builds` whether one of them looks at the built program; `reachedWhole` those that
 *   start it, left to a whole run; `leftOut` the rest
 */
export function related(root) {
  const base = baseOf(root)
  const files = lines(git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard')).filter(
    (f) => isCode(f) && existsSync(path.join(root, f)),
  )
  const texts = new Map(files.map((f) => [f, readFileSync(path.join(root, f), 'utf8')]))
  const textOf = (f) => texts.get(f) ?? ''
  const by = importers(files, textOf)
  const changed = base ? changedSince(root, base) : files
  const tests = files.filter(isTest)
  const everything = !base || changed.some((f) => EVERYTHING.test(f))

  const reached = new Set(everything ? tests : changed)
  const queue = [...reached]
  // the name of a file, or of the folder that is read as a whole, in quotes
  const naming = (f) => {
    const [name, folder] = [path.posix.basename(f), path.posix.basename(path.posix.dirname(f))]
    const words = [name, path.posix.basename(f, path.posix.extname(f)), folder].filter((w) => w.length > 3)
    return files.filter((s) => words.some((w) => new RegExp(`['"\`/]${escaped(w)}['"\`/]`).test(textOf(s))))
  }
  for (let file = queue.pop(); file; file = queue.pop())
    for (const next of [...(by.get(file) ?? []), ...(isCode(file) || by.has(file) ? [] : naming(file))])
      if (!reached.has(next)) {
        reached.add(next)
        queue.push(next)
      }
  const product = changed.some((f) => !isTest(f) && !/^(docs|test)\//.test(f))
  const run = tests.filter((t) => reached.has(t) && !WHOLE.test(t))
  return {
    base,
    changed,
    run,
    builds: run.some((t) => /'dist'|zhiben\.mjs/.test(textOf(t))),
    reachedWhole: tests.filter((t) => WHOLE.test(t) && (product || reached.has(t))),
    leftOut: tests.filter((t) => !reached.has(t) && !WHOLE.test(t)),
  }
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
