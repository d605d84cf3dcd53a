import { useEffect, useRef, useState } from 'react'
import { Icon } from '../parts/icon.tsx'
import { usePhone } from '../parts/use-phone.ts'

/** Searches a moment after the last key, and not while a Chinese word is still being composed. Esc empties it. */
export function SearchBox({
  value,
  onChange,
  what,
}: {
  value: string
  onChange: (q: string) => void
  what: string
}) {
  const phone = usePhone()
  const [text, setText] = useState(value)
  const sent = useRef(value)
  const composing = useRef(false)
  const [composed, setComposed] = useState(0)
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value
      setText(value)
    }
  }, [value])
  const send = useRef(onChange)
  send.current = onChange
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end of a composition sends what is there
  useEffect(() => {
    if (composing.current || text.trim() === sent.current) return
    const t = setTimeout(() => {
      sent.current = text.trim()
      send.current(sent.current)
    }, 250)
    return () => clearTimeout(t)
  }, [text, composed])
  return (
    <label className="search">
      <Icon name="search" />
      <span className="visually-hidden">搜索{what}</span>
      <input
        data-search
        type="search"
        value={text}
        placeholder={phone ? `搜索${what}` : `搜索${what}（按 / 键）`}
        onCompositionStart={() => {
          composing.current = true
        }}
        onCompositionEnd={(e) => {
          composing.current = false
          setText(e.currentTarget.value)
          setComposed((n) => n + 1)
        }}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape') setText('')
          if (e.key === 'ArrowDown') {
            e.preventDefault()
            document.querySelector<HTMLElement>('[data-row-link]')?.focus()
          }
        }}
      />
    </label>
  )
}
