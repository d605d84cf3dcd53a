import { printed, type Run } from './clean.ts'
import { type Facts, within } from './facts.ts'
import type { Deadline, Frequency, Offset, Quantity } from './model.ts'
import type { Span } from './sentences.ts'

/** What a stretch of text says in figures, as it is handed out: printed words and places in the source. */
export interface Figures {
  deadlines: Deadline[]
  frequencies: Frequency[]
  targets: Quantity[]
  conditions: Quantity[]
}

/** The facts of `span` (positions of the run). */
export function extract(run: Run, facts: Facts, span: Span, source: string): Figures {
  const words = (s: Span) => printed(source, run, s.start, s.end)
  const offset = (s: Span): Offset => ({ start: run.at[s.start] ?? 0, end: (run.at[s.end - 1] ?? 0) + 1 })
  const quantity = ({ value, unit, comparator, ...s }: Facts['amounts'][number]): Quantity => ({
    text: words(s),
    value,
    unit,
    comparator,
    offset: offset(s),
  })
  const amounts = within(facts.amounts, span.start, span.end)
  return {
    deadlines: within(facts.times, span.start, span.end).map((t) => ({
      text: words(t),
      date: t.date,
      ...(t.inferred ? { inferred: true } : {}),
      ...(t.anchor ? { anchor: t.anchor } : {}),
      ...(t.moved ? { moved: true } : {}),
      offset: offset(t),
    })),
    frequencies: within(facts.recurrences, span.start, span.end).map((r) => ({
      text: words(r),
      period: r.period,
      times: r.times,
      comparator: r.comparator,
      offset: offset(r),
    })),
    targets: amounts.filter((a) => a.role === 'target').map(quantity),
    conditions: amounts.filter((a) => a.role === 'condition').map(quantity),
  }
}
