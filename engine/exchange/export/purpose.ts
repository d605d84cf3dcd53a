import type { Actor } from '../../access/actor.ts'
import { shanghaiDate } from '../../core/clock.ts'
import { explain } from '../../core/condition/explain.ts'
import type { RecordDef } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import { personalKeys } from '../../core/personal.ts'
import { type Change, journal } from '../../journal/write.ts'
import type { Services } from '../../store/services.ts'
import { holdsPersonal, sightOf } from '../../store/sight.ts'
import type { ListQuery } from '../../store/types.ts'
import type { Column } from './columns.ts'

/**
 * What leaves the system with people in it is asked for what (个人信息保护法 第六条; GB/T 22239 个人信息保护), and the
 * journal keeps who took what, for what, and how much.
 */

/** Headings of the columns whose personal content this reader would get in full. */
export function personalColumns(
  s: Services,
  actor: Actor,
  def: RecordDef,
  columns: readonly Column[],
): string[] {
  return columns
    .filter((c) => {
      const register = c.of ?? def
      const name = c.of ? c.field.slice(register.name.length + 1) : c.field
      return personalKeys(register, s.catalogue).some(
        (k) => (k.key === name || k.key === `${name}Title`) && sightOf(s, actor, k.of) !== 'none',
      )
    })
    .map((c) => c.title)
}

const LONGEST = 200

/** @throws Problem `bad-input` when no purpose is given, saying what to do */
export function requirePurpose(purpose: string | undefined, why: string): string {
  const said = purpose?.trim() ?? ''
  if (said.length >= 2 && said.length <= LONGEST) return said
  throw new Problem(
    'bad-input',
    said.length > LONGEST
      ? `用途请写在 ${LONGEST} 个字以内。`
      : `${why}，导出前请写明用途（接口用参数 purpose，命令行用 --purpose），会记入留痕；用不到的，请去掉这些列再导出。`,
    { complaints: [{ path: 'purpose', message: '请写明导出用途，如“核对持证情况”' }] },
  )
}

/** A query as the journal keeps it: in words, without the personal content it may name. */
export function filterWords(s: Services, def: RecordDef, query: ListQuery): string {
  const { where, search, parent } = query
  const words = {
    catalogue: s.catalogue,
    policies: s.policies(),
    moment: { asOf: shanghaiDate(s.clock.now()) },
  }
  const parts = [
    where && explain(where, def.name, words),
    search?.trim() &&
      (holdsPersonal(s, def, { search }) ? '查找了文字（可能是姓名，未记）' : `查找“${search.trim()}”`),
    parent && `上级记录 ${parent}`,
  ].filter(Boolean)
  return parts.join('；') || '全部'
}

/** The entry of an export; also of one that was broken off: what had been sent was sent. */
export async function noteExport(
  s: Services,
  actor: Actor,
  done: {
    register: string
    rows: number
    whole: boolean
    filter: string
    purpose?: string | undefined
    /** headings with personal content */
    personal?: readonly string[]
  },
): Promise<void> {
  const told = (field: string, label: string, after: string | number): Change => ({
    field,
    label,
    before: null,
    after,
  })
  await journal(s.db, {
    actor,
    now: s.clock.now(),
    register: done.register,
    recordId: null,
    what: 'export',
    changes: [
      told('rows', '行数', done.rows),
      told('filter', '筛选', done.filter),
      ...(done.purpose ? [told('purpose', '用途', done.purpose)] : []),
      ...(done.personal?.length ? [told('personal', '含个人信息的列', done.personal.join('、'))] : []),
    ],
    reason: `导出 ${done.rows} 行${done.whole ? '' : '（中途断开）'}${done.purpose ? `，用途：${done.purpose}` : ''}`,
    area: actor.home || null,
  })
}
