import type { Term } from './heading-match.ts'
import type { Cell, Row } from './types.ts'

/** For tests: vocabularies such as the registers give, and sheets written down as arrays. */
export const enterprise: Term[] = [
  {
    field: 'name',
    label: '企业名称',
    aliases: ['单位名称', '法人单位名称', '单位名称／场所名称', '生产经营单位名称'],
    required: true,
  },
  {
    field: 'creditCode',
    label: '统一社会信用代码',
    aliases: ['统一社会信用代码（工商注册号）', '社会信用代码', '信用代码'],
    required: true,
  },
  { field: 'town', label: '所在乡镇', aliases: ['乡镇', '乡镇(街道)', '所属乡镇', '属地'] },
  { field: 'industry', label: '行业类别', aliases: ['行业', '行业分类', '行业大类', '行业类型', '所属行业'] },
  { field: 'industryCode', label: '国民经济行业代码', aliases: ['国民经济分类', '行业代码'] },
  { field: 'scale', label: '规模', aliases: ['规上/规下', '企业规模', '规模以上企业', '限额'] },
  { field: 'status', label: '状态', aliases: ['生产状态', '经营状态', '企业状态', '注销或暂停经营'] },
  { field: 'head', label: '主要负责人', aliases: ['法定代表人或主要负责人', '负责人'] },
  {
    field: 'phone',
    label: '联系电话',
    aliases: ['主要负责人电话', '主要负责人手机号码', '主要负责人联系电话', '手机号码', '电话'],
  },
  { field: 'staff', label: '从业人员', aliases: ['从业人数', '职工总数', '员工人数'] },
  { field: 'dustWorkers', label: '涉粉作业人数', aliases: ['涉粉人数', '粉尘作业人数'] },
  { field: 'areas', label: '涉及领域', aliases: ['涉及重点领域'] },
  { field: 'founded', label: '成立日期', aliases: ['成立时间', '注册日期'] },
  { field: 'address', label: '注册地址', aliases: ['法人单位注册地址', '住所'] },
  { field: 'level', label: '监管层级', aliases: ['监管级别'] },
]
export const certificate: Term[] = [
  { field: 'person', label: '姓名', aliases: ['员工姓名'], required: true },
  { field: 'idNumber', label: '身份证号', aliases: ['身份证号码'] },
  { field: 'category', label: '作业类别', aliases: ['工种'] },
  { field: 'item', label: '准操项目' },
  { field: 'number', label: '证书编号', aliases: ['证号'], required: true },
  { field: 'issuedBy', label: '发证机关', aliases: ['发证单位'] },
  { field: 'firstIssued', label: '初次领证日期', aliases: ['初领日期', '取证时间'] },
  { field: 'validUntil', label: '有效期至', aliases: ['有效期', '有效期限', '证书有效期', '有效期截至'] },
  { field: 'reviewBy', label: '复审日期', aliases: ['复审时间', '复审期限'] },
]

export const cell = (value: string | number | null): Cell =>
  value === null
    ? { raw: null, text: '' }
    : typeof value === 'number'
      ? { raw: value, text: String(value), number: value }
      : { raw: value, text: value }
/** Rows from line 1; '^' copies the cell above and '<' the one to the left, as merged areas are filled. */
export function sheet(...lines: (string | number | null)[][]): Row[] {
  const rows: Row[] = []
  for (const [i, line] of lines.entries()) {
    const cells: Cell[] = []
    for (const [c, value] of line.entries()) {
      const from = value === '^' ? rows[i - 1]?.cells[c] : value === '<' ? cells[c - 1] : undefined
      cells.push(from ? { ...from, merged: true } : cell(value))
    }
    rows.push({ line: i + 1, cells })
  }
  return rows
}
