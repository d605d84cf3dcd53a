import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../../test/pg.ts'
import { loadAreas } from '../../areas/load.ts'
import { type Database, openDatabase, sql } from '../../store/db.ts'
import { type Lookups, readLookups } from './lookups.ts'

let clone: TestDatabase
let database: Database
let names: Lookups
beforeAll(async () => {
  clone = await cloneDatabase()
  database = openDatabase(clone.url)
  await loadAreas(database.db, '140525')
  names = await readLookups(database.db, '140525108', '2026-03-02')
}, 60_000)
afterAll(async () => {
  await database?.close()
  await clone?.drop()
})

const code = (name: string) => names.area(name).code

describe('names of places as ledgers write them', () => {
  it('towns: whole, shortened, with what lies above, in any width', () => {
    for (const name of [
      '巴公镇',
      '巴公',
      '泽州县巴公镇',
      '晋城市泽州县巴公镇',
      '山西省晋城市泽州县巴公镇',
      '泽州巴公',
      ' 巴 公 镇 ',
      '泽州县－巴公镇',
    ])
      expect([name, code(name)]).toEqual([name, '140525108'])
    expect(code('泽州县')).toBe('140525')
    // a town before a village of its name
    expect(code('下村')).toBe('140525101')
    expect(code('某某街道办')).toBeUndefined()
  })

  it('villages: with or without their town; ambiguous ones are said to be so', async () => {
    for (const name of ['南村镇南村村委会', '南村镇南村'])
      expect([name, code(name)]).toEqual([name, '140525100200'])
    const { rows } = await sql<{
      name: string
    }>`select name from area where level = 'village' group by name having count(*) > 1`.execute(database.db)
    for (const { name } of rows) expect(names.area(name)).toEqual({ many: true })
  })

  it('every area’s shown name leads back to it', async () => {
    const { rows } = await sql<{
      code: string
    }>`select code from area where starts_with(code, '140525')`.execute(database.db)
    expect(rows.length).toBeGreaterThan(300)
    const lost = rows
      .filter((r) => code(names.areaName(r.code)) !== r.code)
      .map((r) => [r.code, names.areaName(r.code), names.area(names.areaName(r.code))])
    expect(lost).toEqual([])
  })

  it('units by name, with the path as it is kept', () => {
    expect(names.unit('巴公镇应急管理中心')).toBe('140525/140525108/')
    expect(names.unitName('140525/140525108/')).toBe('巴公镇应急管理中心')
  })
})
