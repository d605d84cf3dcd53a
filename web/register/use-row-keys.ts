import { type RefObject, useEffect } from 'react'

/**
 * ↑ ↓ Home End PageUp PageDown move between the rows' links; Enter opens the one in focus (it is a link).
 * Only the active row's link can be reached by Tab, so a list of thousands is one stop.
 */
export function useRowKeys(
  box: RefObject<HTMLElement | null>,
  count: number,
  active: number,
  go: (index: number) => void,
): void {
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
