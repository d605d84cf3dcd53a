import { type Actor, requirePerson } from '../../access/actor.ts'
import { confirms } from '../../access/proves.ts'
import type { ScopeRow } from '../../access/scope.ts'
import { shanghaiDate } from '../../core/clock.ts'
import type { Json } from '../../core/condition/ast.ts'
import { partnersOf } from '../../core/date-order.ts'
import type { RecordDef } from '../../core/definition.ts'
import { asAttempt, Problem } from '../../core/errors.ts'
import { sameJson } from '../../core/naming.ts'
import { changeRecord, noteWish, shelveRecord, type Writing } from '../change.ts'
import { type Db, sql } from '../db.ts'
import { writeOnce } from '../once.ts'
import { findRow, lockRow } from '../rows.ts'
import type { Services } from '../services.ts'
import type { Row, Waiting, WriteMeta, WriteResult } from '../types.ts'
import { rowLabels, settlePart } from './ask.ts'

interface Kept {
  id: string
  version: number
  register: string
  record: string
  field: string
  what: Waiting['what']
  baseVersion: number
  before: Json
  after: Json
  reason: string | null
  state: string
  askedBy: string
  askedKind: string
  askedName: string
  askedOn: string
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

const gone = (id: string) =>
  new Problem('not-found', '没有找到这项待核实的改动，或者它不在您的管辖范围内。', { id })

async function readWish(db: Db, id: string, lock = false): Promise<Kept> {
  if (!uuid.test(id)) throw gone(id)
  const { rows } = await sql<Kept>`select id, version, register, record_id as record, field, what,
      base_version as "baseVersion", before, after, reason, state, asked_by as "askedBy",
      asked_kind as "askedKind", asked_name as "askedName",
      to_char(asked_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as "askedOn"
    from wish where id = ${id} ${lock ? sql`for update` : sql``}`.execute(db)
  if (!rows[0]) throw gone(id)
  return rows[0]
}

const states: Record<string, string> = {
  confirmed: '已经核实',
  refused: '已经退回',
  withdrawn: '已被企业撤回',
  void: '已失效（记录已移除或恢复）',
}

const labelOf = (def: RecordDef, w: Pick<Kept, 'what' | 'field'>): string =>
  w.what === 'change' ? (def.fields[w.field]?.label ?? w.field) : rowLabels[w.what]

/** The register of a wish the actor may see; what is out of reach is not found. */
async function registerOf(s: Services, actor: Actor, id: string): Promise<{ def: RecordDef; wish: Kept }> {
  const wish = await readWish(s.db, id)
  const def = s.catalogue.findRecord(wish.register)
  if (!def || !(await findRow(s, s.db, actor, def, wish.record))) throw gone(id)
  return { def, wish }
}

/** The wish as it stands, locked after its record. @throws Problem when it is settled, or another one than was seen */
async function stillWaiting(w: Writing, id: string, version: number): Promise<{ wish: Kept; before: Row }> {
  const seen = await readWish(w.tx, id)
  const before = await lockRow(w.s, w.tx, w.actor, w.def, seen.record, 'write')
  const wish = await readWish(w.tx, id, true)
  if (wish.state !== 'waiting')
    throw new Problem('conflict', `这项改动${states[wish.state] ?? '已经办结'}，请刷新后查看。`, {
      state: wish.state,
    })
  if (wish.version !== version)
    throw new Problem('version-lost', '企业刚改了要申请的内容，请对照后重新核实。', {
      yours: version,
      version: wish.version,
      asked: wish.after,
    })
  return { wish, before }
}

function requireOfficer(w: Writing, wish: Kept, before: Row): void {
  requirePerson(w.actor, '核实企业的改动')
  const today = shanghaiDate(w.now)
  if (!confirms(w.actor, w.def, before as ScopeRow, today))
    throw new Problem('forbidden', '企业的改动由乡镇或县局监管人员核实，您不能核实。', {
      register: w.def.name,
    })
  if (wish.askedBy === w.actor.id)
    throw asAttempt(new Problem('forbidden', '这项改动是您自己提出的，须由另一位监管人员核实。', {}))
}

interface Settle {
  /** version of the wish that was seen */
  version: number
  /** version of the record that was seen: needed where the fact has changed since it was asked */
  recordVersion?: number | undefined
  meta: WriteMeta
}

/** Of two dates that were asked for together one must be confirmed first: the refusal says which. */
function partnerFirst(def: RecordDef, field: string, e: unknown): unknown {
  const others = partnersOf(def.fields, field).map((f) => `“${def.fields[f]?.label ?? f}”`)
  if (!(e instanceof Problem) || e.code !== 'bad-input' || others.length === 0) return e
  return new Problem(
    e.code,
    `${e.message}企业同时申请改${others.join('、')}的，请先核实那一项；没有申请的，请退回并说明。`,
    e.details,
  )
}

/**
 * An officer confirms one wish: it is written as his own change through the same door as any other, with its
 * journal entry, history, proof and grade.
 * @throws Problem `conflict` when the fact has changed since it was asked and the officer has not seen that
 */
export async function confirmWish(s: Services, actor: Actor, id: string, ask: Settle): Promise<WriteResult> {
  const { def, wish: asked } = await registerOf(s, actor, id)
  const { meta, version, recordVersion } = ask
  // read by everybody who reads the record: the firm's person is named in the wish's own entry, where he is masked
  const who = asked.askedKind === 'machine' ? asked.askedName : '企业'
  const by = `核实${who}于 ${asked.askedOn} 提出的改动`
  const told = [by, asked.reason && `企业说明：${asked.reason}`, meta.reason].filter(Boolean).join('；')
  const request = { wish: id, version, recordVersion: recordVersion ?? null }
  return writeOnce(s, actor, {
    def,
    id: asked.record,
    what: 'wish-confirm',
    request,
    meta,
    run: async (tx, now, batch) => {
      const w: Writing = { s, tx, batch, actor, def, meta: { ...meta, reason: told }, now }
      const { wish, before } = await stillWaiting(w, id, version)
      requireOfficer(w, wish, before)
      const change = wish.what === 'change'
      // a record to be removed or brought back is asked for as a whole
      const moved = change ? !sameJson(before[wish.field], wish.before) : before.version !== wish.baseVersion
      if (moved && recordVersion !== before.version)
        throw new Problem(
          'conflict',
          change
            ? `“${labelOf(def, wish)}”在企业提出改动之后又被改过，请对照现在的内容再决定。`
            : `企业提出“${labelOf(def, wish)}”之后，这条${def.label}又被改过，请对照现在的内容再决定。`,
          { current: before, was: wish.before, now: before[wish.field] ?? null, asked: wish.after },
        )
      const done = change
        ? await changeRecord(w, wish.record, { [wish.field]: wish.after }, before.version, id).catch(
            (e: unknown) => {
              throw partnerFirst(def, wish.field, e)
            },
          )
        : await shelveRecord(w, wish.record, before.version, wish.what === 'archive', id)
      settlePart(batch, actor, sql`w.id = ${id}`, 'confirmed', now, meta.reason)
      return done
    },
  })
}

/** An officer refuses one wish, with the reason that the enterprise reads. What counts stays. */
export async function refuseWish(s: Services, actor: Actor, id: string, ask: Settle): Promise<WriteResult> {
  const reason = ask.meta.reason?.trim()
  if (!reason)
    throw new Problem('bad-input', '退回企业的改动请写明理由。', {
      complaints: [{ path: 'reason', message: '请写明理由。' }],
    })
  return end(s, actor, id, ask, 'wish-refuse', (w, wish, before) => {
    requireOfficer(w, wish, before)
    settlePart(w.batch, actor, sql`w.id = ${id}`, 'refused', w.now, reason)
  })
}

/** Who asked takes it back: anybody of the enterprise, and another system what it sent itself. */
export const withdrawWish = (s: Services, actor: Actor, id: string, ask: Settle): Promise<WriteResult> =>
  end(s, actor, id, ask, 'wish-withdraw', (w, wish, before) => {
    if (confirms(actor, w.def, before as ScopeRow, shanghaiDate(w.now)))
      throw new Problem('forbidden', '撤回是企业的事；监管人员请核实或退回。', { register: w.def.name })
    if (!mayWithdraw(actor, wish))
      throw new Problem('forbidden', '这项改动不是由您一方提出的，不能撤回。', { register: w.def.name })
    settlePart(w.batch, actor, sql`w.id = ${id}`, 'withdrawn', w.now)
  })

/** People of an enterprise take back each other's; a system only its own. */
const mayWithdraw = (actor: Actor, wish: Kept): boolean =>
  actor.kind === 'person' ? wish.askedKind !== 'machine' : wish.askedBy === actor.id

async function end(
  s: Services,
  actor: Actor,
  id: string,
  { version, meta }: Settle,
  what: 'wish-refuse' | 'wish-withdraw',
  settle: (w: Writing, wish: Kept, before: Row) => void,
): Promise<WriteResult> {
  const { def, wish: asked } = await registerOf(s, actor, id)
  const request = { wish: id, version, what, reason: meta.reason ?? null }
  return writeOnce(s, actor, {
    def,
    id: asked.record,
    what,
    request,
    meta,
    run: async (tx, now, batch) => {
      const w: Writing = { s, tx, batch, actor, def, meta, now }
      const { wish, before } = await stillWaiting(w, id, version)
      settle(w, wish, before)
      const { field, after } = wish
      noteWish(
        w,
        before,
        what,
        [{ field, label: labelOf(def, wish), before: wish.before, after }],
        meta.reason,
      )
      return { row: before, warnings: [] }
    },
  })
}
