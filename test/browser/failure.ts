/** What a browser test adds to the message with which it fails: the route, what the browser complained of, a picture. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, type RunnerTestCase } from 'vitest'

interface Watched {
  page: Page
  /** errors of scripts and of the console */
  console: string[]
  /** requests that failed or were refused */
  requests: string[]
}
const watched = new Set<Watched>()
const pictures = path.resolve('dist', 'test-browser')

/** Notes what goes wrong on a page from now on, until it closes. */
export function watch(page: Page): void {
  const own: Watched = { page, console: [], requests: [] }
  watched.add(own)
  page.on('close', () => watched.delete(own))
  page.on('console', (m) => {
    if (m.type() === 'error') own.console.push(m.text())
  })
  page.on('pageerror', (e) => own.console.push(e.message))
  page.on('requestfailed', (r) =>
    own.requests.push(`${r.method()} ${r.url()}: ${r.failure()?.errorText ?? 'failed'}`),
  )
  page.on('response', (r) => {
    if (r.status() >= 400) own.requests.push(`${r.status()} ${r.request().method()} ${r.url()}`)
  })
}

/** Called inside a group of tests: from then on its failures name route and cause. */
export function explainFailures(): void {
  beforeEach(() => {
    for (const w of watched) w.console.length = w.requests.length = 0
  })
  afterEach(async ({ task }) => {
    const error = task.result?.errors?.[0]
    if (!error || watched.size === 0) return
    const told = (await Promise.all([...watched].map((w, n) => tell(w, task, n)))).join('\n')
    error.message += `\n${told}`
    error.stack = error.stack?.replace(/^.*$/m, (first) => `${first}\n${told}`)
  })
}

const last = (list: string[]) => (list.length ? list.slice(-5).join(' | ') : 'none')

async function tell({ page, console, requests }: Watched, task: Readonly<RunnerTestCase>, n: number) {
  mkdirSync(pictures, { recursive: true })
  const picture = path.join(pictures, `${task.name.replace(/[^\p{L}\d]+/gu, '-').slice(0, 60)}-${n}.png`)
  const shot = await page.screenshot({ path: picture, timeout: 10_000 }).then(
    () => path.relative('.', picture),
    (e: Error) => `no picture (${e.message.split('\n')[0]})`,
  )
  return `  on ${page.url()} · console: ${last(console)} · requests: ${last(requests)} · ${shot}`
}
