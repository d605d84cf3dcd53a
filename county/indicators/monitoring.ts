import { all, field, policy, some } from '../../engine/core/condition/build.ts'
import { defineIndicator } from '../../engine/core/define.ts'
import { blastFurnace, dusty, underVideo } from '../populations.ts'
import type { monitoringSystems } from '../registers/monitoring-connection.ts'

const connected = (system: (typeof monitoringSystems)[number]) =>
  all(field('system').is(system), field('stage').is('已接入'))
const proof = (system: (typeof monitoringSystems)[number]) => ({
  related: 'monitoring-connection',
  where: connected(system),
  least: 'claimed' as const,
})
const dustSystem = '粉尘涉爆监测预警'
const basis = ['泽应急发〔2026〕56号 一、22', '应急厅函〔2023〕82号']

/** 监测预警与智慧监管 (F01–F04, F08, F14, F17, F19). */
export const monitoring = [
  defineIndicator('dust-connected', {
    version: 2,
    label: '粉尘涉爆企业接入率',
    basis,
    of: { register: 'enterprise', who: 'population.dustConnect' },
    measure: 'share',
    met: some('monitoring-connection', connected(dustSystem)),
    proof: proof(dustSystem),
    unit: '%',
    hints: ['粉尘涉爆监测预警', '涉粉接入', '应接尽接', '安全风险监测预警系统', '风险监测预警系统建设'],
    about: { kinds: ['trade', 'dust'], needs: ['监测预警', '预警系统', '接入'] },
  }),
  defineIndicator('dust-connected-count', {
    label: '已接入粉尘涉爆企业数',
    basis,
    of: { register: 'enterprise', where: dusty },
    measure: 'count',
    met: some('monitoring-connection', connected(dustSystem)),
    proof: proof(dustSystem),
    unit: '家',
    hints: ['粉尘涉爆企业接入', '家粉尘涉爆企业', '接入全省', '安全风险预警系统'],
    about: { kinds: ['trade', 'dust'], needs: ['接入'] },
  }),
  defineIndicator('connected-in-use', {
    label: '已接入系统常态应用率',
    basis: ['泽应急发〔2026〕56号 一、22'],
    of: { register: 'monitoring-connection', where: field('stage').is('已接入') },
    measure: 'share',
    met: all(
      field('dutyPerson').notEmpty(),
      field('lastOnlineOn').within('last-days', { days: policy('monitoring.offlineDays') }),
    ),
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['监测预警责任制', '常态化应用', '已接入企业'],
    about: { needs: ['接入'] },
  }),
  defineIndicator('danger-video', {
    label: '重点危险环节视频监控覆盖率',
    basis: ['泽应急发〔2026〕56号 一、23'],
    of: { register: 'enterprise', where: underVideo },
    measure: 'share',
    met: some('monitoring-connection', connected('危险环节视频监控')),
    proof: proof('危险环节视频监控'),
    unit: '%',
    hints: ['无监控不作业', '作业现场监控', '视频监控', '重点危险环节'],
    about: { kinds: ['smelter', 'confined', 'dust'] },
  }),
  defineIndicator('blast-furnace-platform', {
    label: '高炉企业安全智能化管理平台建成数',
    basis: ['泽应急发〔2026〕56号 一、24'],
    of: { register: 'enterprise', where: blastFurnace },
    measure: 'count',
    met: some('monitoring-connection', connected('安全智能化管理平台')),
    proof: proof('安全智能化管理平台'),
    unit: '家',
    hints: ['高炉企业', '智能化安全管理平台', '智能化管理平台'],
    about: { kinds: ['trade', 'furnace'], needs: ['平台'] },
  }),
  defineIndicator('spaces-locked-coded', {
    label: '轻工重点企业有限空间加锁赋码率',
    basis: ['泽应急发〔2026〕56号 一、21'],
    of: {
      register: 'confined-space',
      where: all(field('enterprise.industry').is('轻工'), field('enterprise.confinedSpaceToxic').is(true)),
    },
    measure: 'share',
    met: all(field('locked').is(true), field('coded').is(true)),
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['加锁赋码', '有限空间作业监测预警', '有限空间轻工'],
    about: { kinds: ['confined'] },
  }),
]
