import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Condition } from '../core/condition/ast.ts'
import { field } from '../core/condition/build.ts'
import { explain } from '../core/condition/explain.ts'
import type { IndicatorDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { systemFieldsOf } from '../core/system-fields.ts'
import { sql } from '../store/db.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import { ownCollection } from './access.ts'
import { columnsOf } from './rows.ts'
import { sourceLabel } from './sources.ts'
import type { Collection, Source } from './types.ts'

/** What a computed cell rests on. */
export interface Rests {
  /** the source in words: 台账：从业人数, 指标：…, 台账计数：… */
  label: string
  /** which records are counted, as a sentence; null where the source counts none */
  words: string | null
  /** instant at which the records were read */
  filledAt: string | null
  /** the record whose field it is */
  record: { register: string; id: string } | null
  /** the list of the records behind the figure, by the register's own filter; null where no list can show it */
  list: { register: string; label: string; where: Condition | null } | null
  /** what the list does not show as the figure counts it */
  note: string | null
}

/** What stands behind a cell, as this actor may look at it. @throws Problem `not-found` for a cell that is not there */
export async function restsOf(
  s: Services,
  actor: Actor,
  id: string,
  row: number,
  col: number,
): Promise<Rests> {
  const c = await ownCollection(s.db, actor, id, shanghaiDate(s.clock.now()))
  const column = (await columnsOf(s.db, id)).find((x) => x.n === col)
  const { rows } = await sql<{ record_id: string | null; area: string | null }>`select record_id, area
    from collection_row where collection_id = ${id} and n = ${row} and not gone`.execute(s.db)
  const at = rows[0]
  if (!column || !at) throw new Problem('not-found', '表里没有这一格，请刷新后重试。')
  const def = c.register ? s.catalogue.findRecord(c.register) : undefined
  const { source } = column
  const behind = source ? behindOf(s, source) : undefined
  const label = source ? sourceLabel(s.catalogue, def, source) : '表里原有，或由人填'
  const readable = behind && scopeOf(s, actor, s.catalogue.record(behind.register), 'read').terms.length > 0
  const where = behind && readable ? inPlace(s, behind, c, at.area) : undefined
  return {
    label,
    words: behind?.where ? wordsOf(s, behind.register, behind.where) : null,
    filledAt: c.filled_at,
    record:
      c.register && at.record_id && source && 'field' in source
        ? { register: c.register, id: at.record_id }
        : null,
    list:
      behind && where !== undefined
        ? { register: behind.register, label: s.catalogue.record(behind.register).label, where }
        : null,
    note: behind?.note ?? null,
  }
}

interface Behind {
  register: string
  where: Condition | undefined
  note?: string
}

/** Which records a figure counts; nothing where it counts none, or periods of records. */
function behindOf(s: Services, source: Source): Behind | undefined {
  if ('count' in source) return { register: source.count, where: source.condition }
  if (!('indicator' in source)) return undefined
  const i = s.catalogue.indicators.get(source.indicator)
  if (!i || i.of.every) return undefined
  const { register, where } = i.of
  const all = i.measure === 'share' && source.part === 'den'
  return { register, where: all ? where : both(where, i.met), ...(!all && noteOf(i, source.part)) }
}

/** A list filters by what records say; proof, sums and shares it does not show. */
function noteOf(i: IndicatorDef, part: 'num' | 'den' | 'value'): { note?: string } {
  const said = [
    i.proof.least !== 'claimed' ? '只计有佐证或经核实的，名单可能比这个数多' : '',
    i.measure === 'share' && part === 'value' ? '名单是算作完成的记录，这个数是它占应完成的比例' : '',
    i.measure === 'sum' || i.measure === 'duration' || i.measure === 'change'
      ? '名单是参与计算的记录，不是个数'
      : '',
  ].filter(Boolean)
  return said.length ? { note: `${said.join('；')}。` } : {}
}

const both = (a: Condition | undefined, b: Condition | undefined): Condition | undefined =>
  a && b ? { all: [a, b] } : (a ?? b)

/** The filter with the row's town; undefined where the register does not say in which town its records are. */
function inPlace(
  s: Services,
  behind: Behind,
  c: Collection,
  area: string | null,
): Condition | null | undefined {
  const town = area?.length === 9 ? area : c.area.length === 9 ? c.area : undefined
  if (!town) return behind.where ?? null
  if (!systemFieldsOf(s.catalogue.record(behind.register)).town) return undefined
  return both(behind.where, field('town').is(town))
}

const wordsOf = (s: Services, register: string, where: Condition): string =>
  explain(where, register, {
    catalogue: s.catalogue,
    policies: s.policies(),
    moment: { asOf: shanghaiDate(s.clock.now()) },
  })
