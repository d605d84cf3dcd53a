import { type ComponentType, useEffect, useState } from 'react'

/*
 * Parts of the program come when they are first needed, which a lost network or a new version can prevent. That is no
 * crash: the place where the part belongs says so, asks again when the network is back, and what stands beside it
 * (a form half filled) is left alone.
 */

type Load<P> = () => Promise<{ default: ComponentType<P> }>

const isOffline = (): boolean => globalThis.navigator?.onLine === false

/** Whether a part of the program could not be fetched, in the words of Chromium, Firefox, Safari and the preloader. */
export const isNotFetched = (e: unknown): boolean =>
  isOffline() ||
  (e instanceof Error &&
    /dynamically imported module|Importing a module script|Unable to preload CSS/i.test(e.message))

/** The part; where it could not be fetched, what says so in its place and goes on trying. Other errors are thrown. */
export const loadOrRetry = <P extends object>(load: Load<P>): Promise<{ default: ComponentType<P> }> =>
  load().catch((e: unknown) => {
    if (!isNotFetched(e)) throw e
    return { default: retrying(load) }
  })

function retrying<P extends object>(load: Load<P>): ComponentType<P> {
  // kept outside the component: once it is there, it is there for every place that shows it
  let Part: ComponentType<P> | undefined
  return function Retrying(props: P) {
    const [failure, setFailure] = useState<unknown>()
    const [state, setState] = useState<'lost' | 'trying' | 'there'>(Part ? 'there' : 'lost')
    useEffect(() => {
      if (state !== 'trying') return
      let gone = false
      load().then(
        (m) => {
          Part = m.default
          if (!gone) setState('there')
        },
        (e: unknown) => {
          if (gone) return
          if (isNotFetched(e)) setState('lost')
          else setFailure(e)
        },
      )
      return () => {
        gone = true
      }
    }, [state])
    useEffect(() => {
      const again = () => setState((s) => (s === 'lost' ? 'trying' : s))
      addEventListener('online', again)
      return () => removeEventListener('online', again)
    }, [])
    if (failure !== undefined) throw failure
    if (state === 'there' && Part) return <Part {...props} />
    return <Lost trying={state === 'trying'} onRetry={() => setState('trying')} />
  }
}

function Lost({ trying, onRetry }: { trying: boolean; onRetry: () => void }) {
  const offline = isOffline()
  return (
    <div className="page narrow" role="alert">
      <div className="empty">
        <b>
          {offline
            ? '网络已断开，这一部分还没有下载到本机。'
            : '系统刚刚更新，或网络不稳，这一部分没能打开。'}
        </b>
        <p>
          {offline ? '网络恢复后自动打开。已填写的内容不会丢失。' : '请重试；仍打不开的，请重新打开本页。'}
        </p>
        <div className="row">
          <button type="button" className="link" disabled={trying} onClick={onRetry}>
            {trying ? '正在重试…' : '重试'}
          </button>
          {offline ? null : (
            <button type="button" className="link" onClick={() => location.reload()}>
              重新打开
            </button>
          )}
        </div>
      </div>
    </div>
  )
}
