import type { Browser, Page } from 'playwright-core'
import postcss from 'postcss'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_PASSWORD } from '../../demo/load.ts'
import { inBrowser, launch } from './chromium.ts'
import { explainFailures } from './failure.ts'
import { missedByNobody, styleNewerThan86 } from './level.ts'
import { hasOldChromium, launchOld } from './old-chromium.ts'
import { calm, desk, OPENING_MS, open, openDemoSite, phone, ready, type Site, visit } from './site.ts'

let site: Site

const WECHAT =
  'Mozilla/5.0 (Linux; Android 10; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/86.0.4240.99 ' +
  'XWEB/4317 MMWEBSDK/20220903 Mobile Safari/537.36 MicroMessenger/8.0.28.2240(0x28001C57) WeChat/arm64'

inBrowser('browsers of counties', () => {
  beforeAll(async () => {
    site = await openDemoSite()
  }, OPENING_MS)
  afterAll(async () => {
    await site?.close()
  })

  it('a browser older than Chromium 86 is told which ones work, and gets nothing else', async () => {
    const browser = await launch()
    try {
      const page = await browser.newPage({ baseURL: site.url })
      const troubles: string[] = []
      page.on('pageerror', (e) => troubles.push(e.message))
      // what came with Chromium 86
      await page.addInitScript(() => Reflect.deleteProperty(Element.prototype, 'replaceChildren'))
      await page.goto('/records/enterprise')
      await page.getByRole('heading', { name: '这个浏览器版本太低，打不开本系统' }).waitFor()
      expect(await page.getByText('极速模式').count()).toBe(1)
      await page.waitForLoadState('networkidle')
      expect(await page.locator('form, #root').count()).toBe(0)
      expect(troubles).toEqual([])
    } finally {
      await browser.close()
    }
  })

  it('the rules that the component library writes are ones that Chromium 86 knows', async () => {
    const who = await visit(site, 'admin')
    for (const route of ['/', '/records/hazard', '/records/hazard/new', '/policy', '/people', '/grades']) {
      await open(who, route)
      const rules = await written(who.page)
      expect(rules.length, route).toBeGreaterThan(1_000)
      expect(styleNewerThan86(rules, missedByNobody), route).toEqual([])
    }
    await who.context.close()
  })

  it('in WeChat a download says to open the page outside; reading and reporting are there', async () => {
    const context = await site.browser.newContext({ ...phone, baseURL: site.url, userAgent: WECHAT })
    const page = await context.newPage()
    await page.goto('/sign-in')
    await signIn(page, 'bagong')
    await page.goto('/records/hazard')
    await page.getByRole('button', { name: '导出' }).click()
    await page.getByLabel(/^用途/).fill('核对台账')
    await exportLink(page).click()
    await page.getByRole('dialog').getByText('微信里不能保存文件').last().waitFor()
    expect(page.url()).toContain('/records/hazard')
    await page.goto('/report/hazard')
    await ready(page)
    expect(await page.locator('input[type=file]').count()).toBeGreaterThan(0)
    await context.close()
  })
})

/** The rules that the library writes into the page as it draws. */
const written = (page: Page) =>
  page.evaluate(() => [...document.querySelectorAll('style')].map((s) => s.textContent ?? '').join('\n'))

// only where there is one: the level of the built code is tried everywhere (built-level.test.ts)
const whereThereIsOne = hasOldChromium ? describe : () => undefined
whereThereIsOne('Chromium 86', () => {
  explainFailures()
  let old: { browser: Browser; close: () => Promise<void> }
  beforeAll(async () => {
    site = await openDemoSite()
    old = await launchOld()
  }, OPENING_MS)
  afterAll(async () => {
    await old?.close()
    await site?.close()
  })

  // without locators: today's driver asks elements what Chromium 86 cannot answer (checkVisibility)
  it('signs in, and shows 今日, lists, forms and a report without a script failing or a style being dropped', async () => {
    const who = await visit({ url: site.url, browser: old.browser }, undefined, desk)
    const { page } = who
    expect(await page.evaluate(() => navigator.userAgent)).toContain('Chrome/86.')
    await page.goto('/sign-in')
    await type(page, 'username', 'bagong')
    await type(page, 'password', DEMO_PASSWORD)
    await page.evaluate(() => document.querySelector<HTMLElement>('button[type=submit]')?.click())
    await page.waitForURL((u) => u.pathname === '/')
    for (const route of ['/', '/records/enterprise', '/records/hazard', '/report/hazard', '/tasks']) {
      await page.goto(route)
      await page.waitForFunction(
        () => document.querySelector('h1') && !document.querySelector('.ghost, .boot'),
      )
      expect(await page.evaluate(() => document.querySelectorAll('.shell').length), route).toBe(1)
      expect(await dropped(page), route).toEqual([])
    }
    calm(who, /401/)
    await who.context.close()
  })
})

async function type(page: Page, id: string, text: string): Promise<void> {
  await page.waitForFunction((i) => document.getElementById(i), id)
  await page.evaluate((i) => document.getElementById(i)?.focus(), id)
  await page.keyboard.insertText(text)
}

/** Looks different and no worse without them. */
const harmless =
  /^(accent-color|print-color-adjust|-webkit-text-decoration-skip|text-underline-offset|overflow-clip-margin|scrollbar-(color|width|gutter)|.*--|-moz|-ms)/

/** Declarations and selectors of every sheet on the page that this browser does not take. */
async function dropped(page: Page): Promise<string[]> {
  const links = await page.evaluate(() =>
    Promise.all(
      [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')].map((l) =>
        fetch(l.href).then((r) => r.text()),
      ),
    ),
  )
  const selectors = new Set<string>()
  const declarations = new Set<string>()
  postcss.parse([await written(page), ...links].join('\n')).walk((node) => {
    if (node.type === 'rule' && node.parent?.type !== 'atrule' && !missedByNobody.test(node.selector))
      selectors.add(node.selector)
    if (node.type === 'decl' && !harmless.test(node.prop)) declarations.add(`${node.prop}\u0000${node.value}`)
  })
  return page.evaluate(
    ([selectors, declarations]) => [
      ...selectors!.filter((s) => {
        try {
          document.querySelector(s)
          return false
        } catch {
          return !/-moz|-ms-/.test(s)
        }
      }),
      ...declarations!.filter((d) => !CSS.supports(...(d.split('\u0000') as [string, string]))),
    ],
    [[...selectors], [...declarations]],
  )
}

const exportLink = (page: Page) => page.locator('a[download]').first()

async function signIn(page: Page, username: string): Promise<void> {
  await page.getByLabel('用户名').fill(username)
  await page.locator('#password').fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.getByRole('heading', { name: '今日' }).waitFor()
  await ready(page)
}
