import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RecordDef } from '../../engine/core/definition.ts'
import { columnOf, tableOf } from '../../engine/core/naming.ts'
import { inBrowser } from './chromium.ts'
import { oneOfEachKind } from './kinds.ts'
import { ask, OPENING_MS, open, openDemoSite, type Site, type Visitor, visit } from './site.ts'

/** Each would leave its mark in the page if anything took it for markup. */
const planted = `<img src=x onerror="window.__ran=1"><script>window.__ran=2</script>"><svg onload=window.__ran=3>`

let site: Site
let database: pg.Client

inBrowser('markup in what people type', () => {
  beforeAll(async () => {
    site = await openDemoSite()
    database = new pg.Client({ connectionString: site.database })
    await database.connect()
  }, OPENING_MS)
  afterAll(async () => {
    await database?.end()
    await site?.close()
  })

  it('is shown as text on every kind of page, and nothing of it runs', async () => {
    const who = await visit(site, 'admin')
    await who.page.addInitScript(() =>
      window.addEventListener('securitypolicyviolation', () => {
        ;(window as { __tried?: boolean }).__tried = true
      }),
    )
    const { records } = await ask<{ records: RecordDef[] }>(who, '/api/definitions')
    await plant(records)
    let shown = 0
    for (const route of await routesOf(who, records)) {
      await open(who, route)
      const found = await who.page.evaluate(() => {
        const w = window as { __ran?: number; __tried?: boolean }
        return {
          ran: w.__ran ?? null,
          tried: w.__tried ?? null,
          elements: document.querySelectorAll('img[src="x"], svg[onload], body script:not([src])').length,
          text: document.body.innerText.includes('onerror='),
        }
      })
      expect(found, route).toMatchObject({ ran: null, tried: null, elements: 0 })
      if (found.text) shown++
    }
    expect(shown).toBeGreaterThan(10)
    await who.context.close()
  })
})

/** Puts it into every text column of every register, and into what people name elsewhere. */
async function plant(records: RecordDef[]): Promise<void> {
  for (const def of records) {
    const sets = Object.entries(def.fields)
      .filter(([, f]) => f.type === 'text')
      // unique ones stay unique
      .map(([name, f]) => `${columnOf(name)} = ${f.unique ? '$1 || id::text' : '$1'}`)
    if (sets.length) await database.query(`update ${tableOf(def.name)} set ${sets.join(', ')}`, [planted])
  }
  await database.query('update task set title = $1', [planted])
  await database.query(`update app_user set name = $1 where username <> 'admin'`, [planted])
}

async function routesOf(who: Visitor, records: RecordDef[]): Promise<string[]> {
  const out = ['/', '/tasks', '/notices', '/grades', '/imports', '/people']
  for (const { name } of oneOfEachKind(records)) {
    out.push(`/records/${name}`)
    const { rows } = await ask<{ rows: { id: string }[] }>(who, `/api/records/${name}?limit=1`)
    if (rows[0]) out.push(`/records/${name}/${rows[0].id}`, `/records/${name}/${rows[0].id}/edit`)
  }
  const { rows } = await database.query<{ id: string }>('select id from task limit 1')
  if (rows[0]) out.push(`/tasks/${rows[0].id}`)
  return out
}
