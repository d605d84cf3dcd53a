/** The real program on a clone of the demo county, and people who visit it with a browser. */
import { randomUUID } from 'node:crypto'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { DEMO_PASSWORD } from '../../demo/load.ts'
import { cloneDemo } from '../demo.ts'
import { start } from '../start/program.ts'
import { launch } from './chromium.ts'
import { watch } from './failure.ts'

export interface Site {
  url: string
  /** connection string of its database, for what only SQL can prepare */
  database: string
  browser: Browser
  close(): Promise<void>
}

/** How long the demo county, the program and the browser may take to be there on a busy machine. */
export const OPENING_MS = 420_000

export async function openDemoSite(): Promise<Site> {
  const demo = await cloneDemo()
  const undo: (() => Promise<unknown>)[] = [() => demo.drop()]
  const close = async () => {
    for (const step of undo.reverse()) await step()
  }
  try {
    const program = await start({ dataDir: demo.dataDir, env: { DATABASE_URL: demo.url } })
    undo.push(async () => {
      program.child.kill('SIGINT')
      await program.ended
    })
    const browser = await launch()
    undo.push(() => browser.close())
    return { url: program.url, database: demo.url, browser, close }
  } catch (e) {
    await close()
    throw e
  }
}

export const desk = { viewport: { width: 1440, height: 900 } }
export const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}

export interface Visitor {
  context: BrowserContext
  page: Page
  /** errors the browser wrote to its console, and scripts that failed */
  troubles: string[]
}

/** Opens a browser window of one's own; signed in when a user is named. */
export async function visit(
  site: Pick<Site, 'url' | 'browser'>,
  username?: string,
  device: typeof desk | typeof phone = desk,
  password = DEMO_PASSWORD,
): Promise<Visitor> {
  const context = await site.browser.newContext({
    ...device,
    baseURL: site.url,
    locale: 'zh-CN',
    acceptDownloads: true,
    // nothing moves under the hand on a busy machine
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(45_000)
  const page = await context.newPage()
  watch(page)
  if (username) {
    await page.goto('/icon.svg')
    await say(page, 'POST', '/api/auth/sign-in/username', { username, password })
  }
  const troubles: string[] = []
  page.on('console', (m) => {
    if (m.type() === 'error') troubles.push(`${m.text()} (${m.location().url}) on ${page.url()}`)
  })
  page.on('pageerror', (e) => troubles.push(`${e.message} on ${page.url()}`))
  return { context, page, troubles }
}

/** Nothing went wrong in the browser since the last look; `known` are refusals the test asked for. */
export function calm(visitor: Visitor, known?: RegExp): void {
  expect(visitor.troubles.splice(0).filter((t) => !known?.test(t))).toEqual([])
}

/** Asks the API from within the page: with its cookies, under the name the browser knows. */
async function say<T>(page: Page, method: string, path: string, body?: object): Promise<T> {
  const { status, text } = await page.evaluate(
    async ([method, path, body, key]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key! }
      const answer = await fetch(path!, body ? { method, headers, body } : { method })
      return { status: answer.status, text: await answer.text() }
    },
    [method, path, body && JSON.stringify(body), randomUUID()] as const,
  )
  expect(status, `${path}: ${text.slice(0, 500)}`).toBe(200)
  return JSON.parse(text) as T
}

/** What the API says to this visitor. */
export const ask = <T>({ page }: Pick<Visitor, 'page'>, path: string): Promise<T> => say(page, 'GET', path)

/** Loads a page of the app, scripts and all, and waits until what it shows has come. */
export async function load({ page }: Pick<Visitor, 'page'>, path: string): Promise<void> {
  await page.goto(path)
  await ready(page)
}

/**
 * Opens a page of the app as `load` does, data read anew, but keeps the running app where there is one: its scripts
 * cost more than all else a page does.
 */
export async function open(who: Pick<Visitor, 'page'>, path: string): Promise<void> {
  const { page } = who
  const here = page.url()
  if (!here.startsWith('http')) return load(who, path)
  const to = new URL(path, here)
  if (to.pathname === new URL(here).pathname || !(await page.evaluate(move, to.href))) return load(who, path)
  await settled(page)
}

/**
 * In the page: drops the answers that the app keeps, goes to another of its pages, and waits until that one stands
 * there with its own. False where no app runs, or nobody is signed in yet.
 */
async function move(href: string): Promise<boolean> {
  interface Fiber {
    memoizedProps?: { client?: Client; value?: { location?: { pathname: string } } } | null
    child?: Fiber | null
  }
  interface Client {
    getQueryData(key: string[]): unknown
    isFetching(): number
    removeQueries(of: { predicate(q: { queryKey: readonly unknown[] }): boolean }): void
  }
  const entries = Object.entries(document.getElementById('root') ?? {})
  const container: { stateNode: { current: Fiber } } | undefined = entries.find(([k]) =>
    k.startsWith('__reactContainer'),
  )?.[1]
  if (!container) return false
  /** What stands on the page, from the outermost part in, as React keeps it. */
  const props = () => {
    const out: NonNullable<Fiber['memoizedProps']>[] = []
    for (let f: Fiber | null | undefined = container.stateNode.current; f; f = f.child)
      if (f.memoizedProps) out.push(f.memoizedProps)
    return out
  }
  const client = props().find((p) => p.client)?.client
  if (!client?.getQueryData(['me']) || !client.getQueryData(['definitions'])) return false
  const app = new Set(['me', 'definitions', 'areas', 'units'])
  client.removeQueries({ predicate: ({ queryKey }) => !app.has(String(queryKey[0])) })
  history.pushState(null, '', href)
  dispatchEvent(new PopStateEvent('popstate', { state: null }))
  const until = performance.now() + 45_000
  const shown = () => props().find((p) => p.value?.location)?.value?.location?.pathname
  for (let calm = 0; calm < 3; ) {
    await new Promise((r) => requestAnimationFrame(r))
    // a page may lead on to another one
    calm = shown() === location.pathname && client.isFetching() === 0 ? calm + 1 : 0
    if (performance.now() > until) throw new Error(`${href} has not come`)
  }
  return true
}

/** What was asked for has come, and has been drawn. */
export async function settled(page: Page): Promise<void> {
  await ready(page)
  await expect.poll(() => page.locator('main[aria-busy=true]').count()).toBe(0)
  await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))))
}

export async function ready(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await expect.poll(() => page.locator('.ghost, .boot').count(), { timeout: 45_000 }).toBe(0)
}
