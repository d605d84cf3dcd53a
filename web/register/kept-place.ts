/**
 * Where somebody was in a list when he opened one of its rows, so that going back finds the place again. Kept in this
 * window by the list's address; signing out forgets it (kept-drafts.ts).
 */
export interface Place {
  /** px */
  top: number
  /** the row that was opened, or was last in focus */
  id?: string
  index: number
  /** rows that had been loaded */
  count: number
}

const PREFIX = 'zhiben-list '
const place = (address: string) => `${PREFIX}${address}`
const lastOf = (register: string) => `${PREFIX}last ${register}`

export function keepPlace(register: string, address: string, p: Place): void {
  try {
    sessionStorage.setItem(place(address), JSON.stringify(p))
    sessionStorage.setItem(lastOf(register), address)
  } catch {
    // a window that keeps nothing begins at the top
  }
}

export function placeOf(address: string): Place | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(place(address)) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** The address under which this list was last looked at, with its filters; the bare list otherwise. */
export function lastList(register: string): string {
  try {
    return sessionStorage.getItem(lastOf(register)) ?? `/records/${register}`
  } catch {
    return `/records/${register}`
  }
}
