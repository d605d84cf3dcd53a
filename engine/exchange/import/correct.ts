import type { Actor } from '../../access/actor.ts'
import type { Json } from '../../core/condition/ast.ts'
import type { RecordDef } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import { parentField } from '../../core/naming.ts'
import { type Db, sql } from '../../store/db.ts'
import { askedOf } from './asked.ts'
import { labelOf, vocabulary } from './fields.ts'
import { madeOn } from './made-on.ts'
import { NearNames } from './near.ts'
import { type Item, isUuid, parseRow } from './parse.ts'
import { sheetOf } from './place.ts'
import { planRows } from './plan.ts'
import { presentRow } from './present.ts'
import { addCounts, applyCorrection, prepare } from './read.ts'
import { itemOf, lockSession, rowsOf, type Staged, saveSession, stage } from './rows.ts'
import { Seen } from './seen.ts'
import { sessionOf } from './sessions.ts'
import type { Correction, Counts, ImportRow, ImportServices, SessionRow } from './types.ts'

/** Rows checked again because they had been set aside as repeating the corrected one. */
const MOST_FOLLOWERS = 50

/**
 * Corrects one row by hand, or decides about it, and checks it again. Values given earlier stay unless named.
 * @throws Problem `conflict` when the row has been written, `bad-input` for a field that does not exist
 */
export async function correctRow(
  s: ImportServices,
  actor: Actor,
  id: string,
  line: number,
  correction: Correction,
): Promise<{ row: ImportRow; counts: Counts }> {
  await sessionOf(s, s.db, actor, id)
  return s.db.transaction().execute(async (transaction) => {
    const tx = transaction as Db
    const session = await lockSession(tx, id)
    if (session.state !== 'preview' && session.state !== 'done')
      throw new Problem('conflict', '这次导入正在处理或已撤销，现在不能改正。', { state: session.state })
    const row = (await rowsOf(tx, id, { where: sql`line = ${line}`, limit: 1 }))[0]
    if (!row) throw new Problem('not-found', `这次导入没有第 ${line} 行。`, { line })
    if (row.done)
      throw new Problem('conflict', '这一行已经导入，请到台账中修改。', { line, record: row.record_id })
    checkCorrection(s, session, correction)
    const fixed = { ...row.fixed, ...correction.values }
    const decision = correction.decision === undefined ? row.decision : correction.decision
    const made_on = madeOn(session.found, line, row.raw, Object.keys(fixed))
    const counts = session.counts as Counts
    const changed = await recheck(
      s,
      tx,
      { ...session, actor },
      [{ ...row, fixed, decision, made_on }],
      counts,
    )
    const followers = await rowsOf(tx, id, {
      where: sql`same_as = ${line} and not done`,
      limit: MOST_FOLLOWERS,
    })
    for (const follower of followers) await recheck(s, tx, { ...session, actor }, [follower], counts)
    const def = s.catalogue.record(session.register)
    const found = { ...session.found, ...(await askedOf(tx, s.catalogue, def, id)) }
    await saveSession(tx, id, { counts, found }, s.clock.now())
    return { row: presentRow(s, session, changed[0]!), counts }
  })
}

function checkCorrection(s: ImportServices, session: SessionRow, { values, decision }: Correction): void {
  const def = s.catalogue.record(session.register)
  const terms = vocabulary(s.catalogue, def).filter((t) => def.fields[t.field] || t.field.includes('.'))
  const known = new Set([...terms.map((t) => t.field), ...(def.of ? [parentField(def.of)] : [])])
  const unknown = Object.keys(values ?? {}).filter((f) => !known.has(f))
  if (unknown.length)
    throw new Problem('bad-input', `没有这些字段：${unknown.join('、')}。`, {
      complaints: unknown.map((f) => ({
        path: f,
        message: `没有“${labelOf(s.catalogue, def, f)}”这个字段。`,
      })),
    })
  if (decision && !['skip', 'apply', 'new'].includes(decision) && !isUuid(decision))
    throw new Problem(
      'bad-input',
      '对一行的处理应为 skip（不导入）、apply（照此导入）、new（新增）或已有记录的编号。',
      {
        decision,
      },
    )
}

async function recheck(
  s: ImportServices,
  tx: Db,
  session: SessionRow,
  rows: readonly Staged[],
  counts: Counts,
): Promise<Staged[]> {
  const { reading, plan } = await prepare(s, session, session.found)
  const out: Staged[] = []
  plan.near = await namesBefore(tx, session.id, plan.def, rows[0]?.line ?? 0)
  for (const row of rows) {
    takeBack(counts, row)
    const sheet = sheetOf(session.found, row.line)
    const own = sheet?.headings ? { ...reading, headings: sheet.headings, fills: sheet.fills ?? [] } : reading
    const item = parseRow(own, row.line, row.raw)
    applyCorrection(reading, item, row)
    await planRows(plan, tx, [item])
    if (item.state !== 'error' && item.state !== 'skipped')
      (await seenBefore(tx, session.id, item)).check(item, plan.def.label)
    addCounts(counts, [item])
    await stage(tx, session.id, session.reading, [{ item, raw: row.raw, kept: row }])
    out.push({
      ...row,
      state: item.state,
      given: item.values as Record<string, Json>,
      problems: item.problems,
      record_id: item.recordId ?? null,
    })
  }
  return out
}

/** Names of earlier rows of the file that stand, for near-doubles. */
async function namesBefore(tx: Db, id: string, def: RecordDef, line: number): Promise<NearNames> {
  const near = new NearNames()
  const area = def.scope?.area
  const code = def.near
  if (!area || !code) return near
  const { rows } = await sql<{ line: number; title: string; code: string; area: string }>`select line,
      coalesce(given->>${def.title}, '') as title, coalesce(given->>${code}, '') as code, coalesce(given->>${area}, '') as area
    from import_row where session_id = ${id} and line < ${line} and state in ('create', 'update', 'same')`.execute(
    tx,
  )
  for (const row of rows) near.note(row)
  return near
}

function takeBack(counts: Counts, row: Staged): void {
  const item = { ...itemOf(row), problems: row.problems }
  const one = { create: 0, update: 0, same: 0, warning: 0, error: 0, skipped: 0 }
  addCounts(one, [item])
  for (const k of Object.keys(one) as (keyof Counts)[]) counts[k] -= one[k]
}

/** Other rows of the file about the same record that stand. */
async function seenBefore(tx: Db, id: string, item: Item): Promise<Seen> {
  const seen = new Seen()
  const others = await rowsOf(tx, id, {
    where: sql`line <> ${item.line} and state in ('create', 'update', 'same')
      and (keys && ${item.keys}::text[] or record_id = ${item.recordId ?? null})`,
    limit: 20,
  })
  for (const other of others)
    seen.know(other.line, other.record_id ? [...other.keys, `#${other.record_id}`] : other.keys, other.given)
  return seen
}
