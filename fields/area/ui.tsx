import { Select } from 'antd'
import { aria, type FieldUi, many, None, strings, useFieldServices } from '../ui-kit.tsx'

export const Input: FieldUi<string>['Input'] = (p) => {
  const { areas } = useFieldServices()
  return (
    <Select
      {...aria(p)}
      className="wide"
      allowClear={!p.def.required}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder="输入乡镇或村名"
      value={p.value ?? undefined}
      disabled={p.disabled}
      status={p.invalid ? 'error' : undefined}
      options={areas}
      onBlur={p.onBlur}
      onChange={(v?: string) => p.onChange(v ?? null)}
    />
  )
}

export const Show: FieldUi<string>['Show'] = ({ value }) => {
  const { areaName } = useFieldServices()
  return value ? <span title={value}>{areaName(value)}</span> : <None />
}

export const Filter: FieldUi['Filter'] = ({ id, op, value, onChange }) => {
  const { areas } = useFieldServices()
  return (
    <Select
      id={id}
      size="small"
      className="filter-value"
      mode={many(op) ? 'multiple' : undefined}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder="输入地名"
      value={many(op) ? strings(value) : strings(value)[0]}
      options={areas}
      onChange={onChange}
    />
  )
}
