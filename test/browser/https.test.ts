import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../pg.ts'
import { cleanUp, command, type Running, scratch, start } from '../start/program.ts'
import { inBrowser, launch, NAME } from './chromium.ts'
import { ask, calm, OPENING_MS, open, openDemoSite, phone, type Site, visit } from './site.ts'

const place = { latitude: 35.63, longitude: 112.86, accuracy: 9 }
const byName = (url: string) => url.replace(/127\.0\.0\.1|localhost/, NAME)

inBrowser('a real county over https by its own name', () => {
  let folder: string
  let database: TestDatabase
  let program: Running
  let browser: Browser
  let password = ''

  beforeAll(async () => {
    folder = scratch('https browser')
    const dataDir = path.join(folder, 'data')
    database = await cloneDatabase()
    const how = { dataDir, env: { DATABASE_URL: database.url } }
    const made = await command(['init', '--area', '140525', '--tls', '--host', NAME], how)
    expect(made.code, made.said).toBe(0)
    password = /一次性密码\s+(\S+)/.exec(made.said)?.[1] ?? ''
    program = await start(how)
    // the county's phones install its root; this browser is told to trust what the root vouches for
    const leaf = new X509Certificate(readFileSync(path.join(dataDir, 'tls', 'server.crt')))
    const root = new X509Certificate(readFileSync(path.join(dataDir, 'tls', 'ca.crt')))
    expect(leaf.verify(root.publicKey)).toBe(true)
    const key = leaf.publicKey.export({ type: 'spki', format: 'der' })
    const pin = createHash('sha256').update(key).digest('base64')
    browser = await launch(`--ignore-certificate-errors-spki-list=${pin}`)
  }, OPENING_MS)
  afterAll(async () => {
    await browser?.close()
    if (folder) await cleanUp(folder, program ? [program] : [])
    await database?.drop()
  })

  it('the first administrator signs in with the one-time password, must change it, and has a cookie for https alone', async () => {
    expect(program.url).toMatch(/^https:/)
    const who = await visit({ url: byName(program.url), browser })
    const { page } = who
    await page.goto('/')
    await page.getByLabel('用户名').fill('admin')
    await page.getByLabel('密码', { exact: true }).fill(password)
    expect(await page.evaluate(() => isSecureContext)).toBe(true)
    expect(await page.getByText(/不是(安全连接|\s?https)/).count()).toBe(0)
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.getByRole('heading', { name: '修改密码' }).waitFor()
    await page.getByLabel(/^现在的密码/).fill(password)
    const own = 'Zezhou-2026-anquan'
    await page.getByLabel('新密码', { exact: true }).fill(own)
    await page.getByLabel('再输一次新密码').fill(own)
    await page.getByRole('button', { name: '修改', exact: true }).click()
    await page.getByRole('heading', { name: '今日' }).waitFor()
    password = own

    const cookies = (await who.context.cookies()).filter((c) => /session/.test(c.name))
    expect(cookies.length).toBeGreaterThan(0)
    for (const c of cookies) expect(c).toMatchObject({ secure: true, httpOnly: true, domain: NAME })
    expect(await page.getByText('演示数据').count()).toBe(0)
    expect(await ask(who, '/api/demo')).toMatchObject({ demo: false })
    // not signed in yet: /api/me says 401, and the browser notes it
    calm(who, /401/)
    await who.context.close()
  })

  it('a phone is told nothing is missing: the origin is secure and gives its place', async () => {
    const who = await visit({ url: byName(program.url), browser }, 'admin', phone, password)
    await who.context.grantPermissions(['geolocation'])
    await who.context.setGeolocation(place)
    const { page } = who
    await open(who, '/report/hazard')
    expect(await page.evaluate(() => isSecureContext)).toBe(true)
    expect(await page.getByText(/不是 https/).count()).toBe(0)
    expect(await ask(who, '/api/me')).toMatchObject({ secureOrigin: true })
    await page.getByRole('button', { name: '用当前位置' }).click()
    await expect.poll(() => page.getByPlaceholder('经度').inputValue()).toBe(String(place.longitude))
    await page.goto('/install')
    await page.getByRole('link', { name: '下载 zhiben-ca.crt' }).waitFor()
    calm(who)
    await who.context.close()
  })
})

inBrowser('plain http by a name', () => {
  let site: Site
  beforeAll(async () => {
    site = await openDemoSite()
  }, OPENING_MS)
  afterAll(() => site?.close())

  it('works, and says on the phone page and at sign-in that the origin is not secure and what to do', async () => {
    const named = { url: byName(site.url), browser: site.browser }
    const guest = await visit(named, undefined, phone)
    await guest.page.goto('/sign-in')
    await guest.page.getByText('当前网址不是安全连接（https）').waitFor()
    await guest.page.getByText('init --tls').waitFor()
    await guest.context.close()

    const who = await visit(named, 'qiye', phone)
    const { page } = who
    await open(who, '/report/hazard')
    expect(await page.evaluate(() => isSecureContext)).toBe(false)
    await page.getByText(/当前网址不是 https：可以拍照上报，但没有定位/).waitFor()
    expect(await page.getByRole('button', { name: '用当前位置' }).isDisabled()).toBe(true)
    expect(await ask(who, '/api/me')).toMatchObject({ secureOrigin: false })
    const cookies = (await who.context.cookies()).filter((c) => /session/.test(c.name))
    for (const c of cookies) expect(c).toMatchObject({ secure: false, httpOnly: true })
    calm(who)
    await who.context.close()
  })
})
