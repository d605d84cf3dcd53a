import type { Actor, Assignment } from '../engine/access/actor.ts'
import { Catalogue } from '../engine/core/catalogue.ts'
import { fixedClock } from '../engine/core/clock.ts'
import { field } from '../engine/core/condition/build.ts'
import { defineLoop, defineRegister, policyPack } from '../engine/core/define.ts'
import type { Definitions } from '../engine/core/definition.ts'
import { openDatabase } from '../engine/store/db.ts'
import { openDoor } from '../engine/store/door.ts'
import { openServices } from '../engine/store/open.ts'
import { area, choice, date, fieldTypes, number, phone, photos, ref, text } from '../fields/index.ts'
import { cloneTables } from './tables.ts'

/**
 * The smallest county that shows every feature of the engine: one root register, one child, one loop. Tests of
 * the engine stand on it, so that they do not move when the real definitions do.
 */
const enterpriseFile = {
  'county-admin': 'below',
  'county-officer': 'below',
  'town-officer': 'below',
  'enterprise-officer': 'own',
  'city-viewer': 'read',
  'province-viewer': 'read',
  integration: 'below',
} as const
const enterprise = defineRegister('enterprise', {
  label: '企业',
  basis: ['测试'],
  graded: true,
  scope: { area: 'place', unit: 'keeper', sector: 'industry' },
  title: 'name',
  search: ['name', 'code'],
  keys: [['code']],
  counted: ['industry'],
  fields: {
    name: text('企业名称').required(),
    code: text('代码').unique(),
    place: area('所在地').required(),
    keeper: text('监管单位'),
    industry: choice('行业', ['冶金', '机械', '轻工']),
    workers: number('从业人员').unit('人'),
    chiefPhone: phone('负责人电话').personal(),
  },
  rights: { ...enterpriseFile, 'enterprise-officer': 'own' },
})

const person = defineRegister('person', {
  label: '人员',
  basis: ['测试'],
  of: 'enterprise',
  title: 'name',
  fields: {
    name: text('姓名').required().personal(),
    validUntil: date('有效期至'),
    mentor: ref('师傅', 'person'),
  },
  rights: enterpriseFile,
})

export const hazardV1 = defineLoop('hazard', {
  label: '隐患',
  basis: ['测试'],
  of: 'enterprise',
  title: 'name',
  risk: 'level',
  counted: ['state', 'level'],
  indexes: [['dueOn']],
  fields: {
    name: text('隐患描述').required(),
    level: choice('等级', ['一般', '重大']),
    dueOn: date('整改期限').writers(),
    before: photos('整改前'),
  },
  rights: enterpriseFile,
  initial: 'found',
  states: {
    found: { label: '待评估' },
    fixing: { label: '整改中' },
    checking: { label: '待复查' },
    closed: { label: '已销号', end: true },
  },
  tracks: {
    major: { label: '重大', when: field('level').is('重大') },
    plain: { label: '一般', when: { always: true } },
  },
  actions: {
    order: {
      label: '责令整改',
      from: ['found'],
      to: 'fixing',
      by: ['county-officer', 'town-officer'],
      form: { dueOn: date('期限') },
      sets: { dueOn: 'dueOn' },
    },
    rectify: {
      label: '整改完成',
      from: ['fixing'],
      to: 'checking',
      by: ['enterprise-officer', 'town-officer'],
      form: { note: text('情况').required() },
    },
    accept: {
      label: '销号',
      from: ['checking'],
      to: 'closed',
      by: ['town-officer', 'county-officer'],
      notSameActorAs: ['rectify'],
    },
    refuse: {
      label: '退回',
      from: ['checking'],
      to: 'fixing',
      by: ['county-officer'],
      form: { reason: text('理由').required() },
    },
    extend: {
      label: '延期',
      from: ['fixing'],
      to: 'fixing',
      by: ['county-officer'],
      form: { dueOn: date('期限').required() },
      sets: { dueOn: 'dueOn' },
    },
  },
  clocks: {
    rectify: { label: '整改期限', during: ['fixing'], dueField: 'dueOn', days: 't.days', maxDays: 't.max' },
  },
  ladder: [
    { name: 'remind', label: '提醒', clock: 'rectify', after: 't.zero', kind: 'remind' },
    { name: 'letter', label: '督促函', clock: 'rectify', after: 't.week', kind: 'letter' },
  ],
})

const period = (days: number, calendar: 'calendar' | 'working' = 'calendar') => ({ days, calendar })
export const smallDefinitions: Definitions = {
  records: [enterprise, person, hazardV1],
  indicators: [],
  gradings: [],
  policies: policyPack({ area: '', from: '2020-01-01', basis: '测试', sure: 'D' }, [
    { key: 't.days', label: '整改天数', value: period(15) },
    { key: 't.max', label: '最长天数', value: period(90) },
    { key: 't.zero', label: '当日', value: period(0) },
    { key: 't.week', label: '一周', value: period(7) },
    { key: 'correction.ownHours', label: '自行更正的小时数', value: 24 },
  ]),
}

export const smallCatalogue = (definitions = smallDefinitions): Catalogue =>
  new Catalogue(definitions, fieldTypes)

let people = 0
/** An actor with the given assignments; a new person each time. */
export function person_(name: string, assignments: Assignment[], home = '140525'): Actor {
  people++
  const id = `00000000-0000-7000-9000-${String(people).padStart(12, '0')}`
  const own = assignments.find((a) => a.ground.by === 'organisation')
  const organisation = own && own.ground.by === 'organisation' ? own.ground.organisation : undefined
  return { id, name, kind: 'person', assignments, home, ...(organisation && { organisation }) }
}

export const inArea = (role: Assignment['role'], code: string): Assignment => ({
  role,
  ground: { by: 'area', area: code },
})

/** A database of its own with the small county's tables, and doors for whoever is asked for. */
export async function openSmallCounty(at = '2026-03-02T09:00:00+08:00', definitions = smallDefinitions) {
  const catalogue = smallCatalogue(definitions)
  const { url, drop } = await cloneTables(catalogue)
  const database = openDatabase(url)
  const clock = fixedClock(at)
  const services = await openServices(database.db, catalogue, { clock })
  let keys = 0
  return {
    url,
    database,
    db: database.db,
    catalogue,
    services,
    clock,
    as: (actor: Actor) => openDoor(services, actor),
    key: (more: Record<string, unknown> = {}) => ({ idempotencyKey: `k${++keys}`, ...more }),
    county: person_('李县', [inArea('county-officer', '140525')]),
    town: person_('王镇', [inArea('town-officer', '140525100')], '140525100'),
    async close() {
      await database.close()
      await drop()
    },
  }
}
export type SmallCounty = Awaited<ReturnType<typeof openSmallCounty>>
