import { useSyncExternalStore } from 'react'

const query = matchMedia('(max-width: 760px)')
const subscribe = (f: () => void) => {
  query.addEventListener('change', f)
  return () => query.removeEventListener('change', f)
}

/** Narrow screens get compact rows and full-width drawers; the same border as in style.css. */
export const usePhone = (): boolean => useSyncExternalStore(subscribe, () => query.matches)
