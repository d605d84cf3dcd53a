import { queryOptions } from '@tanstack/react-query'
import type { Level } from '../../../engine/core/definition.ts'
import { get, post } from '../../api/http.ts'
import { client, refresh } from '../../api/queries.ts'
import type { GradeCardData, TrayRow } from '../../api/work-types.ts'

export type TrayKind = 'differs' | 'waiting' | 'all'

export const trayPage = (kind: TrayKind, q: string, after: string) =>
  get<{ rows: TrayRow[]; next: string | null; total?: number }>('/api/grades/tray', {
    kind,
    q,
    after,
    limit: 50,
    count: after === '',
  })

export const gradeQuery = (enterprise: string) =>
  queryOptions({
    queryKey: ['grades', enterprise],
    queryFn: () => get<GradeCardData>(`/api/grades/${enterprise}`),
  })

export const settled = () => {
  void client.invalidateQueries({ queryKey: ['grades'] })
  refresh('enterprise')
}

/** First signature, for one or many: the proposed level, or another with a reason. */
export async function assess(
  judgements: {
    enterpriseId: string
    level?: Level
    reason?: string
    facts?: { field: string; holds: boolean }[]
  }[],
): Promise<void> {
  await post('/api/grades/assess', { judgements })
  settled()
}

/** Second signature, by somebody else: adopt, or send back with a reason. */
export async function review(
  reviews: { enterpriseId: string; decisionId: string; approve: boolean; reason?: string }[],
): Promise<void> {
  await post('/api/grades/review', { reviews })
  settled()
}
