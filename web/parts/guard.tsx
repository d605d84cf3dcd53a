import { useEffect } from 'react'
import { useBlocker } from 'react-router'

/** Asks before unsaved work, or what is shown only once, is left: by a link, the back button, or closing the window. */
export function Guard({
  when,
  title = '有修改还没有保存',
  note = '离开后，这一页填写的内容会丢失。',
  leave = '不保存，离开',
}: {
  when: boolean
  title?: string
  note?: string
  leave?: string
}) {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => when && currentLocation.pathname !== nextLocation.pathname,
  )
  useEffect(() => {
    if (!when) return
    const ask = (e: BeforeUnloadEvent) => e.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [when])
  if (blocker.state !== 'blocked') return null
  return (
    <dialog
      className="sheet"
      ref={(d) => {
        if (d && !d.open) d.showModal()
      }}
      onCancel={() => blocker.reset()}
      aria-labelledby="guard-title"
    >
      <h2 id="guard-title">{title}</h2>
      <p className="soft">{note}</p>
      <div className="row guard-acts">
        <button type="button" className="button primary" onClick={() => blocker.reset()}>
          留在本页
        </button>
        <button type="button" className="button" onClick={() => blocker.proceed()}>
          {leave}
        </button>
      </div>
    </dialog>
  )
}
