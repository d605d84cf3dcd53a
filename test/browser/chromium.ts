/** The browser the tests drive: a Chromium that is on the machine; nothing is downloaded. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { describe } from 'vitest'
import { explainFailures } from './failure.ts'

const names = [
  // cut out of the same browser, without its windows
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome.exe',
  'msedge.exe',
]

/** `CHROMIUM` names one (and then it must be there); else the first known name in PATH. */
export const chromiumPath: string | undefined =
  process.env.CHROMIUM ||
  names
    .flatMap((name) => (process.env.PATH ?? '').split(path.delimiter).map((dir) => path.join(dir, name)))
    .concat('/usr/bin/chromium')
    .find((file) => existsSync(file))

if (!chromiumPath)
  console.warn('没有找到 Chromium，浏览器测试全部跳过。请安装 chromium，或用环境变量 CHROMIUM 给出它的位置。')

/** A name that is not localhost, for which the browser asks this machine: what a county's own name would be. */
export const NAME = 'zhiben.county.test'

/**
 * A group of tests that need the browser: they show as skipped where there is none. One that fails names the route,
 * what the browser complained of, and where the picture of it is.
 */
export const inBrowser = (name: string, tests: () => void) =>
  describe.skipIf(!chromiumPath)(name, () => {
    explainFailures()
    tests()
  })

export const launch = (...more: string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP ${NAME} 127.0.0.1`,
      ...more,
    ],
  })
