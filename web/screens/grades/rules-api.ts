import { queryOptions } from '@tanstack/react-query'
import type { Condition } from '../../../engine/core/condition/ast.ts'
import type { Level } from '../../../engine/core/definition.ts'
import { del, get, patch, post } from '../../api/http.ts'
import { settled } from './api.ts'

/** Moves the level by steps, or sets it. */
export interface RuleEffect {
  condition: Condition
  steps: number | null
  level: Level | null
}
export interface RuleBody extends RuleEffect {
  label: string
  basis: string
  from: string
  to: string | null
}
export interface Rule extends RuleBody {
  id: string
  version: number
  scheme: string
  area: string
  areaName: string
  /** the condition as a sentence */
  text: string
  endedAt: string | null
  endReason: string | null
}
export interface RulePreview {
  of: number
  matched: number
  changed: number
  moves: { from: Level; to: Level; count: number }[]
  sample: { id: string; title: string; town: string | null; from: Level; to: Level }[]
}

export const rulesQuery = queryOptions({
  queryKey: ['grades', 'rules'],
  queryFn: () => get<{ schemes: { name: string; label: string }[]; rules: Rule[] }>('/api/grades/rules'),
})

/** What a rule would do; nothing is kept. */
export const tryRule = (
  body: RuleEffect & { scheme: string; area?: string; id?: string },
): Promise<RulePreview> => post('/api/grades/rules/preview', body)

type Saved = { rule: Rule; changed: number }
const kept = (saved: Saved): Saved => {
  settled()
  return saved
}

export const addRule = (scheme: string, body: RuleBody): Promise<Saved> =>
  post<Saved>('/api/grades/rules', { scheme, ...body }).then(kept)

export const changeRule = (rule: Rule, body: RuleBody): Promise<Saved> =>
  patch<Saved>(`/api/grades/rules/${rule.id}`, body, { ifMatch: rule.version }).then(kept)

export const endRule = (rule: Rule, reason: string): Promise<Saved> =>
  del<Saved>(`/api/grades/rules/${rule.id}`, { ifMatch: rule.version, query: { reason } }).then(kept)
