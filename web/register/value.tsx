import type { FieldDef, RecordDef } from '../../engine/core/definition.ts'
import { uiOf } from '../../fields/ui.ts'
import { None } from '../../fields/ui-kit.tsx'
import type { Row } from '../api/types.ts'
import { HazardLevel, Risk } from '../parts/risk.tsx'
import { today } from '../parts/time.ts'

const isEmpty = (v: unknown): boolean =>
  v === null || v === undefined || v === '' || (Array.isArray(v) && v.length === 0)

const proofs = ['', '自报', '有佐证', '已核实']

/** A date that has passed while it still counts: an expired certificate, an overdue case. */
function passed(def: RecordDef, name: string, value: unknown, row: Row): string | undefined {
  if (typeof value !== 'string' || value >= today()) return undefined
  if (def.kind === 'loop') {
    const running = Object.values(def.clocks).some(
      (c) => c.dueField === name && c.during.includes(row.state ?? ''),
    )
    return running ? '已逾期' : undefined
  }
  return def.expires?.on === name ? '已过期' : undefined
}

/**
 * One value of a record as a reader sees it. Colour appears for risk levels and lateness only, and never alone:
 * the word is always there.
 */
export function Value({
  of,
  name,
  def,
  row,
  brief,
}: {
  of: RecordDef
  name: string
  def: FieldDef
  row: Row
  brief?: boolean
}) {
  const value = row[name]
  if (name === 'state' && of.kind === 'loop') {
    const state = of.states[String(value)]
    return <span className={`chip ${state?.end ? 'over' : ''}`}>{state?.label ?? String(value ?? '')}</span>
  }
  if (name === 'adoptedLevel' || name === 'proposedLevel') return <Risk level={value} />
  if (name === 'level' && of.kind === 'loop') return <HazardLevel level={value} />
  if (name === 'proof') return <span>{proofs[Number(value)] ?? ''}</span>
  if (isEmpty(value)) return <None />
  const { Show } = uiOf(def.type)
  const late = passed(of, name, value, row)
  const shown = <Show name={name} def={def} value={value} row={row} brief={brief} />
  return late ? (
    <span className="late">
      {shown} {late}
    </span>
  ) : (
    shown
  )
}
