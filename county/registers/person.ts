import { field } from '../../engine/core/condition/build.ts'
import { defineRegister } from '../../engine/core/define.ts'
import { choice, choices, date, files, idNumber, phone, text } from '../../fields/builders.ts'
import { personRoles } from '../options.ts'
import { enterpriseFile } from '../rights.ts'

/** 人员: whom a duty names. One person may hold several roles. */
export const person = defineRegister('person', {
  label: '人员',
  version: 3,
  basis: ['安全生产法 第二十四条、第二十七条'],
  of: 'enterprise',
  counts: true,
  title: 'name',
  search: ['name', 'post'],
  keys: [
    ['parent', 'idNumber'],
    ['parent', 'name'],
  ],
  asks: [
    {
      label: '同一身份证号已在另一家企业登记在岗',
      same: ['idNumber'],
      unlike: ['parent'],
      where: field('leftOn').empty(),
    },
    { label: '本企业已登记过同一身份证号的人员', same: ['parent', 'idNumber'] },
  ],
  fields: {
    name: text('姓名').required().length(40).personal().sheet('员工姓名', '人员姓名'),
    roles: choices('职责', personRoles).decides().required().sheet('人员类别', '岗位类别', '角色'),
    post: text('岗位').length(60).sheet('职务', '工种', '所在部门', '部门'),
    phone: phone('手机').personal().sheet('联系电话', '手机号', '手机号码', '电话'),
    idNumber: idNumber('身份证号').sheet('身份证号码', '身份证', '公民身份号码'),
    gender: choice('性别', ['男', '女']),
    bornOn: date('出生日期').past().since('1900-01-01').personal().sheet('出生年月', '出生年月日', '生日'),
    education: choice('文化程度', ['初中', '高中', '中专', '大专', '本科', '研究生']).sheet('学历'),
    appointedOn: date('任职日期').sheet('任命日期', '入职时间'),
    examPassedOn: date('考核合格日期')
      .past()
      .help('主要负责人、安全管理人员安全生产知识和管理能力考核')
      .sheet('取证时间', '初领日期'),
    examValidUntil: date('考核有效期至').validity().notBefore('examPassedOn').sheet('有效期限'),
    leftOn: date('离岗日期').notBefore('appointedOn').decides().sheet('离职日期'),
    appointment: files('任命文件').personal(),
  },
  indexes: [['leftOn']],
  rights: enterpriseFile,
})
