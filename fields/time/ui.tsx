import { Filter as DateFilter } from '../date/ui.tsx'
import { type FieldUi, None } from '../ui-kit.tsx'

const shanghai = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'short',
  hour12: false,
})

/** `2026-05-31T08:00` in the box is Shanghai time, whatever the device is set to. */
const toBox = (iso: string) => new Date(Date.parse(iso) + 8 * 3_600_000).toISOString().slice(0, 16)

export const Input: FieldUi<string>['Input'] = (p) => (
  <input
    type="datetime-local"
    className="native-input"
    id={p.id}
    aria-describedby={p.describedBy}
    aria-invalid={p.invalid || undefined}
    disabled={p.disabled}
    value={p.value ? toBox(p.value) : ''}
    onBlur={p.onBlur}
    onChange={(e) => p.onChange(e.target.value ? new Date(`${e.target.value}:00+08:00`).toISOString() : null)}
  />
)

export const Show: FieldUi<string>['Show'] = ({ value }) =>
  value ? (
    <time dateTime={value} className="num">
      {shanghai.format(new Date(value))}
    </time>
  ) : (
    <None />
  )

export const Filter = DateFilter
