import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Navigate, Outlet, ScrollRestoration, useLocation, useNavigation } from 'react-router'
import { isApiError } from '../api/http.ts'
import { definitionsQuery, meQuery } from '../api/queries.ts'
import { Failed } from '../parts/say.tsx'
import { dropOthers } from '../register/kept-drafts.ts'
import { FieldServicesBridge } from './field-services.tsx'
import { Idle } from './idle.tsx'
import { useKeys } from './keys.tsx'
import { BottomNav, SideNav } from './nav.tsx'
import { PrintHead } from './print-head.tsx'
import { Watermark } from './watermark.tsx'

/** The signed-in frame: navigation at the left, at the bottom on phones; waits for who and what. */
export function Shell() {
  const me = useQuery(meQuery)
  const definitions = useQuery({ ...definitionsQuery, enabled: me.isSuccess && !me.data.mustChangePassword })
  const { pathname, search } = useLocation()
  const main = useRef<HTMLElement>(null)
  const going = useNavigation().state === 'loading'
  const help = useKeys()

  // A new page starts at its top for screen readers as well.
  const first = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is the trigger
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true })
    first.current = false
  }, [pathname])

  const person = me.data?.id
  useEffect(() => {
    if (person) dropOthers(person)
  }, [person])

  const error = me.error ?? definitions.error
  if (isApiError(error) && error.status === 401)
    return <Navigate to={`/sign-in?to=${encodeURIComponent(pathname + search)}`} replace />
  if (error && !(me.data && definitions.data))
    return (
      <div className="page narrow">
        <Failed
          error={error}
          title="打不开系统"
          retry={() => void (me.error ? me.refetch() : definitions.refetch())}
        />
      </div>
    )
  if (me.data?.mustChangePassword) return <Navigate to="/password" replace />
  if (!me.data || !definitions.data) return <p className="boot">正在打开…</p>
  return (
    <FieldServicesBridge>
      <a className="skip" href="#main">
        跳到正文
      </a>
      <div className="shell">
        <SideNav />
        <main className="main" id="main" ref={main} tabIndex={-1} aria-busy={going}>
          {me.data.demo && <div className="demo-strip">演示数据，非真实企业</div>}
          <PrintHead />
          <Outlet />
        </main>
        <BottomNav />
      </div>
      {help}
      <Watermark />
      <Idle />
      <ScrollRestoration />
    </FieldServicesBridge>
  )
}
