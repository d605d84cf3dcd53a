import { all, always, field, not } from '../../engine/core/condition/build.ts'
import { defineLoop } from '../../engine/core/define.ts'
import type { RungDef } from '../../engine/core/definition.ts'
import {
  area,
  choice,
  choices,
  date,
  flag,
  money,
  phone,
  photos,
  place,
  text,
} from '../../fields/builders.ts'
import { hazardActions } from './hazard-actions.ts'
import { majorActions } from './hazard-majors.ts'
import { categories, hazardLevels, inside, major, ofTown, origins, selfFound } from './hazard-terms.ts'

const townFound = all(ofTown, not(field('delegated').is(true)))
/** A firm's own list of general hazards is never climbed: no letter, no interview, no bulletin for who wrote it down. */
const climbed = ['town', 'order']

/** The ladder is the same for both rectification clocks: reminder → supervision letter → interview → bulletin (D13). */
const rungs = (clock: string, suffix: string, tracks?: string[]): RungDef[] => [
  {
    name: `remind${suffix}`,
    label: '逾期提醒',
    clock,
    after: 'ladder.remindDays',
    kind: 'remind',
    basis: ['泽应急发〔2026〕56号 二、（三）'],
  },
  {
    name: `letter${suffix}`,
    label: '督促函',
    clock,
    after: 'ladder.letterDays',
    kind: 'letter',
    ...(tracks && { tracks }),
    basis: ['泽应急发〔2026〕56号 二、（三）'],
  },
  {
    name: `interview${suffix}`,
    label: '约谈主要负责人',
    clock,
    after: 'ladder.interviewDays',
    kind: 'interview',
    ...(tracks && { tracks }),
    basis: ['阳安办发〔2025〕10号（十六）'],
  },
  {
    name: `bulletin${suffix}`,
    label: '通报曝光',
    clock,
    after: 'ladder.bulletinDays',
    kind: 'bulletin',
    ...(tracks && { tracks }),
    basis: ['泽应急发〔2026〕56号 二、（三）'],
  },
]

/**
 * 隐患治理 (D01, D10–D13; design §6). Four tracks by level, origin and finder: every major one is reported, listed,
 * planned, re-checked on site and closed by the bureau; a self-found general one is closed inside the enterprise by a
 * second person; a town's find is a notice with hand-over; the rest is ordered and re-checked by the authority.
 */
export const hazard = defineLoop('hazard', {
  label: '隐患',
  version: 4,
  of: 'enterprise',
  basis: ['安全生产法 第四十一条、第六十五条', '国家安全监管总局令第16号', '应急管理部令第10号'],
  title: 'name',
  list: ['name', 'level', 'origin', 'spot', 'foundOn', 'dueOn', 'responsible'],
  search: ['name', 'spot', 'clause'],
  keys: [['number'], ['parent', 'name', 'foundOn']],
  // one document may order several hazards of a firm, and never those of two firms
  asks: [
    { label: '同一文号的告知单或指令书已用于另一家企业', same: ['documentNumber'], unlike: ['parent'] },
    { label: '同一挂牌文号已用于另一家企业', same: ['listingNumber'], unlike: ['parent'] },
    { label: '同一立案文号已用于另一家企业', same: ['caseNumber'], unlike: ['parent'] },
  ],
  happenedOn: 'foundOn',
  risk: 'level',
  counted: ['state', 'level'],
  indexes: [['state', 'dueOn'], ['dueOn'], ['foundOn']],
  fields: {
    name: text('隐患描述')
      .required()
      .length(300)
      .sheet('隐患名称', '存在问题', '隐患内容', '隐患基本情况', '问题隐患'),
    number: text('隐患编号').unique().length(40).sheet('编号'),
    origin: choice('隐患来源', origins).required().sheet('来源', '发现方式', '检查类型'),
    foundBy: choice('发现单位', ['企业', '乡镇', '县局', '上级部门', '专家或机构'])
      .required()
      .sheet('发现隐患部门', '检查单位'),
    delegated: flag('乡镇受委托执法')
      .writers()
      .help('系统按发现当日有效的执法委托书和登记人的执法证判断，不用填写'),
    foundIn: area('发现乡镇').writers().help('乡镇发现的，系统记下是哪个乡镇；企业迁走后仍以它为准'),
    foundOn: date('发现日期').required().sheet('排查时间', '检查时间', '检查日期', '隐患发现日期'),
    finder: text('发现人').length(40).personal().sheet('检查人', '排查人'),
    level: choice('隐患等级', hazardLevels).sheet('等级', '隐患级别'),
    clause: text('判定依据')
      .length(300)
      .sheet('判定标准', '依据条款')
      .help('重大隐患写明判定标准的条款，如“应急管理部令第10号 第十三条第一项”；一般隐患可以不填'),
    category: choices('隐患类别', categories).sheet('类别'),
    spot: text('隐患部位').required().length(200).sheet('部位', '隐患所在区域/部门', '隐患区域', '隐患地址'),
    place: place('位置'),
    before: photos('整改前照片').required().sheet('隐患图片'),
    control: text('临时管控措施').multiline().writers(),

    responsible: text('整改责任人').length(40).personal().writers().sheet('责任人', '整改部门', '责任部门'),
    responsiblePhone: phone('责任人电话').writers(),
    measures: text('整改措施')
      .multiline()
      .sheet('治理措施', '落实安全措施')
      .help('上报时可以先写建议，安排整改时定'),
    funds: money('整改资金').writers().sheet('落实治理经费', '落实治理经费（万元）'),
    emergencyPlan: text('应急预案').multiline().writers(),
    dueOn: date('整改期限').writers().sheet('要求整改日期', '完成时限', '计划完成整改时间'),
    spent: money('实际投入').writers().sheet('实际投入资金'),
    rectifiedOn: date('整改完成日期').writers().sheet('整改完成时间'),
    rectifyReportedOn: date('申请复查日期').writers().help('系统收到整改结果的日期；按期整改以它为准'),

    documentNumber: text('告知单或指令书文号').length(60).writers(),
    listedAs: choice('挂牌级别', ['县级', '市级', '省级']).writers(),
    listingNumber: text('挂牌文号').length(60).writers(),
    caseNumber: text('立案文号').length(60).writers(),
    handedOver: flag('已移交县局').writers(),
    toWorkers: flag('已向职工大会或职代会报告').writers(),
    lookRequest: text('请乡镇核查的内容').multiline().writers(),
    lookedOn: date('代为核查日期').writers(),
    lookFinding: choice('代为核查情况', ['已整改到位', '部分整改', '未整改']).writers(),
    closedOn: date('销号日期').writers(),
    withdrawReason: text('撤销理由').multiline().writers(),
  },
  groups: [
    {
      label: '发现',
      fields: [
        'name',
        'spot',
        'place',
        'before',
        'foundOn',
        'finder',
        'foundBy',
        'origin',
        'delegated',
        'foundIn',
        'number',
      ],
    },
    { label: '判级', fields: ['level', 'clause', 'category'] },
    {
      label: '五落实',
      fields: ['responsible', 'responsiblePhone', 'measures', 'funds', 'dueOn', 'emergencyPlan', 'control'],
    },
    {
      label: '督办与销号',
      fields: [
        'documentNumber',
        'listedAs',
        'listingNumber',
        'caseNumber',
        'handedOver',
        'toWorkers',
        'lookRequest',
        'lookedOn',
        'lookFinding',
        'rectifiedOn',
        'rectifyReportedOn',
        'spent',
        'closedOn',
        'withdrawReason',
      ],
    },
  ],
  rights: {
    'county-admin': 'below',
    'county-officer': 'below',
    'town-officer': 'below',
    'enterprise-officer': 'own',
    'city-viewer': 'read',
    'province-viewer': 'read',
    integration: 'below',
  },

  // a firm's own list is its own: what is written down to be mended is not held against who wrote it. One that waits
  // for an extension asked of the authority, as older versions of the loop could, is seen by it
  sealed: {
    label: '企业自查一般隐患',
    when: all(selfFound, field('state').isNot('extending')),
    done: ['closed'],
    dropped: ['withdrawn'],
    openDays: 'hazard.sampleDays',
    samples: { most: 'hazard.samplesPerQuarter', share: 'hazard.sampleShare' },
    raise: 'upgrade',
    own: ['acceptInside', 'refuseInside', 'moveInside', 'withdrawInside'],
  },

  // who found it is who writes it down: neither a firm nor a town may say that somebody else did
  opens: {
    'enterprise-officer': { origin: '企业自查上报', foundBy: '企业' },
    'town-officer': { origin: origins.filter((o) => o !== '企业自查上报'), foundBy: '乡镇' },
  },
  recorded: { rectifyReportedOn: 'rectify' },

  initial: 'found',
  states: {
    found: { label: '待评估' },
    assessed: { label: '已判级' },
    reported: { label: '已上报待挂牌' },
    listed: { label: '已挂牌待方案' },
    planned: { label: '方案待审' },
    handed: { label: '已移交待处理' },
    rectifying: { label: '整改中' },
    extending: { label: '延期待批' },
    looking: { label: '乡镇代为核查' },
    checking: { label: '待复查' },
    verified: { label: '已复核待销号' },
    closed: { label: '已销号', end: true },
    withdrawn: { label: '误判撤销', end: true },
  },
  tracks: {
    major: { label: '重大隐患', when: major, note: '上报、挂牌督办、落实“五落实”、现场复核，由县局销号。' },
    self: { label: '企业自查', when: inside, note: '企业内部整改，由另一人复查销号；县、镇可抽查。' },
    town: {
      label: '乡镇告知',
      when: townFound,
      note: '乡镇书面告知、督促整改；拒不整改或超出职权的移交县局。',
    },
    order: { label: '责令整改', when: always(), note: '责令限期整改，由监管部门复查。' },
  },

  actions: { ...hazardActions, ...majorActions },

  powers: {
    by: ['county-officer'],
    body: '县局',
    entrusted: {
      role: 'town-officer',
      body: '贵镇',
      own: ofTown,
      stamps: { area: 'foundIn', held: 'delegated', item: '责令限期整改' },
      entrustment: { register: 'entrustment', items: 'items', from: 'validFrom', to: 'validTo' },
      certificate: {
        register: 'enforcement-certificate',
        holder: 'account',
        kind: 'kind',
        kinds: ['行政执法证'],
        from: 'validFrom',
        to: 'validTo',
      },
    },
    orders: ['order', 'approvePlan'],
    instead: ['notify', 'handOver'],
  },

  clocks: {
    assess: { label: '判级', during: ['found'], days: 'hazard.assessDays' },
    arrange: {
      label: '安排整改',
      during: ['assessed', 'handed'],
      tracks: ['self', 'town', 'order'],
      days: 'hazard.arrangeDays',
    },
    report: { label: '上报重大隐患', during: ['assessed'], tracks: ['major'], days: 'hazard.reportDays' },
    list: { label: '挂牌督办', during: ['reported'], tracks: ['major'], days: 'hazard.listDays' },
    plan: { label: '报送治理方案', during: ['listed'], tracks: ['major'], days: 'hazard.planDays' },
    approve: { label: '审核治理方案', during: ['planned'], tracks: ['major'], days: 'hazard.approveDays' },
    rectify: {
      label: '整改',
      during: ['rectifying', 'extending'],
      tracks: ['self', 'town', 'order'],
      dueField: 'dueOn',
      days: 'hazard.rectifyDays',
      maxDays: 'hazard.rectifyMaxDays',
    },
    rectifyMajor: {
      label: '重大隐患整改',
      during: ['rectifying', 'extending'],
      tracks: ['major'],
      dueField: 'dueOn',
      days: 'hazard.rectifyDays.major',
      maxDays: 'hazard.rectifyMaxDays.major',
    },
    recheck: { label: '复查', during: ['looking', 'checking', 'verified'], days: 'hazard.recheckDays' },
    look: { label: '代为核查', during: ['looking'], days: 'hazard.lookDays' },
  },
  ladder: [...rungs('rectify', '', climbed), ...rungs('rectifyMajor', 'Major')],
})
