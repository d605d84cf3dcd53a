import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inArea, openSmallCounty, person_, type SmallCounty } from '../../test/model-county.ts'
import { proves } from '../../test/proves.ts'
import { field } from '../core/condition/build.ts'
import { sql } from './db.ts'

let c: SmallCounty
beforeAll(async () => {
  c = await openSmallCounty()
})
afterAll(() => c.close())

const firm = (name: string, place = '140525100', more = {}) => ({ name, place, industry: '冶金', ...more })

describe('the one door', () => {
  it('creates, changes, archives and restores with a journal entry each', async () => {
    const door = c.as(c.county)
    const { row } = await door.create('enterprise', firm('晋城铸造一厂'), c.key())
    expect(row).toMatchObject({
      name: '晋城铸造一厂',
      version: 1,
      county: '140525',
      town: '140525100',
      organisation: row.id,
      proof: 3,
    })
    const changed = await door.update('enterprise', row.id, { workers: 30 }, 1, c.key({ reason: '核实人数' }))
    expect(changed.row).toMatchObject({ workers: 30, version: 2 })
    const gone = await door.archive('enterprise', row.id, 2, c.key())
    expect(gone.row.archivedAt).not.toBeNull()
    await expect(door.update('enterprise', row.id, { workers: 31 }, 3, c.key())).rejects.toMatchObject({
      code: 'conflict',
    })
    await door.restore('enterprise', row.id, 3, c.key())
    const { entries } = await door.timeline('enterprise', row.id)
    proves('A01', 1, 'every change of a file is dated and attributable', () => {
      expect(entries.map((e) => e.what)).toEqual(['restore', 'archive', 'update', 'create'])
      expect(entries[2]).toMatchObject({
        at: expect.anything(),
        actor: expect.objectContaining({ name: '李县' }),
        reason: '核实人数',
        changes: [{ field: 'workers', before: null, after: 30 }],
      })
    })
  })

  it('refuses a lost race with both versions, and loses nothing', async () => {
    const door = c.as(c.county)
    const { row } = await door.create('enterprise', firm('竞争企业'), c.key())
    await door.update('enterprise', row.id, { workers: 5 }, 1, c.key())
    await expect(door.update('enterprise', row.id, { workers: 6 }, 1, c.key())).rejects.toMatchObject({
      code: 'version-lost',
      details: { yours: 1, current: expect.objectContaining({ workers: 5, version: 2 }) },
    })
  })

  it('gives the same answer to the same request, once written', async () => {
    const door = c.as(c.county)
    const key = c.key()
    const first = await door.create('enterprise', firm('重试企业'), key)
    const again = await door.create('enterprise', firm('重试企业'), key)
    expect(again.row.id).toBe(first.row.id)
    expect(again.replayed).toBe(true)
    expect((await door.list('enterprise', { search: '重试企业' })).rows).toHaveLength(1)
    await expect(door.create('enterprise', firm('另一企业'), key)).rejects.toMatchObject({
      code: 'idempotency-reused',
    })
  })

  it('writes once when twenty identical requests arrive together', async () => {
    const door = c.as(c.county)
    const key = c.key()
    const all = await Promise.all(
      Array.from({ length: 20 }, () => door.create('enterprise', firm('并发企业'), key)),
    )
    expect(new Set(all.map((r) => r.row.id)).size).toBe(1)
    expect((await door.list('enterprise', { search: '并发企业', count: true })).total).toBe(1)
  })

  it('names every wrong field in Chinese', async () => {
    const door = c.as(c.county)
    await expect(
      door.create('enterprise', { name: '', place: '140525100', wokers: 3, workers: '很多' }, c.key()),
    ).rejects.toMatchObject({
      code: 'bad-input',
      details: {
        complaints: expect.arrayContaining([
          expect.objectContaining({ path: 'wokers' }),
          expect.objectContaining({ path: 'workers' }),
          { path: 'name', message: '请填写企业名称。' },
        ]),
      },
    })
    await door.create('enterprise', firm('代码企业', '140525100', { code: 'X1' }), c.key())
    await expect(
      door.create('enterprise', firm('代码企业二', '140525100', { code: 'X1' }), c.key()),
    ).rejects.toMatchObject({
      code: 'conflict',
      details: { complaints: [{ path: 'code' }] },
    })
  })

  it('shows a town officer his town only, and journals what he was refused', async () => {
    const county = c.as(c.county)
    const town = c.as(c.town)
    const far = (await county.create('enterprise', firm('他镇企业', '140525102'), c.key())).row
    await expect(town.get('enterprise', far.id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(town.update('enterprise', far.id, { workers: 1 }, 1, c.key())).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(town.create('enterprise', firm('越界企业', '140525102'), c.key())).rejects.toMatchObject({
      code: 'forbidden',
    })
    const own = (await town.create('enterprise', firm('本镇企业'), c.key())).row
    await expect(town.update('enterprise', own.id, { place: '140525102' }, 1, c.key())).rejects.toMatchObject(
      { code: 'forbidden' },
    )
    expect((await town.list('enterprise', { limit: 100 })).rows.every((r) => r.town === '140525100')).toBe(
      true,
    )
    const refused = await sql<{
      what: string
    }>`select what from journal where actor_id = ${c.town.id} and what like 'refused:%'`.execute(c.db)
    expect(refused.rows.map((r) => r.what).sort()).toEqual([
      'refused:create',
      'refused:update',
      'refused:update',
    ])
    expect((await county.get('enterprise', own.id)).town).toBe('140525100')
  })

  it('gives an enterprise officer his own firm, and nobody without a role anything', async () => {
    const county = c.as(c.county)
    const mine = (await county.create('enterprise', firm('本企业'), c.key())).row
    const other = (await county.create('enterprise', firm('别家企业'), c.key())).row
    const own = c.as(
      person_('赵安全', [
        { role: 'enterprise-officer', ground: { by: 'organisation', organisation: mine.id } },
      ]),
    )
    expect((await own.list('enterprise')).rows.map((r) => r.id)).toEqual([mine.id])
    await expect(
      own.create('person', { enterpriseId: other.id, name: '外人' }, c.key()),
    ).rejects.toMatchObject({ code: 'bad-input' })
    const { row } = await own.create('person', { enterpriseId: mine.id, name: '张工' }, c.key())
    expect(row).toMatchObject({ proof: 1, organisation: mine.id, enterpriseTitle: '本企业' })
    const nobody = c.as(person_('路人', []))
    expect((await nobody.list('enterprise')).rows).toEqual([])
    const viewer = c.as(person_('市局', [inArea('city-viewer', '1405')], '1405'))
    expect((await viewer.list('enterprise', { limit: 500 })).rows.length).toBeGreaterThan(5)
    await expect(viewer.update('enterprise', mine.id, { workers: 1 }, 1, c.key())).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  it('carries a moved enterprise’s people with it', async () => {
    const door = c.as(c.county)
    const { row } = await door.create('enterprise', firm('搬迁企业'), c.key())
    const { row: worker } = await door.create('person', { enterpriseId: row.id, name: '李工' }, c.key())
    await door.update('enterprise', row.id, { place: '140525101' }, 1, c.key())
    expect(await door.get('person', worker.id)).toMatchObject({ town: '140525101', version: 1 })
    // they have no version and no entry for it: the firm's tells how many went with it
    const { entries } = await door.timeline('enterprise', row.id)
    expect(entries.find((e) => e.what === 'carry')?.changes).toEqual([
      { field: 'person', label: expect.any(String), before: null, after: '1 条' },
    ])
  })

  it('gives a new record the scope its enterprise has now, also when that changed behind the program’s back', async () => {
    const door = c.as(c.county)
    const { row } = await door.create('enterprise', firm('两地企业'), c.key())
    const first = await door.create('person', { enterpriseId: row.id, name: '李工' }, c.key())
    expect(first.row.town).toBe('140525100')
    // another process moved it: what this one remembers of it is stale
    await sql`update enterprise set area = '140525101', town = '140525101' where id = ${row.id}`.execute(c.db)
    const second = await door.create('person', { enterpriseId: row.id, name: '张工' }, c.key())
    expect(second.row).toMatchObject({ town: '140525101', area: '140525101' })
    await sql`update enterprise set archived_at = now() where id = ${row.id}`.execute(c.db)
    await expect(
      door.create('person', { enterpriseId: row.id, name: '赵工' }, c.key()),
    ).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('没有找到所选的'),
    })
  })

  it('finds two-character words, filters by condition, sorts and pages without gap or double', async () => {
    const door = c.as(c.county)
    for (let i = 0; i < 25; i++)
      await door.create(
        'enterprise',
        firm(`翻页${i % 2 ? '轧钢' : '炼铁'}${i}号`, '140525103', i % 3 ? { workers: i } : {}),
        c.key(),
      )
    expect((await door.list('enterprise', { search: '轧钢', count: true })).total).toBe(12)
    expect((await door.list('enterprise', { search: '炼铁 24' })).rows.map((r) => r.name)).toEqual([
      '翻页炼铁24号',
    ])
    for (const sort of [['workers'], ['-workers'], ['name'], ['-recordedAt']]) {
      const seen: string[] = []
      let after: string | undefined
      do {
        const page = await door.list('enterprise', {
          where: field('place').is('140525103'),
          sort,
          limit: 7,
          ...(after && { after }),
        })
        seen.push(...page.rows.map((r) => r.id))
        after = page.next ?? undefined
      } while (after)
      expect(new Set(seen).size, sort.join()).toBe(25)
      expect(seen.length).toBe(25)
    }
    await expect(door.list('enterprise', { where: field('nothing').is(1) })).rejects.toMatchObject({
      code: 'bad-input',
    })
  })

  it('keeps personal content beside the journal', async () => {
    const door = c.as(c.county)
    const { row } = await door.create(
      'enterprise',
      firm('电话企业', '140525100', { chiefPhone: '13800001111' }),
      c.key(),
    )
    const { rows } = await sql<{
      changes: unknown
    }>`select changes from journal where record_id = ${row.id}`.execute(c.db)
    expect(JSON.stringify(rows)).not.toContain('13800001111')
    const personal = await sql<{
      after: string
    }>`select after from journal_personal p join journal j on j.id = p.journal_id where j.record_id = ${row.id}`.execute(
      c.db,
    )
    expect(personal.rows).toEqual([{ after: '13800001111' }])
    const { row: worker } = await door.create('person', { enterpriseId: row.id, name: '欧阳工长' }, c.key())
    const named = await sql<{
      title: string
    }>`select title from journal where record_id = ${worker.id}`.execute(c.db)
    expect(named.rows).toEqual([{ title: '欧**' }])
  })
})
