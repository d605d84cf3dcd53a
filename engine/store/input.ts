import type { Actor } from '../access/actor.ts'
import { futureComplaints } from '../cases/guard.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { RecordDef } from '../core/definition.ts'
import { asAttempt, type Complaint, Problem } from '../core/errors.ts'
import { parentField, parentTitle } from '../core/naming.ts'
import { systemFieldsOf } from '../core/system-fields.ts'
import { refuseAsked } from './asks.ts'
import type { Db } from './db.ts'
import { holdsOn } from './holds.ts'
import type { Services } from './services.ts'
import { setComplaints } from './sets.ts'
import type { Row, WriteMeta } from './types.ts'
import { type ReadValues, readValues } from './values.ts'
import { checkRefs, raiseComplaints, writerComplaints } from './write.ts'

/** What somebody sends to a record: a new one, or changes of the one that stands `before`. */
export interface Input {
  values: Record<string, unknown>
  before?: Row
  now: Date
}

/**
 * Reads what is sent to a record. New and changed records go the same way, so that a change refuses what a new
 * record refuses.
 * @throws Problem bad-input, marked as an attempt, for fields that are not this person's to write
 */
export function readInput(s: Services, actor: Actor, def: RecordDef, input: Input): ReadValues {
  const { values, before, now } = input
  const given = before ? echoed(def, before, values) : undefined
  const read = readValues(s.catalogue, def.fields, values, {
    today: shanghaiDate(now),
    holds: holdsOn(s, def, now),
    ignore: given?.ignore ?? new Set(def.of ? [parentField(def.of)] : []),
    ...(before && { before }),
  })
  raiseAttempts(def, writerComplaints(actor, def, values, before))
  read.complaints.push(...(given?.complaints ?? []))
  return read
}

/** Refuses what was read, with every complaint there is; the references are looked up only when all else is right. */
export async function refuseInput(
  s: Services,
  tx: Db,
  actor: Actor,
  def: RecordDef,
  read: ReadValues,
  given: { meta: WriteMeta; now: Date; before?: Row; parent?: unknown },
): Promise<void> {
  const { meta, now, before } = given
  const today = shanghaiDate(now)
  raiseComplaints(def, [
    ...read.complaints,
    ...futureComplaints(def, read.values, today),
    ...namedDay(def, read.values, meta, today),
    ...(await setComplaints(s, tx, actor, def, before, read.values, now)),
    ...(read.complaints.length ? [] : await checkRefs(s, tx, actor, def.fields, read.values, before)),
  ])
  await refuseAsked(s, tx, actor, def, read, given)
}

/** The day named beside the record: none that has yet to come, and none besides the register's own date. */
function namedDay(
  def: RecordDef,
  values: Record<string, unknown>,
  { happenedOn }: WriteMeta,
  today: string,
): Complaint[] {
  if (!happenedOn) return []
  const complain = (message: string) => [{ path: 'happenedOn', message }]
  const own = def.happenedOn ? def.fields[def.happenedOn] : undefined
  if (own && (own.required || values[def.happenedOn!]))
    return complain(`${def.label}的发生日期以“${own.label}”为准，请去掉另写的发生日期。`)
  return happenedOn > today ? complain(`发生日期不能晚于今天（${today}），请改正。`) : []
}

/**
 * A client may send back what it was given. What is not a field of the register is passed over only as long as it
 * says the same; the record a row belongs to is never changed on the side.
 */
function echoed(
  def: RecordDef,
  before: Row,
  values: Record<string, unknown>,
): { ignore: Set<string>; complaints: Complaint[] } {
  const parent = def.of && parentField(def.of)
  const titles = Object.entries(def.fields)
    .filter(([, f]) => f.type === 'ref')
    .map(([name]) => `${name}Title`)
  const known = [
    ...Object.keys(systemFieldsOf(def)),
    ...(def.of ? [parent!, parentTitle(def.of)] : []),
    ...titles,
    'version',
    'archivedAt',
    'loopVersion',
  ]
  const same = (name: string) => JSON.stringify(values[name]) === JSON.stringify(before[name] ?? null)
  const ignore = new Set(known.filter((name) => !(name in def.fields) && (same(name) || name === parent)))
  const moved = parent && values[parent] !== undefined && !same(parent)
  const message = `这条${def.label}登记后不能改换归属，请移除后在正确的位置重新登记。`
  return { ignore, complaints: moved ? [{ path: parent, message }] : [] }
}

/** Complaints that hang on who writes: the attempt is journalled. */
export function raiseAttempts(def: RecordDef, complaints: Complaint[]): void {
  try {
    raiseComplaints(def, complaints)
  } catch (e) {
    throw e instanceof Problem ? asAttempt(e) : e
  }
}
