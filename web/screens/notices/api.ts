import { queryOptions } from '@tanstack/react-query'
import { get, patch, post } from '../../api/http.ts'
import { asList, client, refresh } from '../../api/queries.ts'
import type { AcceptPreview, NoticeHead, NoticeItem, NoticeView } from '../../api/work-types.ts'

export const noticesQuery = queryOptions({
  queryKey: ['notices'],
  queryFn: () =>
    get<NoticeHead[] | { notices: NoticeHead[] }>('/api/notices').then(asList<NoticeHead>('notices')),
})

/** Those that were called off, for who may restore them. */
export const voidedQuery = queryOptions({
  queryKey: ['notices', 'voided'],
  queryFn: () => get<NoticeHead[]>('/api/notices', { voided: true }),
})

/** Calls a notice off with a reason, or restores it. */
export async function voidNotice(
  notice: Pick<NoticeHead, 'id' | 'version'>,
  change: { voided: boolean; reason?: string },
): Promise<void> {
  await patch(`/api/notices/${notice.id}`, change, { ifMatch: notice.version }).finally(settled)
}

/** Reads a notice again as it is told; titles of the items that stayed come back. */
export async function rereadNotice(
  notice: Pick<NoticeHead, 'id' | 'version'>,
  told: Record<string, unknown>,
): Promise<string[]> {
  const path = `/api/notices/${notice.id}/reread`
  const { kept } = await post<{ kept: string[] }>(path, told, { ifMatch: notice.version }).finally(settled)
  return kept
}

/** Takes a sentence of the paper in as a duty. */
export async function addItem(notice: string, text: string): Promise<NoticeItem[]> {
  return post<NoticeItem[]>(`/api/notices/${notice}/items`, { text }).finally(settled)
}

export const noticeQuery = (id: string) =>
  queryOptions({ queryKey: ['notices', id], queryFn: () => get<NoticeView>(`/api/notices/${id}`) })

export const settled = (): void => {
  void client.invalidateQueries({ queryKey: ['notices'] })
  refresh('task')
}

const itemPath = (notice: string, item: string) => `/api/notices/${notice}/items/${item}`

/** What an officer saw of an item: a change of another version is refused. */
export type Seen = Pick<NoticeItem, 'id' | 'version'>

/** Corrects an item, drops it with a reason, or takes it back. */
export async function changeItem(
  notice: string,
  item: Seen,
  change: Record<string, unknown>,
): Promise<NoticeItem> {
  // what was refused is read anew as well: a colleague was faster
  return patch<NoticeItem>(itemPath(notice, item.id), change, { ifMatch: item.version }).finally(settled)
}

export async function acceptItem(
  notice: string,
  item: Seen,
  binding: Record<string, unknown>,
): Promise<{ id: string }> {
  const path = `${itemPath(notice, item.id)}/accept`
  return post<{ id: string }>(path, binding, { ifMatch: item.version }).finally(settled)
}

/** An item with the binding in mind; without one as proposed. */
export interface Accepting {
  item: string
  version: number
  binding?: Record<string, unknown>
}

/** What items would be as tasks; nothing is written. */
export const previewQuery = (notice: string, items: Accepting[]) =>
  queryOptions({
    // apart from the notice's own: what has just been accepted is not asked again
    queryKey: ['preview', notice, items],
    queryFn: () => post<AcceptPreview[]>(`/api/notices/${notice}/preview`, { items }),
    enabled: items.length > 0,
    retry: false,
  })

/** All of them, or none. */
export async function acceptItems(notice: string, items: Accepting[]): Promise<{ id: string }[]> {
  return post<{ id: string }[]>(`/api/notices/${notice}/accept`, { items }).finally(settled)
}

/** Takes back what was just accepted; the items are open again. */
export async function withdrawTasks(notice: string, tasks: string[], reason: string): Promise<void> {
  await post(`/api/notices/${notice}/withdraw`, { tasks, reason })
  settled()
}

export const itemStates: Record<NoticeItem['state'], string> = {
  open: '待分解',
  accepted: '已分解',
  dropped: '不分解',
}
