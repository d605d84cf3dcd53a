import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { scriptNewerThan86, styleNewerThan86 } from './level.ts'

const assets = 'dist/web/assets'

describe('the built pages', () => {
  // a whole run has built them already; a run of this file alone does it when they are older than their sources
  beforeAll(async () => {
    const script =
      "import { prepare } from './scripts/prepare.mjs'; process.exitCode = (await prepare({ dev: true })) ? 0 : 1"
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  }, 400_000)
  const built = (ext: string) => readdirSync(assets).filter((f) => f.endsWith(ext))
  const read = (file: string) => readFileSync(`${assets}/${file}`, 'utf8')

  it('hold no script that Chromium 86 cannot read', () => {
    const scripts = built('.js')
    expect(scripts.length).toBeGreaterThan(20)
    expect(scripts.flatMap((f) => scriptNewerThan86(read(f)).map((x) => `${f} ${x}`))).toEqual([])
  })

  it('hold no style that Chromium 86 drops', () => {
    const sheets = built('.css')
    expect(sheets.length).toBeGreaterThan(5)
    expect(sheets.flatMap((f) => styleNewerThan86(read(f)).map((x) => `${f} ${x}`))).toEqual([])
  })

  it('are held against what really came later', () => {
    expect(scriptNewerThan86('class A { static { go() } }; export const x = [1].toReversed()')).toHaveLength(
      2,
    )
    expect(scriptNewerThan86('await go()')).toHaveLength(1)
    expect(scriptNewerThan86('export const x = a ?? b?.c; a ||= 1; class B { #p = 1 }')).toEqual([])
    expect(styleNewerThan86('.a:where(.b){inset:0;height:100dvh}')).toHaveLength(3)
    expect(styleNewerThan86('@supports (height:1dvh){.a{height:100dvh}} .b{top:0;gap:4px}')).toEqual([])
  })
})
