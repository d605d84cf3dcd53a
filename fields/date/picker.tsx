import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn.js'
import { aria, type InputProps } from '../ui-kit.tsx'

dayjs.locale('zh-cn')

const formats = ['YYYY-MM-DD', 'YYYYMMDD', 'YYYY.M.D', 'YYYY/M/D', 'YYYY年M月D日', 'YYYY-M-D']

/** The calendar, typed or clicked; 长期 is written 9999-12-31. */
export default function Picker(p: InputProps<string>) {
  return (
    <DatePicker
      {...aria(p)}
      className="wide"
      format={formats}
      placeholder="如 2026-05-31"
      value={p.value ? dayjs(p.value) : null}
      disabled={p.disabled}
      status={p.invalid ? 'error' : undefined}
      onBlur={p.onBlur}
      // Enter takes the date that was typed; it must not send a form that is still being filled
      onKeyDown={(e) => {
        if (e.key === 'Enter') e.preventDefault()
      }}
      onChange={(d) => p.onChange(d ? d.format('YYYY-MM-DD') : null)}
    />
  )
}
