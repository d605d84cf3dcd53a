import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { areasOfCounty } from '../engine/areas/load.ts'
import { type Engine, openEngine } from '../engine/main.ts'
import { sql } from '../engine/store/db.ts'
import { cloneDatabase, type TestDatabase } from '../test/pg.ts'
import { generate, SEED } from './generate.ts'
import { loadDemo } from './load.ts'
import type { Town } from './types.ts'

let base: TestDatabase
let engine: Engine
let folder: string
const lines: string[] = []
let seconds = 0

beforeAll(async () => {
  base = await cloneDatabase()
  folder = mkdtempSync(path.join(tmpdir(), 'zhiben-demo-'))
  engine = await openEngine(base.url, folder)
  const from = performance.now()
  await loadDemo(engine, (line) => lines.push(line))
  seconds = (performance.now() - from) / 1000
}, 180_000)

afterAll(async () => {
  await engine?.close()
  await base?.drop()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

const count = async (query: string): Promise<number> =>
  Number((await sql<{ n: number }>`${sql.raw(query)}`.execute(engine.db)).rows[0]?.n)
const values = async (query: string): Promise<string[]> =>
  (await sql<{ v: string }>`${sql.raw(query)}`.execute(engine.db)).rows.map((r) => r.v).sort()

describe('the demo county', () => {
  it('loads in well under a minute', () => {
    console.log(`demo: ${seconds.toFixed(1)} s`)
    expect(seconds).toBeLessThan(60)
  })
})
