import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallCounty, type SmallCounty } from '../../../test/model-county.ts'
import { systemActor } from '../../access/actor.ts'
import { writeHead } from '../../journal/heads.ts'
import { journalHead, sealJournal, verifyJournal } from '../../journal/seal.ts'
import { journal } from '../../journal/write.ts'
import { type Db, sql } from '../../store/db.ts'
import { headAge } from './heads.ts'

let c: SmallCounty
beforeAll(async () => {
  c = await openSmallCounty()
})
afterAll(() => c.close())

describe('heads outside the database', () => {
  it('are written once a day, checked before the next, and found missing or stale by doctor', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'zhiben-heads-'))
    try {
      expect(headAge(folder, c.clock.now())).toMatchObject({ state: 'warn' })
      await c.db.transaction().execute((tx) =>
        journal(tx as Db, {
          actor: systemActor,
          now: c.clock.now(),
          register: 'test',
          recordId: null,
          what: 'create',
        }),
      )
      // what other databases of the server still run holds entries back for a moment
      for (let i = 0; i < 200 && (await sealJournal(c.db, c.clock.now())) === 0; i++)
        await new Promise((r) => setTimeout(r, 50))
      const file = await writeHead(c.db, folder, c.clock.now())
      expect(file).toBe(path.join(folder, 'heads', '2026-03-02.json'))
      const head = JSON.parse(readFileSync(file!, 'utf8'))
      expect(head).toMatchObject(await journalHead(c.db))
      expect(await verifyJournal(c.db, head)).toMatchObject({ ok: true })
      expect(headAge(folder, c.clock.now())).toMatchObject({ state: 'ok' })
      const later = new Date(c.clock.now().getTime() + 3 * 86_400_000)
      expect(headAge(folder, later)).toMatchObject({ state: 'warn' })

      // what only the owner of the database can do
      await sql`alter table journal_block disable trigger journal_block_stands`.execute(c.db)
      await sql`update journal_block set hash = ${'e'.repeat(64)} where no = ${head.no}`.execute(c.db)
      await expect(writeHead(c.db, folder, later)).rejects.toThrow(/2026-03-02\.json.*对不上/)
      expect(readdirSync(path.join(folder, 'heads'))).toEqual(['2026-03-02.json'])
      await sql`update journal_block set hash = ${head.hash} where no = ${head.no}`.execute(c.db)
      expect(await writeHead(c.db, folder, later)).toMatch(/2026-03-05\.json$/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
