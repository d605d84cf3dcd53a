import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { LoopDef } from '../../engine/core/definition.ts'
import { actionsQuery } from '../api/queries.ts'
import type { OfferedAction, Row } from '../api/types.ts'
import { Wait } from '../parts/say.tsx'
import './loop.css'

const ActionDrawer = lazy(() => import('./action-drawer.tsx'))

/**
 * The step that takes the case on: to the nearest later state, from one or two states only. What is possible from
 * many states (withdraw, hand over) is a way out, and a state that only leads back (waiting for an extension) a detour.
 */
function mainAction(def: LoopDef, row: Row, offered: OfferedAction[]): string | undefined {
  const order = Object.keys(def.states)
  const at = order.indexOf(row.state ?? '')
  const narrow = Object.values(def.actions).filter((a) => a.from.length <= 2)
  const leadsOn = (state: string) =>
    def.states[state]?.end === true || narrow.some((a) => a.from.includes(state) && order.indexOf(a.to) > at)
  const rank = (a: OfferedAction) => {
    const action = def.actions[a.id]
    const to = action && action.from.length <= 2 && leadsOn(action.to) ? order.indexOf(action.to) : -1
    return to > at ? to : Number.POSITIVE_INFINITY
  }
  const best = offered.filter((a) => a.enabled).sort((a, b) => rank(a) - rank(b))[0]
  return best && Number.isFinite(rank(best)) ? best.id : undefined
}

/** What may be done with a case now, and for the rest: why not, and who could. */
export default function CaseActions({ def, row }: { def: LoopDef; row: Row }) {
  const offered = useQuery(actionsQuery(def.name, row.id))
  const [open, setOpen] = useState<OfferedAction>()
  const state = def.states[row.state ?? '']
  return (
    <section className="panel actions">
      <Wait for={offered} what="可办事项" lines={2}>
        {(all) => {
          const main = mainAction(def, row, all)
          const can = all
            .filter((a) => a.enabled)
            .sort((a, b) => Number(b.id === main) - Number(a.id === main))
          // first what this state allows but not this person, then what other states allow
          const here = (a: OfferedAction) => def.actions[a.id]?.from.includes(row.state ?? '') ?? false
          const cannot = all.filter((a) => !a.enabled).sort((a, b) => Number(here(b)) - Number(here(a)))
          return (
            <>
              <h2>
                {state?.end ? `已结束：${state.label}` : can.length > 0 ? '您现在可以' : '现在没有需要您办的'}
              </h2>
              {can.length > 0 && (
                <ul className="action-list">
                  {can.map((a) => (
                    <li key={a.id}>
                      <button
                        type="button"
                        className={`button ${a.id === main ? 'primary' : ''}`}
                        onClick={() => setOpen(a)}
                        data-action={a.id}
                      >
                        {a.label}
                      </button>
                      {a.effect ? <small>{a.effect}</small> : null}
                    </li>
                  ))}
                </ul>
              )}
              {cannot.length > 0 && !state?.end && (
                <details className="refused-actions" open={can.length === 0}>
                  <summary>其他 {cannot.length} 项现在不能办</summary>
                  <dl>
                    {cannot.map((a) => (
                      <div key={a.id}>
                        <dt>{a.label}</dt>
                        <dd>{a.reason}</dd>
                      </div>
                    ))}
                  </dl>
                </details>
              )}
            </>
          )
        }}
      </Wait>
      {open ? (
        <Suspense fallback={null}>
          <ActionDrawer key={open.id} def={def} row={row} action={open} onClose={() => setOpen(undefined)} />
        </Suspense>
      ) : null}
    </section>
  )
}
