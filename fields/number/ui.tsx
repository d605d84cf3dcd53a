import { InputNumber, Select } from 'antd'
import { aria, type FieldUi, many, strings } from '../ui-kit.tsx'

const digits = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 4 })

export const Input: FieldUi<number>['Input'] = (p) => (
  <InputNumber
    {...aria(p)}
    className="wide"
    inputMode="decimal"
    controls={false}
    value={p.value ?? null}
    disabled={p.disabled}
    status={p.invalid ? 'error' : undefined}
    suffix={p.def.unit}
    onBlur={p.onBlur}
    onChange={(v) => p.onChange(v === null ? null : Number(v))}
  />
)

export const Show: FieldUi<number>['Show'] = ({ value, def }) => (
  <span className="num">
    {digits.format(value)}
    {def.unit ? <span className="unit">{def.unit}</span> : null}
  </span>
)

export const Filter: FieldUi['Filter'] = ({ id, def, op, value, onChange }) =>
  many(op) ? (
    <Select
      id={id}
      mode="tags"
      size="small"
      className="filter-value"
      value={strings(value)}
      onChange={(v: string[]) => onChange(v.map(Number).filter(Number.isFinite))}
      placeholder="可填多个数"
    />
  ) : (
    <InputNumber
      id={id}
      size="small"
      className="filter-value"
      controls={false}
      value={typeof value === 'number' ? value : null}
      suffix={def.unit}
      onChange={(v) => onChange(v === null ? '' : Number(v))}
    />
  )
