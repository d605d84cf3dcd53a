import { Segmented, Select } from 'antd'
import type { FieldDef } from '../../engine/core/definition.ts'
import { aria, type FieldUi, many, strings } from '../ui-kit.tsx'

export const optionsOf = (def: FieldDef) =>
  (def.options ?? []).map((o) => ({ value: o.value, label: o.note ? `${o.label}（${o.note}）` : o.label }))

export const labelOf = (def: FieldDef, value: string): string =>
  def.options?.find((o) => o.value === value)?.label ?? value

/** Few short answers are laid out to be seen at once; the rest is a list that can be searched. */
const few = (def: FieldDef) => {
  const labels = (def.options ?? []).map((o) => o.label)
  return def.required && labels.length <= 4 && labels.join('').length <= 16
}

export const Input: FieldUi<string>['Input'] = (p) =>
  few(p.def) ? (
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
        value={p.value ?? ''}
        options={optionsOf(p.def)}
        onChange={(v) => p.onChange(String(v))}
      />
    </fieldset>
  ) : (
    <Select
      {...aria(p)}
      className="wide"
      allowClear={!p.def.required}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder="请选择"
      value={p.value ?? undefined}
      disabled={p.disabled}
      status={p.invalid ? 'error' : undefined}
      options={optionsOf(p.def)}
      onBlur={p.onBlur}
      onChange={(v?: string) => p.onChange(v ?? null)}
    />
  )

export const Show: FieldUi<string>['Show'] = ({ value, def }) => <span>{labelOf(def, value)}</span>

export const Filter: FieldUi['Filter'] = ({ id, def, op, value, onChange }) => (
  <Select
    id={id}
    size="small"
    className="filter-value"
    mode={many(op) ? 'multiple' : undefined}
    showSearch={{ optionFilterProp: 'label' }}
    placeholder="请选择"
    value={many(op) ? strings(value) : strings(value)[0]}
    options={optionsOf(def)}
    onChange={onChange}
  />
)
