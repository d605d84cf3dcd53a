import { all, asOf, count, field, some } from '../../engine/core/condition/build.ts'
import { defineIndicator } from '../../engine/core/define.ts'
import { tradeIndustries } from '../options.ts'
import { operating, operatingParent } from '../populations.ts'

const inTrade = field('enterprise.industry').in([...tradeIndustries])
const heads = field('roles').hasAny(['主要负责人', '实际控制人', '安全负责人'])
const here = field('leftOn').empty()
const passed = all(field('result').is('合格'), field('trainedOn').within('year'))
const proof = { related: 'training', where: passed, least: 'evidenced' as const }
const valid = field('validUntil').gte(asOf())

/** 培训、持证、配备 (K01, L01, L02, L07). */
export const people = [
  defineIndicator('heads-trained', {
    label: '主要负责人、实际控制人、安全负责人轮训率',
    basis: ['泽应急发〔2026〕56号 一、17'],
    of: { register: 'person', where: all(heads, here, operatingParent, inTrade) },
    measure: 'share',
    met: some('training', passed),
    proof,
    unit: '%',
    hints: [
      '轮训率',
      '主要负责人培训',
      '实际控制人',
      '安全负责人',
      '素质提升培训',
      '负责人轮训',
      '全部轮训',
      '轮训任务',
      '参训率',
      '进行轮训',
    ],
    about: { kinds: ['trade'], needs: ['主要负责人', '实际控制人', '安全负责人'] },
  }),
  defineIndicator('smelter-heads-examined', {
    label: '金属冶炼企业负责人和安全管理人员考核合格率',
    basis: ['安全生产法 第二十七条', '应急管理部令第10号 第三条'],
    of: {
      register: 'person',
      where: all(
        field('roles').hasAny(['主要负责人', '安全管理人员']),
        here,
        operatingParent,
        field('enterprise.smelting').is(true),
      ),
    },
    measure: 'share',
    met: all(field('examPassedOn').lte(asOf()), field('examValidUntil').gte(asOf())),
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['考核合格', '安全管理人员考核', '主要负责人考核'],
    about: { kinds: ['smelter'], needs: ['考核合格', '安全考核'], unlike: ['记分'] },
  }),
  defineIndicator('certificates-valid', {
    label: '特种作业操作证有效率',
    basis: ['安全生产法 第三十条'],
    of: { register: 'special-operation-certificate', where: operatingParent },
    measure: 'share',
    met: valid,
    proof: { least: 'claimed' },
    unit: '%',
    hints: ['持证上岗', '特种作业人员持证', '操作证', '特种作业人员管理台账'],
  }),
  defineIndicator('required-held', {
    label: '特种作业人员配齐企业占比',
    basis: ['阳安办发〔2025〕10号（十）', '交应急字〔2024〕45号（十四）'],
    of: { register: 'enterprise', where: all(operating, field('specialWorkersRequired').gt(0)) },
    measure: 'share',
    met: count('special-operation-certificate', 'gte', { field: 'specialWorkersRequired' }, valid),
    proof: { related: 'special-operation-certificate', where: valid, least: 'claimed' },
    unit: '%',
    hints: ['足额配备', '配齐', '应配数量', '所需特种作业人员'],
    about: { needs: ['特种作业'] },
  }),
  defineIndicator('guardians', {
    label: '有限空间作业监护人配备率',
    basis: ['阳安办发〔2025〕10号（十）', '应急管理部令第13号'],
    of: { register: 'enterprise', where: all(operating, field('confinedSpace').is(true)) },
    measure: 'share',
    met: some('person', all(field('roles').has('有限空间监护人'), here)),
    proof: {
      related: 'person',
      where: all(field('roles').has('有限空间监护人'), here),
      least: 'claimed',
    },
    unit: '%',
    hints: ['有限空间作业监护人', '监护人', '监护人员'],
    about: { kinds: ['confined'], needs: ['配备'], unlike: ['持证率'] },
  }),
]
