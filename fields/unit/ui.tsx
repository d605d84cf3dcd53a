import { Select } from 'antd'
import { aria, type FieldUi, many, None, strings, useFieldServices } from '../ui-kit.tsx'

export const Input: FieldUi<string>['Input'] = (p) => {
  const { units } = useFieldServices()
  return (
    <Select
      {...aria(p)}
      className="wide"
      allowClear={!p.def.required}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder="输入单位名称"
      value={p.value ?? undefined}
      disabled={p.disabled}
      status={p.invalid ? 'error' : undefined}
      options={units}
      onBlur={p.onBlur}
      onChange={(v?: string) => p.onChange(v ?? null)}
    />
  )
}

export const Show: FieldUi<string>['Show'] = ({ value }) => {
  const { unitName } = useFieldServices()
  return value ? <span>{unitName(value)}</span> : <None />
}

export const Filter: FieldUi['Filter'] = ({ id, op, value, onChange }) => {
  const { units } = useFieldServices()
  return (
    <Select
      id={id}
      size="small"
      className="filter-value"
      mode={many(op) ? 'multiple' : undefined}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder="输入单位名称"
      value={many(op) ? strings(value) : strings(value)[0]}
      options={units}
      onChange={onChange}
    />
  )
}
