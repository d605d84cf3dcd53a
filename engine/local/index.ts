import type { Actor } from '../access/actor.ts'
import { reach } from '../access/scope.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Condition } from '../core/condition/ast.ts'
import { asCondition } from '../core/condition/check.ts'
import { explain } from '../core/condition/explain.ts'
import { registersOf } from '../core/condition/walk.ts'
import { defineIndicator } from '../core/define.ts'
import type { IndicatorDef } from '../core/definition.ts'
import { type Complaint, Problem } from '../core/errors.ts'
import { hashOf } from '../core/hash.ts'
import { newId } from '../core/ids.ts'
import type { PopulationDef } from '../core/population.ts'
import { type ComputedFigure, computeIndicator } from '../indicators/compute.ts'
import { journal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import { raiseGeneration } from '../store/local.ts'
import type { Services } from '../store/services.ts'
import { personalPaths, unsharedPaths } from '../store/sight.ts'
import { mayManage, reads, requireManage } from '../tasks/access.ts'

/** What a person says of an indicator of the county's own: whom it counts, and what counts as done. */
export interface LocalIndicator {
  kind: 'indicator'
  label: string
  basis: string
  register: string
  where?: unknown
  met?: unknown
  measure: 'share' | 'count'
  /** of a count: 家, 项 */
  unit?: string | undefined
}

/** What a person says of a population of the county's own: 规模以上 as this county counts it. */
export interface LocalPopulation {
  kind: 'population'
  label: string
  basis: string
  register: string
  where: unknown
}

export type LocalInput = LocalIndicator | LocalPopulation

export interface LocalView {
  name: string
  version: number
  kind: LocalInput['kind']
  area: string
  label: string
  basis: string[]
  register: string
  /** whom it counts and what counts as done, in words */
  words: string
  body: IndicatorDef | PopulationDef
  reason: string | null
  createdAt: string
  createdByName: string
  retiredAt: string | null
  retireReason: string | null
}

interface Stored extends Omit<LocalView, 'words' | 'label' | 'basis' | 'register'> {
  hash: string
}

const COLUMNS = sql.raw(`name, version, kind, area, body, hash, reason, created_at as "createdAt",
  created_by_name as "createdByName", retired_at as "retiredAt", retire_reason as "retireReason"`)

function viewOf(s: Services, { hash: _, ...d }: Stored): LocalView {
  const { body } = d
  const words = { catalogue: s.catalogue, policies: s.policies(), area: d.area }
  const sentence = (c: Condition | undefined, register: string) => (c ? explain(c, register, words) : '全部')
  if (body.kind === 'population')
    return {
      ...d,
      label: body.label,
      basis: body.basis,
      register: body.register,
      words: sentence(body.where, body.register),
    }
  const { register, where } = body.of
  return {
    ...d,
    label: body.label,
    basis: body.basis,
    register,
    words: `统计：${sentence(where, register)}；完成：${sentence(body.met, register)}`,
  }
}

/** What a person sends is checked like any condition of his: fields that exist, registers he reads, no personal content. */
function checked(
  s: Services,
  actor: Actor,
  today: string,
  condition: unknown,
  register: string,
  path: string,
): Condition | undefined {
  if (condition === undefined) return undefined
  const right = asCondition(condition, register, s.catalogue, s.policies())
  const def = s.catalogue.record(register)
  for (const { holder, name } of personalPaths(s, def, right))
    throw wrong(path, `${holder.fields[name]!.label}是个人信息，不能用来限定人人可见的数字。`)
  for (const { holder, name } of unsharedPaths(s, def, right, reads))
    throw wrong(
      path,
      `“${holder.label}”不是看数字的人都能看的，不能按“${holder.fields[name]?.label ?? name}”限定，请改用选项（如状态、类别）。`,
    )
  for (const name of registersOf(right).related) requireReads(s, actor, name, today)
  return right
}

function requireReads(s: Services, actor: Actor, register: string, today: string): void {
  const def = s.catalogue.record(register)
  if (reach(actor, def, 'read', today).terms.length === 0)
    throw new Problem('forbidden', `您没有“${def.label}”的查看权限，不能用它定义指标，请联系县级管理员。`)
  if (def.sealed)
    throw new Problem('forbidden', `“${def.label}”里有只属于企业自己的记录，不能用来定义本县的指标。`)
}

const wrong = (path: string, message: string) =>
  new Problem('bad-input', `没有保存：${message}`, { complaints: [{ path, message }] })

/** The definition that a person's words come to. @throws Problem bad-input with complaints by field, forbidden */
export function localBody(
  s: Services,
  actor: Actor,
  today: string,
  name: string,
  version: number,
  input: LocalInput,
): IndicatorDef | PopulationDef {
  const complaints: Complaint[] = []
  const label = input.label.trim()
  const basis = input.basis.trim()
  if (label.length < 2 || label.length > 60)
    complaints.push({ path: 'label', message: '请填写名称（2 至 60 字）。' })
  if (basis.length < 2) complaints.push({ path: 'basis', message: '请写明依据（文件名称和条款）。' })
  const [first] = complaints
  if (first) throw new Problem('bad-input', `没有保存：${first.message}`, { complaints })
  const { register } = input
  requireReads(s, actor, register, today)
  if (input.kind === 'population') {
    const where = checked(s, actor, today, input.where, register, 'where')
    if (!where) throw wrong('where', '请写明条件。')
    return { kind: 'population', name, version, label, basis: [basis], register, where }
  }
  const where = checked(s, actor, today, input.where, register, 'where')
  const met = checked(s, actor, today, input.met, register, 'met')
  if (!met && input.measure === 'share') throw wrong('met', '请写明怎样算完成：否则人人都算完成。')
  return defineIndicator(name, {
    version,
    label,
    basis: [basis],
    of: { register, ...(where && { where }) },
    measure: input.measure,
    ...(met && { met }),
    proof: { least: 'claimed' },
    unit: input.measure === 'share' ? '%' : input.unit?.trim() || '家',
    // the next notice that prints its name finds it
    hints: [label],
  })
}

/** The county's own definitions, those that are no longer offered at the end. */
export async function listLocal(s: Services, db: Db, actor: Actor, area: string): Promise<LocalView[]> {
  if (!area) return []
  const { rows } = await sql<Stored>`select ${COLUMNS} from (
      select distinct on (name) * from local_definition where starts_with(area, ${area}) or starts_with(${area}, area)
      order by name, version desc) d
    order by retired_at is not null, created_at`.execute(db)
  return mayManage(actor, area, shanghaiDate(s.clock.now())) ? rows.map((r) => viewOf(s, r)) : []
}

/** What an indicator would tell today, or how many a population has, before it is saved. */
export async function previewLocal(
  s: Services,
  db: Db,
  actor: Actor,
  now: Date,
  area: string,
  input: LocalInput,
): Promise<ComputedFigure & { words: string }> {
  const today = shanghaiDate(now)
  requireManage(actor, area, today)
  const body = localBody(s, actor, today, 'x-preview', 1, {
    ...input,
    label: input.label.trim().length < 2 ? '试算' : input.label,
    basis: input.basis.trim().length < 2 ? '试算' : input.basis,
  })
  const def =
    body.kind === 'indicator'
      ? body
      : defineIndicator('x-preview', {
          label: body.label,
          basis: body.basis,
          of: { register: body.register, where: body.where },
          measure: 'count',
          proof: { least: 'claimed' },
          unit: '家',
        })
  const context = { db, catalogue: s.catalogue, policies: s.policies() }
  const figure = await computeIndicator(context, def, { scope: area, asOf: today, groupBy: 'places' })
  return { ...figure, words: viewOf(s, storedOf(body, area, actor, now)).words }
}

const storedOf = (body: IndicatorDef | PopulationDef, area: string, actor: Actor, now: Date): Stored => ({
  name: body.name,
  version: body.version,
  kind: body.kind,
  area,
  body,
  hash: hashOf(body),
  reason: null,
  createdAt: now.toISOString(),
  createdByName: actor.name,
  retiredAt: null,
  retireReason: null,
})

async function insert(
  tx: Db,
  actor: Actor,
  now: Date,
  area: string,
  body: Stored['body'],
  reason: string | null,
) {
  await sql`insert into local_definition (name, version, kind, area, body, hash, reason, created_at, created_by,
      created_by_name)
    values (${body.name}, ${body.version}, ${body.kind}, ${area}, ${JSON.stringify(body)}, ${hashOf(body)}, ${reason},
      ${now}, ${actor.id}, ${actor.name})`.execute(tx)
  await raiseGeneration(tx)
}

const note = (
  tx: Db,
  actor: Actor,
  now: Date,
  view: LocalView,
  what: string,
  reason: string | null,
  before?: LocalView,
) =>
  journal(tx, {
    actor,
    now,
    register: 'local-definition',
    // the journal names records by uuid: the name carries its last part
    recordId: idOf(view.name),
    title: view.label,
    what,
    area: view.area,
    ...(reason && { reason }),
    changes: (['label', 'words'] as const)
      .filter((f) => before?.[f] !== view[f])
      .map((f) => ({
        field: f,
        label: f === 'label' ? '名称' : '口径',
        before: before?.[f] ?? null,
        after: view[f],
      })),
  })

/** x-0197f2c4… and its uuid are the same thing. */
const nameOf = (id: string): string => `x-${id.replaceAll('-', '')}`
const idOf = (name: string): string =>
  name.slice(2).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** Keeps a definition of the county's own; it is offered at once, in every process. */
export async function createLocal(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  area: string,
  input: LocalInput,
): Promise<LocalView> {
  const today = shanghaiDate(now)
  requireManage(actor, area, today)
  const body = localBody(s, actor, today, nameOf(newId()), 1, input)
  await insert(tx, actor, now, area, body, null)
  const view = viewOf(s, storedOf(body, area, actor, now))
  await note(tx, actor, now, view, 'create', null)
  return view
}

async function current(tx: Db, actor: Actor, today: string, name: string): Promise<Stored> {
  const { rows } = await sql<Stored>`select ${COLUMNS} from local_definition where name = ${name}
    order by version desc limit 1 for update`.execute(tx)
  const found = rows[0]
  if (!found || !mayManage(actor, found.area, today))
    throw new Problem('not-found', '没有找到这个本县自定的内容，或者它不在您的管辖范围内。')
  return found
}

const requireReason = (reason: string): void => {
  if (!reason.trim()) throw wrong('reason', '请写明理由。')
}

/**
 * A further version of a definition, with the reason. Tasks keep the version of the indicator they were bound to; a
 * population counts by its newest version at once, as a number of the county's does.
 */
export async function changeLocal(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  name: string,
  version: number,
  input: LocalInput,
  reason: string,
): Promise<LocalView> {
  const today = shanghaiDate(now)
  requireReason(reason)
  const before = await current(tx, actor, today, name)
  if (before.version !== version)
    throw new Problem(
      'version-lost',
      `这项内容刚被别人修改过（现为第 ${before.version} 版）。请刷新后重新提交。`,
      {
        yours: version,
        current: before.version,
      },
    )
  if (before.retiredAt) throw new Problem('conflict', '这项内容已停用，不能再修改。请另建一个。')
  if (before.kind !== input.kind) throw wrong('kind', '指标和范围不能互换，请另建一个。')
  const body = localBody(s, actor, today, name, before.version + 1, input)
  await insert(tx, actor, now, before.area, body, reason)
  const view = { ...viewOf(s, storedOf(body, before.area, actor, now)), reason }
  await note(tx, actor, now, view, 'update', reason, viewOf(s, before))
  return view
}

/** It is no longer offered; tasks and numbers that stand on it stay as they are. */
export async function retireLocal(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  name: string,
  reason: string,
): Promise<LocalView> {
  requireReason(reason)
  const before = await current(tx, actor, shanghaiDate(now), name)
  if (before.retiredAt) throw new Problem('conflict', '这项内容已经停用。')
  await sql`update local_definition set retired_at = ${now}, retire_reason = ${reason}
    where name = ${name} and version = ${before.version}`.execute(tx)
  await raiseGeneration(tx)
  const view = viewOf(s, { ...before, retiredAt: now.toISOString(), retireReason: reason })
  await note(tx, actor, now, view, 'archive', reason, view)
  return view
}
