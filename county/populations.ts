import { all, any, field, policy } from '../engine/core/condition/build.ts'
import { tradeIndustries } from './options.ts'

/** Whom a duty is meant for: the sentences of notices, once. All hold on the enterprise record. */

/** Works now, so that its duties run: not stopped, closed, moved away or empty. */
const atWork = ['在产', '新增', '变更']
export const operating = field('status').in(atWork)
/** the same, said of the enterprise a record belongs to */
export const operatingParent = field('enterprise.status').in(atWork)
/** Is still to be supervised: everything but closed, moved away and empty shells. */
export const standing = field('status').notIn(['关停', '搬迁', '僵尸'])
export const industryTrade = field('industry').in([...tradeIndustries])
export const mine = field('industry').is('非煤矿山')

export const large = all(operating, industryTrade, field('scale').is('规上'))
export const small = all(operating, industryTrade, field('scale').is('规下'))
export const smelter = all(operating, field('smelting').is(true))
export const dusty = all(operating, field('dust').is(true))
/** 涉粉作业 n 人及以上金属（木）粉尘企业; n moves with year and area, so it is a policy. */
export const dustToConnect = all(
  dusty,
  field('dustKind').in(['铝镁', '其他金属', '木']),
  field('dustWorkers').gte(policy('dust.connectFrom')),
)
export const blastFurnace = all(operating, field('blastFurnace').is(true))
export const confinedLightKey = all(
  operating,
  field('industry').is('轻工'),
  field('confinedSpace').is(true),
  field('confinedSpaceToxic').is(true),
)
export const plantInPlant = all(operating, any(field('plantInPlant').is(true), field('multiTenant').is(true)))
export const dangerousWork = all(
  operating,
  any(
    field('smelting').is(true),
    field('gas').is(true),
    field('confinedSpace').is(true),
    field('moltenHoisting').is(true),
    field('silo').is(true),
    field('outsourcing').is(true),
  ),
)
export const ancillaryChemical = all(operating, field('ancillaryChemical').is(true))
/** 重点设备设施: has furnaces, gas or molten metal. */
export const keyEquipment = all(
  operating,
  any(
    field('smelting').is(true),
    field('blastFurnace').is(true),
    field('converter').is(true),
    field('gas').is(true),
    field('moltenHoisting').is(true),
  ),
)
/** 金属冶炼、轻工重点、涉爆粉尘: dangerous links to be under video (无监控不作业). */
export const underVideo = any(smelter, confinedLightKey, dusty)
/** 县级重点, or a field of high risk: whom experts are to visit. */
export const keyEnterprise = all(operating, field('supervisingLevel').is('县级重点'))
const drilledHalfYearly = [
  field('smelting').is(true),
  field('labourIntensive').is(true),
  field('plantInPlant').is(true),
  field('multiTenant').is(true),
]
/** 金属冶炼、劳动密集、厂中厂 and mines: drills every half-year, others every year. */
export const halfYearDrill = all(operating, any(...drilledHalfYearly, mine))
/** the same where the notice speaks of industry and trade alone */
export const halfYearDrillTrade = all(operating, industryTrade, any(...drilledHalfYearly))
