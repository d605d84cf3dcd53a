import type { RegisterDef } from '../engine/core/definition.ts'

/** The enterprise keeps its own file; town and county keep what lies below them; levels above look. */
export const enterpriseFile: RegisterDef['rights'] = {
  'county-admin': 'below',
  'county-officer': 'below',
  'town-officer': 'below',
  'enterprise-officer': 'own',
  'city-viewer': 'read',
  'province-viewer': 'read',
  integration: 'below',
}

/** Set by the authorities; the enterprise only looks. */
export const authorityFile: RegisterDef['rights'] = {
  'county-admin': 'below',
  'county-officer': 'below',
  'town-officer': 'below',
  'enterprise-officer': 'read',
  'city-viewer': 'read',
  'province-viewer': 'read',
  integration: 'below',
}
