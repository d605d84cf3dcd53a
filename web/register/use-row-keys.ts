import { type RefObject, useEffect, useRef } from 'react'

/**
 * ↑ ↓ Home End PageUp PageDown move between the rows' links; Enter opens the one in focus (it is a link), the space
 * bar chooses it, Esc chooses none.
 * Only the active row's link can be reached by Tab, so a list of thousands is one stop.
 */
export function useRowKeys(
  box: RefObject<HTMLElement | null>,
  count: number,
  active: number,
  go: (index: number) => void,
  pick: { toggle: (index: number) => void; clear: () => void },
): void {
  const picks = useRef(pick)
  picks.current = pick
  useEffect(() => {
    const el = box.current
    if (!el) return
    const step: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 15,
      PageUp: -15,
      Home: -1e9,
      End: 1e9,
    }
    const onKey = (e: KeyboardEvent) => {
      const by = step[e.key]
      const inLink = e.target instanceof HTMLElement && e.target.closest('[data-row-link]')
      if (inLink && e.key === ' ') {
        e.preventDefault()
        return picks.current.toggle(active)
      }
      if (e.key === 'Escape') return picks.current.clear()
      if (by === undefined || !inLink || e.ctrlKey || e.metaKey || e.altKey) return
      e.preventDefault()
      go(Math.max(0, Math.min(count - 1, active + by)))
    }
    el.addEventListener('keydown', onKey)
    return () => el.removeEventListener('keydown', onKey)
  }, [box, count, active, go])
}

/** Focuses a row's link once it is drawn. */
export const focusRow = (box: HTMLElement | null, index: number): void => {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => box?.querySelector<HTMLElement>(`[data-row-link="${index}"]`)?.focus()),
  )
}
