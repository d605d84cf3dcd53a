import { calendarDays, policyPack } from '../../engine/core/define.ts'

const xiuyan = '岫应急发〔2024〕34号'

/** Liaoning (21): staged dust line, slope and dump heights from 岫岩县's 2024–2026 plans. */
export const liaoning = policyPack({ area: '21', from: '2024-05-10', sure: 'N' }, [
  {
    key: 'dust.connectFrom',
    label: '粉尘涉爆企业应接入人数',
    value: 30,
    unit: '人',
    basis: `${xiuyan} 工贸二、10：2024年底前`,
    from: '2021-09-01',
    to: '2024-12-31',
  },
  {
    key: 'dust.connectFrom',
    label: '粉尘涉爆企业应接入人数',
    value: 10,
    unit: '人',
    basis: `${xiuyan} 工贸二、10：2025年底前`,
    from: '2025-01-01',
  },
  {
    key: 'slope.monitorFrom',
    label: '露天边坡应监测高度',
    value: 150,
    unit: '米',
    basis: `${xiuyan} 矿山三、18（国家标准为200米）`,
  },
  {
    key: 'closure.majorCount',
    label: '提请关闭：三个月内带重大隐患生产次数',
    value: 2,
    unit: '次',
    basis: `${xiuyan} 矿山三、26`,
  },
  {
    key: 'closure.window',
    label: '提请关闭：统计窗口',
    value: calendarDays(90),
    basis: `${xiuyan} 矿山三、26`,
  },
])
