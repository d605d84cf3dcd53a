import { Input as Box } from 'antd'
import { Filter as TextFilter } from '../text/ui.tsx'
import { aria, type FieldUi } from '../ui-kit.tsx'

export const Input: FieldUi<string>['Input'] = (p) => (
  <Box
    {...aria(p)}
    type="tel"
    autoComplete="off"
    spellCheck={false}
    className="code"
    value={p.value ?? ''}
    disabled={p.disabled}
    status={p.invalid ? 'error' : undefined}
    onBlur={p.onBlur}
    onChange={(e) => p.onChange(e.target.value === '' ? null : e.target.value)}
  />
)

/** A number that is masked for this reader cannot be dialled. */
export const Show: FieldUi<string>['Show'] = ({ value, brief }) =>
  brief || /[*＊]/.test(value) ? (
    <span className="code">{value}</span>
  ) : (
    <a className="code" href={`tel:${value.replace(/[^\d+]/g, '')}`}>
      {value}
    </a>
  )

export const Filter = TextFilter
