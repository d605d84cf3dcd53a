import { createHash } from 'node:crypto'
import type { Actor } from '../engine/access/actor.ts'
import { fixedClock, shanghaiDate } from '../engine/core/clock.ts'
import type { Level } from '../engine/core/definition.ts'
import { isProblem } from '../engine/core/errors.ts'
import { parentField } from '../engine/core/naming.ts'
import { sweep } from '../engine/deadlines/sweep.ts'
import { assess, explainGrade, type Judgement, review } from '../engine/grading/decide.ts'
import { openDoor } from '../engine/store/door.ts'
import type { Services } from '../engine/store/services.ts'
import type { Door, WriteMeta, WriteResult } from '../engine/store/types.ts'
import type { Demo, DemoFileUse, DemoPerson, DemoValues, DemoWrite } from './types.ts'

/** Writes of different subjects that run side by side; more only waits for the database. */
const LANES = 8

export interface Replay {
  /** `{$file}` of a write → the kept file it names, uploaded by whoever names it */
  file(use: DemoFileUse, by: Actor, at: Date): Promise<{ id: string; name: string }>
  /** account of a person who can sign in; others get an id of their own that nobody can sign in with */
  account(person: DemoPerson, organisation: string | undefined): Promise<string>
  progress(done: number, total: number): void
  /** what the county does of itself on a day, before anything else of that day */
  day(date: string): Promise<void>
  /** numbers of writes that an earlier replay has done, with the id of the record they made or moved */
  done: ReadonlyMap<number, string | null>
}

/** The idempotency key of a write. */
export const keyOf = (no: number): string => `demo-${no}`

/** What deviates is written alone, the rest as one; the one that is written last bears the key of the whole. */
async function apart<T>(
  all: readonly T[],
  alone: (one: T) => boolean,
  no: number,
  write: (part: T[], meta: WriteMeta) => Promise<unknown>,
): Promise<void> {
  const rest = all.filter((x) => !alone(x))
  const parts = [...all.filter(alone).map((x) => [x]), ...(rest.length ? [rest] : [])]
  for (const [i, part] of parts.entries())
    await write(part, { idempotencyKey: keyOf(no) + (i < parts.length - 1 ? `-part${i}` : '') })
}

/** Both signatures of a grade: what deviates from the proposal is signed alone. */
async function graded(
  at: Services,
  by: Actor,
  w: Extract<DemoWrite, { kind: 'assess' | 'review' }>,
  no: number,
  idFor: (key: string) => string,
): Promise<void> {
  if (w.kind === 'assess') {
    const judged: Judgement[] = w.judgements.map(({ enterprise, level, reason }) => ({
      enterpriseId: idFor(enterprise),
      ...(level && { level: level as Level }),
      ...(reason && { reason }),
    }))
    const doubted = new Set<string>()
    for (const j of judged)
      if ((await explainGrade(at, by, j.enterpriseId)).proposed?.contradictions.length) {
        doubted.add(j.enterpriseId)
        j.reason ??= '已现场核对，台账待更正'
      }
    return apart(
      judged,
      (j) => j.level !== undefined || doubted.has(j.enterpriseId),
      no,
      (part, own) => assess(at, by, part, own),
    )
  }
  const deviating = new Set<string>()
  const reviews = w.reviews.map(async ({ enterprise, approve, reason }) => {
    const id = idFor(enterprise)
    const { waiting, proposed } = await explainGrade(at, by, id)
    if (waiting?.level !== proposed?.level || proposed?.contradictions.length) deviating.add(id)
    // nothing waits: the review itself says so
    return { enterpriseId: id, decisionId: waiting?.id ?? id, approve, ...(reason && { reason }) }
  })
  const all = await Promise.all(reviews)
  return apart(
    all,
    (r) => deviating.has(r.enterpriseId),
    no,
    (part, own) => review(at, by, part, own),
  )
}

/** An id that is the same for the same key. */
const idOf = (key: string): string => {
  const h = createHash('sha256').update(`zhiben demo ${key}`).digest('hex')
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-8${h.slice(13, 16)}-8${h.slice(17, 20)}-${h.slice(20, 32)}`
}

/**
 * Replays what happened through the real door, each write at its own instant, so that journal, facts, deadlines
 * and history are what they would be had people typed it. Days follow one another with a sweep after each;
 * within a day subjects run side by side. A replay that was cut off goes on after the writes that are done.
 */
export async function replay(services: Services, demo: Demo, use: Replay): Promise<void> {
  const ids = new Map<string, string>()
  const versions = new Map<string, number>()
  const persons = new Map(demo.people.map((p) => [p.key, p]))
  const actors = new Map<string, Promise<Actor>>()
  const idFor = (key: string): string => {
    const id = ids.get(key)
    if (!id) throw new Error(`demo: nothing has made ${key} yet`)
    return id
  }
  const makeActor = async (key: string): Promise<Actor> => {
    const person = persons.get(key)
    if (!person) throw new Error(`demo: nobody is called ${key}`)
    const own = 'enterprise' in person.ground ? idFor(person.ground.enterprise) : undefined
    const ground = own ? { by: 'organisation' as const, organisation: own } : person.ground
    if ('enterprise' in ground) throw new Error(`demo: ${key} has no ground`)
    return {
      id: person.username ? await use.account(person, own) : idOf(key),
      name: person.name,
      kind: 'person',
      assignments: [{ role: person.role, ground }],
      home: person.home,
      ...(own && { organisation: own }),
    }
  }
  const actor = (key: string): Promise<Actor> => {
    const known = actors.get(key) ?? makeActor(key)
    actors.set(key, known)
    return known
  }

  const resolved = async (value: unknown, by: Actor, at: Date): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map((v) => resolved(v, by, at)))
    if (value === null || typeof value !== 'object') return value
    if ('$ref' in value) return idFor(String(value.$ref))
    if ('$file' in value) return use.file(value as DemoFileUse, by, at)
    return resolve(value as DemoValues, by, at)
  }
  const resolve = async (values: DemoValues, by: Actor, at: Date): Promise<Record<string, unknown>> => {
    const out: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(values)) out[name] = await resolved(value, by, at)
    return out
  }

  /** Does a change with the version last seen; where something else moved the record, with the one it has now. */
  async function change(
    door: Door,
    w: DemoWrite & { register: string },
    run: (version: number) => Promise<WriteResult>,
  ) {
    const seen = versions.get(w.key)
    const fresh = async () => run((await door.get(w.register, idFor(w.key))).version)
    const { row } = await (seen === undefined
      ? fresh()
      : run(seen).catch((e: unknown) => {
          if (isProblem(e) && e.code === 'version-lost') return fresh()
          throw e
        }))
    versions.set(w.key, row.version)
  }

  async function write(w: DemoWrite, no: number): Promise<void> {
    const at: Services = { ...services, clock: fixedClock(w.at) }
    const by = await actor(w.by)
    const meta: WriteMeta = { idempotencyKey: keyOf(no) }
    const door = openDoor(at, by)
    const said = (values: DemoValues) => resolve(values, by, new Date(w.at))
    if (w.kind === 'create') {
      const values = await said(w.values)
      const of = services.catalogue.record(w.register).of
      if (w.parent && of) values[parentField(of)] = idFor(w.parent)
      // two firms whose names are alike are two firms here, and who enters them says so
      const { row } = await door.create(w.register, values, meta).catch((e: unknown) => {
        if (isProblem(e) && e.details.asks) return door.create(w.register, values, { ...meta, confirm: true })
        throw e
      })
      ids.set(w.key, row.id)
      versions.set(w.key, row.version)
    } else if (w.kind === 'update') {
      const values = await said(w.values)
      await change(door, w, (version) =>
        door.update(w.register, idFor(w.key), values, version, {
          ...meta,
          ...(w.reason && { reason: w.reason }),
        }),
      )
    } else if (w.kind === 'act') {
      const form = await said(w.form)
      await change(door, w, (version) => door.act(w.register, idFor(w.key), w.action, form, version, meta))
    } else await graded(at, by, w, no, idFor)
  }

  let done = 0
  for (const day of daysOf(demo.writes)) {
    await use.day(day.date)
    const lanes = new Map<string, number[]>()
    for (const no of day.numbers) {
      const { subject } = demo.writes[no]!
      lanes.set(subject, [...(lanes.get(subject) ?? []), no])
    }
    const waiting = [...lanes.values()]
    const run = async () => {
      for (let lane = waiting.shift(); lane; lane = waiting.shift())
        for (const no of lane) {
          const w = demo.writes[no]!
          const earlier = use.done.get(no)
          try {
            if (earlier === undefined) await write(w, no)
            else if (earlier !== null && w.kind === 'create') ids.set(w.key, earlier)
          } catch (e) {
            const what = w.kind === 'act' ? w.action : w.kind
            throw new Error(
              `demo write ${no} (${what} ${w.key} by ${w.by} at ${w.at}): ${(e as Error).message}`,
              { cause: e },
            )
          }
          use.progress(++done, demo.writes.length)
        }
    }
    await Promise.all(Array.from({ length: LANES }, run))
    await sweep({ ...services, clock: fixedClock(`${day.date}T15:59:00.000Z`) })
  }
}

/** Numbers of the writes by Shanghai day, in order. */
function daysOf(writes: readonly DemoWrite[]): { date: string; numbers: number[] }[] {
  const out: { date: string; numbers: number[] }[] = []
  writes.forEach((w, no) => {
    const date = shanghaiDate(new Date(w.at))
    const last = out.at(-1)
    if (last?.date === date) last.numbers.push(no)
    else out.push({ date, numbers: [no] })
  })
  return out
}
