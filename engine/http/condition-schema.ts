import { flag, integer, listOf, object, ref, text } from './json-schema.ts'
import type { JsonSchema } from './route.ts'

/** The condition language (engine/core/condition/ast.ts) as OpenAPI describes it, operator by operator. */

const operators: [op: string, says: string][] = [
  ['is', '等于'],
  ['isNot', '不等于；没有填写的不算'],
  ['in', '是其中之一（to.value 为数组）'],
  ['notIn', '不是其中任何一个（to.value 为数组）；没有填写的不算'],
  ['gt', '大于；日期为晚于'],
  ['gte', '不小于；日期为当日或以后'],
  ['lt', '小于；日期为早于'],
  ['lte', '不大于；日期为当日或以前'],
  ['contains', '文字里含有'],
  ['has', '多选里选了（to.value 为一项）'],
  ['hasAny', '多选里选了其中之一（to.value 为数组）'],
  ['empty', '没有填写（不带 to）'],
  ['notEmpty', '已填写（不带 to）'],
  ['within', '日期在一段时间内（to.window）'],
]

const ops = operators.map(([op]) => op)
const described = operators.map(([op, says]) => `\`${op}\` ${says}`).join('；')

const only = (properties: Record<string, JsonSchema>, required: string[]): JsonSchema => ({
  ...object(properties, required),
  additionalProperties: false,
})

const days = {
  anyOf: [{ type: 'integer', minimum: 1 }, only({ policy: text }, ['policy'])],
  description: '天数，或依据参数的名称；用于 last-days、next-days',
}

const operand: JsonSchema = {
  description: '与什么比较',
  oneOf: [
    only(
      {
        value: {
          description:
            '值：文字、数字、true/false、日期（2026-05-31）；时间字段（updatedAt、recordedAt）用 gt、gte、lt、lte 时也可用时刻（2026-05-31T08:00:00+08:00），精确到毫秒；in、notIn、hasAny 为数组',
        },
      },
      ['value'],
    ),
    only({ policy: { ...text, description: '依据参数的名称：取记录所在地现行的数' } }, ['policy']),
    only({ field: { ...text, description: '同一条记录的另一个字段' } }, ['field']),
    only({ asOf: { ...integer, description: '今天加减几天：-30 为 30 天前' } }, ['asOf']),
    only(
      {
        window: only(
          {
            period: { enum: ['day', 'month', 'quarter', 'half-year', 'year', 'last-days', 'next-days'] },
            offset: { ...integer, description: '-1 为上一个' },
            days,
          },
          ['period'],
        ),
      },
      ['window'],
    ),
  ],
}

const field = {
  ...text,
  description: '字段名；所属记录的字段写作 enterprise.scale；也可用 state、updatedAt 等系统字段',
}
const op = { enum: ops, description: described }
const where = ref('Condition')
const related = { ...text, description: '所属台账的名称，例如企业的 hazard；只能查一层' }

const comparison = only({ field, op, to: ref('ConditionOperand') }, ['field', 'op'])

const relations: JsonSchema[] = [
  { ...only({ related, test: { enum: ['some', 'none'] }, where }, ['related', 'test']), title: '有、没有' },
  {
    ...only(
      {
        related,
        test: { const: 'count' },
        where,
        distinct: { ...text, description: '按这个字段去重' },
        op,
        to: ref('ConditionOperand'),
      },
      ['related', 'test', 'op', 'to'],
    ),
    title: '数量',
  },
  {
    ...only(
      { related, test: { enum: ['sum', 'min', 'max'] }, of: field, where, op, to: ref('ConditionOperand') },
      ['related', 'test', 'of', 'op', 'to'],
    ),
    title: '合计、最小、最大',
  },
  {
    ...only({ related, test: { const: 'latest' }, by: field, where }, ['related', 'test', 'by', 'where']),
    title: '最近一条符合',
  },
]

export const conditionSchemas: Record<string, JsonSchema> = {
  Condition: {
    description:
      '筛选条件：比较一个字段，或用 all（都满足）、any（满足之一）、not（不满足）组合，或看所属台账的记录。没有填写的字段，除 empty 外一律不满足。哪个字段能用哪些比较，用错时答复会列出。',
    oneOf: [
      only({ all: listOf(where) }, ['all']),
      only({ any: listOf(where) }, ['any']),
      only({ not: where }, ['not']),
      only({ always: flag }, ['always']),
      comparison,
      ...relations,
    ],
    examples: [
      { field: 'dustWorkers', op: 'gte', to: { value: 10 } },
      { field: 'updatedAt', op: 'gt', to: { value: '2026-05-31T08:00:00+08:00' } },
      {
        all: [
          { field: 'state', op: 'in', to: { value: ['rectifying', 'checking'] } },
          { field: 'dueOn', op: 'lt', to: { asOf: 0 } },
        ],
      },
    ],
  },
  ConditionOperand: operand,
}
