import { defineRegister } from '../../engine/core/define.ts'
import { choice, date, number, text } from '../../fields/builders.ts'
import { authorityFile } from '../rights.ts'

export const monitoringSystems = [
  '粉尘涉爆监测预警',
  '钢铁监测预警',
  '铝加工深井铸造监测预警',
  '涉氨监测预警',
  '有限空间监测预警',
  '危险环节视频监控',
  '安全智能化管理平台',
  '矿山监测预警',
] as const

/** 监测预警接入 (F01–F07, F14, F19): what is connected where, since when, and whether it lives. */
export const monitoringConnection = defineRegister('monitoring-connection', {
  label: '监测预警接入',
  version: 3,
  basis: ['应急厅函〔2023〕82号', '泽应急发〔2026〕56号 一、22–24'],
  of: 'enterprise',
  title: 'system',
  happenedOn: 'connectedOn',
  keys: [['parent', 'system']],
  asks: [{ label: '本企业已登记过这个系统的接入', same: ['parent', 'system'] }],
  fields: {
    system: choice('系统', monitoringSystems).required().sheet('接入系统', '系统名称'),
    stage: choice('进展', ['方案', '建设中', '已接入', '已停用']).required().sheet('建设进展', '是否接入'),
    connectedOn: date('接入日期').past().sheet('接入时间'),
    points: number('测点数').unit('个').atLeast(0).sheet('传感器数量'),
    cameras: number('视频路数').unit('个').atLeast(0).sheet('摄像头数量'),
    lastOnlineOn: date('最近在线日期').past().notBefore('connectedOn').sheet('最近上线时间'),
    dutyPerson: text('监测预警责任人').length(40).personal().sheet('责任人'),
    remark: text('说明').length(300),
  },
  indexes: [['system', 'stage']],
  rights: authorityFile,
})
