import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Role } from '../../../engine/core/definition.ts'
import { accountAdmins } from '../../../engine/core/roles.ts'
import { get } from '../../api/http.ts'
import { client } from '../../api/queries.ts'
import type { Me } from '../../api/types.ts'

export interface Duty {
  id: string
  role: Role
  roleLabel: string
  words: string
  from: string | null
  to: string | null
  state: 'now' | 'planned' | 'over'
}

export interface Person {
  id: string
  username: string
  name: string
  areaName: string
  organisation: { id: string; title: string } | null
  state: 'active' | 'disabled' | 'must-change' | 'locked'
  lastSignIn: string | null
  duties: Duty[]
  grants: Duty[]
}

/** An answer that shows a password once. */
export interface OneTime {
  id: string
  username: string
  oneTimePassword: string
}

/** Looks after accounts: a county's administrator after all, a town's officer after those of its enterprises. */
export const keepsAccounts = (me: Me): boolean =>
  me.roles.some(
    (r) => accountAdmins.includes(r.role) || (r.role === 'town-officer' && r.ground.by === 'area'),
  )

export const peopleQuery = (q: string) =>
  queryOptions({
    queryKey: ['people', q],
    queryFn: () => get<{ people: Person[]; total: number }>('/api/people', { q }),
    placeholderData: keepPreviousData,
  })

export const settled = () => {
  void client.invalidateQueries({ queryKey: ['people'] })
  void client.invalidateQueries({ queryKey: ['users'] })
}

export const stateWords: Record<Person['state'], string> = {
  active: '在用',
  disabled: '停用',
  'must-change': '须改密码',
  locked: '已锁定',
}

/** 2026-03-05 起，至 2026-04-04; nothing for a role without dates. */
export const spanWords = (d: Duty): string =>
  [
    d.from && d.state !== 'now' && d.state !== 'over' ? `${d.from} 起` : '',
    d.to ? (d.state === 'over' ? `已于 ${d.to} 结束` : `至 ${d.to}`) : '',
  ]
    .filter(Boolean)
    .join('，')
