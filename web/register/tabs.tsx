import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { RecordDef } from '../../engine/core/definition.ts'
import { get } from '../api/http.ts'
import { recordPath, useMe } from '../api/queries.ts'
import type { Page } from '../api/types.ts'
import { isViewer } from '../app/nav.tsx'
import { quicksOf } from './quick.ts'
import { asked, type ListState, tabField } from './use-list.ts'

type Counts = { [value: string]: number | Counts }

/** How many there are under a value, whatever is told apart below it. */
const sumOf = (c: number | Counts): number =>
  typeof c === 'number' ? c : Object.values(c).reduce<number>((n, x) => n + sumOf(x), 0)

/**
 * How many records stand under each tab: of what search and filters leave; from the roll-up, which costs nothing, while
 * nothing is searched or filtered.
 */
function useCounts(def: RecordDef, state: ListState, name: string | undefined) {
  const me = useMe()
  // of a unit or a sector the roll-up by area tells nothing
  const viewer = isViewer(me) && me.roles.some((r) => r.ground.by === 'area')
  const query = asked(def, { ...state, tab: '' })
  const plain = Object.values(query).every((v) => !v)
  // the roll-up is for those who see an area; asking in vain would be kept as a refused attempt
  const rolled = plain && viewer && name !== undefined && def.counted?.[0] === name && !def.sealed
  const rollup = useQuery({
    queryKey: ['rollup', def.name],
    queryFn: () => get<{ areas: { counts: Counts }[] }>(`/api/rollup/${def.name}?by=self`),
    enabled: rolled,
    retry: false,
  })
  const groups = useQuery({
    queryKey: ['records', def.name, 'groups', name, query],
    queryFn: ({ signal }) =>
      get<Page>(recordPath(def.name), { ...query, by: name, limit: 1, count: true }, signal),
    enabled: name !== undefined && !rolled,
    placeholderData: keepPreviousData,
  })
  const n = new Map<string, number>()
  if (!rolled) {
    for (const [value, c] of Object.entries(groups.data?.groups ?? {})) n.set(value, c)
    return { n, all: groups.data?.total }
  }
  for (const { counts } of rollup.data?.areas ?? [])
    for (const [value, c] of Object.entries(counts)) n.set(value, (n.get(value) ?? 0) + sumOf(c))
  return { n, all: rollup.data && [...n.values()].reduce((a, b) => a + b, 0) }
}

/** How many open cases are late, of what search and filters leave. */
function useLate(def: RecordDef, state: ListState, asks: boolean): number | undefined {
  const query = asked(def, { ...state, tab: '', quick: state.quick.filter((q) => q !== 'week') })
  return useQuery({
    queryKey: ['records', def.name, 'late', query],
    queryFn: ({ signal }) =>
      get<Page>(recordPath(def.name), { ...query, due: 'overdue', limit: 1, count: true }, signal),
    enabled: asks,
    placeholderData: keepPreviousData,
  }).data?.total
}

/** Tabs by state (or by the first counted list) with what search and filters leave in each; of cases also the late ones. */
export function Tabs({
  def,
  state,
  change,
}: {
  def: RecordDef
  state: ListState
  change: (c: Partial<ListState>) => void
}) {
  const name = tabField(def)
  const { n, all } = useCounts(def, state, name)
  const hasLate = quicksOf(def, true).some((q) => q.due === 'overdue')
  const late = useLate(def, state, hasLate)
  const isLate = state.quick.includes('overdue')
  if (!name) return null
  const options =
    def.kind === 'loop'
      ? Object.entries(def.states).map(([value, s]) => ({ value, label: s.label }))
      : (def.fields[name]?.options ?? [])
  const shown =
    n.size > 0 ? options.filter((o) => (n.get(o.value) ?? 0) > 0 || state.tab === o.value) : options
  const others = state.quick.filter((q) => q !== 'overdue')
  return (
    <nav className="tabs" aria-label="按状态看">
      <button
        type="button"
        aria-pressed={state.tab === '' && !isLate}
        onClick={() => change({ tab: '', quick: others })}
      >
        全部 {all !== undefined && !isLate ? <span className="count">{all}</span> : null}
      </button>
      {hasLate ? (
        <button
          type="button"
          aria-pressed={isLate}
          onClick={() =>
            change({ tab: '', quick: isLate ? others : [...others.filter((q) => q !== 'week'), 'overdue'] })
          }
        >
          已逾期 {late !== undefined ? <span className={late ? 'count late' : 'count'}>{late}</span> : null}
        </button>
      ) : null}
      {shown.map((o) => (
        <button
          key={o.value}
          type="button"
          aria-pressed={state.tab === o.value}
          onClick={() => change({ tab: state.tab === o.value ? '' : o.value })}
        >
          {o.label} {n.size > 0 ? <span className="count">{n.get(o.value) ?? 0}</span> : null}
        </button>
      ))}
    </nav>
  )
}
