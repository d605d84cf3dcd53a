/** The database a command works on. */

import { dataDir, externalDatabase } from '../core/settings.ts'
import { startEmbedded } from '../store/embedded/index.ts'
import { say } from './say.ts'

export interface Database {
  /** connection string for `pg` and everything built on it */
  url: string
  /** false when DATABASE_URL names an external server */
  embedded: boolean
}

/**
 * Runs `use` with the database of DATABASE_URL, or else with the embedded one of the data folder, which is
 * started when it is not running and stopped afterwards when nobody else uses it. A running server is not
 * disturbed.
 */
export async function withDatabase<T>(use: (database: Database) => Promise<T>): Promise<T> {
  const url = externalDatabase()
  if (url) return use({ url, embedded: false })
  const cluster = await startEmbedded({ dataDir: dataDir(), log: say })
  // Ctrl-C in the middle must not leave the database running; the process then ends as usual
  const interrupted = () => void cluster.stop().finally(() => process.exit(130))
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  try {
    return await use({ url: cluster.url, embedded: true })
  } finally {
    process.off('SIGINT', interrupted)
    process.off('SIGTERM', interrupted)
    await cluster.stop()
  }
}
