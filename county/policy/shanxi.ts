import { policyPack } from '../../engine/core/define.ts'

/**
 * Shanxi: what a county's own notice sets holds in that county. The national line of 30 holds in the others, until
 * they set their own.
 */
export const shanxi = policyPack({ area: '140525', from: '2026-01-01', sure: 'N' }, [
  {
    key: 'dust.connectFrom',
    label: '粉尘涉爆企业应接入人数',
    value: 3,
    unit: '人',
    basis: '泽州县 泽应急发〔2026〕56号 一、22：涉粉作业3人及以上',
  },
])
