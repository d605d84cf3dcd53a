import { calendarDays, policyPack, workingDays } from '../../engine/core/define.ts'

/**
 * Numbers that hold in the whole country, and defaults of ours (`D`) where no rule gives one. A county overrides
 * any of them. Never copy one of these into code: ask the policy by its key.
 */
export const national = policyPack({ area: '', from: '2021-09-01', sure: 'M' }, [
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

  // 任务与台账
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
  {
    key: 'ledger.refreshDays',
    label: '企业台账核实周期',
    value: calendarDays(365),
    basis: '阳安办发〔2025〕10号（十四）：每年更新一次',
    from: '2025-02-19',
    sure: 'N',
  },

  // 登录
  {
    key: 'signin.maxFailures',
    label: '连续登录失败锁定次数',
    value: 5,
    unit: '次',
    basis: '产品默认，参照 GB/T 22239 身份鉴别要求，县局可改',
    sure: 'D',
  },
  {
    key: 'signin.lockMinutes',
    label: '锁定时长',
    value: 15,
    unit: '分钟',
    basis: '产品默认，参照 GB/T 22239 身份鉴别要求，县局可改',
    sure: 'D',
  },

  // 特种作业与培训
  {
    key: 'certificate.warnDays',
    label: '特种作业证到期预警',
    value: calendarDays(60),
    basis: '国家安全监管总局令第30号：期满前60日内申请复审',
    from: '2010-07-01',
  },
  {
    key: 'certificate.validYears',
    label: '特种作业证有效期',
    value: 6,
    unit: '年',
    basis: '国家安全监管总局令第30号',
    from: '2010-07-01',
  },
  {
    key: 'certificate.reviewYears',
    label: '特种作业证复审周期',
    value: 3,
    unit: '年',
    basis: '国家安全监管总局令第30号',
    from: '2010-07-01',
  },
  {
    key: 'training.chiefHours',
    label: '主要负责人每年再培训学时',
    value: 12,
    unit: '学时',
    basis: '国家安全监管总局令第3号：一般企业',
    from: '2006-03-01',
    sure: 'S',
  },
  {
    key: 'training.chiefHours.highRisk',
    label: '主要负责人每年再培训学时（金属冶炼、矿山等）',
    value: 16,
    unit: '学时',
    basis: '国家安全监管总局令第3号：高危行业',
    from: '2006-03-01',
    sure: 'S',
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

  // 主要负责人带队检查、演练 — how often within a year
  {
    key: 'chiefCheck.perYear',
    label: '主要负责人带队检查',
    value: 4,
    unit: '次',
    basis: '交应急字〔2024〕45号：每季度至少一次',
    from: '2024-04-30',
    sure: 'N',
  },
  {
    key: 'chiefCheck.perYear.smelting',
    label: '主要负责人带队检查（金属冶炼）',
    value: 12,
    unit: '次',
    basis: '交应急字〔2024〕45号：每月至少一次',
    from: '2024-04-30',
    sure: 'N',
  },
  {
    key: 'drill.perYear',
    label: '疏散逃生演练',
    value: 1,
    unit: '次',
    basis: '阳安办发〔2025〕10号（六）：每年至少一次',
    from: '2024-04-30',
    sure: 'N',
  },
  {
    key: 'drill.perYear.half',
    label: '疏散逃生演练（金属冶炼、劳动密集、厂中厂）',
    value: 2,
    unit: '次',
    basis: '阳安办发〔2025〕10号（六）：每半年至少一次',
    from: '2024-04-30',
    sure: 'N',
  },

  // 标准化、保险、三同时
  {
    key: 'standard.validYears',
    label: '标准化等级有效期',
    value: 3,
    unit: '年',
    basis: '应急〔2021〕83号',
    from: '2021-11-01',
    sure: 'S',
  },
  {
    key: 'standard.warnDays',
    label: '标准化到期预警',
    value: calendarDays(90),
    basis: '期满前三个月申请延期',
    sure: 'M',
  },
  {
    key: 'insurance.perPerson',
    label: '安责险每人最低赔偿限额',
    value: 40,
    unit: '万元',
    basis: '应急〔2025〕27号',
    from: '2025-03-29',
    sure: 'S',
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
  {
    key: 'project.trialMaxDays',
    label: '试运行最长天数',
    value: calendarDays(180),
    basis: '国家安全监管总局令第36号：30至180日',
    from: '2011-02-01',
    sure: 'S',
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
  {
    key: 'inspection.cap.supervision',
    label: '督导检查年度上限',
    value: 3,
    unit: '次',
    basis: '山西省公布的年度检查频次上限（2025-04-23），其他地区请按本地公布值修改',
    from: '2025-04-23',
    sure: 'D',
  },
])
