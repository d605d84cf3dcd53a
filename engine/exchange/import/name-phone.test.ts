import { expect, it } from 'vitest'
import { personBeside } from '../sheet/heading-patterns.ts'
import { nameAndPhone } from './name-phone.ts'

it.each([
  ['张三 13800000001', '张三', '13800000001'],
  ['张三13800000001', '张三', '13800000001'],
  ['13800000001 张三', '张三', '13800000001'],
  ['张三（13800000001）', '张三', '13800000001'],
  ['张三/138 0000 0001', '张三', '138 0000 0001'],
  ['张三，电话：138-0000-0001', '张三', '138-0000-0001'],
  ['张  三\n0356-3031234', '张三', '0356-3031234'],
  ['李四：０３５６－３０３１２３４', '李四', '0356-3031234'],
  ['王五 13800000001、13900000002', '王五', '13800000001、13900000002'],
  ['买买提·艾山 13800000001', '买买提·艾山', '13800000001'],
  ['欧阳锋', '欧阳锋', undefined],
  ['13800000001', undefined, '13800000001'],
])('%s', (cell, name, phone) => {
  expect(nameAndPhone(cell)).toEqual({ ...(name && { name }), ...(phone && { phone }) })
})

it.each(['王甲 李乙 13800000001', '原张三 13800000001', '同上（见附件）', '张三 1380000', '—'])(
  'is not one person and his number: %s',
  (cell) => expect(nameAndPhone(cell)?.name).toBeUndefined(),
)

it.each([
  ['主要负责人及联系电话', '主要负责人'],
  ['企业负责人姓名及联系方式', '企业负责人'],
  ['法定代表人（电话）', '法定代表人'],
  ['负责人/手机号', '负责人'],
  ['主要负责人联系电话', undefined],
  ['联系电话', undefined],
])('%s names a person beside his number: %s', (title, who) => {
  expect(personBeside(title)).toBe(who)
})
