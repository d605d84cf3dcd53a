import { queryOptions } from '@tanstack/react-query'
import { get, post } from '../../api/http.ts'
import { client, refresh } from '../../api/queries.ts'

/** A change that an enterprise asked for, as the API gives it. */
export interface Wish {
  id: string
  version: number
  what: 'change' | 'archive' | 'restore'
  field: string
  label: string
  before: unknown
  after: unknown
  now: unknown
  moved: boolean
  register: string
  registerLabel: string
  recordId: string
  recordTitle: string
  recordVersion: number
  organisation: string | null
  organisationTitle: string | null
  reason: string | null
  /** what is to prove a late correction */
  files: { id: string; name: string; type: string; size: number }[]
  askedBy: { id: string; name: string }
  askedAt: string
  due: string | null
  daysLeft: number | null
  state: 'waiting' | 'confirmed' | 'refused' | 'withdrawn' | 'void'
  settledBy: string | null
  settledAt: string | null
  answer: string | null
  may: { settle: boolean; withdraw: boolean }
}

export interface WishPage {
  rows: Wish[]
  total: number
}

export type WishFilter = {
  state?: string
  record?: string
  organisation?: string
  limit?: number
  offset?: number
}

export const wishesQuery = (filter: WishFilter) =>
  queryOptions({
    queryKey: ['wishes', filter.state, filter],
    queryFn: () => get<WishPage>('/api/wishes', { ...filter }),
  })

/** After one is settled: what waits, and everything that counts from records. */
function settled(w: Wish): void {
  void client.invalidateQueries({ queryKey: ['wishes'] })
  refresh(...(w.register === 'enterprise' ? [] : [w.register, 'enterprise']))
}

export async function confirmWish(w: Wish, reason: string): Promise<void> {
  await post(
    `/api/wishes/${w.id}/confirm`,
    { recordVersion: w.recordVersion, ...(reason && { reason }) },
    { ifMatch: w.version },
  )
  settled(w)
}

export async function refuseWish(w: Wish, reason: string): Promise<void> {
  await post(`/api/wishes/${w.id}/refuse`, { reason }, { ifMatch: w.version })
  settled(w)
}

export async function withdrawWish(w: Wish): Promise<void> {
  await post(`/api/wishes/${w.id}/withdraw`, {}, { ifMatch: w.version })
  settled(w)
}

export interface Settled {
  done: number
  results: { id: string; ok: boolean; message?: string }[]
}

export async function confirmMany(wishes: readonly Wish[]): Promise<Settled> {
  const answer = await post<Settled>('/api/wishes/confirm', {
    // one that has moved since is for a look of its own
    wishes: wishes.map(({ id, version }) => ({ id, version })),
  })
  for (const w of wishes) settled(w)
  return answer
}
