import { any, field } from '../engine/core/condition/build.ts'
import type { TemplateDef } from '../engine/core/definition.ts'

/**
 * Frequent hazards (D08, D11): what they are called, the article they are judged by, what usually mends them, in our
 * own words. Those with `check` are the points of the firm's monthly self-check: the same thing said as it should be.
 * `sure` as with policies: S read in a published copy, M from memory; the page says so and everything can be edited.
 */
type Written = [
  name: string,
  category: string,
  label: string,
  clause: string,
  sure: TemplateDef['sure'],
  measures: string,
  check?: string,
  when?: TemplateDef['when'],
]

const law = (article: string) => `安全生产法 ${article}`
const criteria = (article: string) => `应急管理部令第10号 ${article}`

const smelting = field('smelting').is(true)
const molten = any(smelting, field('moltenHoisting').is(true))
const furnace = any(field('blastFurnace').is(true), field('converter').is(true), smelting)
const gas = field('gas').is(true)
const dust = field('dust').is(true)
const confined = field('confinedSpace').is(true)
const ammonia = field('ammonia').is(true)
const contractors = any(
  field('outsourcing').is(true),
  field('plantInPlant').is(true),
  field('multiTenant').is(true),
)

const everywhere: Written[] = [
  [
    ...([
      'uncertified',
      '教育培训',
      '特种作业人员无证或证书过期上岗',
      criteria('第三条第二项'),
      'S',
    ] as const),
    '立即停止其作业，由持有效证件的人员顶岗；安排取证或复审，逐岗核对证件。',
    '特种作业人员都持有效证件上岗',
  ],
  [
    ...(['exits', '消防用电', '安全出口、疏散通道被占用或锁闭', law('第四十二条'), 'M'] as const),
    '立即清理、打开，划线标识，明确专人每班检查。',
    '安全出口、疏散通道畅通，没有锁闭',
  ],
  [
    ...(['guards', '设备设施', '机械传动、旋转部位没有防护罩', law('第三十六条'), 'M'] as const),
    '停用该设备，补装牢固的防护罩后恢复使用。',
    '机械传动、旋转部位的防护装置齐全有效',
  ],
  [
    ...(['wiring', '消防用电', '配电箱、电气线路不规范', law('第三十六条'), 'M'] as const),
    '断电整改：箱门关闭上锁，线路穿管固定，装漏电保护，由电工作业人员验收。',
    '配电箱、电气线路规范，没有乱拉乱接',
  ],
  [
    ...(['signs', '作业现场', '有较大危险因素的场所、设备没有警示标志', law('第三十五条'), 'M'] as const),
    '在醒目处补设警示标志和告知牌，损坏的更换。',
    '危险场所、设备的警示标志齐全清楚',
  ],
  [
    ...(['protection', '作业现场', '作业人员没有按规定佩戴劳动防护用品', law('第四十五条'), 'M'] as const),
    '停止作业、现场纠正；补发合格用品，班前会教育并检查佩戴。',
    '作业人员按规定佩戴劳动防护用品',
  ],
  [
    ...(['newcomers', '教育培训', '新上岗、转岗人员没有经过安全教育培训', law('第二十八条'), 'M'] as const),
    '停止其独立上岗，补齐培训和考核并建档。',
    '新上岗、转岗人员都经过安全教育培训',
  ],
  [
    ...(['rescue', '应急管理', '应急器材缺失、过期或不能使用', law('第八十二条'), 'M'] as const),
    '补齐、更换，列出清单，定专人每月检查并记录。',
    '应急器材、消防器材在有效期内，能用',
  ],
  [
    ...(['records', '安全管理', '隐患排查治理没有记录，没有向从业人员通报', law('第四十一条'), 'M'] as const),
    '补记隐患和整改情况，在公示栏或班前会通报。',
    '查出的隐患有记录，并向从业人员通报',
  ],
  [
    'contractors',
    '安全管理',
    '对承包、承租单位没有统一协调管理，没有定期检查',
    criteria('第三条第一项'),
    'S',
    '签订安全管理协议，明确各自职责，排出检查日期并留下记录。',
    '承包、承租单位签有安全协议，按期检查',
    contractors,
  ],
]

const metal: Written[] = [
  [
    'examined',
    '教育培训',
    '主要负责人、安全管理人员没有考核合格',
    criteria('第三条第三项'),
    'S',
    '报名参加考核，合格前由已合格的人员主持安全管理工作。',
    '主要负责人、安全管理人员都考核合格',
    smelting,
  ],
  [
    'gathering',
    '高温熔融金属',
    '熔融金属吊运跨的地坪区域内设有会议、休息等人员聚集场所',
    criteria('第四条第一项（冶金）、第五条第一项（有色）、第七条第一项（机械）'),
    'S',
    '立即停用并撤出人员，迁出吊运影响区域；迁出前停止吊运。',
    '熔融金属吊运跨内没有休息室、会议室等',
    molten,
  ],
  [
    'water',
    '高温熔融金属',
    '熔炼、浇注时炉下、坑内或吊运路线有积水',
    criteria('第四条第二项（冶金）、第五条第二项（有色）、第七条第三项（机械）'),
    'S',
    '停止熔炼和吊运，排干积水，查清来水并封堵，每班检查登记。',
    '炉下、坑内、吊运路线没有积水',
    molten,
  ],
  [
    'cooling',
    '设备设施',
    '炉体水冷部件没有出水温度、流量差报警，或没有与停炉联锁',
    criteria('第四条第四项（冶金）、第五条第五项（有色）、第七条第四项（机械）'),
    'M',
    '停炉补装报警和联锁，试验合格并记录后恢复。',
    '水冷部件的报警和联锁在用，试验过',
    furnace,
  ],
  [
    'casting',
    '高温熔融金属',
    '铝加工深井铸造结晶器冷却水没有压力、流量报警或没有联锁',
    criteria('第五条第六项'),
    'S',
    '停止铸造，补装报警并与切断、紧急排放联锁，试验合格后恢复。',
    '深井铸造的冷却水报警、联锁在用，试验过',
    field('deepWell').is(true),
  ],
  [
    'rope',
    '设备设施',
    '铝加工深井铸造钢丝绳没有用钢芯，或没有定期检查更换',
    criteria('第五条第十项'),
    'S',
    '停用并更换为钢芯钢丝绳，建立检查、更换记录。',
    undefined,
    field('deepWell').is(true),
  ],
  [
    'co-alarm',
    '煤气',
    '煤气区域没有固定式一氧化碳报警，或信号没有传到有人值守处',
    criteria('第四条第六项'),
    'M',
    '补装报警器，把信号接到24小时有人值守处；装好前携带便携式报警仪作业。',
    '煤气区域的一氧化碳报警在用，有人值守',
    gas,
  ],
  [
    'isolation',
    '煤气',
    '煤气支管、用气设备前没有可靠的隔断装置',
    criteria('第四条第七项'),
    'M',
    '停气加装隔断装置，检修时按方案隔断、置换、检测。',
    '煤气隔断装置齐全可靠',
    gas,
  ],
  [
    'drainers',
    '煤气',
    '煤气水封、排水器的水封高度不够或设置不当',
    criteria('第四条第八项'),
    'M',
    '按设计恢复水封，分开设置排水器，每班检查补水并记录。',
    '煤气水封、排水器水位正常',
    gas,
  ],
]

const dusty: Written[] = [
  [
    'dust-layer',
    '粉尘',
    '没有落实粉尘清理制度，现场积尘严重',
    criteria('第十一条第十项'),
    'M',
    '停机，用不产生火花、不扬尘的方式清理；定清理周期和责任人，逐次记录。',
    '按制度清理粉尘，现场没有积尘',
    dust,
  ],
  [
    'dust-control',
    '粉尘',
    '干式除尘系统没有泄爆、惰化、抑爆等控爆措施',
    criteria('第十一条第三项'),
    'S',
    '停用除尘系统和产尘设备，由有能力的单位设计安装后恢复。',
    '除尘系统的泄爆等控爆措施完好',
    dust,
  ],
  [
    'dust-shared',
    '粉尘',
    '不同种类粉尘或粉尘与可燃气体共用一套除尘系统',
    criteria('第十一条第二项'),
    'S',
    '停用，分开设置除尘系统；不同防火分区、建筑的也要分开。',
    undefined,
    dust,
  ],
  [
    'dust-rooms',
    '粉尘',
    '粉尘涉爆场所内设有宿舍、会议、办公、休息等场所',
    criteria('第十一条第一项'),
    'S',
    '立即停用并撤出人员，迁到涉爆场所以外。',
    '粉尘场所内没有休息室、办公室、宿舍',
    dust,
  ],
  [
    'dust-lock',
    '粉尘',
    '铝镁、木粉尘干式除尘没有锁气卸灰装置',
    criteria('第十一条第六项'),
    'M',
    '加装锁气卸灰装置，及时卸灰，保持运行状态可查。',
    '除尘器卸灰装置正常，及时卸灰',
    dust,
  ],
  [
    'dust-electric',
    '粉尘',
    '爆炸危险区域的电气设备不防爆',
    criteria('第十一条第七项'),
    'M',
    '断电停用，更换为与区域相应的防爆电气。',
    '粉尘场所的电气设备防爆、完好',
    dust,
  ],
]

const special: Written[] = [
  [
    'space-listed',
    '有限空间',
    '有限空间没有辨识、建立台账，也没有警示标志',
    criteria('第十三条第一项'),
    'S',
    '逐处辨识、登记，设警示标志并上锁或隔离。',
    '有限空间都有台账、警示标志和防误入措施',
    confined,
  ],
  [
    'space-work',
    '有限空间',
    '有限空间作业没有审批，没有先通风、再检测、后作业，或没有监护人',
    criteria('第十三条第二项'),
    'M',
    '立即停止作业、撤出人员；重新审批，通风、检测合格，落实监护后再进入。',
    '有限空间作业先审批、通风、检测，有人监护',
    confined,
  ],
  [
    'silo',
    '作业现场',
    '筒仓清库没有落实防坠落、防坍塌措施',
    criteria('第六条第二项'),
    'S',
    '停止清库，按清库方案落实措施并审批，专人监护。',
    '清库作业有方案、有审批、有人监护',
    field('silo').is(true),
  ],
  [
    'ammonia-air',
    '设备设施',
    '包装、分割等人员较多的房间用氨直接蒸发的空调系统',
    criteria('第十二条第一项'),
    'M',
    '停用并撤出人员，改为间接冷却系统。',
    '人员较多的房间没有用氨直接蒸发制冷',
    ammonia,
  ],
  [
    'ammonia-freezer',
    '设备设施',
    '快速冻结装置没有单独设置，或作业间人数超过规定',
    criteria('第十二条第二项'),
    'M',
    '单独隔开设置，减少作业间人数，检查氨泄漏报警。',
    '速冻装置单独设置，作业间人数符合规定',
    ammonia,
  ],
  [
    'painting',
    '设备设施',
    '喷漆室没有可燃气体报警或没有通风',
    criteria('第七条第七项（机械）、第八条第六项（轻工）'),
    'M',
    '停止喷漆，补装报警并与通风联锁，检测合格后恢复。',
    '喷漆室的可燃气体报警和通风正常',
    field('painting').is(true),
  ],
  [
    'baijiu',
    '设备设施',
    '白酒勾兑、灌装、贮存场所没有乙醇浓度报警或没有与通风联锁',
    criteria('第八条第二项'),
    'M',
    '停止作业，补装报警并与通风联锁，试验后恢复。',
    '酒库、灌装间的浓度报警和通风正常',
    field('baijiu').is(true),
  ],
  [
    'lithium',
    '作业现场',
    '锂电池仓库没有把故障电池物理隔离存放',
    criteria('第八条第七项'),
    'M',
    '立即移出故障电池，单独隔离存放并监测温度。',
    '故障电池单独隔离存放',
    field('lithium').is(true),
  ],
]

export const hazardTemplates: TemplateDef[] = [...everywhere, ...metal, ...dusty, ...special].map(
  ([name, category, label, clause, sure, measures, check, when]) => ({
    register: 'hazard',
    name,
    label,
    values: { name: label, clause, category: [category], measures },
    sure,
    ...(check && { check }),
    ...(when && { when }),
  }),
)
