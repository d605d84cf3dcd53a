import { queryOptions } from '@tanstack/react-query'
import { del, get, patch, post, put } from '../../api/http.ts'
import type { ImportRow, ImportSession, ImportState } from '../../api/import-types.ts'
import { asList, client, refresh } from '../../api/queries.ts'

export const stateWords: Record<ImportState, string> = {
  reading: '正在读取',
  preview: '待确认',
  running: '正在导入',
  done: '已导入',
  undoing: '正在撤销',
  undone: '已撤销',
  failed: '没有完成',
}
export const moving = (s: ImportState | undefined): boolean =>
  s === 'reading' || s === 'running' || s === 'undoing'

export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: () =>
    get<ImportSession[] | { imports: ImportSession[] }>('/api/imports').then(
      asList<ImportSession>('imports'),
    ),
})

/** A session; asked again twice a second while something moves. */
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', id],
    queryFn: () => get<ImportSession>(`/api/imports/${id}`),
    refetchInterval: (q) =>
      moving(q.state.data?.state) ? (q.state.dataUpdateCount < 6 ? 300 : 1000) : false,
  })

export type RowFilter = 'error' | 'warning' | 'create' | 'update' | 'same' | 'skipped'

export const rowsPage = (id: string, state: RowFilter, after: string, limit = 50) =>
  get<{ rows: ImportRow[]; areas: Record<string, string>; next: string | null }>(`/api/imports/${id}/rows`, {
    state,
    after,
    limit,
  })

export const startImport = (register: string, file: File, area?: string): Promise<ImportSession> => {
  const form = new FormData()
  // fields stand before the file: the server reads the parts in order
  if (area) form.set('area', area)
  form.set('file', file)
  return post<ImportSession>(`/api/imports/${register}`, form)
}

const kept = (s: ImportSession | undefined, id: string): void => {
  if (s?.id) client.setQueryData(['imports', id], s)
  void client.invalidateQueries({ queryKey: ['imports'] })
}

export async function remap(id: string, mapping: Record<string, unknown>): Promise<void> {
  kept(await put<ImportSession>(`/api/imports/${id}/mapping`, mapping), id)
}
export async function correctRow(id: string, line: number, change: Record<string, unknown>): Promise<void> {
  await patch(`/api/imports/${id}/rows/${line}`, change)
  void client.invalidateQueries({ queryKey: ['imports', id] })
}
/** Forgets a remembered answer; the sheet is read again without it. */
export async function forget(id: string, answer: string): Promise<void> {
  kept(await del<ImportSession>(`/api/imports/${id}/remembered/${answer}`), id)
}
/** Gives up an import that has written nothing. */
export async function drop(id: string): Promise<void> {
  await del(`/api/imports/${id}`)
  // what is gone is not asked again
  void client.invalidateQueries({ queryKey: ['imports'], exact: true })
}
export async function run(id: string): Promise<void> {
  kept(await post<ImportSession>(`/api/imports/${id}/run`, {}), id)
}
export async function undo(id: string): Promise<void> {
  kept(await post<ImportSession>(`/api/imports/${id}/undo`, {}), id)
}
export const finished = (register: string): void => refresh(register)
