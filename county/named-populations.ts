import type { Condition } from '../engine/core/condition/ast.ts'
import { all, any } from '../engine/core/condition/build.ts'
import { definePopulation } from '../engine/core/define.ts'
import {
  confinedLightKey,
  dustToConnect,
  dusty,
  halfYearDrill,
  halfYearDrillTrade,
  industryTrade,
  keyEnterprise,
  large,
  mine,
  operating,
  smelter,
  standing,
} from './populations.ts'

const population = (name: string, label: string, basis: string, where: Condition) =>
  definePopulation(name, { label, basis: [basis], register: 'enterprise', where })

/**
 * Populations between which notices differ. Which of them holds in a county is a row of its policy
 * (`policy/populations.ts`); a county adds its own beside these.
 */
export const populations = [
  population(
    'half-year-drill',
    '金属冶炼、劳动密集型、厂中厂企业和非煤矿山',
    '交应急字〔2024〕45号（七）；岫应急发〔2024〕34号',
    halfYearDrill,
  ),
  population(
    'half-year-drill-trade',
    '金属冶炼、劳动密集型和厂中厂企业（不含矿山）',
    '阳安办发〔2025〕10号（六）',
    halfYearDrillTrade,
  ),
  population('key-enterprise', '县级重点企业', '泽应急发〔2026〕56号 一、9', keyEnterprise),
  population(
    'high-risk-enterprise',
    '金属冶炼、粉尘涉爆和有限空间重点企业',
    '阳安办发〔2025〕10号（十五）',
    any(smelter, dusty, confinedLightKey),
  ),
  population('large-trade', '规模以上工贸企业', '泽应急发〔2026〕56号 一、5', large),
  population('operating-trade', '在产工贸企业，不分规模', '安全生产法 第四条', all(operating, industryTrade)),
  population('supervised-trade', '在册工贸企业', '泽应急发〔2026〕56号 一、1', all(standing, industryTrade)),
  population(
    'supervised-trade-mines',
    '在册工贸企业和非煤矿山',
    '阳安办发〔2025〕10号（十四）',
    all(standing, any(industryTrade, mine)),
  ),
  population('dust-to-connect', '达到接入人数的金属（木）粉尘企业', '应急厅函〔2023〕82号', dustToConnect),
  population('dusty', '所有粉尘涉爆企业', '交应急字〔2024〕45号', dusty),
]
