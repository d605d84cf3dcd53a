import { type Actor, hasRole } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { holds } from '../core/condition/evaluate.ts'
import type { LoopDef, RecordDef, SelfCheckDef, TemplateDef } from '../core/definition.ts'
import { type Complaint, Problem } from '../core/errors.ts'
import { parentField } from '../core/naming.ts'
import { periodOf } from '../core/period.ts'
import { openDoor } from '../store/door.ts'
import { findRow } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import type { Row, WriteMeta, WriteResult } from '../store/types.ts'

/** A point of the walk: in order, wrong, or nothing the firm has. */
export const answers = ['ok', 'hazard', 'none'] as const
export type Answer = (typeof answers)[number]

export interface Point {
  name: string
  /** as it should be */
  text: string
  /** as it is called when it is wrong */
  hazard: string
  /** article it is judged by */
  basis: string
}

export interface SelfCheckView {
  label: string
  /** register that keeps each walk, loop that takes what is wrong */
  record: string
  raises: string
  /** YYYY-MM-DD */
  today: string
  organisation: { id: string; title: string }
  chief: string | null
  points: Point[]
  /** walks of this month */
  done: { id: string; on: string; inPerson: boolean }[]
}

export interface Walk {
  /** of this walk: what was written before its answer got lost is not written again */
  id: string
  on: string
  leader: string
  inPerson: boolean
  photos?: unknown[]
  answers: Record<string, Answer>
  /** what else is said of a point that is wrong: fields of the case, place and photos at least */
  hazards: Record<string, Record<string, unknown>>
}

interface At {
  def: SelfCheckDef
  record: RecordDef
  loop: LoopDef
  firm: Row
  firmDef: RecordDef
  templates: TemplateDef[]
}

/** The self-check of the actor's own organisation. @throws Problem forbidden for everybody else */
async function own(s: Services, actor: Actor): Promise<At> {
  const def = s.catalogue.selfCheck
  const { organisation } = actor
  if (!def || !organisation || !hasRole(actor, ['enterprise-officer']))
    throw new Problem('forbidden', '自查由企业自己办理，请用企业账号登录。')
  const record = s.catalogue.record(def.record)
  const firmDef = s.catalogue.record(record.of ?? '')
  const firm = await findRow(s, s.db, actor, firmDef, organisation)
  if (!firm || firm.archivedAt) throw new Problem('not-found', '没有找到本企业的档案，请联系乡镇。')
  const at = {
    catalogue: s.catalogue,
    policies: s.policies(),
    register: firmDef.name,
    moment: { asOf: shanghaiDate(s.clock.now()) },
  }
  const templates = s.catalogue.templates.filter(
    (t) => t.register === def.raises && t.check && (!t.when || holds(t.when, firm, {}, at)),
  )
  return { def, record, loop: s.catalogue.loop(def.raises), firm, firmDef, templates }
}

/** What the firm walks this month, by what its file says it does, and whether it has. */
export async function selfCheckOf(s: Services, actor: Actor): Promise<SelfCheckView> {
  const { def, record, firm, firmDef, templates } = await own(s, actor)
  const today = shanghaiDate(s.clock.now())
  const { from, to } = periodOf('month', today)
  const { rows } = await openDoor(s, actor).list(record.name, {
    parent: firm.id,
    where: { field: def.fields.on, op: 'within', to: { window: { period: 'month' } } },
    sort: [`-${def.fields.on}`],
    limit: 20,
  })
  const chief = firm[def.chief]
  return {
    ...{ label: def.label, record: def.record, raises: def.raises },
    today,
    organisation: { id: firm.id, title: String(firm[firmDef.title] ?? '') },
    chief: typeof chief === 'string' ? chief : null,
    points: templates.map((t) => ({
      name: t.name,
      text: t.check ?? t.label,
      hazard: t.label,
      basis: typeof t.values.clause === 'string' ? t.values.clause : '',
    })),
    done: rows
      .map((r) => ({
        id: r.id,
        on: String(r[def.fields.on] ?? ''),
        inPerson: r[def.fields.inPerson] === true,
      }))
      .filter((r) => r.on >= from && r.on <= to),
  }
}

/** Every point is ticked, wrong with what the case needs, or not there; nothing is left open. */
function complaintsOf({ loop, templates }: At, walk: Walk): Complaint[] {
  const known = new Map(templates.map((t) => [t.name, t]))
  const out: Complaint[] = Object.keys(walk.answers)
    .filter((name) => !known.has(name))
    .map((name) => ({
      path: `answers.${name}`,
      message: `本企业的清单里没有“${name}”这一项，请刷新后重试。`,
    }))
  const open = templates.filter((t) => !walk.answers[t.name])
  if (open.length > 0)
    out.push({
      path: `answers.${open[0]?.name}`,
      message: `还有 ${open.length} 项没有说明：正常的打勾，有问题的上报隐患，本企业没有的选“不涉及”。`,
    })
  for (const t of templates.filter(({ name }) => walk.answers[name] === 'hazard'))
    for (const [field, f] of Object.entries(loop.fields)) {
      const said = walk.hazards[t.name]?.[field]
      const given = said ?? t.values[field] ?? f.default ?? (field === loop.happenedOn ? walk.on : undefined)
      const known = loop.opens?.['enterprise-officer']?.[field] !== undefined
      const empty =
        given === undefined || given === null || given === '' || (Array.isArray(given) && !given.length)
      if (f.required && !known && empty)
        out.push({ path: `hazards.${t.name}.${field}`, message: `“${t.check}”有问题，请填写${f.label}。` })
    }
  return out
}

const words: Record<Answer, string> = { ok: '正常', hazard: '有隐患，已上报', none: '不涉及' }

/**
 * Writes a walk: a case for each point that is wrong, then the record of the walk. Each is a write of the door with a
 * key of its own made from the walk's id, so that what was interrupted goes on where it stopped when it is sent again.
 * @throws Problem bad-input while a point is left open; nothing is written then
 */
export async function recordSelfCheck(
  s: Services,
  actor: Actor,
  walk: Walk,
  meta: WriteMeta,
): Promise<{ row: Row; hazards: { id: string; point: string }[]; warnings: WriteResult['warnings'] }> {
  const at = await own(s, actor)
  const { def, record, loop, firm, templates } = at
  const complaints = complaintsOf(at, walk)
  if (complaints.length > 0)
    throw new Problem('bad-input', complaints[0]?.message ?? '自查没有保存。', { complaints })
  const door = openDoor(s, actor)
  const part = (name: string): WriteMeta => ({
    idempotencyKey: `self-check ${walk.id} ${name}`,
    ...(meta.deviceTime && { deviceTime: meta.deviceTime }),
  })
  const warnings: WriteResult['warnings'] = []
  const hazards: { id: string; point: string }[] = []
  for (const t of templates.filter(({ name }) => walk.answers[name] === 'hazard')) {
    const fixed = Object.entries(loop.opens?.['enterprise-officer'] ?? {}).filter(
      ([, v]) => !Array.isArray(v),
    )
    const values = {
      ...t.values,
      ...(loop.happenedOn && { [loop.happenedOn]: walk.on }),
      ...walk.hazards[t.name],
      ...Object.fromEntries(fixed),
      [parentField(loop.of ?? '')]: firm.id,
    }
    const made = await door.create(loop.name, values, part(t.name))
    hazards.push({ id: made.row.id, point: t.name })
    warnings.push(...made.warnings)
  }
  const n = (a: Answer) => templates.filter((t) => walk.answers[t.name] === a).length
  const { fields } = def
  const { row, warnings: more } = await door.create(
    record.name,
    {
      [parentField(record.of ?? '')]: firm.id,
      [fields.on]: walk.on,
      [fields.leader]: walk.leader,
      [fields.inPerson]: walk.inPerson,
      [fields.subject]: `${def.label} ${templates.length} 项：正常 ${n('ok')}，隐患 ${n('hazard')}，不涉及 ${n('none')}`,
      [fields.found]: n('hazard'),
      [fields.points]: templates.map((t) => `${t.check}：${words[walk.answers[t.name] ?? 'ok']}`).join('\n'),
      ...(walk.photos?.length && { [fields.photos]: walk.photos }),
    },
    part('walk'),
  )
  return { row, hazards, warnings: [...warnings, ...more] }
}
