import type { Role } from '../core/definition.ts'

/** What roles are called. */
export const roleLabels: Record<Role, string> = {
  'county-admin': '县级管理员',
  'county-officer': '县局监管人员',
  'town-officer': '乡镇监管人员',
  'enterprise-officer': '企业安全管理人员',
  'city-viewer': '市级查看',
  'province-viewer': '省级查看',
  integration: '系统对接',
}

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
