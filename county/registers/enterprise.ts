import { field } from '../../engine/core/condition/build.ts'
import { defineRegister } from '../../engine/core/define.ts'
import type { Role } from '../../engine/core/definition.ts'
import {
  area,
  choice,
  creditCode,
  date,
  flag,
  money,
  number,
  phone,
  place,
  text,
  unit,
} from '../../fields/builders.ts'
import {
  dustKinds,
  industries,
  levels,
  ownerships,
  powerCuts,
  scales,
  standardLevels,
  statuses,
  supervisingLevels,
} from '../options.ts'

/**
 * Who supervises, and what the authorities find, is theirs to set and not for the enterprise to propose. Facts that
 * decide a duty (`decides`) the enterprise may propose; they count once an officer has confirmed them.
 */
const authority: Role[] = ['county-admin', 'county-officer', 'town-officer', 'integration']

/** 企业台账 (A01 一企一档, A02 基本信息台账): the record everything else hangs on. */
export const enterprise = defineRegister('enterprise', {
  label: '企业',
  version: 5,
  basis: ['安全生产法 第六十二条', '应急厅〔2019〕17号 工贸行业安全监管分类标准（试行）', '县局年度通知'],
  scope: { area: 'division', unit: 'supervisor', sector: 'industry' },
  title: 'name',
  list: [
    'name',
    'division',
    'industry',
    'scale',
    'status',
    'adoptedLevel',
    'supervisingLevel',
    'chief',
    'confirmedOn',
  ],
  search: ['name', 'creditCode', 'address', 'chief'],
  keys: [['creditCode'], ['name', 'division']],
  near: 'creditCode',
  graded: true,
  counts: true,
  counted: ['status', 'industry', 'scale', 'adoptedLevel'],
  indexes: [['industry', 'status'], ['scale'], ['confirmedOn'], ['name']],
  fields: {
    name: text('企业名称')
      .decides()
      .required()
      .length(120)
      .sheet('单位名称', '企业全称', '法人单位名称', '单位名称／场所名称', '名称'),
    creditCode: creditCode('统一社会信用代码')
      .decides()
      .unique()
      .sheet(
        '社会信用代码',
        '信用代码',
        '统一社会信用代码（工商注册号）',
        '税号',
        '统一社会信用编码',
        '社会统一信用代码',
      ),
    division: area('所在区划')
      .required()
      .writers(...authority)
      .sheet('乡镇', '所属乡镇', '所在乡镇', '镇', '所在区域', '属地', '乡（镇）')
      .sheet(
        '所属区市',
        '行政区域',
        '镇或街道',
        '镇街',
        '所属镇街',
        '所在镇街',
        '街道',
        '乡镇街道',
        '乡镇或街道',
        '辖区',
      )
      .sheet(
        '行政区划',
        '所属区划',
        '所属行政区划',
        '所在行政区划',
        '所属区域',
        '所属辖区',
        '所在地区',
        '属地乡镇',
        '乡镇（街道、园区）',
        '街道乡镇',
        '镇名称',
        '乡镇名称',
        '街道名称',
        '行政区划分',
      ),
    address: text('生产经营地址')
      .sheet('地址', '所在地址', '通讯地址', '单位地址', '经营地址', '详细地址')
      .sheet(
        '企业实际生产/经营地址',
        '实际生产经营地址',
        '生产场所地址',
        '生产地址',
        '实际地址',
        '企业地址',
        '厂址',
        '实际经营地址',
      ),
    registeredAddress: text('注册地址').sheet('法人单位注册地址', '住所', '工商注册地址', '营业执照地址'),
    place: place('厂区位置').sheet('厂区大门坐标', '经纬度', '坐标'),
    foundedOn: date('成立日期')
      .past()
      .since('1840-01-01')
      .sheet(
        '成立时间',
        '注册日期',
        '注册时间',
        '建厂时间',
        '设立时间',
        '工商注册时间',
        '开业时间',
        '开业成立时间',
      ),
    ownership: choice('经济类型', ownerships).sheet('企业类型', '注册类型', '企业性质'),
    business: text('经营范围').multiline().length(2000),
    products: text('主要产品').sheet('产品', '主要产品及产量'),
    legalPerson: text('法定代表人').length(40).sheet('法人', '法人代表', '法定代表人或主要负责人'),
    chief: text('主要负责人').length(40).personal().sheet('负责人', '企业负责人', '主要负责人姓名'),
    chiefPhone: phone('主要负责人电话').sheet(
      '联系电话',
      '负责人电话',
      '主要负责人联系电话',
      '手机',
      '手机号码',
      '电话',
    ),
    controller: text('实际控制人').length(40).personal().sheet('实控人', '实际控制人（法人）'),
    safetyHead: text('安全负责人')
      .length(40)
      .personal()
      .sheet('安管负责人', '安监负责人', '安全生产负责人', '分管安全负责人', '安全员'),
    safetyHeadPhone: phone('安全负责人电话').sheet(
      '安管负责人联系电话',
      '安监负责人联系电话',
      '安全负责人联系电话',
      '安全员电话',
    ),

    industry: choice('行业', industries)
      .decides()
      .sheet('行业类别', '所属行业', '行业大类', '行业分类', '监管行业', '行业监管大类', '行业类型'),
    registeredCode: text('登记行业代码')
      .decides()
      .length(6)
      .help('营业执照登记的国民经济行业代码（GB/T 4754），如 3130')
      .sheet('国民经济分类', '国民经济行业代码', '行业代码'),
    actualCode: text('实际行业代码')
      .decides()
      .length(6)
      .help('按实际生产工艺核定，与登记代码可以不同')
      .sheet('实际行业', '核定行业代码'),
    industryReason: text('行业认定说明')
      .multiline()
      .help('代码对应不明确，或认定与代码不一致时写明理由')
      .writers(...authority),
    scale: choice('规模', scales)
      .decides()
      .sheet('规上/规下', '是否规上', '规模以上企业', '企业规模', '规上规下'),
    employees: number('从业人员')
      .decides()
      .unit('人')
      .atLeast(0)
      .sheet('职工总数', '从业人数', '员工人数', '职工人数', '人数', '员工总数', '从业人员总数', '职工数'),
    specialWorkersRequired: number('特种作业应配人数')
      .decides()
      .unit('人')
      .atLeast(0)
      .help('按岗位核定的合计数，明细见岗位应配'),
    assets: money('固定资产').sheet('固定资产总值', '资产总额'),
    revenue: money('年营业收入').sheet(
      '年总收入',
      '年销售额',
      '营业收入',
      '年销售收入',
      '主营业务收入',
      '年营业额',
      '经营收入',
      '上年经营收入',
      '上一年经营收入',
    ),

    status: choice('状态', statuses)
      .decides()
      .required()
      .default('在产')
      .sheet('企业状态', '生产状态', '经营状态', '营业状态', '生产经营状况', '目前状态'),
    statusSince: date('状态起始日期').decides().sheet('停产时间', '状态时间'),
    powerCut: choice('断电措施', powerCuts)
      .when(field('status').in(['停产', '长期停产停工', '关停', '僵尸']))
      .writers(...authority)
      .sheet('停供电措施', '是否断电'),
    powerCutOn: date('断电日期')
      .past()
      .when(field('powerCut').in(['限电', '已断电']))
      .writers(...authority),
    confirmedOn: date('台账核实日期')
      .past()
      .help('乡镇现场或电话核实基本信息的日期，每年至少一次')
      .writers(...authority)
      .sheet('核实日期', '更新日期', '填表日期', '排查日期'),

    supervisingLevel: choice('监管层级', supervisingLevels)
      .writers(...authority)
      .sheet('监管级别', '县/乡镇', '分级', '乡镇(街道)重点监管单位'),
    supervisor: unit('监管单位')
      .writers(...authority)
      .sheet('监管部门', '行业主管部门', '所属行业主管部门', '监管责任单位'),
    standardLevel: choice('标准化等级', standardLevels)
      .writers(...authority)
      .sheet('安全生产标准化等级', '达标等级', '标准化级别', '标准化')
      .sheet('安全标准化等级', '标准化达标等级', '安全生产标准化等级', '安全生产标准化', '标准化评定等级'),
    threeAtOnce: choice('三同时状态', ['完善', '部分缺失', '历史遗留', '不涉及'])
      .decides()
      .sheet('三同时', '“三同时”手续', '三同时手续'),
    selfLevel: choice('企业自评等级', levels)
      .help('企业自己评定的安全风险等级，不决定监管等级，评定时与建议并列给县局对照')
      .sheet('自评等级', '企业自评', '自评风险等级'),
    liabilityInsured: flag('已投保安责险').sheet('安责险', '是否投保安责险').help('保单见安责险台账'),

    smelting: flag('金属冶炼').decides().sheet('是否金属冶炼', '涉金属冶炼'),
    blastFurnace: flag('高炉').decides().sheet('有高炉'),
    converter: flag('转炉/电炉').decides().sheet('转炉', '电炉', '转炉或电炉'),
    gas: flag('煤气').decides().help('工业煤气的生产或使用').sheet('涉煤气', '煤气使用', '煤气生产使用'),
    moltenHoisting: flag('高温熔融金属吊运').decides().sheet('高温熔融金属', '熔融金属吊运', '吊运浇注'),
    deepWell: flag('铝加工深井铸造').decides().sheet('深井铸造'),
    airSeparation: flag('空分装置').decides().sheet('空分', '制氧'),
    dust: flag('粉尘涉爆')
      .decides()
      .sheet('涉爆粉尘', '粉尘防爆', '涉粉', '可燃爆粉尘', '可燃性粉尘', '可燃爆炸性粉尘', '爆炸性粉尘'),
    dustKind: choice('粉尘种类', dustKinds)
      .decides()
      .when(field('dust').is(true))
      .sheet('粉尘类型', '可燃性粉尘种类'),
    dustWorkers: number('涉粉作业人数')
      .decides()
      .unit('人')
      .atLeast(0)
      .when(field('dust').is(true))
      .sheet('涉粉人数', '单班涉粉作业人数', '粉尘作业人数'),
    confinedSpace: flag('有限空间').decides().sheet('涉有限空间', '有限空间作业'),
    confinedSpaceToxic: flag('有限空间有中毒风险')
      .decides()
      .when(field('confinedSpace').is(true))
      .help('硫化氢、一氧化碳等中毒风险；轻工重点企业据此确定'),
    ammonia: flag('涉氨制冷').decides().sheet('液氨', '液氨制冷', '涉氨'),
    ammoniaTonnes: number('液氨储量').decides().unit('吨').atLeast(0).when(field('ammonia').is(true)),
    painting: flag('喷涂').decides().sheet('涉喷涂', '喷漆'),
    silo: flag('筒仓').decides().sheet('筒仓清库', '筒型库'),
    ancillaryChemical: flag('配套危化装置').decides().sheet('危化装置', '配套危险化学品装置'),
    majorHazardSource: flag('重大危险源').decides().sheet('有无重大危险源', '是否重大危险源'),
    baijiu: flag('白酒').decides().sheet('白酒生产'),
    pulp: flag('制浆造纸').decides(),
    lithium: flag('锂电池').decides(),
    outsourcing: flag('外包外委').decides().sheet('外包', '检维修外包'),
    plantInPlant: flag('厂中厂').decides().sheet('是否厂中厂'),
    multiTenant: flag('一厂多租').decides().sheet('是否一厂多租'),
    labourIntensive: flag('劳动密集型').decides().sheet('劳动密集', '劳动密集型企业'),
    mineKind: choice('矿山类型', ['地下矿山', '露天矿山', '尾矿库', '选矿厂'])
      .decides()
      .when(field('industry').is('非煤矿山')),
    slopeHeight: number('边坡高度').decides().unit('米').atLeast(0).when(field('mineKind').is('露天矿山')),
    remark: text('备注').multiline(),
  },
  groups: [
    {
      label: '基本信息',
      fields: [
        'name',
        'creditCode',
        'division',
        'address',
        'registeredAddress',
        'place',
        'foundedOn',
        'ownership',
        'business',
        'products',
      ],
    },
    {
      label: '人员',
      fields: [
        'legalPerson',
        'chief',
        'chiefPhone',
        'controller',
        'safetyHead',
        'safetyHeadPhone',
        'employees',
        'specialWorkersRequired',
      ],
    },
    {
      label: '行业与规模',
      fields: ['industry', 'registeredCode', 'actualCode', 'industryReason', 'scale', 'assets', 'revenue'],
    },
    { label: '状态', fields: ['status', 'statusSince', 'powerCut', 'powerCutOn', 'confirmedOn'] },
    {
      label: '监管',
      fields: [
        'supervisingLevel',
        'supervisor',
        'standardLevel',
        'threeAtOnce',
        'selfLevel',
        'liabilityInsured',
      ],
    },
    {
      label: '工艺与风险',
      fields: [
        'smelting',
        'blastFurnace',
        'converter',
        'gas',
        'moltenHoisting',
        'deepWell',
        'airSeparation',
        'dust',
        'dustKind',
        'dustWorkers',
        'confinedSpace',
        'confinedSpaceToxic',
        'ammonia',
        'ammoniaTonnes',
        'painting',
        'silo',
        'ancillaryChemical',
        'majorHazardSource',
        'baijiu',
        'pulp',
        'lithium',
        'outsourcing',
        'plantInPlant',
        'multiTenant',
        'labourIntensive',
      ],
    },
    { label: '矿山', fields: ['mineKind', 'slopeHeight'] },
  ],
  rights: {
    'county-admin': 'below',
    'system-admin': 'read',
    'county-officer': 'below',
    'town-officer': 'below',
    'enterprise-officer': 'own',
    'city-viewer': 'read',
    'province-viewer': 'read',
    integration: 'below',
  },
})
