import { field } from '../../engine/core/condition/build.ts'
import { defineRegister } from '../../engine/core/define.ts'
import { choice, date, files, flag, number, text } from '../../fields/builders.ts'
import { enterpriseFile } from '../rights.ts'

export const equipmentKinds = [
  '高炉',
  '转炉',
  '电炉',
  '煤气柜',
  '煤气管道',
  '煤气发生炉',
  '熔融金属盛装容器',
  '铸造起重机',
  '深井铸造机',
  '除尘系统',
  '焊机',
  '制冷机组',
  '锅炉',
  '压力容器',
  '起重机械',
  '叉车',
  '监测报警仪',
  '其他',
] as const

const isWelder = field('kind').is('焊机')

/** 设备设施 (N01): the life-cycle ledger; welding machines carry their code (F15). */
export const equipment = defineRegister('equipment', {
  label: '设备设施',
  version: 3,
  basis: ['泽应急发〔2026〕56号 一、13、20', '安全生产法 第三十六条'],
  of: 'enterprise',
  counts: true,
  title: 'name',
  search: ['name', 'code', 'model', 'serial'],
  keys: [
    ['parent', 'code'],
    ['parent', 'name', 'serial'],
  ],
  asks: [
    { label: '本企业已登记过同一编号的设备', same: ['parent', 'code'] },
    { label: '同一焊机编码已登记过', same: ['machineCode'] },
    { label: '同一制造单位的同一出厂编号已登记过', same: ['serial', 'maker'] },
  ],
  fields: {
    name: text('设备名称').required().length(80).sheet('名称', '设备设施名称'),
    kind: choice('设备类别', equipmentKinds).decides().required().sheet('类别', '设备种类', '设备类型'),
    code: text('设备编号').length(40).sheet('厂内编号', '编号', '登记证号', '注册证编号'),
    stage: choice('所处阶段', [
      '招标采购',
      '进场验收',
      '安装调试',
      '生产运行',
      '检定检验',
      '维护保养',
      '定修技改',
      '报废处置',
    ])
      .decides(['报废处置'])
      .default('生产运行')
      .sheet('状态', '设备状态'),
    model: text('规格型号').length(80).sheet('规格/型号', '型号'),
    maker: text('制造单位').length(120).sheet('生产厂家', '制造厂家'),
    serial: text('出厂编号').length(60),
    installedOn: date('投用日期').sheet('投入使用时间', '入场时间', '安装日期'),
    designLife: number('设计使用年限').unit('年').atLeast(0),
    spot: text('安装位置').length(120).sheet('运行场所', '使用部门', '使用地点'),
    keeper: text('责任人').length(40).personal().sheet('负责人姓名', '设备责任人'),
    inspectedOn: date('上次检验日期').past().sheet('最新检验日期', '上次检测时间', '检验日期'),
    nextInspectionOn: date('下次检验日期')
      .validity()
      .notBefore('inspectedOn')
      .decides('presence')
      .sheet('下次检测时间', '检验有效期'),
    inspection: choice('检验结论', ['合格', '限期整改', '不合格', '未检']),
    machineCode: text('焊机编码').length(60).when(isWelder).help('一机一码').sheet('机码', '一机一码'),
    chipped: flag('已加芯赋码').when(isWelder),
    inApp: flag('已应用“晋芯焊”').when(isWelder).sheet('晋芯焊'),
    papers: files('随机资料'),
  },
  list: ['name', 'kind', 'code', 'stage', 'nextInspectionOn', 'keeper'],
  expires: { on: 'nextInspectionOn', warn: 'equipment.warnDays' },
  counted: ['kind'],
  indexes: [['kind'], ['nextInspectionOn']],
  rights: enterpriseFile,
})
