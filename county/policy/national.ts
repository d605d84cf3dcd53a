import { calendarDays, policyPack, workingDays } from '../../engine/core/define.ts'

/**
 * Numbers that hold in the whole country, and defaults of ours (`D`) where no rule gives one. A county overrides
 * any of them. Never copy one of these into code: ask the policy by its key.
 */
export const national = policyPack({ area: '', from: '2021-09-01', sure: 'M' }, [
  {
    key: 'wish.confirmDays',
    bounds: { min: 1, max: 365 },
    label: '企业改动核实时限',
    value: calendarDays(7),
    basis: '产品默认，县局可改；没有规定期限的条文',
    sure: 'D',
  },
  {
    key: 'correction.ownHours',
    label: '本人登记可自行更正的小时数',
    value: 24,
    unit: '小时',
    basis: '产品默认，由县局规定；没有规定时限的条文',
    sure: 'D',
  },
  // 隐患 — no single national limit exists; the order names the date, these are what the form proposes and allows
  {
    key: 'hazard.assessDays',
    label: '隐患登记后判级时限',
    value: workingDays(3),
    basis: '产品默认，县局可改',
    sure: 'D',
  },
  {
    key: 'hazard.arrangeDays',
    label: '判级后安排整改时限',
    value: workingDays(3),
    basis: '产品默认，县局可改',
    sure: 'D',
  },
  {
    key: 'hazard.reportDays',
    label: '重大隐患上报时限',
    value: calendarDays(1),
    basis: '安全生产法 第四十一条要求及时报告；天数为产品默认',
    sure: 'D',
  },
  {
    key: 'hazard.listDays',
    label: '上报后挂牌时限',
    value: workingDays(3),
    basis: '参照青岛市2012年挂牌督办办法，县局可改',
    sure: 'D',
  },
  {
    key: 'hazard.planDays',
    label: '挂牌后报送治理方案时限',
    value: workingDays(5),
    basis: '产品默认，县局可改',
    sure: 'D',
  },
  {
    key: 'hazard.approveDays',
    label: '治理方案审核时限',
    value: workingDays(3),
    basis: '产品默认，县局可改',
    sure: 'D',
  },
  {
    key: 'hazard.rectifyDays',
    label: '一般隐患整改期限（默认）',
    value: calendarDays(15),
    basis: '以告知单、指令书载明的日期为准；默认值为产品建议',
    sure: 'D',
  },
  {
    key: 'hazard.rectifyMaxDays',
    label: '一般隐患整改期限（最长）',
    value: calendarDays(90),
    basis: '产品默认，县局可改',
    sure: 'D',
  },
  {
    key: 'hazard.rectifyDays.major',
    label: '重大隐患整改期限（默认）',
    value: calendarDays(60),
    basis: '以指令书载明的日期为准；默认值为产品建议',
    sure: 'D',
  },
  {
    key: 'hazard.rectifyMaxDays.major',
    label: '重大隐患整改期限（最长）',
    value: calendarDays(365),
    basis: '参照青岛市2012年挂牌督办办法“不超过一年”，县局可改',
    sure: 'D',
  },
  {
    key: 'hazard.recheckDays',
    label: '申请复查后复查时限',
    value: calendarDays(10),
    basis: '国家安全监管总局令第16号：收到申请后十日内',
    from: '2008-02-01',
  },
  {
    key: 'hazard.lookDays',
    label: '乡镇代为核查时限',
    value: workingDays(3),
    basis: '产品默认，县局可改',
    sure: 'D',
  },
  {
    key: 'hazard.sampleDays',
    label: '抽查企业自查隐患后可查看的天数',
    value: calendarDays(7),
    basis: '产品默认，县局可改',
    sure: 'D',
  },
  {
    key: 'hazard.samplesPerQuarter',
    label: '每家企业每季度最多抽查的自查隐患（条）',
    value: 3,
    basis: '产品默认，县局可改',
    sure: 'D',
  },
  {
    key: 'hazard.sampleShare',
    label: '每家企业每季度抽查占自查隐患清单的最大比例（%）',
    value: 30,
    basis: '产品默认，县局可改',
    sure: 'D',
  },

  // 执法委托与执法证
  {
    key: 'entrustment.warnDays',
    label: '执法委托书到期预警',
    value: calendarDays(60),
    basis: '产品默认，县局可改',
    sure: 'D',
  },
  {
    key: 'enforcementCertificate.warnDays',
    label: '行政执法证到期预警',
    value: calendarDays(60),
    basis: '产品默认，县局可改',
    sure: 'D',
  },

  // 督办阶梯 — days after the limit has run out
  {
    key: 'ladder.remindDays',
    label: '逾期后提醒',
    value: calendarDays(0),
    basis: '产品默认；手段见泽应急发〔2026〕56号 二、（三）',
    sure: 'D',
  },
  {
    key: 'ladder.letterDays',
    label: '逾期后发督促函',
    value: calendarDays(7),
    basis: '产品默认；手段见泽应急发〔2026〕56号 二、（三）',
    sure: 'D',
  },
  {
    key: 'ladder.interviewDays',
    label: '逾期后约谈',
    value: calendarDays(15),
    basis: '产品默认；手段见阳安办发〔2025〕10号（十六）',
    sure: 'D',
  },
  {
    key: 'ladder.bulletinDays',
    label: '逾期后通报',
    value: calendarDays(30),
    basis: '产品默认；手段见泽应急发〔2026〕56号 二、（三）',
    sure: 'D',
  },

  // 任务
  {
    key: 'task.atRiskDays',
    label: '任务临期预警',
    value: calendarDays(30),
    basis: '产品默认，县局可改',
    sure: 'D',
  },
  {
    key: 'task.paceFrom',
    label: '任务进度预警起点（已过时间的比例）',
    value: 0.67,
    basis: '产品默认，县局可改：时间剩三分之一时按进度预警',
    sure: 'D',
  },

  // 附件
  {
    key: 'file.maxMb',
    label: '单个附件大小上限',
    value: 20,
    unit: 'MB',
    basis: '产品默认，县局可改',
    sure: 'D',
  },

  // 特种作业
  {
    key: 'certificate.warnDays',
    label: '特种作业证到期预警',
    value: calendarDays(60),
    basis: '国家安全监管总局令第30号：期满前60日内申请复审',
    from: '2010-07-01',
  },

  // 粉尘涉爆接入 — the line moves with year and place: 30 → 10 → 3
  {
    key: 'dust.connectFrom',
    label: '粉尘涉爆企业应接入人数',
    value: 30,
    unit: '人',
    basis: '应急厅函〔2023〕82号：涉粉作业30人及以上',
    from: '2021-09-01',
    sure: 'S',
  },

  // 主要负责人带队检查、演练 — how often at least within the period the figure looks at
  {
    key: 'chiefCheck.perQuarter',
    label: '主要负责人每季度带队检查次数',
    value: 1,
    unit: '次',
    basis: '产品默认，参照交应急字〔2024〕45号（二）：每季度至少一次',
    sure: 'D',
  },
  {
    key: 'chiefCheck.perMonth',
    label: '金属冶炼、矿山主要负责人每月带队检查次数',
    value: 1,
    unit: '次',
    basis: '产品默认，参照交应急字〔2024〕45号（二）：金属冶炼每月至少一次',
    sure: 'D',
  },
  {
    key: 'drill.perYear',
    label: '每年疏散逃生演练次数',
    value: 1,
    unit: '次',
    basis: '产品默认，参照阳安办发〔2025〕10号（六）：每年至少一次',
    sure: 'D',
  },
  {
    key: 'drill.perHalfYear',
    label: '每半年疏散逃生演练次数（金属冶炼、劳动密集、厂中厂、矿山）',
    value: 1,
    unit: '次',
    basis: '产品默认，参照阳安办发〔2025〕10号（六）：每半年至少一次',
    sure: 'D',
  },

  // 标准化、保险、设备、监测
  {
    key: 'standard.warnDays',
    label: '标准化到期预警',
    value: calendarDays(90),
    basis: '期满前三个月申请延期',
    sure: 'M',
  },
  {
    key: 'insurance.warnDays',
    label: '安责险到期预警',
    value: calendarDays(30),
    basis: '产品默认，县局可改',
    sure: 'D',
  },
  {
    key: 'equipment.warnDays',
    label: '设备检验到期预警',
    value: calendarDays(30),
    basis: '产品默认，县局可改',
    sure: 'D',
  },
  {
    key: 'monitoring.offlineDays',
    label: '监测系统视为在线的最长间隔',
    value: calendarDays(30),
    basis: '产品默认，县局可改',
    sure: 'D',
  },

  // 举报
  {
    key: 'tipOff.acceptDays',
    label: '举报受理时限',
    value: workingDays(5),
    basis: '产品默认，县局可改',
    sure: 'D',
  },
  {
    key: 'tipOff.verifyDays',
    label: '举报核查时限',
    value: calendarDays(60),
    basis: '安监总财〔2018〕19号 办理期限约60日（待核对原文）',
    from: '2018-01-04',
  },
  {
    key: 'tipOff.feedbackDays',
    label: '核查后反馈举报人时限',
    value: calendarDays(10),
    basis: '2012年举报奖励办法：核查后10日内反馈（现行办法待核对）',
    from: '2018-01-04',
  },

  // 行政检查
])
