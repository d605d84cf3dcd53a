import { defineRegister } from '../../engine/core/define.ts'
import { choice, choices, date, flag, photos, place, text } from '../../fields/builders.ts'
import { enterpriseFile } from '../rights.ts'

/** 有限空间 (F17, M03): register, sign, lock and code of each space. */
export const confinedSpace = defineRegister('confined-space', {
  label: '有限空间',
  version: 3,
  basis: ['应急管理部令第13号', '泽应急发〔2026〕56号 一、21'],
  of: 'enterprise',
  counts: true,
  title: 'name',
  keys: [
    ['parent', 'code'],
    ['parent', 'name'],
  ],
  asks: [
    { label: '本企业已登记过同一编号的有限空间', same: ['parent', 'code'] },
    { label: '本企业同一位置已登记过同名的有限空间', same: ['parent', 'name', 'spot'] },
  ],
  fields: {
    name: text('有限空间名称').required().length(80).sheet('名称'),
    code: text('编号').length(40).sheet('编号（码）', '赋码编号'),
    kind: choice('类型', ['地下', '地上', '密闭设备']).required().sheet('有限空间类型'),
    spot: text('位置').required().length(120).sheet('所在位置', '具体位置'),
    dangers: choices('主要危险因素', [
      '缺氧',
      '硫化氢',
      '一氧化碳',
      '可燃气体',
      '氨',
      '粉尘',
      '高温',
      '淹溺',
      '其他',
    ]).sheet('主要危险有害因素', '危险有害因素'),
    operator: choice('作业主体', ['自行', '外包']).sheet('作业方式'),
    approver: text('审批人').length(40).personal(),
    guardian: text('监护人').length(40).personal().sheet('监护人员'),
    signed: flag('已设警示标志').sheet('警示标识牌', '安全警示标志'),
    locked: flag('已加锁').sheet('上锁挂牌', '加锁'),
    coded: flag('已赋码').sheet('赋码'),
    checkedOn: date('更新日期').past().sheet('辨识日期'),
    place: place('位置坐标'),
    photos: photos('照片'),
  },
  list: ['name', 'code', 'kind', 'spot', 'dangers', 'locked', 'coded'],
  rights: enterpriseFile,
})
