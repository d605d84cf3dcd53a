import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShippedCounty, type ShippedCounty } from '../../../test/shipped-county.ts'
import { sql } from '../db.ts'
import { coreOf, normal } from './names.ts'
import { refreshSearch } from './refresh.ts'
import { soundsOf, soundWishes } from './sounds.ts'
import { segment } from './syllables.ts'

describe('names', () => {
  it.each([
    ['澤州縣匯宇鑄造有限責任公司', '泽州县汇宇铸造有限公司', '汇宇铸造'],
    ['泽州汇宇铸造（集团）有限公司', '泽州汇宇铸造集团有限公司', '汇宇铸造'],
    ['山西省晋城市泽州县巴公镇汇宇铸造厂', '山西省晋城市泽州县巴公镇汇宇铸造厂', '汇宇铸造'],
    ['汇宇股份有限公司', '汇宇有限公司', '汇宇'],
    ['泽州县', '泽州县', '泽州县'],
    ['有限公司', '有限公司', '有限公司'],
    ['ＡＢＣ 铸造', 'abc铸造', 'abc铸造'],
  ])('%s', (typed, whole, core) => {
    expect(normal(typed)).toBe(whole)
    expect(coreOf(whole)).toBe(core)
  })
})

describe('sounds', () => {
  it('letters are read as syllables, several ways where there are', () => {
    expect(segment('huiyu')[0]).toEqual({ whole: ['hui', 'yu'], rest: '' })
    expect(segment('xian').map((s) => s.whole.join(' '))).toEqual(expect.arrayContaining(['xian', 'xi an']))
    expect(segment('huiyuz')).toContainEqual({ whole: ['hui', 'yu'], rest: 'z' })
    expect(segment('qqq')).toEqual([])
  })
  it('a name is kept with its place and without; only its own syllables count', () => {
    const { text, tokens } = soundsOf('泽州县汇宇铸造有限公司')
    expect(text).toBe('^ HUI YU ZHU ZAO^HYZZ^ ZE ZHOU XIAN HUI YU ZHU ZAO^ZZXHYZZ')
    expect(tokens).toEqual(expect.arrayContaining(['~huiyu', '^hy', '^zz', '^hui']))
    expect(soundWishes('1号')).toEqual([])
  })
})

describe('search', () => {
  let c: ShippedCounty
  let officer: string
  let city: string

  beforeAll(async () => {
    c = await openShippedCounty()
    officer = (await c.person('county-officer', '140525')).cookie
    city = (await c.person('city-viewer', '1405')).cookie
    const firms = [
      { name: '泽州县汇宇铸造有限责任公司', chief: '郝瑜', chiefPhone: '13803561234' },
      { name: 'HY精密机械厂', chiefPhone: '0356-3031234' },
      { name: '晋城市灰鱼水产有限公司' },
      { name: '恒源建材厂' },
      { name: '太行重工有限公司' },
    ]
    for (const [i, firm] of firms.entries()) {
      const { status, body } = await c.send('POST', '/api/records/enterprise', {
        cookie: officer,
        body: {
          ...firm,
          division: '140525100',
          status: '在产',
          industry: '机械',
          creditCode: `91140525MA0K12345${i}`,
        },
      })
      expect(status, JSON.stringify(body)).toBe(201)
    }
  })
  afterAll(() => c.close())

  const find = async (q: string, cookie = officer, more = '') => {
    const { body } = await c.send('GET', `/api/records/enterprise?q=${encodeURIComponent(q)}${more}`, {
      cookie,
    })
    return body.rows.map((r: { name: string }) => r.name) as string[]
  }
  const huiyu = '泽州县汇宇铸造有限责任公司'

  it.each([
    '汇宇铸造有限公司',
    '汇宇铸造有限责任公司',
    '汇宇铸造公司',
    '汇宇铸造厂',
    '汇宇',
    '泽州县汇宇',
    '晋城汇宇铸造',
    '山西省晋城市泽州县南村镇汇宇铸造',
    '匯宇鑄造',
    'huiyu',
    'huiyuzhuzao',
    'huiyuzh',
    'hyzz',
    'zzxhy',
    'HuiYu',
    '汇宇 zhuzao',
    '1380356',
    '13803561234',
    '138-0356-1234',
  ])('%s finds it', async (q) => {
    expect(await find(q)).toContain(huiyu)
  })

  it('what was typed itself comes first, what only sounds like it after; initials begin a name', async () => {
    const found = await find('hy')
    expect(found[0]).toBe('HY精密机械厂')
    expect(found).toContain(huiyu)
    expect(found).toContain('恒源建材厂')
    expect(found).not.toContain('太行重工有限公司')
    expect(await find('汇宇')).toEqual([huiyu])
    expect(await find('an')).toEqual([])
  })

  it('pages go on where the one before ended, whatever is near and far', async () => {
    const all = await find('hy')
    const seen: string[] = []
    for (let after = ''; ; ) {
      const { body } = await c.send(
        'GET',
        `/api/records/enterprise?q=hy&limit=1${after && `&after=${after}`}`,
        {
          cookie: officer,
        },
      )
      seen.push(...body.rows.map((r: { name: string }) => r.name))
      expect(Object.keys(body.rows[0])).not.toContain('$rank')
      if (!body.next) break
      after = encodeURIComponent(body.next)
    }
    expect(seen).toEqual(all)
    expect(await find('hy', officer, '&sort=name')).toHaveLength(all.length)
  })

  it('who may only look finds by no telephone and no name of a person, in whatever spelling', async () => {
    for (const q of ['13803561234', '1380356', '3031234', '郝瑜', 'haoyu', 'hy 1380'])
      expect(await find(q, city), q).toEqual([])
    expect(await find('郝瑜')).toEqual([huiyu])
    expect(await find('汇宇', city)).toEqual([huiyu])
  })

  it('rows of before are brought to the present form once, without a trace', async () => {
    await sql`update enterprise set grams = '{}', sought = null, sought_own = null`.execute(c.db)
    const past = async () =>
      (await sql<{ n: number }>`select count(*) as n from history.enterprise`.execute(c.db)).rows[0]!.n
    const before = await past()
    expect(await find('huiyu')).toEqual([])
    const n = await refreshSearch(c.db, c.services.catalogue)
    expect(n).toBeGreaterThanOrEqual(5)
    expect(await find('huiyu')).toContain(huiyu)
    expect(await find('3031234')).toEqual(['HY精密机械厂'])
    expect(await past()).toBe(before)
    expect(await refreshSearch(c.db, c.services.catalogue)).toBe(0)
  })
})
