/**
 * `npm run check`: format, lint, import cycles (biome), types (tsc), and every file of scripts/checks/.
 * A check there exports `name` and `run({ root, sources, program })`, which returns (or promises) a list of
 * complaints. `await program('county/index.js')` imports a file of the compiled program.
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { install, prepare, root } from './prepare.mjs'

const folders = ['county', 'fields', 'engine', 'web', 'demo', 'bench', 'test', 'scripts']

/** Files git knows or would add, so that local leftovers do not count; all files where there is no git. */
function sourceFiles() {
  try {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...folders]
    const text = execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    })
    return text.split('\0').filter((f) => f && existsSync(path.join(root, f)))
  } catch {
    return folders
      .filter((f) => existsSync(path.join(root, f)))
      .flatMap((folder) =>
        readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
          .filter((e) => e.isFile())
          .map((e) => path.relative(root, path.join(e.parentPath, e.name)).split(path.sep).join('/')),
      )
  }
}

/** Runs an installed package's program; its output is the complaint when it fails. */
function tool(file, args) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [path.join(root, 'node_modules', file), ...args], { cwd: root })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (c) => (text += c))
    child.on('close', (code) => done(code === 0 ? [] : [text.trim() || `exit code ${code}`]))
  })
}

/**
 * Runs every check and prints what is wrong.
 * @returns {Promise<{passed: number, failed: number}>}
 */
export async function check() {
  let built
  const program = async (file) => {
    built ??= prepare({ dev: true, web: false })
    if (!(await built)) throw new Error('程序没有构建成功，无法检查')
    return import(pathToFileURL(path.join(root, 'dist', file)).href)
  }
  const context = { root, sources: sourceFiles(), program }
  const own = path.join(root, 'scripts', 'checks')
  const jobs = [
    [
      '格式与写法 (biome)',
      () => tool('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '--max-diagnostics=60', '.']),
    ],
    ['类型 (tsc)', () => tool('typescript/bin/tsc', ['-p', 'tsconfig.json', '--noEmit'])],
  ]
  for (const file of readdirSync(own).sort()) {
    const { name, run } = await import(pathToFileURL(path.join(own, file)).href)
    jobs.push([name, () => run(context)])
  }
  const results = await Promise.all(
    jobs.map(async ([name, run]) => {
      try {
        return { name, wrong: await run() }
      } catch (e) {
        return { name, wrong: [e.stack ?? String(e)] }
      }
    }),
  )
  for (const { name, wrong } of results) {
    console.log(`${wrong.length ? '✗' : '✓'} ${name}`)
    for (const line of wrong) console.log(line.replace(/^/gm, '    '))
  }
  const failed = results.filter((r) => r.wrong.length).length
  return { passed: results.length - failed, failed }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!install()) process.exit(1)
  const { failed } = await check()
  process.exitCode = failed ? 1 : 0
}
