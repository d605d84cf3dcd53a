import { policyPack } from '../../engine/core/define.ts'

/** Liaoning: 岫岩县's plan for 2024–2026 lowers the national dust line in that county from 2025 on. */
export const liaoning = policyPack({ area: '210323', from: '2025-01-01', sure: 'N' }, [
  {
    key: 'dust.connectFrom',
    label: '粉尘涉爆企业应接入人数',
    value: 10,
    unit: '人',
    basis: '岫岩县 岫应急发〔2024〕34号 工贸二、10：2025年底前',
  },
])
