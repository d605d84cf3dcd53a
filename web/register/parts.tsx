import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { RecordDef } from '../../engine/core/definition.ts'
import { partsQuery, useCatalogue, useMe } from '../api/queries.ts'
import type { Part, Row } from '../api/types.ts'
import { Failed, Loading } from '../parts/say.tsx'
import { columnsOf, defaultColumns, titleOf } from './columns.ts'
import { Value } from './value.tsx'

/** Everything that belongs to a record: each child register with its count, its newest five, the way to all. */
export function Parts({ def, row }: { def: RecordDef; row: Row }) {
  const parts = useQuery(partsQuery(def.name, row.id))
  const { byName } = useCatalogue()
  if (parts.isPending) return <Loading lines={8} what="档案" />
  if (parts.error && !parts.data)
    return <Failed error={parts.error} title="档案各部分读取失败" retry={() => void parts.refetch()} />
  return parts.data.map((p) => {
    const child = byName.get(p.register)
    return child ? <PartPanel key={p.register} def={child} part={p} parent={row} /> : null
  })
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
        {part.total > 0 ? <Link to={`/records/${def.name}?parent=${parent.id}`}>全部</Link> : null}
      </header>
      {part.rows.length === 0 ? (
        <p className="soft">没有登记</p>
      ) : (
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
      )}
    </section>
  )
}
