import { useCallback, useMemo, useRef, useState } from 'react'
import type { Row } from '../../api/types.ts'

/** The rows of a list that were chosen to be done together. */
export interface Picked {
  rows: ReadonlyMap<string, Row>
  /** all that the list shows under its filter, also what has not been read yet */
  all: boolean
  /** phones: touching a row chooses it instead of opening it */
  choosing: boolean
  /** @param range from the row chosen last to this one */
  pick: (index: number, on: boolean, range?: boolean) => void
  pickRead: (on: boolean) => void
  pickAll: () => void
  choose: (on: boolean) => void
  clear: () => void
}

interface Choice {
  /** the list it was made in: another filter begins anew */
  of: string
  rows: ReadonlyMap<string, Row>
  all: boolean
  choosing: boolean
}

const nothing = { rows: new Map<string, Row>(), all: false, choosing: false }

export function usePicked(of: string, read: readonly Row[]): Picked {
  const [kept, setKept] = useState<Choice>({ of, ...nothing })
  const now = kept.of === of ? kept : { of, ...nothing, choosing: kept.choosing }
  const last = useRef(0)
  const seen = useRef({ now, read })
  seen.current = { now, read }
  const change = useCallback((more: Partial<Choice>) => setKept({ ...seen.current.now, ...more }), [])
  const pick = useCallback(
    (index: number, on: boolean, range = false) => {
      const { now: at, read: list } = seen.current
      const from = range ? Math.min(last.current, index) : index
      const to = range ? Math.max(last.current, index) : index
      last.current = index
      const rows = new Map(at.rows)
      for (const row of list.slice(from, to + 1))
        if (on) rows.set(row.id, row)
        else rows.delete(row.id)
      change({ rows, all: false })
    },
    [change],
  )
  const pickRead = useCallback(
    (on: boolean) => change({ rows: new Map(on ? seen.current.read.map((r) => [r.id, r]) : []), all: false }),
    [change],
  )
  const pickAll = useCallback(
    () => change({ rows: new Map(seen.current.read.map((r) => [r.id, r])), all: true }),
    [change],
  )
  const choose = useCallback((choosing: boolean) => change({ ...nothing, choosing }), [change])
  const clear = useCallback(() => change(nothing), [change])
  const { rows, all, choosing } = now
  return useMemo(
    () => ({ rows, all, choosing, pick, pickRead, pickAll, choose, clear }),
    [rows, all, choosing, pick, pickRead, pickAll, choose, clear],
  )
}
