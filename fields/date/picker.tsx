import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn.js'
import { useRef } from 'react'
import { aria, type InputProps } from '../ui-kit.tsx'
import { typedDate } from './typed.ts'

dayjs.locale('zh-cn')

/**
 * Only what is whole is taken while it is typed: with fewer digits allowed, 2026-11-2 on the way to 2026-11-28 would
 * become the second of November.
 */
const formats = ['YYYY-MM-DD', 'YYYYMMDD', 'YYYY年M月D日']

/** The calendar, typed or clicked; 长期 is written 9999-12-31. */
export default function Picker(p: InputProps<string>) {
  const whole = p.value ? typedDate(p.value) : undefined
  // what is typed counts until a day is chosen: at that moment the box still shows the text of before
  const typed = useRef(false)
  // what is no date stays in the box and becomes the value, so that the form says it and does not send without it
  const take = (box: EventTarget) => {
    if (!typed.current || !(box instanceof HTMLInputElement)) return
    typed.current = false
    const text = box.value.trim()
    const date = typedDate(text) ?? text
    if (date !== (p.value ?? '')) p.onChange(date || null)
  }
  return (
    <div
      className="as-if-not-there"
      onInputCapture={() => {
        typed.current = true
      }}
    >
      <DatePicker
        {...aria(p)}
        className="wide"
        format={formats}
        placeholder="如 2026-05-31"
        value={whole ? dayjs(whole) : null}
        preserveInvalidOnBlur
        disabled={p.disabled}
        status={p.invalid ? 'error' : undefined}
        onBlur={(e) => {
          take(e.target)
          p.onBlur?.()
        }}
        // Enter takes the date that was typed; it must not send a form that is still being filled
        onKeyDown={(e) => {
          if (e.key !== 'Enter') return
          e.preventDefault()
          take(e.target)
        }}
        onChange={(d) => {
          typed.current = false
          p.onChange(d ? d.format('YYYY-MM-DD') : null)
        }}
      />
    </div>
  )
}
