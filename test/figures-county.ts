/**
 * A county that shows every kind of figure, for tests of conditions, indicators and tasks: definitions of its
 * own, so that they do not move when the shipped ones do. Names and numbers are invented.
 */
import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { Catalogue } from '../engine/core/catalogue.ts'
import { defineLoop, defineRegister } from '../engine/core/define.ts'
import type { Definitions, PolicyDef, RecordDef, RegisterDef } from '../engine/core/definition.ts'
import { columnOf, parentField, tableOf } from '../engine/core/naming.ts'
import { PolicyBook } from '../engine/core/policy.ts'
import { systemFieldsOf } from '../engine/core/system-fields.ts'
import { openDatabase } from '../engine/store/db.ts'
import {
  area,
  choice,
  choices,
  date,
  fieldTypes,
  files,
  flag,
  money,
  number,
  ref,
  text,
  time,
} from '../fields/index.ts'
import { cloneTables } from './tables.ts'

const rights: RegisterDef['rights'] = { 'county-officer': 'below', 'town-officer': 'below' }
const of = { of: 'firm', basis: [], rights }

export const firm = defineRegister('firm', {
  label: '企业',
  basis: [],
  scope: { area: 'location' },
  graded: true,
  title: 'name',
  rights,
  fields: {
    name: text('名称').required(),
    location: area('所在地'),
    industry: choice('行业', ['冶金', '有色', '建材', '机械', '轻工', '非煤矿山']),
    scale: choice('规模', ['规上', '规下']),
    smelting: flag('金属冶炼'),
    furnaces: number('高炉座数').unit('座'),
    dustWorkers: number('涉粉作业人数').unit('人'),
    risks: choices('风险', ['粉尘涉爆', '有限空间', '煤气', '厂中厂', '劳动密集型']),
    welders: number('应配焊工').unit('人'),
    guardians: number('应配监护人').unit('人'),
    foundedOn: date('成立日期').past(),
    output: money('产值'),
    cost: number('安全费用').unit('万元'),
    note: text('备注'),
    alias: text('别名'),
    mother: ref('母公司', 'firm'),
    seenAt: time('最近在线'),
    plan: files('方案'),
  },
})

const gateway = defineRegister('gateway', {
  ...of,
  label: '监测接入',
  title: 'name',
  fields: {
    name: text('名称'),
    state: choice('接入状态', ['在线', '离线']),
    connectedOn: date('接入日期').past(),
    points: number('测点数').unit('个'),
    weight: number('权重'),
    tags: choices('标签', ['省', '市', '县']),
    checkedAt: time('校时'),
    kind: text('类型'),
  },
})

const visit = defineRegister('visit', {
  ...of,
  label: '检查',
  title: 'kind',
  happenedOn: 'heldOn',
  fields: {
    kind: choice('检查类型', ['带队检查', '执法检查', '预防检查']),
    heldOn: date('检查日期'),
    entered: flag('已录入系统'),
  },
})

const certificate = defineRegister('certificate', {
  ...of,
  label: '证书',
  title: 'holder',
  fields: {
    holder: text('持证人'),
    category: choice('作业类别', ['焊工', '煤气工', '监护人']),
    validUntil: date('有效期至'),
  },
})

const drill = defineRegister('drill', {
  ...of,
  label: '演练',
  title: 'kind',
  happenedOn: 'heldOn',
  fields: { kind: choice('演练类型', ['疏散逃生', '综合']), heldOn: date('演练日期') },
})

const standard = defineRegister('standard', {
  ...of,
  label: '标准化',
  title: 'level',
  fields: {
    level: choice('等级', ['一级', '二级', '三级']),
    issuedOn: date('发证日期'),
    validUntil: date('有效期至'),
  },
})

const machine = defineRegister('machine', {
  ...of,
  label: '焊机',
  title: 'code',
  fields: { code: text('编号'), coded: flag('已赋码') },
})

const officer = defineRegister('officer', {
  label: '执法人员',
  basis: [],
  scope: { area: 'station' },
  title: 'name',
  rights,
  fields: {
    name: text('姓名'),
    station: area('单位所在地'),
    entered: flag('已录入'),
    trained: flag('已培训'),
  },
})

const hazard = defineLoop('hazard', {
  ...of,
  label: '隐患',
  title: 'what',
  fields: {
    what: text('隐患'),
    level: choice('隐患等级', ['一般', '重大']),
    foundOn: date('发现日期'),
    closedOn: date('销号日期'),
  },
  states: { found: { label: '待整改' }, closed: { label: '已销号', end: true } },
  initial: 'found',
  actions: { close: { label: '销号', from: ['found'], to: 'closed', by: ['county-officer'] } },
  clocks: {},
  ladder: [],
})

export const records: RecordDef[] = [
  firm,
  gateway,
  visit,
  certificate,
  drill,
  standard,
  machine,
  officer,
  hazard,
]

const row = (key: string, value: PolicyDef['value'], more: Partial<PolicyDef> = {}): PolicyDef => ({
  key,
  label: key,
  value,
  area: '',
  from: '2020-01-01',
  basis: '试验通知',
  sure: 'D',
  ...more,
})

export const policies: PolicyDef[] = [
  row('dust.connectFrom', 10, { label: '接入起点人数', unit: '人' }),
  row('dust.connectFrom', 3, { label: '接入起点人数', unit: '人', area: '140525', from: '2026-01-01' }),
  row('certificate.warnDays', { days: 30, calendar: 'calendar' }, { label: '到期提醒天数' }),
  row('certificate.warnDays', { days: 60, calendar: 'calendar' }, { label: '到期提醒天数', area: '140522' }),
  row('only.here', 5, { area: '140525101' }),
  row('over.now', 7, { to: '2021-12-31' }),
  row('scale.big', '规上'),
  row('task.atRiskDays', 15, { label: '到期前多少天未完成即预警', unit: '天' }),
  row('task.paceFrom', 0.67, { label: '时间过去多少后按进度预警' }),
]

export function figuresCounty(more: Partial<Definitions> = {}) {
  const definitions: Definitions = { records, indicators: [], gradings: [], policies, ...more }
  return {
    catalogue: new Catalogue(definitions, fieldTypes),
    policies: new PolicyBook(definitions.policies),
  }
}

/** A database of its own with the tables of these definitions. */
export async function openFiguresCounty(more: Partial<Definitions> = {}) {
  const county = figuresCounty(more)
  const pg = await cloneTables(county.catalogue)
  const database = openDatabase(pg.url)
  return {
    ...county,
    database,
    db: database.db,
    async close() {
      await database.close()
      await pg.drop()
    },
  }
}
export type FiguresCounty = Awaited<ReturnType<typeof openFiguresCounty>>

export interface Inserted {
  id: string
  [field: string]: unknown
}

/** Writes a row past the store's door: tests of figures care about what is there, not how it came. */
export async function insert(
  client: Pick<Pool, 'query'>,
  def: RecordDef,
  values: Record<string, unknown>,
): Promise<Inserted> {
  const location = String(values.area ?? '140525101')
  const at = values.recordedAt ?? '2026-01-05T02:00:00Z'
  const row: Record<string, unknown> = {
    id: randomUUID(),
    area: location,
    county: location.slice(0, 6),
    town: location.length >= 9 ? location.slice(0, 9) : null,
    happenedOn: '2026-01-05',
    recordedAt: at,
    updatedAt: at,
    createdBy: '00000000-0000-7000-8000-000000000000',
    updatedBy: '00000000-0000-7000-8000-000000000000',
    ...(def.kind === 'loop' && { state: def.initial, loopVersion: 1, stateSince: at }),
    ...values,
  }
  const known = new Set([
    ...Object.keys(def.fields),
    ...Object.keys(systemFieldsOf(def)),
    ...['archivedAt', 'createdBy', 'updatedBy', 'loopVersion', 'version'],
    ...(def.of ? [parentField(def.of)] : []),
  ])
  const names = Object.keys(row).filter((k) => known.has(k) && row[k] !== undefined)
  const json = (k: string) => ['files', 'photos', 'place'].includes(def.fields[k]?.type ?? '')
  await client.query(
    `insert into "${tableOf(def.name)}" (${names.map(columnOf).join(', ')})
     values (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
    names.map((k) => (json(k) && row[k] !== null ? JSON.stringify(row[k]) : row[k])),
  )
  return row as Inserted
}
