/** Behind a gateway that ends TLS and gives the product a path of its host, as government networks do. */
import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request as ask } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../pg.ts'
import { cleanUp, command, type Running, scratch, start } from '../start/program.ts'
import { inBrowser, launch, NAME } from './chromium.ts'
import { calm, OPENING_MS, open, visit } from './site.ts'

const PREFIX = '/zhiben'

inBrowser('behind a gateway with TLS and a path prefix', () => {
  let folder: string
  let database: TestDatabase
  let program: Running
  let gateway: Server
  let browser: Browser
  let password = ''
  let strips = false

  beforeAll(async () => {
    folder = scratch('gateway')
    const dataDir = path.join(folder, 'data')
    database = await cloneDatabase()
    const env = { DATABASE_URL: database.url, ZHIBEN_PREFIX: PREFIX, ZHIBEN_PROXIES: '127.0.0.1' }
    const made = await command(['init', '--area', '140525'], { dataDir, env })
    expect(made.code, made.said).toBe(0)
    password = /一次性密码\s+(\S+)/.exec(made.said)?.[1] ?? ''
    program = await start({ dataDir, env })
    expect(new URL(program.url).pathname).toBe(PREFIX)

    const own = path.join(folder, 'gateway')
    expect((await command(['init', '--tls', '--host', NAME], { dataDir: own })).code).toBe(0)
    const [cert, key] = ['server.crt', 'server.key'].map((f) => readFileSync(path.join(own, 'tls', f)))
    gateway = createServer({ cert: cert!, key: key! }, (from, to) => {
      if (!from.url!.startsWith(PREFIX)) return to.writeHead(404).end('another system of this host')
      const on = ask(
        {
          host: '127.0.0.1',
          port: new URL(program.url).port,
          method: from.method,
          path: strips ? from.url!.slice(PREFIX.length) || '/' : from.url,
          headers: {
            ...from.headers,
            'x-forwarded-proto': 'https',
            'x-forwarded-host': from.headers.host,
            'x-forwarded-for': '10.20.30.40',
          },
        },
        (answer) => {
          to.writeHead(answer.statusCode!, answer.headers)
          answer.pipe(to)
        },
      )
      from.pipe(on)
    }).listen(0, '127.0.0.1')
    const pin = new X509Certificate(cert!).publicKey.export({ type: 'spki', format: 'der' })
    browser = await launch(
      `--ignore-certificate-errors-spki-list=${createHash('sha256').update(pin).digest('base64')}`,
    )
  }, OPENING_MS)
  afterAll(async () => {
    await browser?.close()
    gateway?.close()
    gateway?.closeAllConnections()
    if (folder) await cleanUp(folder, program ? [program] : [])
    await database?.drop()
  })

  const address = () => `https://${NAME}:${(gateway.address() as AddressInfo).port}${PREFIX}`

  it('sign-in, pages, reload, downloads and the page of the API work', async () => {
    const url = address()
    const who = await visit({ url, browser })
    const { page } = who
    await page.goto(`${url}/`)
    await page.getByLabel('用户名').fill('admin')
    await page.getByLabel('密码', { exact: true }).fill(password)
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.getByRole('heading', { name: '修改密码' }).waitFor()
    await page.getByLabel(/^现在的密码/).fill(password)
    password = 'Zezhou-2026-anquan'
    await page.getByLabel('新密码', { exact: true }).fill(password)
    await page.getByLabel('再输一次新密码').fill(password)
    await page.getByRole('button', { name: '修改', exact: true }).click()
    await page.getByRole('heading', { name: '今日' }).waitFor()
    for (const c of await who.context.cookies()) expect(c).toMatchObject({ secure: true, domain: NAME })

    await open(who, `${url}/records/enterprise`)
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(page.url()).toBe(`${url}/records/enterprise`)

    await open(who, `${url}/imports`)
    const template = page.locator('a[href$="/template.xlsx"]').first()
    const [file] = await Promise.all([page.waitForEvent('download'), template.click()])
    expect(new URL(file.url()).pathname).toMatch(/^\/zhiben\/api\//)
    expect(await file.failure()).toBeNull()

    await page.goto(`${url}/api/docs`)
    await page.getByRole('heading', { name: /治本|Zhiben/ }).waitFor()
    calm(who, /401/)
    await who.context.close()
  })

  it('so they do where the gateway strips the prefix', async () => {
    strips = true
    const who = await visit({ url: address(), browser })
    await who.page.goto(`${address()}/records/enterprise`)
    await who.page.getByLabel('用户名').waitFor()
    calm(who, /401/)
    await who.context.close()
  })
})
