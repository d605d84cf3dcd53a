import type { Actor } from '../access/actor.ts'
import { proves } from '../access/proves.ts'
import { type Doing, whyAlone, whyAloneCase, whyOpenStays } from '../core/bulk.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { LoopDef, RecordDef } from '../core/definition.ts'
import { isProblem, Problem } from '../core/errors.ts'
import { sameJson } from '../core/naming.ts'
import { openDoor } from '../store/door.ts'
import type { Services } from '../store/services.ts'
import type { Row, Waiting, WriteMeta } from '../store/types.ts'
import { listWishes } from '../store/wish/read.ts'
import { confirmWish } from '../store/wish/settle.ts'

/** What became of one row. */
export interface Became {
  version: number
  waiting: Pick<Waiting, 'id' | 'version'>[]
  note: string | null
}

const not = (message: string): Problem => new Problem('action-not-possible', message)

/** What a row's own button would say at once; what was looked at in a version needs no second look. */
async function lookAt(s: Services, actor: Actor, def: RecordDef, doing: Doing, row: Row): Promise<void> {
  if (doing.do === 'act') await refuseAlone(s, s.catalogue.loop(def.name), doing.action ?? '', row)
  const open = doing.do === 'archive' && def.kind === 'loop' ? whyOpenStays(def, row) : undefined
  if (open) throw not(open)
  if (doing.do === 'set' && sameJson(row[doing.field ?? ''], doing.value))
    throw not('已经是这个内容，不用改。')
  if (doing.do !== 'verify') return
  if (row.proof === 3) throw not('已核实，不用再核实。')
  if (proves(actor, def, row, shanghaiDate(s.clock.now())) !== 'verified')
    throw not('由乡镇或县局监管人员核实。')
}

/**
 * Does the one thing with one row, through the same door as a single write: rights, version, journal and refusals are
 * the same. With `meta.dry` it only tells what would become of it.
 * @throws Problem why not, in the words of the row's own button
 */
export async function doOne(
  s: Services,
  actor: Actor,
  def: RecordDef,
  doing: Doing,
  row: Row,
  meta: WriteMeta,
): Promise<Became> {
  const door = openDoor(s, actor)
  const about = doing.reason ? { ...meta, reason: doing.reason } : meta
  const told = (r: Awaited<ReturnType<typeof door.update>>): Became => ({
    version: r.row.version,
    waiting: (r.waiting ?? []).map(({ id, version }) => ({ id, version })),
    note: r.waiting?.length
      ? `${r.waiting.map((w) => w.label).join('、')}须经${row.town ? '乡镇' : '县局'}核实`
      : (r.warnings[0]?.message ?? null),
  })
  if (meta.dry) await lookAt(s, actor, def, doing, row)
  switch (doing.do) {
    case 'act':
      return told(await door.act(def.name, row.id, doing.action ?? '', doing.form ?? {}, row.version, about))
    case 'set':
      return told(
        await door.update(def.name, row.id, { [doing.field ?? '']: doing.value }, row.version, about),
      )
    case 'verify':
      return told(await door.update(def.name, row.id, {}, row.version, about))
    case 'archive':
      return told(await door.archive(def.name, row.id, row.version, about))
    case 'restore':
      return told(await door.restore(def.name, row.id, row.version, about))
    case 'confirm':
      return confirmAll(s, actor, def, row, about)
  }
}

/** What is judged case by case, and what an older version of the loop asks otherwise. */
async function refuseAlone(s: Services, loop: LoopDef, action: string, row: Row): Promise<void> {
  const why = whyAloneCase(loop, row) ?? whyAlone(loop, action)
  if (why) throw not(why)
  if (row.loopVersion === loop.version) return
  const own = (await s.loopVersion(loop.name, row.loopVersion ?? 1)).actions[action]
  const now = loop.actions[action]
  if (own && !sameJson(Object.keys(own.form ?? {}), Object.keys(now?.form ?? {})))
    throw not(`这条${loop.label}按开始时的版本办理，“${own.label}”要填的内容不同，请逐条办理。`)
}

/** Every change of the record that waits, each as its own confirmation. */
async function confirmAll(
  s: Services,
  actor: Actor,
  def: RecordDef,
  row: Row,
  meta: WriteMeta,
): Promise<Became> {
  const { rows } = await listWishes(s, actor, { register: def.name, record: row.id, state: 'waiting' })
  if (rows.length === 0) throw not('没有待核实的改动。')
  const moved = rows.find((w) => w.moved)
  if (moved) throw not(`“${moved.label}”提出之后记录又改过，请逐条对照。`)
  let version = row.version
  const done: string[] = []
  for (const w of rows) {
    const own = { ...meta, idempotencyKey: `${meta.idempotencyKey}:${w.id}` }
    try {
      version = (await confirmWish(s, actor, w.id, { version: w.version, meta: own })).row.version
      done.push(w.label)
    } catch (e) {
      // what has been confirmed stands, and the rest is named
      if (done.length === 0 || meta.dry || !isProblem(e)) throw e
      return { version, waiting: [], note: `已核实${done.join('、')}；“${w.label}”没有核实：${e.message}` }
    }
  }
  return { version, waiting: [], note: done.join('、') }
}
