import type { Role } from '../core/definition.ts'
import type { Ground } from './actor.ts'

/** A ground that a role stands on; the fifth, `grant`, lends a role on one case only. */
export type Standing = Exclude<Ground['by'], 'grant'>

export const standings: Standing[] = ['area', 'unit', 'sector', 'organisation']

export const groundLabels: Record<Ground['by'], string> = {
  area: '地区',
  unit: '监管单位及其下级',
  sector: '行业和地区',
  organisation: '本企业',
  grant: '单件授权',
}

interface Fit {
  by: Standing[]
  /** digits of the area codes it may have */
  digits: number[]
  /** the same in words */
  area: string
}

/**
 * Which ground a role may stand on. A county's role on a town, or a town's on the whole county, would give the
 * duties of one level to the other.
 */
export const fits: Partial<Record<Role, Fit>> = {
  'county-admin': { by: ['area'], digits: [6], area: '全县' },
  'system-admin': { by: ['area'], digits: [6], area: '全县' },
  'business-admin': { by: ['area'], digits: [6], area: '全县' },
  auditor: { by: ['area'], digits: [6], area: '全县' },
  'county-officer': { by: ['area', 'unit', 'sector'], digits: [6], area: '全县' },
  'town-officer': { by: ['area', 'unit', 'sector'], digits: [9, 12], area: '一个乡镇或村' },
  'enterprise-officer': { by: ['organisation'], digits: [], area: '' },
  'city-viewer': { by: ['area'], digits: [4], area: '全市' },
}
