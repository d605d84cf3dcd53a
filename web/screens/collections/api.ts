import { queryOptions } from '@tanstack/react-query'
import { del, get, patch, post, put } from '../../api/http.ts'
import { client, refresh } from '../../api/queries.ts'
import type {
  AskedForm,
  AskedPart,
  CollectionView,
  LeftView,
  ListedCollection,
  PartView,
  Receiver,
  Rests,
  ReturnView,
  RowView,
  Source,
} from './types.ts'

const one = (id: string) => `/api/collections/${id}`
const key = (id: string, ...more: string[]) => ['collections', id, ...more]

export const collectionsQuery = queryOptions({
  queryKey: ['collections'],
  queryFn: () => get<ListedCollection[]>('/api/collections'),
})
export const collectionQuery = (id: string) =>
  queryOptions({ queryKey: key(id, 'view'), queryFn: () => get<CollectionView>(one(id)) })
export const sourcesQuery = (id: string, about: string) =>
  queryOptions({
    queryKey: key(id, 'sources', about),
    queryFn: () =>
      get<{ sources: { source: Source; label: string }[] }>(`${one(id)}/sources`).then((a) => a.sources),
  })
export const partsQuery = (id: string) =>
  queryOptions({
    queryKey: key(id, 'parts'),
    queryFn: () => get<{ parts: PartView[] }>(`${one(id)}/parts`).then((a) => a.parts),
  })
export const receiversQuery = (id: string, asked: 'town' | 'firm') =>
  queryOptions({
    queryKey: key(id, 'receivers', asked),
    queryFn: () => get<{ receivers: Receiver[] }>(`${one(id)}/receivers`, { asked }).then((a) => a.receivers),
  })
export const returnsQuery = (id: string) =>
  queryOptions({
    queryKey: key(id, 'returns'),
    queryFn: () => get<{ returns: ReturnView[] }>(`${one(id)}/returns`).then((a) => a.returns),
  })
export const leftQuery = (id: string) =>
  queryOptions({
    queryKey: key(id, 'left'),
    queryFn: () => get<{ left: LeftView[] }>(`${one(id)}/left`).then((a) => a.left),
  })
export type Show = '' | 'missing' | 'differ' | 'returned'
export const rowsPage = (id: string, show: Show, after: number, part?: string | null) =>
  get<{ rows: RowView[]; next: number | null }>(`${one(id)}/rows`, {
    show,
    after: after || undefined,
    part: part ?? undefined,
    limit: part ? 200 : 50,
  })
export const restsQuery = (id: string, row: number, col: number, filledAt: string | null) =>
  queryOptions({
    queryKey: key(id, 'rests', `${row} ${col} ${filledAt}`),
    queryFn: () => get<Rests>(`${one(id)}/cells/${row}/${col}`),
  })
export const askedListQuery = queryOptions({
  queryKey: ['asked'],
  queryFn: () => get<{ asked: AskedPart[] }>('/api/asked').then((a) => a.asked),
})
export const askedQuery = (id: string, show: '' | 'missing', after: number) =>
  queryOptions({
    queryKey: ['asked', id, show, after],
    queryFn: () => get<AskedForm>(`/api/asked/${id}`, { show, after: after || undefined }),
  })

/** What was done changes every list of the collection. */
async function changed<T>(id: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } finally {
    void client.invalidateQueries({ queryKey: ['collections'] })
    void client.invalidateQueries({ queryKey: key(id) })
    void client.invalidateQueries({ queryKey: ['asked'] })
    refresh('')
  }
}

const formOf = (files: readonly File[]): FormData => {
  const form = new FormData()
  for (const f of files) form.append('file', f)
  return form
}

export const begin = (file: File): Promise<CollectionView> =>
  changed('', post<CollectionView>('/api/collections', formOf([file])))
export const change = (c: CollectionView, what: Record<string, unknown>) =>
  changed(c.id, patch<CollectionView>(one(c.id), what, { ifMatch: c.version }))
export const send = (c: CollectionView, what: Record<string, unknown>) =>
  changed(c.id, post<CollectionView>(`${one(c.id)}/send`, what, { ifMatch: c.version }))
export const close = (c: CollectionView, what: 'close' | 'reopen') =>
  changed(c.id, post<CollectionView>(`${one(c.id)}/${what}`, {}, { ifMatch: c.version }))
export const withdraw = (c: CollectionView, reason: string) =>
  changed(
    c.id,
    post<{ withdrawn: number; kept: number }>(`${one(c.id)}/withdraw`, { reason }, { ifMatch: c.version }),
  )
/** The page is left before what it showed is asked again: that is no more. */
export async function remove(c: CollectionView, leave: () => unknown): Promise<void> {
  await del(one(c.id), { ifMatch: c.version })
  await leave()
  void client.invalidateQueries({ queryKey: collectionsQuery.queryKey, exact: true })
}
export const remind = (id: string, parts?: string[]) =>
  changed(id, post<{ reminded: number }>(`${one(id)}/remind`, parts ? { parts } : {}))
export const handIn = (id: string, files: readonly File[]) =>
  changed(id, post<{ returns: ReturnView[] }>(`${one(id)}/returns`, formOf(files)))
export const assign = (id: string, file: string, part: string) =>
  changed(id, post<ReturnView>(`${one(id)}/returns/${file}/assign`, { part }))
export const settle = (id: string, left: number, how: Record<string, unknown>) =>
  changed(id, post(`${one(id)}/left/${left}`, how))
export const dropAdded = (id: string, which: { rows: number[] } | { returned: string }) =>
  changed(id, post<{ rows: number }>(`${one(id)}/rows/drop`, which))
export const writeCells = (id: string, cells: Record<string, unknown>[]) =>
  changed(id, put(`${one(id)}/cells`, { cells }))
export const chooseAll = (id: string, chosen: 'computed' | 'typed') =>
  changed(id, post(`${one(id)}/choose`, { chosen }))
export const fillPart = (f: AskedForm, cells: Record<string, unknown>[], submit: boolean) =>
  changed(f.id, put<AskedForm>(`/api/asked/${f.id}`, { cells, submit }, { ifMatch: f.version }))
export const handInPart = (id: string, files: readonly File[]) =>
  changed(id, post<{ returns: ReturnView[] }>(`/api/asked/${id}/returns`, formOf(files)))

export const stateWords = { draft: '未发出', open: '正在收', closed: '已办结' } as const
