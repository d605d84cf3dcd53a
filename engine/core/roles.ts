import type { Role } from './definition.ts'

/** What roles are called: on screens, in messages that say who may do it, in the journal. */
export const roleLabels: Record<Role, string> = {
  'county-admin': '县级管理员',
  'county-officer': '县局监管人员',
  'town-officer': '乡镇监管人员',
  'enterprise-officer': '企业安全管理人员',
  'city-viewer': '市级查看',
  'province-viewer': '省级查看',
  integration: '系统对接',
}

export const roleLabel = (role: Role): string => roleLabels[role]

export const isRole = (name: string): name is Role => Object.hasOwn(roleLabels, name)
