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

export { accountAdmins, auditors, businessAdmins } from '../core/roles.ts'
