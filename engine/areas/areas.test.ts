import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/pg.ts'
import { fixedClock } from '../core/clock.ts'
import { type Database, openDatabase, sql } from '../store/db.ts'
import { areaNames, readAreas, readUnits } from './areas.ts'
import { loadAreas } from './load.ts'

let base: TestDatabase
let database: Database
beforeAll(async () => {
  base = await cloneDatabase()
  database = openDatabase(base.url)
})
afterAll(async () => {
  await database.close()
  await base.drop()
})

describe('areas', () => {
  it('loads a county with what is above it, its towns, villages and units; again changes nothing', async () => {
    const { db } = database
    const first = await loadAreas(db, '140525')
    expect(first.name).toBe('泽州县')
    const areas = await readAreas(db, '140525', '2026-03-02')
    expect(areas[0]).toEqual({ code: '140525', name: '泽州县', parent: '1405', level: 'county' })
    const towns = areas.filter((a) => a.level === 'town')
    expect(towns.length).toBeGreaterThan(15)
    expect(towns).toContainEqual({ code: '140525100', name: '南村镇', parent: '140525', level: 'town' })
    const villages = areas.filter((a) => a.level === 'village')
    expect(villages.length).toBeGreaterThan(300)
    expect(villages.every((v) => /^140525\d{6}$/.test(v.code) && v.parent === v.code.slice(0, 9))).toBe(true)
    const units = await readUnits(db, '2026-03-02')
    expect(units[0]).toMatchObject({ path: '140525/', name: '泽州县应急管理局', kind: 'bureau' })
    expect(units).toContainEqual(
      expect.objectContaining({ path: '140525/140525100/', name: '南村镇应急管理中心' }),
    )
    expect(units).toHaveLength(towns.length + 1)
    expect(await loadAreas(db, '140525')).toEqual({ areas: 0, units: 0, name: '泽州县' })
  })

  it('a merged town is no longer offered, and keeps its name', async () => {
    const { db } = database
    await sql`update area set valid_to = '2026-01-31', successor = '140525101' where code = '140525115'`.execute(
      db,
    )
    const codes = (await readAreas(db, '140525', '2026-03-02')).map((a) => a.code)
    expect(codes).not.toContain('140525115')
    expect((await readAreas(db, '140525', '2026-01-31')).map((a) => a.code)).toContain('140525115')
    expect((await areaNames(db, fixedClock('2026-03-02T00:00:00Z'))())('140525115')).toBe('南岭镇')
  })

  it('refuses what is no county', async () => {
    await expect(loadAreas(database.db, '149999')).rejects.toThrow(/140525/)
    await expect(loadAreas(database.db, 'x')).rejects.toMatchObject({ code: 'bad-input' })
  })
})
