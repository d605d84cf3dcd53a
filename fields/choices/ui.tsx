import { Checkbox, Select } from 'antd'
import { Filter as ChoiceFilter, labelOf, optionsOf } from '../choice/ui.tsx'
import { aria, type FieldUi } from '../ui-kit.tsx'

/** Up to a dozen are ticked in sight; more are searched. */
export const Input: FieldUi<string[]>['Input'] = (p) =>
  (p.def.options?.length ?? 0) <= 14 ? (
    <fieldset
      className="bare"
      id={p.id}
      aria-label={p.def.label}
      tabIndex={-1}
      aria-describedby={p.describedBy}
      onBlur={p.onBlur}
    >
      <Checkbox.Group
        className="ticks"
        disabled={p.disabled}
        value={p.value ?? []}
        options={optionsOf(p.def)}
        onChange={(v) => p.onChange(v.map(String))}
      />
    </fieldset>
  ) : (
    <Select
      {...aria(p)}
      mode="multiple"
      className="wide"
      showSearch={{ optionFilterProp: 'label' }}
      placeholder="可选多项"
      value={p.value ?? []}
      disabled={p.disabled}
      status={p.invalid ? 'error' : undefined}
      options={optionsOf(p.def)}
      onBlur={p.onBlur}
      onChange={(v: string[]) => p.onChange(v)}
    />
  )

export const Show: FieldUi<string[]>['Show'] = ({ value, def }) => (
  <span>{value.length === 0 ? '无' : value.map((v) => labelOf(def, v)).join('、')}</span>
)

export const Filter = ChoiceFilter
