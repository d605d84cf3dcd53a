import { expect, it } from 'vitest'
import { parseNotice } from '../notices/parse.ts'
import { severalDemands } from './demands.ts'

const demandsOf = (sentence: string) => {
  const text = `关于做好2026年工贸安全监管工作的通知\n一、工作任务\n（一）任务。${sentence}\n2026年2月10日\n`
  const [item] = parseNotice(text).items
  return item && severalDemands(item)
}

it.each([
  [
    '11月底前，金属冶炼企业投保率达100%，企业主动对接保险机构至少开展一轮次预防性安全检查。',
    ['金属冶炼企业投保率达100%', '企业主动对接保险机构至少开展一轮次预防性安全检查'],
  ],
  ['6月底前，至少帮扶建成1家规模以上、1家规模以下示范企业。', ['1家', '1家']],
  ['10月底前，所有企业建立设备管理制度，建立设备管理台账。', ['建立设备管理制度', '建立设备管理台账']],
  ['矿山每半年至少组织一次演练，其他企业每年至少组织一次。', ['每半年至少组织一次', '每年至少组织一次']],
])('names what is asked for, where it is more than one thing: %s', (sentence, wanted) => {
  expect(demandsOf(sentence)).toEqual(wanted)
})

it.each([
  '12月底前，规模以上工贸企业标准化达标率达到90%以上。',
  '工贸企业主要负责人每季度至少开展1次带队检查。',
  '9月底前，各镇建立企业台账。',
])('one thing is one thing: %s', (sentence) => {
  expect(demandsOf(sentence)).toEqual([])
})
