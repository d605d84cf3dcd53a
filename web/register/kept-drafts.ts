import { client, meQuery } from '../api/queries.ts'

/**
 * What was being typed when the session ended, kept in this window until its author signs in again and opens the same
 * form. Closing the window forgets it; nobody else gets it.
 */
type Values = Record<string, unknown>
const PREFIX = 'zhiben-draft '
const open = new Map<symbol, { form: string; values: () => Values | undefined }>()

const place = (form: string, person: string): string => `${PREFIX}${person} ${location.pathname} ${form}`

/** A form that is open; `values` gives what was typed, undefined when nothing was. @returns how to let go */
export function watchDraft(form: string, values: () => Values | undefined): () => void {
  const key = Symbol(form)
  open.set(key, { form, values })
  return () => void open.delete(key)
}

/** Keeps every open form that somebody typed into. */
export function keepDrafts(person: string | undefined = client.getQueryData(meQuery.queryKey)?.id): void {
  if (!person) return
  for (const { form, values } of open.values()) {
    const typed = values()
    if (!typed) continue
    try {
      sessionStorage.setItem(place(form, person), JSON.stringify(typed))
    } catch {
      // a window that keeps nothing
    }
  }
}

/** What was kept of this form for who is signed in now; it is given once. */
export function takeDraft(form: string): Values | undefined {
  const person = client.getQueryData(meQuery.queryKey)?.id
  if (!person) return undefined
  try {
    const key = place(form, person)
    const kept = sessionStorage.getItem(key)
    if (kept === null) return undefined
    sessionStorage.removeItem(key)
    return JSON.parse(kept) as Values
  } catch {
    return undefined
  }
}

/** Who signs out by himself leaves nothing behind. */
export function dropDrafts(): void {
  try {
    for (const key of Object.keys(sessionStorage))
      if (key.startsWith('zhiben-')) sessionStorage.removeItem(key)
  } catch {
    // nothing kept
  }
}
