import { useQuery } from '@tanstack/react-query'
import { InputNumber, Select } from 'antd'
import type { Catalogue } from '../../../engine/core/catalogue.ts'
import type { Condition, Json, Operand, Window } from '../../../engine/core/condition/ast.ts'
import { uiOf } from '../../../fields/ui.ts'
import { policyQuery } from '../lexicon.ts'
import { needsNoValue, RAW } from './convert.ts'
import FilterSentence from './sentence.tsx'

const spans: { label: string; window: Window }[] = [
  { label: '今天', window: { period: 'day' } },
  { label: '本月', window: { period: 'month' } },
  { label: '上月', window: { period: 'month', offset: -1 } },
  { label: '本季度', window: { period: 'quarter' } },
  { label: '上季度', window: { period: 'quarter', offset: -1 } },
  { label: '本半年', window: { period: 'half-year' } },
  { label: '上一个半年', window: { period: 'half-year', offset: -1 } },
  { label: '今年', window: { period: 'year' } },
  { label: '去年', window: { period: 'year', offset: -1 } },
  { label: '最近…天', window: { period: 'last-days', days: 30 } },
  { label: '今后…天', window: { period: 'next-days', days: 30 } },
]
const sameSpan = (a: Window, b: Window) => a.period === b.period && (a.offset ?? 0) === (b.offset ?? 0)

/** What a field can be compared with, besides a value. */
const sources: Record<string, { value: string; label: string }[]> = {
  number: [
    { value: 'value', label: '数值' },
    { value: 'policy', label: '依据参数' },
    { value: 'field', label: '另一字段' },
  ],
  date: [
    { value: 'value', label: '日期' },
    { value: 'asOf', label: '距今天' },
    { value: 'field', label: '另一字段' },
  ],
}

const blank: Record<string, Operand> = {
  value: { value: '' },
  policy: { policy: '' },
  field: { field: '' },
  asOf: { asOf: 0 },
}

interface Props {
  catalogue: Catalogue
  register: string
  field: string
  op: string
  value: unknown
  onChange: (value: unknown) => void
}

/** The right-hand side of one rule: value, number of law, other field, days from today, or a window. */
export function OperandEditor({ catalogue, register, field, op, value, onChange }: Props) {
  const policies = useQuery(policyQuery).data ?? []
  if (field === RAW) return <FilterSentence register={register} where={value as Condition} />
  const found = catalogue.findField(register, field)
  if (!found || needsNoValue(op)) return null
  const operand = (value ?? null) as Operand | null
  if (op === 'within') return <WindowEditor operand={operand} onChange={onChange} />
  const shape = found.type.shape === 'time' ? 'date' : found.type.shape
  const offered = ['in', 'notIn', 'has', 'hasAny', 'contains'].includes(op) ? undefined : sources[shape]
  const source = operand ? (Object.keys(operand)[0] ?? 'value') : 'value'
  const { Filter } = uiOf(found.def.type)
  return (
    <span className="operand">
      {offered ? (
        <Select
          size="small"
          aria-label="与什么比较"
          value={source}
          options={offered}
          popupMatchSelectWidth={false}
          onChange={(s) => onChange(blank[s])}
        />
      ) : null}
      {source === 'policy' ? (
        <Select
          size="small"
          className="filter-value"
          aria-label="依据参数"
          showSearch={{ optionFilterProp: 'label' }}
          value={(operand as { policy: string }).policy || undefined}
          placeholder="选择依据参数"
          options={[...new Map(policies.map((p) => [p.key, p.label]))].map(([v, label]) => ({
            value: v,
            label,
          }))}
          onChange={(policy) => onChange({ policy })}
        />
      ) : source === 'field' ? (
        <Select
          size="small"
          className="filter-value"
          aria-label="另一字段"
          showSearch={{ optionFilterProp: 'label' }}
          value={(operand as { field: string }).field || undefined}
          placeholder="选择字段"
          options={Object.entries(catalogue.record(register).fields)
            .filter(([n, d]) => n !== field && catalogue.fieldType(d).shape === found.type.shape)
            .map(([n, d]) => ({ value: n, label: d.label }))}
          onChange={(f) => onChange({ field: f })}
        />
      ) : source === 'asOf' ? (
        <AsOfEditor days={(operand as { asOf: number }).asOf} onChange={(asOf) => onChange({ asOf })} />
      ) : (
        <Filter
          def={found.def}
          op={op}
          value={operand && 'value' in operand ? operand.value : undefined}
          onChange={(v: Json) => onChange({ value: v })}
        />
      )}
    </span>
  )
}

function AsOfEditor({ days, onChange }: { days: number; onChange: (days: number) => void }) {
  return (
    <>
      <Select
        size="small"
        aria-label="前或后"
        value={days < 0 ? 'before' : 'after'}
        options={[
          { value: 'before', label: '前' },
          { value: 'after', label: '后' },
        ]}
        onChange={(w) => onChange(w === 'before' ? -Math.max(1, Math.abs(days)) : Math.abs(days))}
      />
      <InputNumber
        size="small"
        aria-label="天数"
        min={0}
        max={40000}
        precision={0}
        value={Math.abs(days)}
        suffix="天"
        onChange={(n) => onChange((days < 0 ? -1 : 1) * Number(n ?? 0))}
      />
    </>
  )
}

function WindowEditor({ operand, onChange }: { operand: Operand | null; onChange: (o: Operand) => void }) {
  const window = operand && 'window' in operand ? operand.window : undefined
  const at = window ? spans.findIndex((s) => sameSpan(s.window, window)) : -1
  const counted = window && (window.period === 'last-days' || window.period === 'next-days')
  return (
    <span className="operand">
      <Select
        size="small"
        className="filter-value"
        aria-label="时间范围"
        placeholder="选择时间范围"
        value={at >= 0 ? at : undefined}
        options={spans.map((s, i) => ({ value: i, label: s.label }))}
        onChange={(i: number) => onChange({ window: spans[i]!.window })}
      />
      {counted && typeof window.days === 'number' ? (
        <InputNumber
          size="small"
          aria-label="天数"
          min={1}
          max={40000}
          precision={0}
          value={window.days}
          suffix="天"
          onChange={(n) => onChange({ window: { ...window, days: Number(n ?? 1) } })}
        />
      ) : null}
    </span>
  )
}
