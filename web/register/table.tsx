import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import type { RecordDef } from '../../engine/core/definition.ts'
import type { Row } from '../api/types.ts'
import { Failed } from '../parts/say.tsx'
import { usePhone } from '../parts/use-phone.ts'
import { type Column, parentTitleOf, titleOf } from './columns.ts'
import type { Rows } from './use-list.ts'
import { focusRow, useRowKeys } from './use-row-keys.ts'
import { Value } from './value.tsx'
import './table.css'

const desktopRow = 34

interface Props {
  def: RecordDef
  rows: Rows
  columns: Column[]
  sort: string
  onSort: (sort: string) => void
}

/** The list itself: only rows in sight are in the page, whatever the length; a table on desks, two lines on phones. */
export function RecordTable(p: Props) {
  const phone = usePhone()
  // a line more where the parent is named
  const phoneRow = p.def.of ? 84 : 62
  const box = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const { rows, hasMore, more, error } = p.rows
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (phone ? phoneRow : desktopRow),
    overscan: 12,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes differ between the two forms
  useEffect(() => virtual.measure(), [phone])
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && !error && last >= rows.length - 30) more()
  }, [hasMore, error, last, rows.length, more])

  const go = useCallback(
    (index: number) => {
      setActive(index)
      virtual.scrollToIndex(index)
      focusRow(box.current, index)
    },
    [virtual],
  )
  useRowKeys(box, rows.length, active, go)

  const top = items[0]?.start ?? 0
  const bottom = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  const tail = hasMore ? (
    error ? (
      <Failed error={error} title="后面的没有读到" retry={more} />
    ) : (
      <span role="status">正在读取后面的…</span>
    )
  ) : null
  const link = (row: Row, index: number, children: React.ReactNode, className?: string) => (
    <Link
      to={`/records/${p.def.name}/${row.id}`}
      data-row-link={index}
      tabIndex={index === active ? 0 : -1}
      onFocus={() => setActive(index)}
      className={className}
    >
      {children}
    </Link>
  )

  if (phone)
    return (
      <div className="rows-box" ref={box}>
        <ul style={{ paddingTop: top, paddingBottom: bottom }}>
          {items.map(({ index }) => {
            const row = rows[index]!
            return (
              <li key={row.id} className="card-row" style={{ height: phoneRow }}>
                {link(row, index, <CardRow def={p.def} row={row} columns={p.columns} />)}
              </li>
            )
          })}
        </ul>
        {tail ? <div className="rows-tail">{tail}</div> : null}
      </div>
    )
  const wide = p.columns.reduce((w, c) => w + c.width, 0)
  return (
    <div className="rows-box" ref={box}>
      <table className="ledger" style={{ minWidth: wide }} aria-rowcount={p.rows.total ?? -1}>
        <colgroup>
          {p.columns.map((c) => (
            <col key={c.name} style={c.grows ? { minWidth: c.width } : { width: c.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {p.columns.map((c) => (
              <Heading key={c.name} column={c} sort={p.sort} onSort={p.onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {top > 0 && <tr className="gap" style={{ height: top }} />}
          {items.map(({ index }) => {
            const row = rows[index]!
            return (
              <tr key={row.id} aria-rowindex={index + 2} className={row.archivedAt ? 'archived' : undefined}>
                {p.columns.map((c, n) => {
                  const value = <Value of={p.def} name={c.name} def={c.def} row={row} brief />
                  return (
                    <td
                      key={c.name}
                      className={c.def.type === 'number' || c.def.type === 'money' ? 'right' : ''}
                    >
                      {n === 0
                        ? link(row, index, row[c.name] ? value : titleOf(p.def, row), 'row-link')
                        : value}
                    </td>
                  )
                })}
              </tr>
            )
          })}
          {bottom > 0 && <tr className="gap" style={{ height: bottom }} />}
        </tbody>
      </table>
      {tail ? <div className="rows-tail">{tail}</div> : null}
    </div>
  )
}

function Heading({ column: c, sort, onSort }: { column: Column; sort: string; onSort: (s: string) => void }) {
  const up = sort === c.name
  const down = sort === `-${c.name}`
  return (
    <th aria-sort={up ? 'ascending' : down ? 'descending' : undefined} scope="col">
      {c.sortable ? (
        <button
          type="button"
          title={`按${c.def.label}排序`}
          onClick={() => onSort(up ? `-${c.name}` : down ? '' : c.name)}
        >
          {c.def.label}
          <span aria-hidden="true">{up ? ' ↑' : down ? ' ↓' : ''}</span>
        </button>
      ) : (
        c.def.label
      )}
    </th>
  )
}

/** On a phone: name and state, whose it is, then the first three facts of the list. */
function CardRow({ def, row, columns }: { def: RecordDef; row: Row; columns: Column[] }) {
  const facts = columns.filter(
    (c) => ![def.title, 'state', 'level', 'adoptedLevel'].includes(c.name) && !c.name.endsWith('Id'),
  )
  const badge = columns.find((c) => c.name === 'state' || c.name === 'adoptedLevel')
  const level = columns.find((c) => c.name === 'level')
  return (
    <>
      <span className="card-title">
        <b>{titleOf(def, row)}</b>
        {level && row.level ? <Value of={def} name="level" def={level.def} row={row} brief /> : null}
        {badge ? <Value of={def} name={badge.name} def={badge.def} row={row} brief /> : null}
      </span>
      {parentTitleOf(def, row) ? <span className="card-facts">{parentTitleOf(def, row)}</span> : null}
      <span className="card-facts">
        {facts
          .filter((c) => row[c.name] !== null && row[c.name] !== undefined && row[c.name] !== '')
          .slice(0, 3)
          .map((c) => (
            <span key={c.name}>
              {c.def.type === 'date' || c.def.type === 'number' ? <i>{c.def.label} </i> : null}
              <Value of={def} name={c.name} def={c.def} row={row} brief />
            </span>
          ))}
      </span>
    </>
  )
}
