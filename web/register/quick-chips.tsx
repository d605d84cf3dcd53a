import type { RecordDef } from '../../engine/core/definition.ts'
import { useMe } from '../api/queries.ts'
import { isViewer } from '../app/nav.tsx'
import { quicksOf, toggleQuick } from './quick.ts'
import type { ListState } from './use-list.ts'

/** Filters of one touch, beside the search box. Those that have a tab of their own are not offered twice. */
export function QuickChips({
  def,
  state,
  change,
}: {
  def: RecordDef
  state: ListState
  change: (c: Partial<ListState>) => void
}) {
  const me = useMe()
  const quicks = quicksOf(def, me.organisation !== undefined && !isViewer(me)).filter(
    (q) => q.due !== 'overdue',
  )
  return (
    <fieldset className="bare quicks" aria-label="快速筛选">
      {quicks.map((q) => (
        <button
          key={q.name}
          type="button"
          className="quick"
          aria-pressed={state.quick.includes(q.name)}
          onClick={() => change({ quick: toggleQuick(def, state.quick, q) })}
        >
          {q.label}
        </button>
      ))}
    </fieldset>
  )
}
