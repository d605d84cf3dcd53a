import { Segmented, Select } from 'antd'
import type { FieldUi } from '../ui-kit.tsx'

/** Three answers: 是, 否, and nobody has said. */
export const Input: FieldUi<boolean>['Input'] = (p) => (
  <fieldset
    className="bare"
    id={p.id}
    aria-label={p.def.label}
    tabIndex={-1}
    aria-describedby={p.describedBy}
    onBlur={p.onBlur}
  >
    <Segmented
      disabled={p.disabled}
      value={p.value === true ? 'yes' : p.value === false ? 'no' : 'unsaid'}
      options={[
        { value: 'yes', label: '是' },
        { value: 'no', label: '否' },
        { value: 'unsaid', label: '未填' },
      ]}
      onChange={(v) => p.onChange(v === 'unsaid' ? null : v === 'yes')}
    />
  </fieldset>
)

export const Show: FieldUi<boolean>['Show'] = ({ value }) => <span>{value ? '是' : '否'}</span>

export const Filter: FieldUi['Filter'] = ({ id, value, onChange }) => (
  <Select
    id={id}
    size="small"
    className="filter-value"
    value={value === false ? 'no' : value === true ? 'yes' : undefined}
    options={[
      { value: 'yes', label: '是' },
      { value: 'no', label: '否' },
    ]}
    onChange={(v) => onChange(v === 'yes')}
  />
)
