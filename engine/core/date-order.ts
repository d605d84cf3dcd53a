import type { Fields } from './definition.ts'
import type { Complaint } from './errors.ts'

/** An end and its start (`FieldDef.notBefore`). */
export interface DatePair {
  end: string
  start: string
}

const found = new WeakMap<Fields, DatePair[]>()

function pairsOf(fields: Fields): readonly DatePair[] {
  let pairs = found.get(fields)
  if (!pairs) {
    pairs = Object.entries(fields).flatMap(([end, f]) => (f.notBefore ? [{ end, start: f.notBefore }] : []))
    found.set(fields, pairs)
  }
  return pairs
}

/** Pairs whose end lies before their start; where one of both is empty there is nothing to compare. */
export const endsBeforeStart = (fields: Fields, values: Record<string, unknown>): DatePair[] =>
  pairsOf(fields).filter(({ end, start }) => {
    const [to, from] = [values[end], values[start]]
    return typeof to === 'string' && typeof from === 'string' && to !== '' && from !== '' && to < from
  })

/** What a field's date is compared with: its start, and ends that begin with it. */
export const partnersOf = (fields: Fields, field: string): string[] =>
  pairsOf(fields).flatMap(({ end, start }) => (end === field ? [start] : start === field ? [end] : []))

/**
 * Complaints about an end before its start.
 * @param whole the record as it will stand
 * @param changed whether a field is being changed: a pair that stood so before does not block another edit
 */
export const orderComplaints = (
  fields: Fields,
  whole: Record<string, unknown>,
  changed: (field: string) => boolean,
): Complaint[] =>
  endsBeforeStart(fields, whole)
    .filter(({ end, start }) => changed(end) || changed(start))
    .map(({ end, start }) => {
      const said = (name: string) => `${fields[name]?.label ?? name}（${String(whole[name])}）`
      const message = `${said(end)}不能早于${said(start)}，请核对两个日期。`
      return { path: changed(end) ? end : start, message }
    })
