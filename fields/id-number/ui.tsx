import { Input as Box } from 'antd'
import { Filter as TextFilter } from '../text/ui.tsx'
import { aria, type FieldUi } from '../ui-kit.tsx'

export const Input: FieldUi<string>['Input'] = (p) => (
  <Box
    {...aria(p)}
    type="text"
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

export const Show: FieldUi<string>['Show'] = ({ value }) => <span className="code">{value}</span>

export const Filter = TextFilter
