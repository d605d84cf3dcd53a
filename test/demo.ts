import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { loadDemo } from '../demo/load.ts'
import { fixedClock } from '../engine/core/clock.ts'
import { openEngine } from '../engine/main.ts'
import { cloneTemplate, type TestDatabase } from './pg.ts'
import { QUICK_PASSWORDS } from './quick-passwords.ts'

/** The instant at which the demo county of the tests stands. */
export const DEMO_NOW = '2026-11-22T03:00:00.000Z'

/** How much of the demo county the tests have: all its trades, towns and stories, in a quarter of the time. */
const SHARE = 0.25

export interface DemoDatabase extends TestDatabase {
  /** data folder with the demo's files */
  dataDir: string
}

/**
 * A database with the demo county, loaded once a run through the real doors and then cloned, with its files.
 */
export async function cloneDemo(): Promise<DemoDatabase> {
  const made = await cloneTemplate('demo', async (url, folder) => {
    const engine = await openEngine(url, folder, {
      clock: fixedClock(DEMO_NOW),
      passwordCost: QUICK_PASSWORDS,
    })
    try {
      await loadDemo(engine, () => undefined, SHARE)
    } finally {
      await engine.close()
    }
  })
  const dataDir = mkdtempSync(path.join(tmpdir(), 'zhiben-demo-'))
  if (existsSync(made.folder)) cpSync(made.folder, dataDir, { recursive: true })
  return {
    url: made.url,
    dataDir,
    async drop() {
      rmSync(dataDir, { recursive: true, force: true })
      await made.drop()
    },
  }
}
