import { describe, expect, it } from 'vitest'
import { industryNames } from '../options.ts'
import { classify, disagreement, industryCode, rules } from './gbt4754.ts'

describe('industry by GB/T 4754 code', () => {
  it.each([
    ['3130', '冶金'],
    ['C3216', '有色'],
    ['3011', '建材'],
    ['33', '机械'],
    ['3391', '机械'],
    ['1713', '纺织'],
    ['1620', '烟草'],
    ['5211', '商贸'],
    ['2921', '轻工'],
    ['1012', '非煤矿山'],
  ])('places %s in %s', (code, industry) => {
    expect(classify(code)).toMatchObject({ industry, needsReason: false })
  })

  it('takes the longest prefix: 305 and 3074 leave 建材 for 轻工, 3011 stays', () => {
    expect(classify('3054').industry).toBe('轻工')
    expect(classify('3074').industry).toBe('轻工')
    expect(classify('3021').industry).toBe('建材')
  })

  it('says that what lies outside the standard is to be removed', () => {
    expect(classify('0610')).toMatchObject({ industry: null, needsReason: false })
    expect(classify('8511').because).toContain('剔除')
  })

  it('asks a person where the source is doubtful', () => {
    expect(classify('3852')).toMatchObject({ industry: '轻工', confidence: 'doubtful', needsReason: true })
    expect(disagreement('机械', '3852')).toContain('须人工核定')
  })

  it('compares the ledger with the code', () => {
    expect(disagreement('冶金', '3130')).toBeUndefined()
    expect(disagreement('机械', '3130')).toContain('属冶金')
    expect(classify('钢铁').needsReason).toBe(true)
    expect(industryCode(' c3130 ')).toBe('3130')
  })

  it('has each prefix once and only industries of the list', () => {
    expect(new Set(rules.map((r) => r.prefix)).size).toBe(rules.length)
    for (const r of rules) if (r.industry) expect(industryNames).toContain(r.industry)
  })
})
