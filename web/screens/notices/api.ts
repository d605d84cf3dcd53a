import { queryOptions } from '@tanstack/react-query'
import { get, patch, post } from '../../api/http.ts'
import { asList, client, refresh } from '../../api/queries.ts'
import type { AcceptPreview, NoticeHead, NoticeItem, NoticeView } from '../../api/work-types.ts'

export const noticesQuery = queryOptions({
  queryKey: ['notices'],
  queryFn: () =>
    get<NoticeHead[] | { notices: NoticeHead[] }>('/api/notices').then(asList<NoticeHead>('notices')),
})

export const noticeQuery = (id: string) =>
  queryOptions({ queryKey: ['notices', id], queryFn: () => get<NoticeView>(`/api/notices/${id}`) })

export const settled = (): void => {
  void client.invalidateQueries({ queryKey: ['notices'] })
  refresh('task')
}

const itemPath = (notice: string, item: string) => `/api/notices/${notice}/items/${item}`

/** Corrects an item, drops it with a reason, or takes it back. */
export async function changeItem(
  notice: string,
  item: string,
  change: Record<string, unknown>,
): Promise<void> {
  await patch<NoticeItem>(itemPath(notice, item), change)
  settled()
}

export async function acceptItem(
  notice: string,
  item: string,
  binding: Record<string, unknown>,
): Promise<{ id: string }> {
  const task = await post<{ id: string }>(`${itemPath(notice, item)}/accept`, binding)
  settled()
  return task
}

/** An item with the binding in mind; without one as proposed. */
export interface Accepting {
  item: string
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
  const tasks = await post<{ id: string }[]>(`/api/notices/${notice}/accept`, { items })
  settled()
  return tasks
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
