import { queryOptions } from '@tanstack/react-query'
import type { Doing } from '../../../engine/core/bulk.ts'
import { del, get, post } from '../../api/http.ts'
import { client, refresh } from '../../api/queries.ts'

export type BatchState = 'checking' | 'preview' | 'running' | 'done' | 'undoing' | 'undone' | 'failed'
export type BatchRowState = 'new' | 'can' | 'cannot' | 'done' | 'asked' | 'failed' | 'undone' | 'kept'

/** Work on many rows of a list (engine/bulk). */
export interface Batch {
  id: string
  register: string
  registerLabel: string
  doing: Doing
  label: string
  state: BatchState
  at: string
  by: string
  total: number
  counts: Record<BatchRowState, number>
  progress: { done: number; total: number }
  reasons: { note: string; state: BatchRowState; n: number }[]
  undo: { possible: boolean; never: string | null }
  message: string | null
}

export interface BatchRow {
  n: number
  id: string
  title: string
  state: BatchRowState
  note: string | null
}

export const stateWords: Record<BatchState, string> = {
  checking: '正在核对',
  preview: '待确认',
  running: '正在办理',
  done: '已办理',
  undoing: '正在撤销',
  undone: '已撤销',
  failed: '没有完成',
}

export const moving = (s: BatchState | undefined): boolean =>
  s === 'checking' || s === 'running' || s === 'undoing'

export const batchesQuery = queryOptions({
  queryKey: ['bulk'],
  queryFn: () => get<{ batches: Batch[] }>('/api/bulk').then((a) => a.batches),
})

/** A batch; asked again while something moves. */
export const batchQuery = (id: string) =>
  queryOptions({
    queryKey: ['bulk', id],
    queryFn: () => get<Batch>(`/api/bulk/${id}`),
    refetchInterval: (q) => (moving(q.state.data?.state) ? 700 : false),
    staleTime: 0,
  })

export const batchRowsQuery = (id: string, state: BatchRowState, at: BatchState) =>
  queryOptions({
    queryKey: ['bulk', id, 'rows', state, at],
    queryFn: () =>
      get<{ rows: BatchRow[]; next: number | null }>(`/api/bulk/${id}/rows`, { state, limit: 200 }),
  })

const kept = (b: Batch): Batch => {
  client.setQueryData(['bulk', b.id], b)
  void client.invalidateQueries({ queryKey: ['bulk'], exact: true })
  return b
}

export const begin = async (body: {
  register: string
  doing: Doing
  rows?: string[]
  filter?: Record<string, string>
}): Promise<Batch> => kept(await post<Batch>('/api/bulk', body))
export const run = async (id: string): Promise<Batch> => kept(await post<Batch>(`/api/bulk/${id}/run`, {}))
export const undo = async (id: string): Promise<Batch> => kept(await post<Batch>(`/api/bulk/${id}/undo`, {}))
/** Gives up what was only looked at. */
export const drop = (id: string): void => void del(`/api/bulk/${id}`).catch(() => undefined)
/** After rows were written: what was read of the register is old. */
export const written = (): void => refresh()
