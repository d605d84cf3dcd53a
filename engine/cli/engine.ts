/** The engine on the database a command works on, and the actor commands act as. */
import type { Actor } from '../access/actor.ts'
import { dataDir } from '../core/settings.ts'
import { type Engine, openEngine } from '../main.ts'
import { withDatabase } from './database.ts'

/**
 * The command line acts as the administrator of an area (default: the whole installation): whoever can run it
 * can read the database anyway. What it writes stands in the journal under this name.
 */
export const commandLineActor = (area = ''): Actor => ({
  id: '00000000-0000-7000-8000-00000000c11e',
  name: '命令行',
  kind: 'machine',
  assignments: [{ role: 'county-admin', ground: { by: 'area', area } }],
  home: area,
})

export async function withEngine<T>(use: (engine: Engine) => Promise<T>): Promise<T> {
  return withDatabase(async ({ url }) => {
    const engine = await openEngine(url, dataDir(), { pool: 4 })
    try {
      return await use(engine)
    } finally {
      await engine.close()
    }
  })
}

export const printJson = (value: unknown): void =>
  void process.stdout.write(`${JSON.stringify(value, null, 1)}\n`)
