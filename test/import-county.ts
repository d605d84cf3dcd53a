/** For tests: the real county's definitions over a real database, with its areas and people of three kinds. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { Actor } from '../engine/access/actor.ts'
import { loadAreas } from '../engine/areas/load.ts'
import { fixedClock } from '../engine/core/clock.ts'
import {
  getImport,
  type ImportOptions,
  type ImportSession,
  importRows,
  runImport,
  settled,
  startImport,
} from '../engine/exchange/import/index.ts'
import { writeSheet } from '../engine/exchange/sheet/index.ts'
import { type Engine, openEngine } from '../engine/main.ts'
import { openDoor } from '../engine/store/door.ts'
import type { Row } from '../engine/store/types.ts'
import { inArea, person_ } from './model-county.ts'
import { cloneDatabase } from './pg.ts'

/** A table as an .xlsx in memory; the first line holds the headings. */
export async function xlsxOf(rows: readonly (readonly unknown[])[]): Promise<Buffer> {
  const { PassThrough } = await import('node:stream')
  const out = new PassThrough()
  const chunks: Buffer[] = []
  out.on('data', (c: Buffer) => chunks.push(c))
  const [titles = [], ...rest] = rows
  const columns = titles.map((t) => ({ title: String(t ?? ''), type: 'text' as const }))
  await writeSheet(
    columns,
    rest.map((r) => [...r]),
    out,
  )
  return Buffer.concat(chunks)
}

export async function openImportCounty(at = '2026-03-02T09:00:00+08:00') {
  const database = await cloneDatabase()
  const dir = mkdtempSync(path.join(tmpdir(), 'zhiben-import-'))
  const clock = fixedClock(at)
  const engine: Engine = await openEngine(database.url, dir, { clock })
  await loadAreas(engine.db, '140525')
  const county = person_('李县', [inArea('county-officer', '140525')])
  const admin = person_('管县', [inArea('county-admin', '140525')])
  const bagong = person_('王镇', [inArea('town-officer', '140525108')], '140525108')
  const viewer = person_('看市', [inArea('city-viewer', '1405')], '1405')
  let keys = 0
  /** Starts an import and waits until the file has been read. */
  const upload = async (
    actor: Actor,
    register: string,
    content: Buffer | readonly (readonly unknown[])[],
    options: ImportOptions & { name?: string } = {},
  ): Promise<ImportSession> => {
    const bytes = Buffer.isBuffer(content) ? content : await xlsxOf(content as readonly unknown[][])
    const { name = '台账.xlsx', ...rest } = options
    const session = await startImport(
      engine,
      actor,
      register,
      { content: Readable.from([bytes]), name },
      rest,
    )
    await settled(session.id)
    return getImport(engine, actor, session.id)
  }
  const run = async (actor: Actor, id: string): Promise<ImportSession> => {
    await runImport(engine, actor, id)
    await settled(id)
    return getImport(engine, actor, id)
  }
  return {
    url: database.url,
    dir,
    engine,
    clock,
    county,
    admin,
    bagong,
    viewer,
    upload,
    run,
    rows: async (actor: Actor, id: string, state?: Parameters<typeof importRows>[3]) =>
      (await importRows(engine, actor, id, { limit: 500, ...state })).rows,
    door: (actor: Actor) => openDoor(engine, actor),
    all: async (actor: Actor, register: string): Promise<Row[]> =>
      (await openDoor(engine, actor).list(register, { limit: 500, sort: ['recordedAt'] })).rows,
    key: () => ({ idempotencyKey: `t${++keys}` }),
    async close() {
      await engine.close()
      await database.drop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
export type ImportCounty = Awaited<ReturnType<typeof openImportCounty>>
