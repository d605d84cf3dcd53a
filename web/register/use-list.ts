import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { Condition } from '../../engine/core/condition/ast.ts'
import type { RecordDef } from '../../engine/core/definition.ts'
import { get } from '../api/http.ts'
import { recordPath } from '../api/queries.ts'
import type { Page, Row } from '../api/types.ts'
import { both } from './filter/convert.ts'
import { chosenQuicks } from './quick.ts'

const pageSize = 100

/** What a list shows. It lives in the address, so that a list can be sent, bookmarked and gone back to. */
export interface ListState {
  q: string
  where?: Condition
  /** value of the first counted field: the tab above the list */
  tab: string
  sort: string
  columns?: string[]
  parent: string
  archived: boolean
  /** without what a newer record has replaced */
  newest: boolean
  /** names of quick filters (quick.ts) */
  quick: string[]
}

const parseWhere = (text: string | null): Condition | undefined => {
  try {
    return text ? (JSON.parse(text) as Condition) : undefined
  } catch {
    return undefined // a mangled address filters nothing
  }
}

export function useListState(): [ListState, (change: Partial<ListState>, push?: boolean) => void] {
  const [params, setParams] = useSearchParams()
  const state = useMemo<ListState>(
    () => ({
      q: params.get('q') ?? '',
      where: parseWhere(params.get('where')),
      tab: params.get('tab') ?? '',
      sort: params.get('sort') ?? '',
      columns: params.get('columns')?.split(',').filter(Boolean),
      parent: params.get('parent') ?? '',
      archived: params.get('archived') === '1',
      newest: params.get('newest') === '1',
      quick: params.get('quick')?.split(',').filter(Boolean) ?? [],
    }),
    [params],
  )
  const change = useCallback(
    (more: Partial<ListState>, push = true) =>
      setParams(
        (old) => {
          const next = new URLSearchParams(old)
          for (const [k, v] of Object.entries(more)) {
            const text =
              v === undefined || v === '' || v === false
                ? ''
                : v === true
                  ? '1'
                  : Array.isArray(v)
                    ? v.join(',')
                    : typeof v === 'object'
                      ? JSON.stringify(v)
                      : String(v)
            if (text) next.set(k, text)
            else next.delete(k)
          }
          return next
        },
        { replace: !push },
      ),
    [setParams],
  )
  return [state, change]
}

/** The condition of tab, quick filters and filter together, as the API wants it. */
export function conditionOf(def: RecordDef, s: ListState): Condition | undefined {
  const quick = chosenQuicks(def, s.quick).reduce<Condition | undefined>(
    (all, q) => both(all, q.where),
    undefined,
  )
  const name = tabField(def)
  const tab: Condition | undefined =
    s.tab && name ? { field: name, op: 'is', to: { value: s.tab } } : undefined
  return both(both(tab, quick), s.where)
}

/** The field whose values are the tabs: the state of a loop, else the first counted closed list. */
export function tabField(def: RecordDef): string | undefined {
  if (def.kind === 'loop') return 'state'
  return def.counted?.find((n) => def.fields[n]?.options)
}

export interface Rows {
  rows: Row[]
  total?: number
  isPending: boolean
  isFetching: boolean
  error: unknown
  hasMore: boolean
  more: () => void
  refetch: () => void
}

/** What a list asks the server for, without its order: the same for its rows, its counts and its export. */
export function asked(def: RecordDef, s: ListState) {
  const quicks = chosenQuicks(def, s.quick)
  return {
    where: conditionOf(def, s),
    q: s.q,
    parent: s.parent,
    archived: s.archived,
    newest: s.newest,
    due: quicks.find((x) => x.due)?.due,
    mine: quicks.some((x) => x.mine),
  }
}

/** All pages of a list so far; `more` fetches the next by the server's cursor. */
export function useRows(def: RecordDef, s: ListState): Rows {
  const query = { ...asked(def, s), sort: s.sort }
  const q = useInfiniteQuery({
    queryKey: ['records', def.name, 'list', query],
    queryFn: ({ pageParam, signal }) =>
      get<Page>(
        recordPath(def.name),
        { ...query, limit: pageSize, after: pageParam, count: pageParam === '' },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: (old) => old,
    // going back to a list finds what had been read
    gcTime: 1_800_000,
  })
  const rows = useMemo(() => q.data?.pages.flatMap((p) => p.rows) ?? [], [q.data])
  const { hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = q
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  return {
    rows,
    total: q.data?.pages[0]?.total,
    isPending: q.isPending,
    isFetching: q.isFetching,
    error: q.error,
    hasMore: hasNextPage,
    more,
    refetch: () => void refetch(),
  }
}
