import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { commands } from '../engine/cli/commands.ts'

/** The table of GB/T 22239 level-two controls names only what is there. */
const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const page = read('docs/manual/12-等保二级对照.md')
const routes = read('web/app/routes.tsx')

const controls = [...page.matchAll(/^\| (?!---|要求)(.+) \|$/gm)].map((m) => m[1]!.split(' | '))
const proofs = controls.flatMap((c) =>
  [...(c[2] ?? '').matchAll(/(页面|命令)? ?`([^`]+)`/g)].map((m) => [m[1], m[2]!] as const),
)

describe('the table of level-two controls', () => {
  it('covers every area of the standard that an application answers for', () => {
    const areas = [...page.matchAll(/^## (.+)$/gm)].map((m) => m[1])
    for (const area of [
      '身份鉴别',
      '访问控制',
      '安全审计',
      '入侵防范',
      '剩余信息保护',
      '个人信息保护',
      '没有做到的',
    ])
      expect(areas).toContain(area)
    expect(page).toMatch(/^## 数据完整性、备份恢复$/m)
    expect(controls.length).toBeGreaterThan(20)
  })

  it('says of every control what shows it, or that it is the county’s to do', () => {
    for (const [name, does, proof, county] of controls) {
      expect(does, name).toBeTruthy()
      expect(`${proof}${county}`.trim(), name).not.toBe('')
    }
    expect(proofs.length).toBeGreaterThan(30)
  })

  it.each([...new Set(proofs.map(([kind, what]) => `${kind ?? '文件'} ${what}`))])('%s is there', (proof) => {
    const [kind, what] = [proof.slice(0, 2), proof.slice(3)]
    if (kind === '文件') expect(existsSync(path.join(root, what)), what).toBe(true)
    else if (kind === '页面') expect(routes).toContain(`path: '${what.slice(1)}'`)
    else expect(commands.map((c) => c.name)).toContain(what)
  })
})
