/** Roles that a key can have. */
const keyRoles = ['integration', 'county-officer', 'town-officer'] as const

/**
 * Roles whose keys somebody may make: a key gives no right that its maker has not. Who only keeps the accounts lists and
 * revokes keys, and is not shown a form he may not send.
 */
export const mintableRoles = (own: readonly string[]): string[] =>
  own.includes('county-admin') ? [...keyRoles] : keyRoles.filter((r) => own.includes(r))
