import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { noticeStarts, parseNotices } from './several.ts'

const first = `云岭县应急管理局文件
云应急〔2025〕40号
云岭县应急管理局关于做好2025年汛期安全工作的通知
各乡镇人民政府：
一、排查。各乡镇6月底前完成尾矿库排查，排查率达到100%。
云岭县应急管理局
2025年4月2日`
const second = `云岭县应急管理局文件
云应急〔2026〕5号
云岭县应急管理局关于开展2026年粉尘涉爆专项整治的通知
各乡镇人民政府、各有关企业：
一、建账。各乡镇3月底前建立粉尘涉爆企业台账。
云岭县应急管理局
2026年1月15日`

describe('two notices in one file', () => {
  it('each is read with its own year, and both are named', () => {
    const text = `${first}\n\n${second}\n`
    const notice = parseNotices(text)
    expect(notice.warnings[0]).toContain('文件里有两份通知')
    expect(notice.warnings[0]).toContain(
      '《云岭县应急管理局关于做好2025年汛期安全工作的通知》云应急〔2025〕40号',
    )
    expect(notice.warnings[0]).toContain('云应急〔2026〕5号')
    expect(notice.items.map((i) => [i.path[0], i.deadlines[0]?.date])).toEqual([
      ['一、排查', '2025-06-30'],
      ['云岭县应急管理局关于开展2026年粉尘涉爆专项整治的通知', '2026-03-31'],
    ])
    for (const item of notice.items) expect(text.slice(item.offset.start, item.offset.end)).toBe(item.text)
  })

  it('also without numbers, when the first is signed', () => {
    const bare = (text: string) => text.split('\n').slice(2).join('\n')
    const text = `${bare(first)}\n${bare(second)}`
    expect(noticeStarts(text).map((at) => text.slice(at, at + 24))).toEqual([
      bare(first).slice(0, 24),
      bare(second).slice(0, 24),
    ])
  })

  it('a notice with the plan that it sends out is one', () => {
    const plan = `附件\n云岭县2026年粉尘涉爆专项整治工作方案\n为做好专项整治，根据有关要求，制定本方案。\n一、目标。全县年底前清零。\n各乡镇要落实：`
    expect(noticeStarts(`${second}\n${plan}`)).toHaveLength(1)
    for (const name of readdirSync(join(import.meta.dirname, 'fixtures')))
      expect(
        noticeStarts(readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')),
        name,
      ).toHaveLength(1)
  })
})
