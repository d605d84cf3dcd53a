import type { Role } from '../core/definition.ts'

/** Roles that a key of another system may have. */
export const keyRoles: Role[] = ['integration', 'county-officer', 'town-officer']

/** Roles that a county's administrator gives to people. */
export const personRoles: Role[] = [
  'county-admin',
  'county-officer',
  'town-officer',
  'enterprise-officer',
  'city-viewer',
]
