import { createHash } from 'node:crypto'
import { confirms } from '../../access/proves.ts'
import { reaches } from '../../access/scope.ts'
import { editComplaints, futureComplaints, openingComplaints } from '../../cases/guard.ts'
import { openingStamps } from '../../cases/powers.ts'
import { shanghaiDate } from '../../core/clock.ts'
import type { Json } from '../../core/condition/ast.ts'
import { decides, hasDeciding } from '../../core/deciding.ts'
import type { RecordDef } from '../../core/definition.ts'
import { newId } from '../../core/ids.ts'
import { trackOf } from '../../core/loop.ts'
import { canonicalJson, parentField } from '../../core/naming.ts'
import { clockNotes } from '../../deadlines/clocks.ts'
import { questionsOf } from '../../store/asks.ts'
import { lockRows, rowsById } from '../../store/bulk.ts'
import { mendingOf } from '../../store/correct.ts'
import type { Db } from '../../store/db.ts'
import { holdsOn } from '../../store/holds.ts'
import { type Places, placeComplaints, placesFor } from '../../store/places.ts'
import { scopeOf } from '../../store/rows.ts'
import { areaColumns, ownScope, type ScopeColumns } from '../../store/scope-columns.ts'
import type { Row } from '../../store/types.ts'
import { type ReadValues, readValues } from '../../store/values.ts'
import { changesBetween, happenedOn, scopeOfChange, writerComplaints } from '../../store/write.ts'
import { deriveSet } from './derive.ts'
import { askMoved, movesTo, nameAreas, noteChanges, outOfReach } from './differences.ts'
import { isFileField, labelOf, STATE } from './fields.ts'
import { askNear } from './near.ts'
import { type Item, isUuid } from './parse.ts'
import { complain, failed, type Plan, type Planned, textOfValue, warn } from './planning.ts'
import { checkIdentity, matchRecords } from './records.ts'
import { resolveAbove, resolveRefs } from './resolve.ts'

/**
 * Decides for a chunk of rows what each becomes: new, change, nothing, or an error with its reason. The checks
 * are the door's own; queries are one for each kind of look-up, not for each row.
 * Sets `state`, `recordId`, `keys` and problems on the items.
 * @returns one entry for every row that is not an error or left out
 */
export async function planRows(p: Plan, db: Db, items: readonly Item[]): Promise<Planned[]> {
  await resolveAbove(p, db, items)
  await resolveRefs(p, db, items)
  const parents = await loadParents(p, db, items)
  const matched = await matchRecords(p, db, items)
  const ids = [...new Set(items.flatMap((i) => (i.recordId ? [i.recordId] : [])))]
  const rows = p.writing ? await lockRows(p.s, db, p.def, ids) : await rowsById(p.s.catalogue, db, p.def, ids)
  const before = new Map(rows.map((r) => [r.id, r]))
  await nameAreas(p, db, rows)
  const places = await placesFor(
    p.s,
    db,
    p.def.fields,
    items.map((i) => i.values),
  )
  await askNear(p, db, items, before)
  const check = checker(p, places)
  const out: Planned[] = []
  const held: Planned[] = []
  for (const item of items) {
    const found = item.recordId ? before.get(item.recordId) : undefined
    if (found) checkIdentity(p, item, found, matched.get(item) ?? [])
    else if (item.recordId) complain(item, '', `没有找到选定的${p.def.label}，请重新选择。`)
    const known = item.recordId ? found : undefined
    const planned = check(item, known, parents.get(String(item.values[parentField(p.def.of ?? '')])))
    askReturned(p, item, known, planned)
    if (item.decision === 'skip') item.state = 'skipped'
    else if (failed(item)) {
      item.state = 'error'
      if (item.problems.some((x) => x.ask === 'moves')) held.push(planned)
    } else {
      item.state = known ? (planned.changes.length ? 'update' : 'same') : 'create'
      out.push(planned)
    }
  }
  await deriveSet(p, db, out)
  // what could not be made beside a row holds the row
  for (const x of out) if (failed(x.item)) x.item.state = 'error'
  const ready = out.filter((x) => !failed(x.item))
  noteChanges(p, items, [...ready, ...held.map((x) => withoutSet(p, x))])
  await nameDoubles(p, db, ready)
  await nameLate(p, db, ready)
  await stampNew(p, db, ready)
  return ready
}

/** Of a row that waits: what other records say is not changed by it. */
function withoutSet(p: Plan, x: Planned): Planned {
  const set = new Set(p.s.catalogue.settersOf(p.def.name).flatMap((s) => Object.keys(s.fields)))
  return { ...x, changes: x.changes.filter((c) => !set.has(c.field)) }
}

/** A row that was given back and comes again as it was overwrites nothing before somebody has said so. */
function askReturned(p: Plan, item: Item, known: Row | undefined, planned: Planned): void {
  if (!item.returned || !known || item.decision || planned.changes.length === 0 || failed(item)) return
  item.problems.push({
    field: '',
    level: 'error',
    ask: 'which',
    text: '',
    message: `这一行退回后没有改动（退回原因：${item.returned}），照此会改写已有的记录。请改正，或选定就是这一条`,
    candidates: [{ id: known.id, title: String(known[p.def.title] ?? '') }],
  })
}

/** What a person would be asked at the screen is said of the row. */
async function nameDoubles(p: Plan, db: Db, planned: readonly Planned[]): Promise<void> {
  const link = p.def.of ? parentField(p.def.of) : ''
  const open = planned.filter((x) => x.changes.length)
  const candidates = open.map((x) => ({
    id: x.before?.id ?? null,
    parent: String(x.parent?.id ?? x.before?.[link] ?? '') || null,
    values: { ...x.before, ...x.values },
  }))
  const found = await questionsOf(p.s, db, p.actor, p.def, candidates, p.now)
  for (const [i, questions] of found)
    for (const q of questions) {
      const item = open[i]?.item
      if (item) warn(item, q.path, `${q.message}：${q.doubles.join('；')}。请核对。`)
    }
}

/** What a firm corrects after its own hours waits for the next level, from a sheet as from a form. */
async function nameLate(p: Plan, db: Db, planned: readonly Planned[]): Promise<void> {
  const open = planned.flatMap((x) => (x.before && x.changes.length ? [{ x, row: x.before }] : []))
  const rows = open.map((o) => o.row)
  const late = await mendingOf(p.s, db, p.actor, p.def, rows, p.now)
  for (const { x, row } of open)
    if (late.get(row.id) === 'asked')
      for (const c of x.changes)
        warn(
          x.item,
          c.field,
          `${c.label}已过自行更正的时间，更正须经${row.town ? '乡镇' : '县局'}核实后才计入。`,
        )
}

/** What the program writes on new cases of an entrusted body, as the door does. */
async function stampNew(p: Plan, db: Db, planned: readonly Planned[]): Promise<void> {
  const { s, def, actor, now } = p
  const made = planned.flatMap((x) =>
    x.id && x.scope ? [{ planned: x, id: x.id, scope: x.scope, values: x.values }] : [],
  )
  const stamps = await openingStamps(db, actor, def, made, holdsOn(s, def, now), shanghaiDate(now))
  for (const [i, { planned: x }] of made.entries()) {
    const stamp = stamps[i]
    if (!stamp || Object.keys(stamp).length === 0) continue
    Object.assign(x.values, stamp)
    x.changes = changesBetween(def, undefined, x.values)
  }
}

async function loadParents(p: Plan, db: Db, items: readonly Item[]): Promise<Map<string, Row>> {
  if (!p.def.of) return new Map()
  const field = parentField(p.def.of)
  const def = p.s.catalogue.record(p.def.of)
  const ids = new Set<string>()
  for (const item of items) {
    item.values[field] ??= p.parent ?? (p.def.of === 'enterprise' ? (p.actor.organisation ?? null) : null)
    const id = item.values[field]
    if (typeof id === 'string' && isUuid(id)) ids.add(id)
    else if (!item.problems.some((x) => x.field === field))
      complain(
        item,
        field,
        `没有写明是哪个${def.label}的。请增加“${labelOf(p.s.catalogue, def, def.title)}”列，或逐行选择。`,
      )
  }
  const scope = scopeOf(p.s, p.actor, def, 'read')
  const rows = (await rowsById(p.s.catalogue, db, def, [...ids])).filter(
    (r) => !r.archivedAt && reaches(scope, r),
  )
  const known = new Map(rows.map((r) => [r.id, r]))
  for (const item of items) {
    const id = item.values[field]
    if (typeof id === 'string' && !known.has(id))
      complain(item, field, `没有找到所选的${def.label}，或者它不在您的管辖范围内。`)
  }
  return known
}

/** The door's checks on one row; made once so that what does not change is prepared once. */
function checker(p: Plan, places: Places) {
  const { s, def, actor, now } = p
  const today = shanghaiDate(now)
  const holds = holdsOn(s, def, now)
  const write = scopeOf(s, actor, def, 'write')
  const link = def.of ? parentField(def.of) : undefined
  const ignore = new Set(link ? [link] : [])
  return (item: Item, before: Row | undefined, parent: Row | undefined): Planned => {
    if (before) {
      // the record knows its village: the import's own area, where the sheet names none, is no change of it
      if (item.filled && item.values[item.filled] !== before[item.filled]) delete item.values[item.filled]
      keepUnchanged(p, item, before)
      askMoved(p, item, before, write)
    }
    keepRemarks(def, item, before)
    const values = { ...item.values }
    if (link) delete values[link]
    const read = readValues(s.catalogue, def.fields, values, {
      holds,
      ignore,
      sparse: true,
      today,
      ...(before && { before }),
    })
    addRemarks(p, item, read)
    for (const c of writerComplaints(actor, def, values, before)) complain(item, c.path, c.message)
    for (const c of futureComplaints(def, read.values, today)) complain(item, c.path, c.message)
    for (const c of placeComplaints(places, def.fields, read.values, before))
      complain(item, c.path, c.message)
    if (before) return checkChange(p, item, before, read, write)
    const id = newId()
    const scope = def.of ? inherited(parent) : ownScope(def, id, read.values, actor.home)
    for (const c of openingComplaints(actor, def, { id, ...scope }, read.values, today))
      complain(item, c.path, c.message)
    if (!failed(item)) {
      if (def.scope && scope.area === null) complain(item, def.scope.area, '请填写所在地。')
      else if (!reaches(write, { id, ...scope }))
        complain(item, def.scope?.area ?? '', outOfReach(p, undefined, scope))
    }
    if (def.kind === 'loop' && !failed(item)) {
      const track = trackOf(def, (c) => holds(c, { ...read.values, state: def.initial }))
      const on = happenedOn(def, read.values, { idempotencyKey: '' }, now)
      const to = { state: def.initial, track }
      for (const n of clockNotes(def, to, read.values, on, scope.area, s.policies()))
        warn(item, n.path, n.message)
    }
    return {
      item,
      id,
      scope,
      values: read.values,
      changes: changesBetween(def, undefined, read.values),
      ...(parent && { parent }),
    }
  }
}

const inherited = (parent: Row | undefined): ScopeColumns =>
  parent
    ? {
        area: parent.area,
        county: parent.county,
        town: parent.town,
        unit: parent.unit,
        sector: parent.sector,
        organisation: parent.organisation,
      }
    : { ...areaColumns(null), unit: null, sector: null, organisation: null }

function checkChange(
  p: Plan,
  item: Item,
  before: Row,
  read: ReadValues,
  write: ReturnType<typeof scopeOf>,
): Planned {
  const { def, actor } = p
  const link = def.of ? parentField(def.of) : undefined
  if (before.archivedAt) complain(item, '', `这条${def.label}已移除，请先恢复。`)
  if (link && item.values[link] && item.values[link] !== before[link])
    complain(
      item,
      link,
      `这条${def.label}属于另一个${p.s.catalogue.record(def.of!).label}，不能通过导入改变归属。`,
    )
  const after: Row = { ...before, ...read.values }
  const changes = changesBetween(def, before, after)
  // the case has a state of its own already
  item.problems = item.problems.filter((x) => x.field !== STATE)
  if (!reaches(write, before))
    complain(item, '', `已有这条${def.label}，但它不在您的职责范围内，请联系其监管单位或县局。`)
  else if (!item.problems.some((x) => x.ask === 'moves')) {
    const scope = scopeOfChange(def, before, after, actor)
    if (!reaches(write, { id: before.id, ...scope }))
      complain(item, movesTo(before, scope) ? (def.scope?.area ?? '') : '', outOfReach(p, before, scope))
  }
  if (def.kind === 'loop' && changes.length && def.states[before.state ?? '']?.end)
    complain(item, '', `这条${def.label}已办结，不能再修改。`)
  for (const c of editComplaints(actor, def, before, read.values, shanghaiDate(p.now)))
    if (!item.problems.some((x) => x.level === 'error' && x.field === c.path))
      complain(item, c.path, c.message)
  if (hasDeciding(def) && !confirms(actor, def, before, shanghaiDate(p.now)))
    for (const c of changes)
      if (decides(def.fields[c.field], c.before, c.after))
        warn(item, c.field, `${c.label}影响监管职责，改动须经${before.town ? '乡镇' : '县局'}核实后才计入。`)
  return { item, before, values: Object.fromEntries(changes.map((c) => [c.field, c.after])), changes }
}

/** A cell that reads as the record already does changes nothing, whatever it would be read as. */
function keepUnchanged(p: Plan, item: Item, before: Row): void {
  for (const [field, text] of Object.entries(item.texts)) {
    const def = p.def.fields[field]
    if (!def) continue
    const same =
      def.type === 'time'
        ? seconds(item.values[field]) !== undefined && seconds(item.values[field]) === seconds(before[field])
        : textOfValue(p, def, before, field) === text
    if (!same) continue
    item.problems = item.problems.filter(
      (x) => x.field !== field || (x.level === 'warning' && !x.ask && !isFileField(def)),
    )
    if (isFileField(def)) continue
    item.values[field] = before[field] as Json
  }
}

/** Remarks behind values go into the record's own remark, each once: the next month's sheet says them again. */
function keepRemarks(def: RecordDef, item: Item, before: Row | undefined): void {
  const field = def.fields.remark
  if (item.remarks.length === 0 || field?.type !== 'text' || field.writers?.length === 0) return
  const said = String(item.values.remark ?? before?.remark ?? '')
  const fresh = item.remarks.filter((r) => !said.includes(r))
  if (fresh.length) item.values.remark = [said, ...fresh].filter(Boolean).join('\n')
}

const seconds = (v: unknown): number | undefined =>
  typeof v === 'string' ? Math.floor(Date.parse(v) / 1000) : undefined

/** What the door's reading says: complaints block, except for evidence that a sheet cannot carry. */
function addRemarks(p: Plan, item: Item, read: ReadValues): void {
  for (const c of read.complaints) {
    const def = p.def.fields[c.path]
    if (item.problems.some((x) => x.level === 'error' && x.field === c.path)) continue
    if (def && isFileField(def)) {
      if (!item.problems.some((x) => x.field === c.path))
        warn(item, c.path, `${def.label}不能从表格导入，请在系统中补传。`)
    } else complain(item, c.path, c.message)
  }
  for (const w of read.warnings)
    if (!item.problems.some((x) => x.field === w.path)) warn(item, w.path, w.message)
}

/** Content of a planned row, for telling a repeated row from a contradicting one. */
export const contentHash = (values: Record<string, unknown>): string =>
  createHash('sha1').update(canonicalJson(values)).digest('base64url').slice(0, 16)
