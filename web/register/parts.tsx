import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { Link } from 'react-router'
import type { RecordDef } from '../../engine/core/definition.ts'
import { partsQuery, useCatalogue, useMe } from '../api/queries.ts'
import type { Part, Row } from '../api/types.ts'
import { loadOrRetry } from '../parts/later.tsx'
import { Failed, Loading } from '../parts/say.tsx'
import { columnsOf, defaultColumns, titleOf } from './columns.ts'
import { Value } from './value.tsx'

const SealedStrip = lazy(() => loadOrRetry(() => import('./sealed.tsx')))

/** Everything that belongs to a record: each child register with its count, its newest five, the way to all. */
export function Parts({ def, row }: { def: RecordDef; row: Row }) {
  const parts = useQuery(partsQuery(def.name, row.id))
  const { byName } = useCatalogue()
  const me = useMe()
  if (parts.isPending) return <Loading lines={8} what="档案" />
  if (parts.error && !parts.data)
    return <Failed error={parts.error} title="档案各部分读取失败" retry={() => void parts.refetch()} />
  // the firm itself reads them all; others get counts of what is the firm's own
  const sealed = parts.data.flatMap((p) => {
    const child = byName.get(p.register)
    return child?.sealed && !me.organisation ? [child] : []
  })
  const empty = parts.data.filter((p) => p.total === 0 && byName.has(p.register))
  return (
    <>
      {parts.data
        .filter((p) => p.total > 0)
        .map((p) => {
          const child = byName.get(p.register)
          return child ? <PartPanel key={p.register} def={child} part={p} parent={row} /> : null
        })}
      {sealed.map((child) => (
        <Suspense key={child.name} fallback={null}>
          <SealedStrip def={child} parent={row.id} />
        </Suspense>
      ))}
      {empty.length > 0 && (
        <section className="panel" id="part-none">
          <h2>没有登记的</h2>
          <ul className="none-list">
            {empty.map((p) => (
              <NoPart key={p.register} part={p} parent={row} />
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function NoPart({ part, parent }: { part: Part; parent: Row }) {
  const right = useMe().rights[part.register] ?? {}
  return (
    <li>
      {part.label}
      {right.create && !parent.archivedAt ? (
        <Link to={`/records/${part.register}/new?parent=${parent.id}`} aria-label={`新增${part.label}`}>
          新增
        </Link>
      ) : null}
    </li>
  )
}

function PartPanel({ def, part, parent }: { def: RecordDef; part: Part; parent: Row }) {
  const catalogue = useCatalogue()
  const right = useMe().rights[def.name] ?? {}
  const columns = defaultColumns(def, true)
    .flatMap((n) => columnsOf(def, catalogue).find((c) => c.name === n) ?? [])
    .slice(0, 5)
  return (
    <section className="panel part" id={`part-${def.name}`}>
      <header>
        <h2>
          {part.label} <span className="count">{part.total}</span>
        </h2>
        {right.create && !parent.archivedAt ? (
          <Link className="push" to={`/records/${def.name}/new?parent=${parent.id}`}>
            新增
          </Link>
        ) : null}
        <Link className={right.create ? undefined : 'push'} to={`/records/${def.name}?parent=${parent.id}`}>
          全部
        </Link>
      </header>
      <div className="part-scroll">
        <table className="part-table">
          <thead>
            <tr>
              {columns.map((c) => (
                <th key={c.name}>{c.def.label}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {part.rows.map((r) => (
              <tr key={r.id}>
                {columns.map((c, i) => (
                  <td key={c.name}>
                    {i === 0 ? (
                      <Link to={`/records/${def.name}/${r.id}`}>
                        {r[c.name] ? (
                          <Value of={def} name={c.name} def={c.def} row={r} brief />
                        ) : (
                          titleOf(def, r)
                        )}
                      </Link>
                    ) : (
                      <Value of={def} name={c.name} def={c.def} row={r} brief />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
