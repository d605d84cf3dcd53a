import type { Role } from '../core/definition.ts'

/** Roles that a key of another system may have. */
export const keyRoles: Role[] = ['integration', 'county-officer', 'town-officer']

/** Roles that a county's administrator gives to people. */
export const personRoles: Role[] = [
  'county-admin',
  'system-admin',
  'business-admin',
  'auditor',
  'county-officer',
  'town-officer',
  'enterprise-officer',
  'city-viewer',
]

/**
 * The three powers of administration, which GB/T 22239 wants apart: accounts and keys, numbers and rules, the journal.
 * A county's administrator has all of them; a county that keeps them apart gives the single roles to three people.
 */
export const accountAdmins: Role[] = ['county-admin', 'system-admin']
export const businessAdmins: Role[] = ['county-admin', 'business-admin']
export const auditors: Role[] = ['county-admin', 'auditor']
