import { all, asOf, field, not } from '../../engine/core/condition/build.ts'
import { defineIndicator } from '../../engine/core/define.ts'

const real = field('state').isNot('withdrawn')
const open = field('state').notIn(['closed', 'withdrawn'])
const major = field('level').is('重大')
const thisYear = field('foundOn').within('year')

/** 隐患治理 (D07, D19–D21, D28). What is judged wrongly and withdrawn counts nowhere. */
export const hazards = [
  defineIndicator('major-hazards-open', {
    label: '未销号重大事故隐患',
    basis: ['泽应急发〔2026〕56号 一、15'],
    of: { register: 'hazard', where: all(major, real) },
    measure: 'count',
    met: open,
    proof: { least: 'claimed' },
    unit: '项',
    lessIsBetter: true,
    hints: ['重大事故隐患清零', '隐患清零', '动态清零', '重大隐患清零'],
    about: { needs: ['重大'], unlike: ['存量', '逾期未', '往年', '未销号', '通报的'] },
  }),
  defineIndicator('major-hazards-old', {
    label: '上年度及以前重大事故隐患存量',
    version: 2,
    basis: ['交应急字〔2024〕45号（十二）'],
    of: { register: 'hazard', where: all(major, real, field('foundOn').lte(asOf()), not(thisYear)) },
    measure: 'count',
    met: open,
    proof: { least: 'claimed' },
    unit: '项',
    lessIsBetter: true,
    hints: ['存量重大隐患', '基本消除', '年底未销号', '历年未销号', '往年未销号'],
    about: { needs: ['重大'] },
  }),
  defineIndicator('hazards-rectified', {
    label: '隐患整改率',
    basis: ['安全生产法 第四十一条'],
    of: { register: 'hazard', where: all(thisYear, real) },
    measure: 'share',
    met: field('state').is('closed'),
    proof: { least: 'evidenced' },
    unit: '%',
    hints: ['隐患整改率', '整改率', '闭环销号'],
    about: { needs: ['隐患'], unlike: ['重大', '指导服务'], printed: true },
  }),
  defineIndicator('hazards-on-time', {
    label: '隐患按期整改率',
    version: 2,
    basis: ['安全生产法 第四十一条', '泽应急发〔2026〕56号 一、15'],
    of: { register: 'hazard', where: all(thisYear, real, field('dueOn').lte(asOf())) },
    measure: 'share',
    // by the day the result came in: a day typed afterwards makes nothing timely; what was sent back is not done
    met: all(
      field('state').in(['checking', 'verified', 'closed']),
      field('rectifyReportedOn').lte({ field: 'dueOn' }),
    ),
    proof: { least: 'evidenced' },
    unit: '%',
    hints: ['按期整改', '限期整改', '按时整改'],
    about: { needs: ['隐患'], unlike: ['重大'], printed: true },
  }),
  defineIndicator('rectify-duration', {
    label: '隐患平均治理天数',
    basis: ['安全生产法 第四十一条'],
    of: { register: 'hazard', where: all(thisYear, real) },
    measure: 'duration',
    met: field('state').is('closed'),
    duration: { from: 'foundOn', to: 'closedOn' },
    proof: { least: 'evidenced' },
    unit: '天',
    lessIsBetter: true,
    hints: ['整改时长', '治理时长', '平均天数'],
  }),
  defineIndicator('majors-listed', {
    label: '重大事故隐患挂牌督办率',
    basis: ['泽应急发〔2026〕56号 一、15', '阳安办发〔2025〕10号（十六）'],
    of: { register: 'hazard', where: all(major, real, thisYear) },
    measure: 'share',
    met: field('listedAs').notEmpty(),
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['挂牌督办', '跟踪督办台账'],
    about: { needs: ['重大'] },
  }),
  defineIndicator('hazards-self-found', {
    label: '企业自查隐患占比',
    basis: ['泽应急发〔2026〕56号 一、（四）'],
    of: { register: 'hazard', where: all(thisYear, real) },
    measure: 'share',
    met: field('origin').is('企业自查上报'),
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['自查自纠', '企业自查', '自查自改'],
    about: { unlike: ['重大'], printed: true },
  }),
]
