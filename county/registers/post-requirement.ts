import { defineRegister } from '../../engine/core/define.ts'
import { choice, number, text } from '../../fields/builders.ts'
import { specialWork } from '../options.ts'
import { enterpriseFile } from '../rights.ts'

/**
 * 岗位应配 (L02): posts that need a certificate and how many. Their total stands on the enterprise
 * (`specialWorkersRequired`), where it is compared with the certificates actually held.
 */
export const postRequirement = defineRegister('post-requirement', {
  label: '特种作业岗位应配',
  version: 4,
  basis: ['阳安办发〔2025〕10号（十）', '交应急字〔2024〕45号（十四）'],
  of: 'enterprise',
  counts: true,
  title: 'post',
  keys: [['parent', 'post', 'category']],
  asks: [{ label: '本企业已登记过这个岗位的应配人数', same: ['parent', 'post', 'category'] }],
  fields: {
    post: text('岗位').required().length(60).sheet('岗位名称', '工种'),
    category: choice('作业类别', specialWork).decides().required(),
    required: number('应配人数')
      .decides()
      .unit('人')
      .atLeast(0)
      .required()
      .sheet('应配数量', '需要人数', '定员'),
    held: number('已配人数')
      .unit('人')
      .atLeast(0)
      .help('企业填报；以特种作业操作证台账为准')
      .sheet('持证人数', '实际人数'),
    remark: text('说明').length(300),
  },
  rights: enterpriseFile,
})
