import { useEffect } from 'react'
import { useBlocker } from 'react-router'

/** Asks before unsaved work is left: by a link, the back button, or closing the window. */
export function Guard({ when }: { when: boolean }) {
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
      <h2 id="guard-title">有修改还没有保存</h2>
      <p className="soft">离开后，这一页填写的内容会丢失。</p>
      <div className="row guard-acts">
        <button type="button" className="button primary" onClick={() => blocker.reset()}>
          留在本页
        </button>
        <button type="button" className="button" onClick={() => blocker.proceed()}>
          不保存，离开
        </button>
      </div>
    </dialog>
  )
}
