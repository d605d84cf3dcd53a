/** For tests: the shipped definitions over a real database and the whole HTTP side, with people who can sign in. */
import { definitions } from '../county/index.ts'
import { fixedClock } from '../engine/core/clock.ts'
import { PolicyBook } from '../engine/core/policy.ts'
import { proposeOnWrite } from '../engine/grading/propose.ts'
import type { HttpOptions } from '../engine/http/services.ts'
import { countyCatalogue } from '../engine/main.ts'
import { openDatabase, sql } from '../engine/store/db.ts'
import { openServices } from '../engine/store/open.ts'
import { setOnWrite } from '../engine/store/sets.ts'
import { cloneDatabase } from './pg.ts'
import { serveCounty } from './try-app.ts'

export async function openShippedCounty(options: HttpOptions = {}) {
  const pg = await cloneDatabase()
  const database = openDatabase(pg.url)
  const clock = fixedClock('2026-03-02T09:00:00+08:00')
  const services = await openServices(database.db, countyCatalogue(), { clock })
  services.onWrite.push(setOnWrite(services), proposeOnWrite(services))
  await sql`insert into area (code, name, parent, level) values ('14', '山西省', null, 'province'),
    ('1405', '晋城市', '14', 'city'), ('140525', '泽州县', '1405', 'county'),
    ('140525100', '南村镇', '140525', 'town')`.execute(database.db)
  let book: PolicyBook | undefined
  const shipped = services.policies
  const open = { ...services, policies: () => book ?? shipped() }
  const served = await serveCounty(open, options)
  return {
    ...served,
    db: database.db,
    clock,
    open,
    policies: definitions.policies,
    /** the parameters as they would be; undefined: the shipped ones again */
    usePolicies(rows: typeof definitions.policies | undefined) {
      book = rows && new PolicyBook(rows)
    },
    async close() {
      await served.close()
      await database.close()
      await pg.drop()
    },
  }
}
export type ShippedCounty = Awaited<ReturnType<typeof openShippedCounty>>

/** The least that makes a firm, and a general hazard a firm's own people found. */
export const aFirm = (name: string) => ({
  name,
  creditCode: '91140525MA0K123456',
  address: '山西省晋城市泽州县南村镇',
  place: '140525100',
  area: '140525100',
  industry: '机械',
  status: '在产',
})
