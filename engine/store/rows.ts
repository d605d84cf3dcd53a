import type { Actor } from '../access/actor.ts'
import { type Reach, reach, reaches, type ScopeRow, type Wish } from '../access/scope.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { tableOf } from '../core/naming.ts'
import { type Db, sql } from './db.ts'
import { selectRows } from './select.ts'
import type { Services } from './services.ts'
import type { Row } from './types.ts'
import { reachSql } from './where.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** What actors reach on a day: asked several times in every request, of the same actor and register. */
const reached = new WeakMap<Actor, { day: string; of: Map<RecordDef, Partial<Record<Wish, Reach>>> }>()

/** Which rows an actor reaches today. Neither he nor the answer is changed by anybody: the same ones, the same answer. */
export function scopeOf(s: Services, actor: Actor, def: RecordDef, wish: Wish): Reach {
  const day = shanghaiDate(s.clock.now())
  let known = reached.get(actor)
  if (known?.day !== day) {
    known = { day, of: new Map() }
    reached.set(actor, known)
  }
  let wishes = known.of.get(def)
  if (!wishes) {
    wishes = {}
    known.of.set(def, wishes)
  }
  wishes[wish] ??= reach(actor, def, wish, day)
  return wishes[wish]
}

/** The same whether there is one or not. */
const sealedHint = (def: RecordDef): string =>
  def.sealed ? `${def.sealed.label}只有企业看得到，监管部门可以抽查。` : ''

/** What is out of reach is told apart from what does not exist by nobody: both are "not found". */
export const notFound = (def: RecordDef, id: string): Problem =>
  new Problem('not-found', `没有找到这条${def.label}记录，或者它不在您的管辖范围内。${sealedHint(def)}`, {
    register: def.name,
    id,
  })

/** One row within reach; undefined when there is none. */
export async function findRow(
  s: Services,
  db: Db,
  actor: Actor,
  def: RecordDef,
  id: string,
  wish: Wish = 'read',
): Promise<Row | undefined> {
  if (!uuid.test(id)) return undefined
  const scope = reachSql(scopeOf(s, actor, def, wish))
  const { rows } = await selectRows(def, s.catalogue, sql`where t.id = ${id} and ${scope}`).execute(db)
  return rows[0] as Row | undefined
}

export async function getRow(
  s: Services,
  db: Db,
  actor: Actor,
  def: RecordDef,
  id: string,
  wish: Wish = 'read',
): Promise<Row> {
  const row = await findRow(s, db, actor, def, id, wish)
  if (!row) throw notFound(def, id)
  return row
}

/** Locks the row for a change and gives it as it stands. Readable but not writable is `forbidden`. */
export async function lockRow(
  s: Services,
  tx: Db,
  actor: Actor,
  def: RecordDef,
  id: string,
  wish: 'write' | 'act',
): Promise<Row> {
  if (!uuid.test(id)) throw notFound(def, id)
  const scope = reachSql(scopeOf(s, actor, def, 'read'))
  const { rows } = await selectRows(
    def,
    s.catalogue,
    sql`where t.id = ${id} and ${scope} for update of t`,
  ).execute(tx)
  const row = rows[0] as Row | undefined
  if (!row) throw notFound(def, id)
  if (!reaches(scopeOf(s, actor, def, wish), row as ScopeRow))
    throw new Problem('forbidden', `您可以查看这条${def.label}，但不能修改。请联系其监管单位或县局。`, {
      register: def.name,
      id,
    })
  return row
}

/**
 * The row that an earlier answer showed, for its retry: who was given it once is given it again, also where the write
 * itself sealed it or moved it out of his reach. A version that is kept nowhere is read as any row is.
 */
export async function rowAtVersion(
  s: Services,
  actor: Actor,
  def: RecordDef,
  id: string,
  version: number,
): Promise<Row> {
  const shown = sql`where t.id = ${id} and t.version = ${version}`
  const { rows } = await selectRows(def, s.catalogue, shown).execute(s.db)
  if (rows[0]) return rows[0] as Row
  return (await pastRow(s, s.db, def, id, version)) ?? getRow(s, s.db, actor, def, id)
}

/** The row as it stood in an earlier version, whatever its scope; undefined where no past is kept. */
export async function pastRow(
  s: Services,
  db: Db,
  def: RecordDef,
  id: string,
  version: number,
): Promise<Row | undefined> {
  const shown = sql`where t.id = ${id} and t.version = ${version}`
  const past = sql.raw(`history.${tableOf(def.name)}`)
  const last = sql`${shown} order by t.replaced_at desc limit 1`
  return (await selectRows(def, s.catalogue, last, { source: past }).execute(db)).rows[0] as Row | undefined
}

export function checkVersion(def: RecordDef, row: Row, version: number): void {
  if (row.version !== version)
    throw new Problem(
      'version-lost',
      `这条${def.label}刚被别人修改过（现为第 ${row.version} 版）。请对照后重新提交。`,
      {
        yours: version,
        current: row,
      },
    )
}
