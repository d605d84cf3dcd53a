import { Input as Box, Select } from 'antd'
import { aria, type FieldUi, many, None, strings } from '../ui-kit.tsx'

export const Input: FieldUi<string>['Input'] = (p) => {
  const common = {
    ...aria(p),
    value: p.value ?? '',
    disabled: p.disabled,
    maxLength: p.def.length,
    status: p.invalid ? ('error' as const) : undefined,
    onBlur: p.onBlur,
    onChange: (e: { target: { value: string } }) => p.onChange(e.target.value === '' ? null : e.target.value),
  }
  return p.def.multiline ? (
    <Box.TextArea {...common} autoSize={{ minRows: 2, maxRows: 12 }} />
  ) : (
    <Box {...common} suffix={p.def.unit} />
  )
}

export const Show: FieldUi<string>['Show'] = ({ value, def, brief }) =>
  value === '' ? <None /> : <span className={def.multiline && !brief ? 'lines' : undefined}>{value}</span>

export const Filter: FieldUi['Filter'] = ({ id, op, value, onChange }) =>
  many(op) ? (
    <Select
      id={id}
      mode="tags"
      size="small"
      className="filter-value"
      value={strings(value)}
      onChange={onChange}
      tokenSeparators={['、', '，', ',', ' ']}
      placeholder="可填多个"
    />
  ) : (
    <Box
      id={id}
      size="small"
      className="filter-value"
      value={typeof value === 'string' ? value : ''}
      onChange={(e) => onChange(e.target.value)}
    />
  )
