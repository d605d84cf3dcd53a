import type { Role } from './definition.ts'

/** What a role is, beside where it may stand (engine/access/fit) and what each register lets it do. */
export interface RoleDef {
  /** on screens, in messages that say who may do it, in the journal */
  label: string
  /**
   * what the role's word proves by itself (design §3.5): an officer has seen it or stands for it, everybody else
   * says so. Evidence (a photo with time and place, a document) lifts a claim, whoever brings it.
   */
  proves: 'claimed' | 'verified'
  /**
   * an officer of an authority: what he writes into a field that decides a duty counts at once, and he confirms
   * what others ask for. Another system may prove what it sends, but settles nobody's duties.
   */
  confirms?: true
}

const officer = { proves: 'verified', confirms: true } as const

export const roles: Record<Role, RoleDef> = {
  'county-admin': { label: '县级管理员', ...officer },
  // the three parts of a county's administration, for those who keep them apart (engine/access/roles)
  'system-admin': { label: '系统管理员', proves: 'claimed' },
  'business-admin': { label: '业务管理员', proves: 'claimed' },
  auditor: { label: '安全审计员', proves: 'claimed' },
  'county-officer': { label: '县局监管人员', ...officer },
  'town-officer': { label: '乡镇监管人员', ...officer },
  'enterprise-officer': { label: '企业安全管理人员', proves: 'claimed' },
  'city-viewer': { label: '市级查看', proves: 'claimed' },
  'province-viewer': { label: '省级查看', proves: 'claimed' },
  integration: { label: '系统对接', proves: 'verified' },
}

/** A role nobody has defined proves nothing. */
const found = (role: string): RoleDef | undefined =>
  Object.hasOwn(roles, role) ? roles[role as Role] : undefined

export const roleProves = (role: string): RoleDef['proves'] => found(role)?.proves ?? 'claimed'
export const roleConfirms = (role: string): boolean => found(role)?.confirms === true

export const roleLabels = Object.fromEntries(
  Object.entries(roles).map(([name, { label }]) => [name, label]),
) as Record<Role, string>

export const roleLabel = (role: Role): string => roleLabels[role]

export const isRole = (name: string): name is Role => Object.hasOwn(roles, name)

/**
 * The three powers of administration, which GB/T 22239 wants apart: accounts and keys, numbers and rules, the journal.
 * A county's administrator has all of them; a county that keeps them apart gives the single roles to three people.
 */
export const accountAdmins: Role[] = ['county-admin', 'system-admin']
export const businessAdmins: Role[] = ['county-admin', 'business-admin']
export const auditors: Role[] = ['county-admin', 'auditor']
/** Who has one of the three and nothing else works with no record of the county's business. */
export const separateAdmins: Role[] = ['system-admin', 'business-admin', 'auditor']
/** Who looks after what others brought in: work with records, which the powers kept apart have nothing to do with. */
export const recordAdmins: Role[] = ['county-admin']
