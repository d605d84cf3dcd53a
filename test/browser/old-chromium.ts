/**
 * Chromium 86, the oldest browser that counties' desks run (360, 奇安信, 统信). It is not installed with the product;
 * the npm package chrome-aws-lambda 5.3.1 carries one for Linux, 45 MB:
 *
 *     npm install --no-save --ignore-scripts chrome-aws-lambda@5.3.1
 *
 * or `CHROMIUM_OLD` names a file. Without it the tests that need it are not in the run; a line on the console says so.
 */
import { chmodSync, createReadStream, createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { type Browser, chromium } from 'playwright-core'

const packed = path.resolve('node_modules', 'chrome-aws-lambda', 'bin', 'chromium.br')

export const hasOldChromium = Boolean(process.env.CHROMIUM_OLD) || existsSync(packed)
if (!hasOldChromium)
  console.warn(
    '没有 Chromium 86，旧浏览器的测试跳过。可运行 npm install --no-save --ignore-scripts chrome-aws-lambda@5.3.1。',
  )

/** Starts it; `close` ends it and removes what was unpacked. */
export async function launchOld(): Promise<{ browser: Browser; close: () => Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'zhiben-chromium-86-'))
  const file = process.env.CHROMIUM_OLD ?? path.join(folder, 'chromium')
  if (!process.env.CHROMIUM_OLD) {
    await pipeline(createReadStream(packed), createBrotliDecompress(), createWriteStream(file))
    chmodSync(file, 0o755)
  }
  const browser = await chromium.launch({
    executablePath: file,
    args: ['--no-sandbox', '--no-zygote', '--single-process', '--disable-gpu', '--disable-dev-shm-usage'],
  })
  return {
    browser,
    close: async () => {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
