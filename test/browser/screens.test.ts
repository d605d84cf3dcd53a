import pg from 'pg'
import type { CDPSession } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { shanghaiDate, systemClock } from '../../engine/core/clock.ts'
import type { RecordDef } from '../../engine/core/definition.ts'
import { columnOf, tableOf } from '../../engine/core/naming.ts'
import { axeComplaints } from './axe.ts'
import { inBrowser } from './chromium.ts'
import { oneOfEachKind } from './kinds.ts'
import {
  ask,
  calm,
  desk,
  OPENING_MS,
  open,
  openDemoSite,
  phone,
  ready,
  type Site,
  settled,
  type Visitor,
  visit,
} from './site.ts'
import * as collect from './steps/collect.ts'
import * as imports from './steps/import.ts'

/** Wider than any screen and without a place to break: what registers of the real world hold. */
const long = '晋城市泽州县ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz综合利用'
const MANY = 10_000
/** How far it is scrolled: dozens of pages fetched on the way. */
const FAR = 2_500

let site: Site
let database: pg.Client

inBrowser('every screen', () => {
  beforeAll(async () => {
    site = await openDemoSite()
    database = new pg.Client({ connectionString: site.database })
    await database.connect()
  }, OPENING_MS)
  afterAll(async () => {
    await database?.end()
    await site?.close()
  })

  it('the first page after sign-in costs less than 400 kB of compressed script, cold', async () => {
    const who = await visit(site)
    const { page } = who
    const scripts = await weigh(await who.context.newCDPSession(page))
    await page.goto('/')
    await page.getByRole('region', { name: '演示账号' }).getByRole('button', { name: '张卫东' }).click()
    await page.getByRole('heading', { name: '今日' }).waitFor()
    await ready(page)
    await page.waitForLoadState('networkidle')
    const all = [...scripts.values()]
    const sum = all.reduce((n, s) => n + s.bytes, 0)
    expect(sum).toBeGreaterThan(50_000)
    expect(sum, all.map((s) => `${s.bytes} ${s.url}`).join('\n')).toBeLessThan(400_000)
    for (const s of all) if (s.bytes > 2_000) expect(s.encoding, s.url).toMatch(/br|gzip/)
    calm(who, /401/)
    await who.context.close()
  })

  it('a table from above is filled from the records, sent to towns, handed in as a sheet, and comes out in its own form', async () => {
    const title = '全市企业应急预案备案情况统计表'
    const county = await visit(site, 'county')
    const town = await visit(site, 'bagong')
    await collect.begin(county, '市局附件.xlsx', collect.cityForm(title))
    expect(await collect.figure(county, '系统取数')).toBeGreaterThan(0)
    const missing = await collect.figure(county, '还缺')
    expect(missing).toBe(await collect.figure(county, '行'))
    await collect.send(county, shanghaiDate(systemClock.now()))
    const form = new URL(county.page.url()).pathname
    const written = await collect.handIn(town, title)
    await open(county, form)
    await county.page.getByRole('heading', { name: /^发\d+ 收1 缺\d+$/ }).waitFor()
    expect(await collect.figure(county, '还缺')).toBe(missing - written.length)
    const { grid } = await collect.result(county)
    expect(grid[0]?.[0]).toBe(title)
    expect(written.filter((number) => !grid.some((row) => row[3] === number))).toEqual([])
    for (const who of [county, town]) {
      calm(who)
      await who.context.close()
    }
  })

  it('of two rows about one firm the second goes in when a person says so', async () => {
    const who = await visit(site, 'county')
    const rows = ['示例重行机械厂,南村镇,20', '示例重行机械厂,南村镇,35']
    const ledger = Buffer.from(['企业名称,所在区划,从业人员', ...rows].join('\n'))
    const id = await imports.upload(who, '企业.csv', ledger)
    await imports.line(who, 3).getByRole('button', { name: '照此导入' }).click()
    await expect.poll(() => imports.tile(who, '有错').innerText()).toBe('0')
    expect((await imports.sessionOf(who, id)).counts).toMatchObject({ create: 2, error: 0 })
    calm(who)
    await who.context.close()
  })

  it('fits 1440 and 390 px without sideways scrolling, console errors or complaints of axe, on a route of every kind, with long names', async () => {
    const who = await visit(site, 'admin')
    const { records } = await ask<{ records: RecordDef[] }>(who, '/api/definitions')
    const session = await imports.upload(who, '各乡镇企业台账.xlsx', imports.ledger().bytes)
    await lengthen(records)
    const routes = [...(await routesOf(who, records)), `/imports/${session}`, '/password', '/sign-in']
    expect(routes.length).toBeGreaterThan(35)
    expect(await tooWide(who, routes, true)).toEqual([])
    await who.context.close()
  })

  it('fits both for a town officer, an enterprise and the city as well', async () => {
    for (const user of ['bagong', 'qiye', 'city']) {
      const who = await visit(site, user)
      const routes = ['/', '/records/enterprise', '/records/hazard', '/records/enterprise/new']
      if (user !== 'qiye') routes.push('/tasks', '/grades')
      else routes.push('/self-check', '/report/hazard')
      expect(await tooWide(who, routes, false), user).toEqual([])
      await who.context.close()
    }
  })

  it('a list of 10,000 keeps only the rows in sight in the page, fetches as it is scrolled, and stays smooth', async () => {
    await multiply(MANY)
    const who = await visit(site, 'county')
    const { page } = who
    await open(who, '/records/enterprise')
    const { total } = await ask<{ total: number }>(who, '/api/records/enterprise?limit=1&count=1')
    expect(total).toBeGreaterThanOrEqual(MANY)
    await expect.poll(() => page.locator('table.ledger').getAttribute('aria-rowcount')).toBe(String(total))
    const most = await page.evaluate(scrollThrough, FAR)
    expect(most.last).toBeGreaterThanOrEqual(FAR - 1)
    // 25 or so in sight and a dozen above and below
    expect(most.rows).toBeLessThan(80)
    expect(most.rows).toBeGreaterThan(10)
    await page.getByRole('columnheader', { name: '企业名称' }).waitFor()
    const glided = await page.evaluate(glide)
    expect(glided.frames).toBeGreaterThan(100)
    // what makes a list stutter in the eye: a frame in which rows were missing
    expect(glided.bare).toBe(0)
    calm(who)
    await who.context.close()
  })
})

/** Every script that comes over the wire, with its size there. */
async function weigh(cdp: CDPSession) {
  const scripts = new Map<string, { url: string; bytes: number; encoding: string }>()
  cdp.on('Network.responseReceived', (e) => {
    if (e.type !== 'Script') return
    const headers = Object.fromEntries(
      Object.entries(e.response.headers).map(([k, v]) => [k.toLowerCase(), String(v)]),
    )
    scripts.set(e.requestId, {
      url: e.response.url,
      bytes: 0,
      encoding: headers['content-encoding'] ?? '',
    })
  })
  cdp.on('Network.loadingFinished', (e) => {
    const script = scripts.get(e.requestId)
    if (script) script.bytes = e.encodedDataLength
  })
  await cdp.send('Network.enable')
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true })
  return scripts
}

/** Makes what names a record as long as its field allows, in every register, and the names of people and places. */
async function lengthen(records: RecordDef[]): Promise<void> {
  for (const def of records) {
    const field = def.fields[def.title]
    if (field?.type !== 'text') continue
    const text = long.repeat(4).slice(0, field.length ?? 200)
    // unique ones stay unique
    const value = field.unique ? `left(id::text || $1, ${field.length ?? 200})` : '$1'
    await database.query(`update ${tableOf(def.name)} set ${columnOf(def.title)} = ${value}`, [text])
  }
  await database.query('update enterprise set address = $1, chief = left($1, 40)', [long.repeat(2)])
  await database.query('update hazard set spot = left($1, 200), responsible = left($1, 40)', [long.repeat(3)])
  await database.query('update task set title = left($1, 200)', [long.repeat(3)])
  await database.query('update app_user set name = left($1, 40)', [long])
}

interface Page {
  rows: { id: string }[]
}

async function routesOf(who: Visitor, records: RecordDef[]): Promise<string[]> {
  const out = [
    '/',
    '/tasks',
    '/notices',
    '/grades',
    '/grades/rules',
    '/imports',
    '/policy',
    '/keys',
    '/people',
    '/nowhere/at/all',
  ]
  // the registers left out have nothing that these lack: test/kinds.test.ts
  for (const def of oneOfEachKind(records)) {
    out.push(`/records/${def.name}`, `/records/${def.name}/new`)
    const { rows } = await ask<Page>(who, `/api/records/${def.name}?limit=1`)
    if (rows[0]) out.push(`/records/${def.name}/${rows[0].id}`)
    if (def.kind === 'loop') out.push(`/report/${def.name}`)
    else if (rows[0]) out.push(`/records/${def.name}/${rows[0].id}/edit`)
  }
  const tasks = await ask<{ id: string; indicator?: string | null }[]>(who, '/api/tasks')
  for (const t of [tasks.find((x) => x.indicator), tasks.find((x) => !x.indicator)])
    if (t) out.push(`/tasks/${t.id}`)
  const notices = await ask<{ id: string }[]>(who, '/api/notices')
  for (const n of notices.slice(0, 1)) out.push(`/notices/${n.id}`)
  return out
}

/** A route without the register and the record it is about. */
const kindOf = (route: string) =>
  route.replace(/[0-9a-f-]{36}/g, ':id').replace(/(records|report)\/[^/]+/, '$1/:register')

/**
 * Goes through the routes in both widths; says which are wider than the window, fail axe, or do not come. `strict`:
 * axe looks at one route of each kind in both, and at the desk at every form, which names the controls of its fields.
 */
async function tooWide(who: Visitor, routes: string[], strict: boolean): Promise<string[]> {
  const out: string[] = []
  const looked = new Set<string>()
  for (const route of routes) {
    await open(who, route)
    for (const { viewport } of [desk, phone]) {
      await who.page.setViewportSize(viewport)
      const over = await settled(who.page).then(
        () => sticksOut(who),
        (e: Error) => e.message,
      )
      if (over) out.push(`${route} at ${viewport.width}: ${over}`)
      else if (
        strict &&
        (!looked.has(kindOf(route)) || (viewport === desk.viewport && route.endsWith('/new')))
      )
        out.push(...(await axeComplaints(who.page)).map((c) => `${route} at ${viewport.width}: ${c}`))
    }
    looked.add(kindOf(route))
    await who.page.setViewportSize(desk.viewport)
  }
  calm(who)
  return out
}

/** What makes the page wider than the window, or nothing. */
const sticksOut = ({ page }: Visitor) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return ''
    // words stick out of boxes that do not
    const range = document.createRange()
    const right = (node: Node) => {
      range.selectNodeContents(node)
      return Math.max(0, ...[...range.getClientRects()].map((r) => r.right))
    }
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL)
    let guilty: Node | undefined
    while (walk.nextNode()) if (right(walk.currentNode) > width + 1) guilty = walk.currentNode
    const at = guilty instanceof Element ? guilty : guilty?.parentElement
    return `${document.documentElement.scrollWidth} px, ${at?.tagName}.${at?.className} “${at?.textContent?.slice(0, 20)}”`
  })

/** More enterprises, like those that are there, by plain SQL. */
async function multiply(upTo: number): Promise<void> {
  await database.query(
    `insert into enterprise select r.*
     from (select i, gen_random_uuid() as id from generate_series(1, $1::int) i) n
     join (select id, row_number() over () - 1 as k, count(*) over () as many from enterprise) x on x.k = n.i % x.many
     join enterprise e on e.id = x.id,
     -- not (…).*, which would make the record anew for each of its columns
     jsonb_populate_record(e, jsonb_build_object(
       'id', n.id, 'organisation', n.id, 'name', '滚动机械有限公司' || n.i, 'credit_code', null)) r`,
    [upTo],
  )
  await database.query('analyze enterprise')
}

/** Scrolls the list down as it grows; the most rows that were ever in the page, and the last one reached. */
async function scrollThrough(total: number): Promise<{ rows: number; last: number; ms: number }> {
  const box = document.querySelector('.rows-box')!
  const frame = () => new Promise((r) => requestAnimationFrame(r))
  const begun = performance.now()
  let rows = 0
  let last = -1
  while (last < total - 1 && performance.now() - begun < 120_000) {
    box.scrollTop = box.scrollHeight
    await frame()
    const all = box.querySelectorAll('[data-row-link]')
    rows = Math.max(rows, all.length)
    last = Number(all[all.length - 1]?.getAttribute('data-row-link') ?? -1)
  }
  return { rows, last, ms: performance.now() - begun }
}

/** Glides back over thousands of rows, nine a frame; in how many frames a part of the box had no rows. */
async function glide(): Promise<{ frames: number; bare: number }> {
  const box = document.querySelector('.rows-box')!
  let bare = 0
  let frames = 0
  for (; frames < 120; frames++) {
    box.scrollTop -= 300
    await new Promise((r) => requestAnimationFrame(r))
    const all = box.querySelectorAll('[data-row-link]')
    const around = box.getBoundingClientRect()
    const top = all[0]?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY
    const bottom = all[all.length - 1]?.getBoundingClientRect().bottom ?? 0
    if (top > around.top + 40 || bottom < around.bottom - 40) bare++
  }
  return { frames, bare }
}
