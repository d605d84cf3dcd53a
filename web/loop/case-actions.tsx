import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { LoopDef } from '../../engine/core/definition.ts'
import { stepsOn } from '../../engine/core/loop.ts'
import { actionsQuery } from '../api/queries.ts'
import type { OfferedAction, Row } from '../api/types.ts'
import { Wait } from '../parts/say.tsx'
import './loop.css'
import { loadOrRetry } from '../parts/later.tsx'

const ActionDrawer = lazy(() => loadOrRetry(() => import('./action-drawer.tsx')))

/** What may be done with a case now, and for the rest: why not, and who could. */
export default function CaseActions({ def, row }: { def: LoopDef; row: Row }) {
  const offered = useQuery(actionsQuery(def.name, row.id))
  const [open, setOpen] = useState<OfferedAction>()
  const state = def.states[row.state ?? '']
  return (
    <section className="panel actions">
      <Wait for={offered} what="可办事项" lines={2}>
        {(all) => {
          const steps = stepsOn(def, row.state ?? '', row.track ?? null).map(([id]) => id)
          const main = steps.find((id) => all.some((a) => a.id === id && a.enabled))
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
