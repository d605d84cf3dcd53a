import { useQuery } from '@tanstack/react-query'
import { Modal } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { noteInput, quietFor, watchInput } from '../api/attention.ts'
import { get, post } from '../api/http.ts'
import { client } from '../api/queries.ts'
import { keepDrafts } from '../register/kept-drafts.ts'

const MINUTE_MS = 60_000
/** Somebody who types for long without a request tells the server this often that he is there. */
const TELL_MS = 60_000

/** Signs out a screen that is left alone; asks before, and keeps what was being typed. */
export function Idle() {
  const navigate = useNavigate()
  const { pathname, search } = useLocation()
  const rules = useQuery({
    queryKey: ['session'],
    queryFn: () => get<{ idleMinutes: number; warnMinutes: number }>('/api/session'),
    staleTime: 10 * MINUTE_MS,
  })
  const [left, setLeft] = useState<number>()
  const told = useRef(0)
  const idleMs = (rules.data?.idleMinutes ?? 0) * MINUTE_MS
  const warnMs = Math.min((rules.data?.warnMinutes ?? 0) * MINUTE_MS, idleMs / 2)

  useEffect(() => {
    // whoever has just signed in or opened the page is there
    noteInput()
    return watchInput()
  }, [])
  useEffect(() => {
    if (!idleMs) return
    const end = async () => {
      keepDrafts()
      await post('/api/auth/sign-out', {}, { anonymous: true }).catch(() => undefined)
      client.clear()
      void navigate(`/sign-in?to=${encodeURIComponent(pathname + search)}&ended=1`, { replace: true })
    }
    const look = () => {
      const quiet = quietFor()
      const rest = idleMs - quiet
      setLeft(rest <= warnMs ? Math.max(0, Math.ceil(rest / 1000)) : undefined)
      if (rest <= 0) {
        clearInterval(timer)
        void end()
      } else if (quiet < TELL_MS && performance.now() - told.current > TELL_MS) {
        told.current = performance.now()
        void get('/api/session').catch(() => undefined)
      }
    }
    const timer = setInterval(look, 1000)
    return () => clearInterval(timer)
  }, [idleMs, warnMs, navigate, pathname, search])

  const stay = () => {
    noteInput()
    setLeft(undefined)
    void get('/api/session').catch(() => undefined)
  }
  if (left === undefined) return null
  return (
    <Modal
      open
      title="还在吗？"
      okText="继续使用"
      onOk={stay}
      onCancel={stay}
      cancelButtonProps={{ style: { display: 'none' } }}
      mask={{ closable: false }}
    >
      <p>
        已有一段时间没有操作，<b>{left}</b> 秒后自动退出登录。没保存的内容会留着，重新登录后接着填。
      </p>
    </Modal>
  )
}
