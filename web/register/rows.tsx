import { memo, type ReactNode } from 'react'
import { Link } from 'react-router'
import type { RecordDef } from '../../engine/core/definition.ts'
import type { Row } from '../api/types.ts'
import { type Column, parentTitleOf, titleOf } from './columns.ts'
import { Value } from './value.tsx'

interface RowProps {
  def: RecordDef
  row: Row
  columns: Column[]
  index: number
  /** the row that Tab reaches */
  active: boolean
  onActive: (index: number) => void
  /** the row is being opened */
  onOpen: (index: number, id: string) => void
  /** the row that was opened last, to which the reader comes back */
  came: boolean
  /** chosen to be done together with others */
  picked: boolean
  onPick: (index: number, on: boolean, range?: boolean) => void
}

const RowLink = ({ p, children, className }: { p: RowProps; children: ReactNode; className?: string }) => (
  <Link
    to={`/records/${p.def.name}/${p.row.id}`}
    data-row-link={p.index}
    tabIndex={p.active ? 0 : -1}
    onFocus={() => p.onActive(p.index)}
    onClick={() => p.onOpen(p.index, p.row.id)}
    aria-current={p.came ? 'true' : undefined}
    className={className}
  >
    {children}
  </Link>
)

/** Remembered, because scrolling draws only the rows that come into sight. */
export const TableRow = memo(function TableRow(p: RowProps) {
  const { def, row } = p
  return (
    <tr
      aria-rowindex={p.index + 2}
      className={`${row.archivedAt ? 'archived' : ''} ${p.came ? 'came' : ''} ${p.picked ? 'picked' : ''}`}
    >
      {p.columns.map((c, n) => {
        const value = <Value of={def} name={c.name} def={c.def} row={row} brief />
        return (
          <td key={c.name} className={c.def.type === 'number' || c.def.type === 'money' ? 'right' : ''}>
            {n === 0 ? (
              <span className="pick-cell">
                <input
                  type="checkbox"
                  aria-label={`选中 ${titleOf(def, row)}`}
                  checked={p.picked}
                  tabIndex={p.active ? 0 : -1}
                  onFocus={() => p.onActive(p.index)}
                  onChange={() => undefined}
                  onClick={(e) => p.onPick(p.index, !p.picked, e.shiftKey)}
                />
                <RowLink p={p} className="row-link">
                  {row[c.name] ? value : titleOf(def, row)}
                </RowLink>
              </span>
            ) : (
              value
            )}
          </td>
        )
      })}
    </tr>
  )
})

const inBadges = new Set(['state', 'level', 'adoptedLevel'])
const has = (v: unknown) => v !== null && v !== undefined && v !== ''

/** On a phone: name and state, whose it is, then the first three facts of the list. */
export const CardRow = memo(function CardRow(p: RowProps & { height: number; choosing: boolean }) {
  const { def, row, columns } = p
  const facts = columns.filter(
    (c) => c.name !== def.title && !inBadges.has(c.name) && !c.name.endsWith('Id') && has(row[c.name]),
  )
  const badge = columns.find((c) => c.name === 'state' || c.name === 'adoptedLevel')
  const level = columns.find((c) => c.name === 'level')
  const parent = parentTitleOf(def, row)
  const content = (
    <>
      <span className="card-title">
        <b>{titleOf(def, row)}</b>
        {level && row.level ? <Value of={def} name="level" def={level.def} row={row} brief /> : null}
        {badge ? <Value of={def} name={badge.name} def={badge.def} row={row} brief /> : null}
      </span>
      {parent ? <span className="card-facts">{parent}</span> : null}
      <span className="card-facts">
        {facts.slice(0, 3).map((c) => (
          <span key={c.name}>
            {c.def.type === 'date' || c.def.type === 'number' ? <i>{c.def.label} </i> : null}
            <Value of={def} name={c.name} def={c.def} row={row} brief />
          </span>
        ))}
      </span>
    </>
  )
  return (
    <li
      className={`card-row ${p.came ? 'came' : ''} ${p.picked ? 'picked' : ''}`}
      style={{ height: p.height }}
    >
      {p.choosing ? (
        <button
          type="button"
          className="card-pick"
          aria-pressed={p.picked}
          onClick={() => p.onPick(p.index, !p.picked)}
        >
          {content}
        </button>
      ) : (
        <RowLink p={p}>{content}</RowLink>
      )}
    </li>
  )
})
