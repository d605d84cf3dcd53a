import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useLocation, useNavigationType } from 'react-router'
import type { RecordDef } from '../../engine/core/definition.ts'
import { Failed } from '../parts/say.tsx'
import { usePhone } from '../parts/use-phone.ts'
import type { Picked } from './bulk/picked.ts'
import type { Column } from './columns.ts'
import { keepPlace, type Place, placeOf } from './kept-place.ts'
import { CardRow, TableRow } from './rows.tsx'
import type { Rows } from './use-list.ts'
import { focusRow, useRowKeys } from './use-row-keys.ts'
import './table.css'

const desktopRow = 34

interface Props {
  def: RecordDef
  rows: Rows
  columns: Column[]
  sort: string
  onSort: (sort: string) => void
  picked: Picked
}

/** Rows read again at most to find a place after a reload. */
const MOST_RESTORED = 2000

/** Where the reader was when he left this list, if he comes back to it, and what notes where he is now. */
function usePlace(register: string, count: number) {
  const { pathname, search, state } = useLocation()
  const back = useNavigationType() === 'POP' || (state as { back?: boolean } | null)?.back === true
  const address = `${pathname}${search}`
  const [before] = useState(() => (back ? placeOf(address) : undefined))
  const now = useRef<Place>({ top: before?.top ?? 0, index: before?.index ?? 0, id: before?.id, count })
  now.current.count = count
  useEffect(() => {
    const keep = () => keepPlace(register, address, now.current)
    addEventListener('pagehide', keep)
    return () => {
      removeEventListener('pagehide', keep)
      keep()
    }
  }, [register, address])
  const moved = useCallback((e: React.UIEvent<HTMLElement>) => {
    now.current.top = e.currentTarget.scrollTop
  }, [])
  const opened = useCallback((index: number, id: string) => {
    Object.assign(now.current, { index, id })
  }, [])
  return { before, opened, moved }
}

/** Going back to a place further down than what is still in memory: what was read is read again, then shown. */
function useRestored(box: React.RefObject<HTMLElement | null>, before: Place | undefined, rows: Rows): void {
  const { hasMore, error, more } = rows
  const read = rows.rows.length
  const restored = useRef(false)
  useEffect(() => {
    if (!before || restored.current) return
    if (read < Math.min(before.count, MOST_RESTORED) && hasMore && !error) return more()
    restored.current = true
    if (box.current && Math.abs(box.current.scrollTop - before.top) > 1) box.current.scrollTop = before.top
  }, [box, before, read, hasMore, error, more])
}

/** The list itself: only rows in sight are in the page, whatever the length; a table on desks, two lines on phones. */
export function RecordTable(p: Props) {
  const phone = usePhone()
  // a line more where the parent is named
  const phoneRow = p.def.of ? 84 : 62
  const box = useRef<HTMLDivElement>(null)
  const { rows, hasMore, more, error } = p.rows
  const { picked } = p
  const { before, opened, moved } = usePlace(p.def.name, rows.length)
  const [active, setActive] = useState(before?.index ?? 0)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (phone ? phoneRow : desktopRow),
    overscan: 12,
    initialOffset: before?.top ?? 0,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes differ between the two forms
  useEffect(() => virtual.measure(), [phone])
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && !error && last >= rows.length - 30) more()
  }, [hasMore, error, last, rows.length, more])

  useRestored(box, before, p.rows)

  const go = useCallback(
    (index: number) => {
      setActive(index)
      virtual.scrollToIndex(index)
      focusRow(box.current, index)
    },
    [virtual],
  )
  useRowKeys(box, rows.length, active, go, {
    toggle: (index) => picked.pick(index, !picked.rows.has(rows[index]?.id ?? '')),
    clear: picked.clear,
  })

  const top = items[0]?.start ?? 0
  const bottom = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  const tail = hasMore ? (
    error ? (
      <Failed error={error} title="后面的没有读到" retry={more} />
    ) : (
      <span role="status">正在读取后面的…</span>
    )
  ) : null
  const rowAt = (index: number) => {
    const row = rows[index]!
    return {
      key: row.id,
      def: p.def,
      row,
      columns: p.columns,
      index,
      active: index === active,
      onActive: setActive,
      onOpen: opened,
      came: row.id === before?.id,
      picked: picked.rows.has(row.id),
      onPick: picked.pick,
    }
  }
  if (phone)
    return (
      <div className="rows-box" ref={box} onScroll={moved}>
        <ul style={{ paddingTop: top, paddingBottom: bottom }}>
          {items.map(({ index }) => {
            const { key, ...row } = rowAt(index)
            return <CardRow key={key} {...row} choosing={picked.choosing} height={phoneRow} />
          })}
        </ul>
        {tail ? <div className="rows-tail">{tail}</div> : null}
      </div>
    )
  const wide = p.columns.reduce((w, c) => w + c.width, 0)
  return (
    <div className="rows-box" ref={box} onScroll={moved}>
      <table className="ledger" style={{ minWidth: wide }} aria-rowcount={p.rows.total ?? -1}>
        <colgroup>
          {p.columns.map((c) => (
            <col key={c.name} style={c.grows ? { minWidth: c.width } : { width: c.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {p.columns.map((c, n) => (
              <Heading
                key={c.name}
                column={c}
                sort={p.sort}
                onSort={p.onSort}
                picks={n === 0 ? { picked, read: rows.length } : undefined}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {top > 0 && <tr className="gap" style={{ height: top }} />}
          {items.map(({ index }) => {
            const { key, ...row } = rowAt(index)
            return <TableRow key={key} {...row} />
          })}
          {bottom > 0 && <tr className="gap" style={{ height: bottom }} />}
        </tbody>
      </table>
      {tail ? <div className="rows-tail">{tail}</div> : null}
    </div>
  )
}

function Heading({
  column: c,
  sort,
  onSort,
  picks,
}: {
  column: Column
  sort: string
  onSort: (s: string) => void
  /** the first column chooses all rows that have been read */
  picks: { picked: Picked; read: number } | undefined
}) {
  const up = sort === c.name
  const down = sort === `-${c.name}`
  const some = picks ? picks.picked.rows.size : 0
  const whole = picks !== undefined && some > 0 && some === picks.read
  return (
    <th aria-sort={up ? 'ascending' : down ? 'descending' : undefined} scope="col">
      {picks ? (
        <input
          type="checkbox"
          className="pick-all"
          aria-label="选中已列出的全部"
          checked={whole}
          ref={(el) => {
            if (el) el.indeterminate = some > 0 && !whole
          }}
          onChange={(e) => picks.picked.pickRead(e.target.checked)}
        />
      ) : null}
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
