import { all, any, count, field, not, policy, some } from '../../engine/core/condition/build.ts'
import { defineIndicator } from '../../engine/core/define.ts'
import { industryTrade, mine, operating } from '../populations.ts'

const monthly = any(field('smelting').is(true), mine)
const ledIn = (period: 'month' | 'quarter') =>
  all(field('inPerson').is(true), field('checkedOn').within(period))
const evacuation = (period: 'half-year' | 'year') =>
  all(field('kind').in(['疏散逃生', '综合']), field('heldOn').within(period))

const reported = all(
  field('kind').is('重大隐患季度统计报告'),
  field('stage').is('已完成'),
  field('doneOn').within('quarter'),
)

/** 按周期履行的职责: a missing quarter is a row of its own (D03–D05, Q01, Q03). */
export const periodic = [
  defineIndicator('chief-check-quarterly', {
    version: 2,
    label: '主要负责人每季度带队检查率',
    basis: ['交应急字〔2024〕45号（二）'],
    of: {
      register: 'enterprise',
      where: all(operating, industryTrade, not(field('smelting').is(true))),
      every: 'quarter',
    },
    measure: 'share',
    met: count('chief-check', 'gte', policy('chiefCheck.perQuarter'), ledIn('quarter')),
    proof: { related: 'chief-check', where: ledIn('quarter'), least: 'evidenced' },
    unit: '%',
    hints: ['每季度带队检查', '主要负责人带队', '带队检查'],
    about: { kinds: ['trade'], needs: ['主要负责人'] },
  }),
  defineIndicator('chief-check-monthly', {
    version: 2,
    label: '金属冶炼、矿山主要负责人每月带队检查率',
    basis: ['交应急字〔2024〕45号（二）', '岫应急发〔2024〕34号 矿山三、9'],
    of: { register: 'enterprise', where: all(operating, monthly), every: 'month' },
    measure: 'share',
    met: count('chief-check', 'gte', policy('chiefCheck.perMonth'), ledIn('month')),
    proof: { related: 'chief-check', where: ledIn('month'), least: 'evidenced' },
    unit: '%',
    hints: ['每月带队检查', '每月排查', '金属冶炼每月'],
    about: { any: ['smelter', 'mine'], needs: ['主要负责人', '矿长'] },
  }),
  defineIndicator('drill-half-year', {
    version: 3,
    label: '半年疏散逃生演练开展率',
    basis: ['阳安办发〔2025〕10号（六）', '交应急字〔2024〕45号（七）'],
    of: { register: 'enterprise', who: 'population.drillHalfYear', every: 'half-year' },
    measure: 'share',
    met: count('drill', 'gte', policy('drill.perHalfYear'), evacuation('half-year')),
    proof: { related: 'drill', where: evacuation('half-year'), least: 'evidenced' },
    unit: '%',
    hints: ['每半年演练', '每半年疏散', '逃生演练', '半年开展'],
    about: { any: ['smelter', 'labour', 'tenants', 'mine'], needs: ['演练'] },
  }),
  defineIndicator('drill-yearly', {
    version: 3,
    label: '年度疏散逃生演练开展率',
    basis: ['阳安办发〔2025〕10号（六）'],
    of: { register: 'enterprise', where: all(operating, industryTrade), besides: 'population.drillHalfYear' },
    measure: 'share',
    met: count('drill', 'gte', policy('drill.perYear'), evacuation('year')),
    proof: { related: 'drill', where: evacuation('year'), least: 'evidenced' },
    unit: '%',
    hints: ['每年演练', '疏散逃生演练', '应急演练', '综合演练', '疏散演练'],
    about: { kinds: ['trade'], needs: ['企业', '生产经营单位'] },
  }),
  defineIndicator('major-report-quarterly', {
    label: '重大事故隐患季度统计报告报送率',
    basis: ['阳安办发〔2025〕10号（十六）', '国家安全监管总局令第16号 第十四条'],
    of: { register: 'enterprise', where: all(operating, industryTrade), every: 'quarter' },
    measure: 'share',
    met: some('measure-record', reported),
    proof: { related: 'measure-record', where: reported, least: 'evidenced' },
    unit: '%',
    hints: ['统计分析', '季度统计报告', '每季度报送', '排查治理统计', '统计分析并形成报告'],
    about: { kinds: ['trade'], needs: ['重大', '排查治理'], unlike: ['各乡镇', '各县', '县局'] },
  }),
]
