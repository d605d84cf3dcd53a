import { lazy, Suspense } from 'react'
import { type FieldUi, type InputProps, None } from '../ui-kit.tsx'

// The calendar is heavy: it comes when a date is first typed.
const Picker = lazy(() => import('./picker.tsx'))

const plain = (
  p: Pick<InputProps<string>, 'id' | 'value' | 'onChange' | 'disabled' | 'onBlur' | 'describedBy'>,
) => (
  <input
    type="date"
    className="native-input"
    id={p.id}
    aria-describedby={p.describedBy}
    value={p.value ?? ''}
    disabled={p.disabled}
    min="1900-01-01"
    max="9999-12-31"
    onBlur={p.onBlur}
    onChange={(e) => p.onChange(e.target.value || null)}
  />
)

/** Phones have a better calendar of their own. */
const coarse = () => matchMedia('(pointer: coarse)').matches

export const Input: FieldUi<string>['Input'] = (p) =>
  coarse() ? (
    plain(p)
  ) : (
    <Suspense fallback={<input className="native-input" id={p.id} readOnly value={p.value ?? ''} />}>
      <Picker {...p} />
    </Suspense>
  )

export const Show: FieldUi<string>['Show'] = ({ value }) =>
  value ? <span className="num">{value === '9999-12-31' ? '长期' : value}</span> : <None />

export const Filter: FieldUi['Filter'] = ({ id, value, onChange }) => (
  <input
    type="date"
    id={id}
    className="native-input small"
    value={typeof value === 'string' ? value : ''}
    onChange={(e) => onChange(e.target.value)}
  />
)
