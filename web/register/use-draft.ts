import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Fields } from '../../engine/core/definition.ts'
import type { ApiError } from '../api/http.ts'
import { takeDraft, watchDraft } from './kept-drafts.ts'
import { complaintOf, holdsOn, remarkOf } from './lexicon.ts'

export type DraftValues = Record<string, unknown>

export interface Draft {
  values: DraftValues
  /** fields whose value differs from where the draft began */
  changed: string[]
  complaints: Record<string, string>
  remarks: Record<string, string>
  set: (name: string, value: unknown) => void
  /** checks one field when it is left */
  leave: (name: string) => void
  /** is the field asked for now (`when`)? */
  asked: (name: string) => boolean
  /** must it be filled in now? */
  must: (name: string) => boolean
  /** checks all, or those that `of` says; the names of fields that are wrong, in order */
  check: (of?: (name: string) => boolean) => string[]
  /** puts the server's complaints at their fields; what fits none is returned as sentences */
  refuse: (e: ApiError) => string[]
  /** the values to send: asked-for fields only, the changed ones for an edit */
  body: (onlyChanged: boolean) => DraftValues
  reset: (values: DraftValues) => void
  /** what was typed before a reload is back */
  restored: boolean
  /** takes back what was restored */
  drop: () => void
}

/** Somebody has stopped typing for a moment. */
const KEEP_AFTER_MS = 400

const same = (a: unknown, b: unknown): boolean =>
  (a ?? null) === (b ?? null) || JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

const put = (n: string, text: string | undefined) => (old: Record<string, string>) => {
  if ((old[n] ?? '') === (text ?? '')) return old
  const { [n]: _, ...rest } = old
  return text ? { ...rest, [n]: text } : rest
}

/** Must it be filled in, as the values stand? */
function demanded(fields: Fields, name: string, values: DraftValues): boolean {
  const f = fields[name]
  return Boolean(f?.required || (f?.requiredWhen && holdsOn(fields, f.requiredWhen, values)))
}

/** What is sent. What is no longer asked for has the value null, so that nothing stale stays behind. */
function bodyOf(
  names: readonly string[],
  base: DraftValues,
  sent: (name: string) => DraftValues[string],
  onlyChanged: boolean,
): DraftValues {
  const out: DraftValues = {}
  for (const n of names) {
    const value = sent(n)
    // what was there and has been emptied is said, so that it is not taken as left alone
    const empty = value === null && (base[n] ?? null) === null
    if (onlyChanged ? !same(value, base[n]) : !empty) out[n] = value
  }
  return out
}

/**
 * Values being typed, checked with the engine's own field types, kept over a reload.
 * @param about what the form is about, where the page's address does not tell
 */
export function useDraft(fields: Fields, initial: DraftValues, about = ''): Draft {
  const [base, setBase] = useState(initial)
  const form = `${Object.keys(fields).join()} ${about}`
  // what was being typed when the page was reloaded or the session ended goes on
  const [kept, setKept] = useState(() => takeDraft(form))
  const [values, setValues] = useState(() => ({ ...initial, ...kept }))
  // what was set a moment ago, for a box that sets its value and is left in one event
  const latest = useRef(values)
  latest.current = values
  const [complaints, setComplaints] = useState<Record<string, string>>({})
  const [remarks, setRemarks] = useState<Record<string, string>>({})
  const names = useMemo(() => Object.keys(fields), [fields])
  const hidden = useMemo(
    () => new Set(names.filter((n) => fields[n]?.when && !holdsOn(fields, fields[n].when, values))),
    [names, fields, values],
  )
  const changed = names.filter((n) => !same(values[n], base[n]))
  const typed = useRef<() => DraftValues | undefined>(() => undefined)
  typed.current = () => (changed.length ? Object.fromEntries(changed.map((n) => [n, values[n]])) : undefined)
  const watch = useRef<ReturnType<typeof watchDraft>>(undefined)
  useEffect(() => {
    watch.current = watchDraft(form, () => typed.current())
    return watch.current.close
  }, [form])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed is the trigger
  useEffect(() => {
    const timer = setTimeout(() => watch.current?.keep(), KEEP_AFTER_MS)
    return () => clearTimeout(timer)
  }, [values, base])

  const set = useCallback((n: string, value: unknown) => {
    latest.current = { ...latest.current, [n]: value }
    setValues(latest.current)
    setComplaints(put(n, undefined))
    setRemarks(put(n, undefined))
  }, [])
  const leave = (n: string) => {
    const def = fields[n]
    if (!def) return
    // an empty required field is not scolded in passing, only when the form is sent
    const value = latest.current[n]
    const text = value === null || value === undefined ? undefined : complaintOf(def, value)
    setComplaints(put(n, text))
    setRemarks(put(n, text ? undefined : remarkOf(def, value)))
  }
  const asked = (n: string) => !hidden.has(n)
  const must = (n: string) => demanded(fields, n, values)
  return {
    values,
    changed,
    complaints,
    remarks,
    set,
    leave,
    asked,
    must,
    check: (of = () => true) => {
      const found = names
        .filter((n) => asked(n) && of(n))
        .map((n) => [n, complaintOf({ ...fields[n]!, required: must(n) }, values[n])] as const)
        .filter((x): x is readonly [string, string] => x[1] !== undefined)
      setComplaints(Object.fromEntries(found))
      return found.map(([n]) => n)
    },
    refuse: (e) => {
      const at: Record<string, string> = {}
      const rest: string[] = []
      for (const c of e.complaints) {
        const name = c.path.replace(/^(fields|form|values|body)\./, '').split(/[.[]/)[0] ?? ''
        if (fields[name]) at[name] ??= c.message
        else rest.push(c.message)
      }
      setComplaints(at)
      return rest
    },
    body: (onlyChanged) => bodyOf(names, base, (n) => (asked(n) ? (values[n] ?? null) : null), onlyChanged),
    restored: kept !== undefined && changed.length > 0,
    drop: () => {
      setKept(undefined)
      setValues(base)
      setComplaints({})
      setRemarks({})
    },
    reset: (v) => {
      setKept(undefined)
      setBase(v)
      setValues(v)
      setComplaints({})
      setRemarks({})
    },
  }
}

/** Where a new record begins. */
export function startingValues(fields: Fields, given: DraftValues = {}): DraftValues {
  const out: DraftValues = {}
  for (const [n, def] of Object.entries(fields)) {
    const value = given[n] ?? def.default
    if (value !== undefined && value !== null) out[n] = value
  }
  return out
}
