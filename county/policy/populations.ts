import { policyPack } from '../../engine/core/define.ts'

/**
 * Whom a duty means where the notices differ: each value names a population (`named-populations.ts`). A county sets
 * another one, shipped or of its own, as it sets any number.
 */
export const populationPolicies = policyPack({ area: '', from: '2021-09-01', sure: 'N' }, [
  {
    key: 'population.drillHalfYear',
    label: '每半年演练一次的企业范围',
    value: 'half-year-drill',
    basis: '产品默认，县局可改；如 交应急字〔2024〕45号（七），其余企业每年一次',
    sure: 'D',
  },
  {
    key: 'population.drillHalfYear',
    label: '每半年演练一次的企业范围',
    value: 'half-year-drill-trade',
    area: '140522',
    from: '2025-02-19',
    basis: '阳城县 阳安办发〔2025〕10号（六）：金属冶炼、劳动密集型及“厂中厂”等类型企业',
  },
  {
    key: 'population.expertService',
    label: '专家指导服务的企业范围',
    value: 'key-enterprise',
    basis: '产品默认，县局可改；如 泽应急发〔2026〕56号 一、9',
    sure: 'D',
  },
  {
    key: 'population.expertService',
    label: '专家指导服务的企业范围',
    value: 'high-risk-enterprise',
    area: '140522',
    from: '2025-02-19',
    basis: '阳城县 阳安办发〔2025〕10号（十五）：机械铸造、粉尘涉爆、有限空间作业重点企业',
  },
  {
    key: 'population.systems',
    label: '应建立责任制等各项制度的企业范围',
    value: 'large-trade',
    basis: '产品默认，县局可改；如 泽应急发〔2026〕56号 一、5：所有规模以上企业',
    sure: 'D',
  },
  {
    key: 'population.supervised',
    label: '纳入台账、分级和名单的企业范围',
    value: 'supervised-trade',
    basis: '产品默认，县局可改；如 泽应急发〔2026〕56号 一、1',
    sure: 'D',
  },
  {
    key: 'population.dustConnect',
    label: '应接入粉尘监测预警系统的企业范围',
    value: 'dust-to-connect',
    basis: '应急厅函〔2023〕82号；人数另见“粉尘涉爆企业应接入人数”',
  },
])
