import { queryOptions } from '@tanstack/react-query'
import { get, patch, post } from '../../api/http.ts'
import { asList, client, refresh } from '../../api/queries.ts'
import type { NoticeHead, NoticeItem, NoticeView } from '../../api/work-types.ts'

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

export const itemStates: Record<NoticeItem['state'], string> = {
  open: '待分解',
  accepted: '已分解',
  dropped: '不分解',
}
