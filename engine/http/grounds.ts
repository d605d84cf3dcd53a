import { z } from 'zod'
import { type Actor, type Ground, hasRole } from '../access/actor.ts'
import { fits, groundLabels, type Standing, standings } from '../access/fit.ts'
import { accountAdmins } from '../access/roles.ts'
import { rangeEnd } from '../access/scope.ts'
import { requireKnownArea } from '../areas/areas.ts'
import type { Role } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { roleLabel } from '../core/roles.ts'
import { sql } from '../store/db.ts'
import { openDoor } from '../store/door.ts'
import type { Row } from '../store/types.ts'
import { within } from './area-right.ts'
import { keepersOf } from './governed.ts'
import { areaCode } from './routes/parameters.ts'
import type { Services } from './services.ts'

/** What a request says of the ground of a role. */
export const groundInput = {
  by: z
    .enum(standings as [Standing, ...Standing[]])
    .optional()
    .describe('职责范围按什么定：area 地区（默认）、unit 监管单位、sector 行业和地区、organisation 企业'),
  area: areaCode.optional().describe('管辖的地区；企业人员不填时取企业所在地'),
  unit: z.string().max(200).optional().describe('监管单位的路径（/api/units 的 path）'),
  sector: z.string().max(80).optional().describe('行业，与企业档案里的行业相同'),
  organisation: z.uuid().optional().describe('企业人员所在的企业'),
}

interface Input {
  by?: Standing | undefined
  area?: string | undefined
  unit?: string | undefined
  sector?: string | undefined
  organisation?: string | undefined
}

export const complain = (path: string, message: string, short: string): never => {
  throw new Problem('bad-input', message, { complaints: [{ path, message: short }] })
}

/** Sectors that records can have: the choices of the fields that give a register's sector. */
export const sectorsOf = (s: Services): { value: string; label: string }[] => {
  const out = new Map<string, string>()
  for (const def of s.catalogue.records.values()) {
    const name = def.scope?.sector
    for (const o of (name && def.fields[name]?.options) || []) out.set(o.value, o.label)
  }
  return [...out].map(([value, label]) => ({ value, label }))
}

const outside = (message: string, path: string, short: string): never => {
  throw new Problem('forbidden', message, { complaints: [{ path, message: short }] })
}

/** The enterprise of an account, as far as who makes the account may see it. */
async function enterpriseOf(s: Services, actor: Actor, id: string): Promise<Row> {
  const found = await openDoor(s, actor)
    .get('enterprise', id)
    .catch((e: unknown) => {
      if (e instanceof Problem && e.code === 'not-found') return undefined
      throw e
    })
  // seeing it as an officer of a wider area does not make the administrator's area wider
  const mine = found?.area
    ? within(actor, found.area, keepersOf('enterprise-officer'))
    : hasRole(actor, accountAdmins)
  if (found && !found.archivedAt && mine) return found
  return outside(
    '没有找到这家企业，或者它不在您的管辖范围内、已经移除，不能为它建账号。请重新选择企业。',
    'organisation',
    '请重新选择企业',
  )
}

/** A unit and everything under it must lie within the administrator's area. @returns the unit's area */
async function requireUnit(s: Services, actor: Actor, path: string, today: string): Promise<string> {
  const { rows } = await sql<{ path: string; area: string; valid: boolean }>`select path, area,
      (valid_from is null or valid_from <= ${today}) and (valid_to is null or valid_to >= ${today}) as valid
    from unit where path >= ${path} and path < ${rangeEnd(path)}`.execute(s.db)
  const found = rows.find((u) => u.path === path && u.valid)
  if (found && rows.every((u) => within(actor, u.area, accountAdmins))) return found.area
  return outside('没有这个监管单位，或者它不在您的管辖范围内。请重新选择。', 'unit', '请重新选择监管单位')
}

async function requireArea(s: Services, actor: Actor, role: Role, area: string): Promise<void> {
  if (!within(actor, area, keepersOf(role)))
    outside('只能为自己管辖的地区建账号、定职责。请重新选择地区。', 'area', '请重新选择地区')
  await requireKnownArea(s, area)
}

/**
 * The ground a request asks for, once it is sure that it fits the role and lies within the administrator's area.
 * @returns the ground and the area it lies in, as far as the request or the enterprise says
 * @throws Problem `bad-input` when role and ground do not fit, `forbidden` when it is not the administrator's
 */
export async function readGround(
  s: Services,
  actor: Actor,
  role: Role,
  input: Input,
  today: string,
): Promise<{ ground: Ground; area: string }> {
  const { area, unit, sector, organisation } = input
  const forEnterprise = role === 'enterprise-officer'
  if (!hasRole(actor, keepersOf(role)))
    outside('乡镇只为本乡镇的企业建账号，其他账号请联系县级管理员。', 'role', '应为企业人员')
  if (!forEnterprise && organisation)
    complain('organisation', '只有企业人员的账号才填所在的企业，请去掉企业或改选角色。', '请去掉企业')
  const fit = fits[role]
  const by = input.by ?? (forEnterprise ? 'organisation' : 'area')
  if (!fit?.by.includes(by))
    return complain(
      'by',
      `${roleLabel(role)}的范围不能按${groundLabels[by]}定，请改选${(fit?.by ?? []).map((b) => `“${groundLabels[b]}”`).join('或')}。`,
      '与角色不符，请改选',
    )
  if (role === 'city-viewer' && !within(actor, actor.home.slice(0, 4), accountAdmins))
    outside('市级、省级的查看账号由上级管理员办理，县里不能建。请改选角色。', 'role', '请改选角色')
  if (role === 'county-admin' && !hasRole(actor, ['county-admin']))
    outside('县级管理员由另一位县级管理员办理，系统管理员不能给。请改选角色。', 'role', '请改选角色')
  if (area) await requireArea(s, actor, role, area)
  if (by === 'organisation') {
    if (!organisation) return complain('organisation', '企业人员须选择所在的企业。', '请选择企业')
    const found = await enterpriseOf(s, actor, organisation)
    return { ground: { by, organisation }, area: area ?? found.area ?? actor.home }
  }
  if (by === 'unit') {
    if (!unit) return complain('unit', '按监管单位定范围的，须选择监管单位。', '请选择监管单位')
    const own = await requireUnit(s, actor, unit, today)
    return { ground: { by, unit }, area: area ?? own }
  }
  if (!area) return complain('area', '请选择管辖的地区。', '请选择地区')
  // a department of the county may look after its sector in one town only
  const digits = by === 'sector' && role === 'county-officer' ? [6, 9] : fit.digits
  if (!digits.includes(area.length))
    return complain('area', `${roleLabel(role)}的地区应为${fit.area}，请重新选择。`, `应为${fit.area}`)
  if (by === 'area') return { ground: { by, area }, area }
  if (!sector) return complain('sector', '按行业和地区定范围的，须选择行业。', '请选择行业')
  if (!sectorsOf(s).some((o) => o.value === sector))
    return complain('sector', `企业档案里没有“${sector}”这个行业，请重新选择。`, '请重新选择行业')
  return { ground: { by, sector, area }, area }
}
