import { all, field, not } from '../../engine/core/condition/build.ts'
import { defineLoop } from '../../engine/core/define.ts'
import { area, choice, date, files, flag, money, phone, photos, ref, text } from '../../fields/builders.ts'

const reward = '安监总财〔2018〕19号 安全生产领域举报奖励办法'
const law73 = '安全生产法 第七十三条、第七十四条'

/**
 * 举报 (R01 channels, R02 loop): a report with or without a name → accepted → verified → a hazard, or nothing found →
 * told to the reporter → reward. Who reported is personal content and stays in the bureau: towns and enterprises have
 * no right here at all.
 */
export const tipOff = defineLoop('tip-off', {
  label: '举报',
  version: 2,
  basis: [law73, reward, '泽应急发〔2026〕56号 一、8、一、15'],
  scope: { area: 'division' },
  title: 'subject',
  list: ['subject', 'channel', 'division', 'target', 'receivedOn', 'outcome'],
  search: ['subject', 'target', 'receipt'],
  keys: [['receipt']],
  happenedOn: 'receivedOn',
  counted: ['state'],
  indexes: [['state', 'receivedOn']],
  fields: {
    subject: text('举报事项').required().length(200).sheet('举报内容摘要', '事由'),
    content: text('举报内容').required().multiline().length(5000).sheet('举报内容', '反映问题'),
    channel: choice('举报渠道', [
      '12350电话',
      '扫码',
      '小程序',
      '网站',
      '电子邮件',
      '信箱',
      '信件',
      '来访',
      '其他',
    ])
      .required()
      .sheet('渠道', '来源'),
    kind: choice('举报类别', ['重大事故隐患', '一般隐患', '非法生产经营建设', '瞒报谎报事故', '其他违法行为'])
      .required()
      .sheet('类别'),
    receivedOn: date('收到日期').required().sheet('举报时间', '举报日期', '收件日期'),
    receipt: text('回执编号')
      .unique()
      .length(40)
      .numbered('JB')
      .help('举报人凭此查询办理结果；不填的由系统编号')
      .sheet('编号', '受理编号'),
    division: area('发生地').required().sheet('乡镇', '所在乡镇', '地点'),
    target: text('被举报单位').length(120).sheet('被举报企业', '单位名称'),
    enterprise: ref('对应企业', 'enterprise').help('能在台账中找到时选择'),
    anonymous: flag('匿名举报').default(false),
    reporter: text('举报人')
      .length(40)
      .personal()
      .when(not(field('anonymous').is(true))),
    reporterPhone: phone('举报人电话').personal().help('用于反馈结果和领取奖励，依法保密').sheet('联系电话'),
    evidence: photos('现场照片'),
    attachments: files('附件材料'),

    handler: text('承办人').length(40).writers(),
    finding: text('核查情况').multiline().writers(),
    outcome: choice('核查结论', ['属实', '部分属实', '不属实', '无法核实']).writers(),
    hazard: ref('登记的隐患', 'hazard').writers(),
    refuseReason: text('不予受理理由').multiline().writers(),
    feedbackOn: date('反馈日期').writers(),
    rewardAmount: money('奖励金额').writers(),
  },
  groups: [
    {
      label: '举报内容',
      fields: ['subject', 'kind', 'content', 'evidence', 'attachments', 'division', 'target', 'enterprise'],
    },
    { label: '来源', fields: ['channel', 'receivedOn', 'receipt', 'anonymous', 'reporter', 'reporterPhone'] },
    {
      label: '办理',
      fields: ['handler', 'finding', 'outcome', 'hazard', 'refuseReason', 'feedbackOn', 'rewardAmount'],
    },
  ],
  rights: { 'county-admin': 'below', 'county-officer': 'below', integration: 'below' },

  initial: 'received',
  states: {
    received: { label: '待受理' },
    verifying: { label: '核查中' },
    verified: { label: '待处理' },
    handled: { label: '待反馈' },
    answered: { label: '已反馈' },
    refused: { label: '不予受理', end: true },
    closed: { label: '已办结', end: true },
  },
  actions: {
    accept: {
      label: '受理',
      from: ['received'],
      to: 'verifying',
      by: ['county-officer'],
      form: { handler: text('承办人').required().length(40).help('不得指派与被举报单位有利害关系的人员') },
      sets: { handler: 'handler' },
      basis: [law73],
      effect: '开始计算核查期限。',
    },
    decline: {
      label: '不予受理',
      alone: '要逐件判断是否属于职责范围',
      from: ['received'],
      to: 'refused',
      by: ['county-officer'],
      form: { reason: text('理由').required().multiline() },
      sets: { refuseReason: 'reason' },
      basis: [reward],
      effect: '不属于职责范围的，应告知举报人向有权处理的部门反映。',
      confirm: true,
    },
    verify: {
      label: '登记核查结果',
      alone: '写的是每一件的核查情况',
      from: ['verifying'],
      to: 'verified',
      by: ['county-officer'],
      form: {
        outcome: choice('核查结论', ['属实', '部分属实', '不属实', '无法核实']).required(),
        finding: text('核查情况').required().multiline(),
        onSite: photos('现场核查照片'),
      },
      sets: { outcome: 'outcome', finding: 'finding' },
      basis: [law73],
      effect: '属实的登记隐患并整改；不属实的说明理由后反馈。',
    },
    register: {
      label: '关联已登记的隐患',
      alone: '关联的是每一件自己的隐患',
      from: ['verified'],
      to: 'handled',
      by: ['county-officer'],
      when: field('outcome').in(['属实', '部分属实']),
      whenNot: '核查结论不属实，不能关联隐患，请办理“查无实据”。',
      form: { hazard: ref('隐患', 'hazard').required().help('先在隐患中登记，来源选“群众举报查实”') },
      sets: { hazard: 'hazard' },
      basis: ['阳安办发〔2025〕10号（十六）'],
      effect: '重大隐患进入挂牌督办；办理情况可从举报一直查到销号。',
    },
    dismiss: {
      label: '查无实据',
      alone: '要逐件说明',
      from: ['verified'],
      to: 'handled',
      by: ['county-officer'],
      when: field('outcome').in(['不属实', '无法核实']),
      whenNot: '核查结论属实，请关联已登记的隐患。',
      form: { reason: text('说明').required().multiline() },
    },
    feedback: {
      label: '反馈举报人',
      from: ['handled'],
      to: 'answered',
      by: ['county-officer'],
      form: { feedbackOn: date('反馈日期').required(), how: text('反馈方式和内容').required().multiline() },
      sets: { feedbackOn: 'feedbackOn' },
      happenedOn: 'feedbackOn',
      basis: [reward],
      effect: '匿名且没有联系方式的，在回执查询处公布结果。',
    },
    pay: {
      label: '兑现奖励',
      from: ['answered'],
      to: 'closed',
      by: ['county-officer'],
      notSameActorAs: ['verify'],
      when: all(field('outcome').in(['属实', '部分属实']), field('anonymous').isNot(true)),
      whenNot: '不属实或匿名的举报不发奖励，请直接办结。',
      form: { rewardAmount: money('奖励金额').required(), receiptFile: files('领取凭证').required() },
      sets: { rewardAmount: 'rewardAmount' },
      basis: [reward],
      confirm: true,
    },
    close: {
      label: '办结',
      from: ['answered'],
      to: 'closed',
      by: ['county-officer'],
      form: { note: text('说明').multiline() },
      confirm: true,
    },
  },
  clocks: {
    accept: { label: '受理', during: ['received'], days: 'tipOff.acceptDays' },
    verify: { label: '核查', during: ['verifying'], days: 'tipOff.verifyDays' },
    feedback: { label: '反馈', during: ['verified', 'handled'], days: 'tipOff.feedbackDays' },
  },
  ladder: [
    {
      name: 'remindVerify',
      label: '核查逾期提醒',
      clock: 'verify',
      after: 'ladder.remindDays',
      kind: 'remind',
    },
    {
      name: 'letterVerify',
      label: '核查逾期督办',
      clock: 'verify',
      after: 'ladder.letterDays',
      kind: 'letter',
    },
  ],
})
