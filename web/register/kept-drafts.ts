import { client, meQuery } from '../api/queries.ts'

/**
 * What is being typed, kept in this window while its form is open, so that a reload, a crash or the end of the session
 * loses nothing. Sending or leaving the form forgets it, so does signing out and closing the window; nobody else gets it.
 */
type Values = Record<string, unknown>
const KEPT = 'zhiben-'
const PREFIX = `${KEPT}draft `
const open = new Map<symbol, { place: string; values: () => Values | undefined }>()
/** the session has ended: forms that close now close without their author */
let ended = false

const place = (form: string, person: string): string => `${PREFIX}${person} ${location.pathname} ${form}`
const personNow = (): string | undefined => client.getQueryData(meQuery.queryKey)?.id

function write(at: string, typed: Values | undefined): void {
  try {
    if (typed) sessionStorage.setItem(at, JSON.stringify(typed))
    else sessionStorage.removeItem(at)
  } catch {
    // a window that keeps nothing
  }
}

const keepOpen = (): void => {
  for (const { place: at, values } of open.values()) write(at, values())
}

/**
 * A form that is open; `values` gives what was typed, undefined when nothing was.
 * @returns `keep` writes it down, `close` lets go of it
 */
export function watchDraft(
  form: string,
  values: () => Values | undefined,
): { keep: () => void; close: () => void } {
  const person = personNow()
  if (!person) return { keep: () => undefined, close: () => undefined }
  const key = Symbol(form)
  const at = place(form, person)
  if (open.size === 0) addEventListener('pagehide', keepOpen)
  open.set(key, { place: at, values })
  return {
    keep: () => write(at, values()),
    close: () => {
      open.delete(key)
      if (open.size === 0) removeEventListener('pagehide', keepOpen)
      if (!ended) write(at, undefined)
    },
  }
}

/** The session ends without its author having left: every open form that somebody typed into stays for him. */
export function keepDrafts(): void {
  keepOpen()
  ended = true
}

/** What was kept of this form for who is signed in now. */
export function takeDraft(form: string): Values | undefined {
  const person = personNow()
  if (!person) return undefined
  ended = false
  try {
    return JSON.parse(sessionStorage.getItem(place(form, person)) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** One text that is asked for in a question: a reason, a remark. `close` when the question has gone. */
export function keepText(form: string): { text: string; set: (text: string) => void; close: () => void } {
  const kept = { text: String(takeDraft(form)?.text ?? '') }
  const watch = watchDraft(form, () => (kept.text.trim() ? { text: kept.text } : undefined))
  return {
    text: kept.text,
    set: (text) => {
      kept.text = text
      watch.keep()
    },
    close: watch.close,
  }
}

function drop(which: (key: string) => boolean): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (which(key)) sessionStorage.removeItem(key)
  } catch {
    // nothing kept
  }
}

/** Who signs out by himself leaves nothing behind: neither drafts nor where he was. */
export const dropDrafts = (): void => drop((key) => key.startsWith(KEPT))

/** Somebody else has signed in at this window: what others left is not his. */
export function dropOthers(person: string): void {
  ended = false
  drop((key) => key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${person} `))
}
