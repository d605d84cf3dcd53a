/**
 * Writes the next numbered migration from the definitions: what the tables of registers and loops still lack.
 *   npm run migration -- [name]      writes engine/store/migrations/NNN_<name>.sql when something is missing
 *   npm run migration -- --check     exits 1 when something is missing (part of `npm run check`)
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { definitions } from '../county/index.ts'
import { Catalogue } from '../engine/core/catalogue.ts'
import { startEmbedded } from '../engine/store/embedded/index.ts'
import { migrate, migrationFiles, missingSchema } from '../engine/store/migrate.ts'
import { fieldTypes } from '../fields/index.ts'

const folder = fileURLToPath(new URL('../engine/store/migrations/', import.meta.url))

const args = process.argv.slice(2).filter((a) => a !== '--')

/** SQL the committed migrations lack for the present definitions. */
async function missing(): Promise<string[]> {
  const data = mkdtempSync(path.join(tmpdir(), 'zhiben-migration-'))
  chmodSync(data, 0o755)
  const cluster = await startEmbedded({ dataDir: path.join(data, 'pg'), durable: false })
  try {
    await migrate(cluster.url)
    const client = new pg.Client({ connectionString: cluster.url })
    await client.connect()
    try {
      return await missingSchema(client, new Catalogue(definitions, fieldTypes))
    } finally {
      await client.end()
    }
  } finally {
    await cluster.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

const statements = await missing()
if (args.includes('--check')) {
  if (statements.length) {
    console.error(`definitions need a migration: npm run migration\n${statements.join(';\n')}`)
    process.exit(1)
  }
} else if (statements.length) {
  const last = Math.max(...migrationFiles().map((f) => f.no))
  const file = `${String(last + 1).padStart(3, '0')}_${args.find((a) => !a.startsWith('-')) ?? 'records'}.sql`
  writeFileSync(
    folder + file,
    `-- Made from the definitions by scripts/make-migration.ts.\n\n${statements.join(';\n\n')};\n`,
  )
  console.log(`wrote ${file}: ${statements.length} statements`)
} else console.log('nothing to add: the migrations match the definitions')
