import type { Condition } from '../../engine/core/condition/ast.ts'
import type { RecordDef } from '../../engine/core/definition.ts'
import { systemFieldsOf } from '../../engine/core/system-fields.ts'

/** A filter of one touch. It comes from the definition: what has clocks, ends or happens can be asked so. */
export interface Quick {
  name: string
  label: string
  /** only one of a kind at a time */
  kind: 'due' | 'when' | 'mine'
  where?: Condition
  due?: 'overdue' | 'week'
  mine?: boolean
}

const thisMonth = (field: string): Condition => ({
  field,
  op: 'within',
  to: { window: { period: 'month' } },
})

/** The quick filters of a register; `own` readers see only their own organisation's anyway. */
export function quicksOf(def: RecordDef, own: boolean): Quick[] {
  const out: Quick[] = []
  if (def.kind === 'loop' && Object.keys(def.clocks).length > 0)
    out.push(
      { name: 'overdue', label: '已逾期', kind: 'due', due: 'overdue' },
      { name: 'week', label: '七天内到期', kind: 'due', due: 'week' },
    )
  if (def.kind === 'register' && def.expires) {
    const { on, warn } = def.expires
    out.push(
      { name: 'expired', label: '已过期', kind: 'due', where: { field: on, op: 'lt', to: { asOf: 0 } } },
      {
        name: 'expiring',
        label: '快到期',
        kind: 'due',
        where: { field: on, op: 'within', to: { window: { period: 'next-days', days: { policy: warn } } } },
      },
    )
  }
  const { happenedOn } = def
  const day = happenedOn ? def.fields[happenedOn] : undefined
  out.push(
    happenedOn && day
      ? {
          name: 'month',
          label: `本月${day.label.replace(/(日期|时间)$/, '')}`,
          kind: 'when',
          where: thisMonth(happenedOn),
        }
      : { name: 'month', label: '本月登记', kind: 'when', where: thisMonth('recordedAt') },
  )
  // what somebody else of the own enterprise wrote is one's own as well
  if (!own && systemFieldsOf(def).recordedAt)
    out.push({ name: 'mine', label: def.kind === 'loop' ? '我经手的' : '我登记的', kind: 'mine', mine: true })
  return out
}

/** Those of a list's address that its register has. */
export const chosenQuicks = (def: RecordDef, names: readonly string[]): Quick[] =>
  quicksOf(def, false).filter((q) => names.includes(q.name))

/** The names after one was touched: touched again it goes, and another of its kind goes for it. */
export function toggleQuick(def: RecordDef, names: readonly string[], touched: Quick): string[] {
  if (names.includes(touched.name)) return names.filter((n) => n !== touched.name)
  const rivals = quicksOf(def, false).filter((q) => q.kind === touched.kind)
  return [...names.filter((n) => !rivals.some((r) => r.name === n)), touched.name]
}
