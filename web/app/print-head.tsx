import { useEffect, useState } from 'react'
import { systemClock } from '../../engine/core/clock.ts'
import { useMe } from '../api/queries.ts'
import { timeText } from '../parts/time.ts'

/** The head of a printed page: whose system, who printed, when. Not on the screen. */
export function PrintHead() {
  const me = useMe()
  const [at, setAt] = useState(() => systemClock.now().toISOString())
  useEffect(() => {
    const note = () => setAt(systemClock.now().toISOString())
    addEventListener('beforeprint', note)
    return () => removeEventListener('beforeprint', note)
  }, [])
  return (
    <div className="print-head" aria-hidden="true">
      <span>{me.home.name} · 治本</span>
      <span>
        打印：{me.name} {timeText(at)}
      </span>
    </div>
  )
}
