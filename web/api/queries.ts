import { QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { RecordDef } from '../../engine/core/definition.ts'
import { get, isApiError } from './http.ts'
import type { Area, Deadline, Definitions, Me, OfferedAction, Part, Row, Show, Today, Unit } from './types.ts'

const hour = 3_600_000

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // without network the request is made and fails with a sentence; waiting in silence says nothing
      networkMode: 'always',
      // an answer that says no stays no; only silence and a busy server are asked again
      retry: (times, e) => times < 2 && (!isApiError(e) || e.status === 0 || e.status === 503),
      refetchOnWindowFocus: true,
      // what failed for want of a network is read again when it is back; 'always' above turns that off
      refetchOnReconnect: true,
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => get<Me>('/api/me'), staleTime: hour })
export const definitionsQuery = queryOptions({
  queryKey: ['definitions'],
  queryFn: () => get<Definitions>('/api/definitions'),
  staleTime: hour,
})
export const areasQuery = (under: string) =>
  queryOptions({
    queryKey: ['areas', under],
    queryFn: () => get<Area[]>('/api/areas', { under }),
    staleTime: hour,
    enabled: under !== '',
  })
export const unitsQuery = queryOptions({
  queryKey: ['units'],
  queryFn: () => get<Unit[]>('/api/units'),
  staleTime: hour,
})
/** What needs the reader today; of a headline figure, all that stands behind it. */
export const todayQuery = (show?: Show) =>
  queryOptions({
    queryKey: ['today', show ?? ''],
    queryFn: ({ signal }) => get<Today>('/api/today', show && { show }, signal),
  })

export const recordPath = (register: string, id?: string): string =>
  `/api/records/${register}${id ? `/${encodeURIComponent(id)}` : ''}`

export const rowQuery = (register: string, id: string) =>
  queryOptions({
    queryKey: ['records', register, id, 'row'],
    queryFn: ({ signal }) =>
      get<{ row: Row }>(recordPath(register, id), undefined, signal).then((x) => x.row),
  })
export const actionsQuery = (register: string, id: string) =>
  queryOptions({
    queryKey: ['records', register, id, 'actions'],
    queryFn: () =>
      get<OfferedAction[] | { actions: OfferedAction[] }>(`${recordPath(register, id)}/actions`).then(
        asList<OfferedAction>('actions'),
      ),
  })
export const deadlinesQuery = (register: string, id: string) =>
  queryOptions({
    queryKey: ['records', register, id, 'deadlines'],
    queryFn: () =>
      get<Deadline[] | { deadlines: Deadline[] }>(`${recordPath(register, id)}/deadlines`).then(
        asList<Deadline>('deadlines'),
      ),
  })
export const partsQuery = (register: string, id: string) =>
  queryOptions({
    queryKey: ['records', register, id, 'parts'],
    queryFn: () =>
      get<Part[] | { parts: Part[] }>(`${recordPath(register, id)}/parts`).then(asList<Part>('parts')),
  })

/** Lists come bare or under a name; both are read. */
export const asList =
  <T>(name: string) =>
  (answer: T[] | { [k: string]: unknown }): T[] =>
    Array.isArray(answer) ? answer : ((answer[name] as T[] | undefined) ?? [])

/** After any write: what was computed from records is asked again; lists in view refresh quietly. */
export function refresh(...registers: string[]): void {
  const touched = new Set(['today', 'tasks', 'grades', 'rollup', 'wishes'])
  void client.invalidateQueries({
    predicate: ({ queryKey: [head, register] }) =>
      touched.has(String(head)) ||
      (head === 'records' && (!registers.length || registers.includes(String(register)))),
  })
}

export interface Catalogue {
  records: RecordDef[]
  byName: Map<string, RecordDef>
  childrenOf: (name: string) => RecordDef[]
  indicators: Definitions['indicators']
  populations: Definitions['populations']
  gradings: Definitions['gradings']
  templates: Definitions['templates']
  roles: Definitions['roles']
}

/** The definitions, indexed. Only below the shell, which waits for them. */
export function useCatalogue(): Catalogue {
  const { data } = useQuery(definitionsQuery)
  return useMemo(() => {
    const records = data?.records ?? []
    return {
      records,
      byName: new Map(records.map((d) => [d.name, d])),
      childrenOf: (name: string) => records.filter((d) => d.of === name),
      indicators: data?.indicators ?? [],
      populations: data?.populations ?? [],
      gradings: data?.gradings ?? [],
      templates: data?.templates ?? [],
      roles: data?.roles ?? {},
    }
  }, [data])
}

export function useMe(): Me {
  const { data } = useQuery(meQuery)
  if (!data) throw new Error('useMe is for pages below the session guard')
  return data
}

export const useRight = (register: string) => useMe().rights[register] ?? {}
