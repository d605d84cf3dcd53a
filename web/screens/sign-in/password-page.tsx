import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { get, isApiError, post, sentence } from '../../api/http.ts'
import { client } from '../../api/queries.ts'
import { NewPassword } from '../../parts/new-password.tsx'
import './sign-in.css'

/** One's own password; also where a first sign-in with a one-time password is sent. */
export default function PasswordPage() {
  const navigate = useNavigate()
  const [now, setNow] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    document.title = '修改密码 · 治本'
  }, [])
  const rules = useQuery({
    queryKey: ['password-rules'],
    queryFn: () => get<{ text: string }>('/api/auth/password-rules'),
  })
  const change = async () => {
    if (next !== again) return setProblem('两次输入的新密码不一致，请重新输入。')
    setBusy(true)
    setProblem('')
    try {
      await post(
        '/api/auth/change-password',
        { currentPassword: now, newPassword: next },
        { anonymous: true },
      )
      client.clear()
      void navigate('/', { replace: true })
    } catch (e) {
      setProblem([sentence(e), ...(isApiError(e) ? e.complaints.map((c) => c.message) : [])].join(' '))
      setBusy(false)
    }
  }
  return (
    <main className="sign-in">
      <div className="door">
        <h1>修改密码</h1>
        <p className="soft">首次登录或密码被重设后，须先改成自己的密码。其他设备上的登录会随之失效。</p>
        <form
          onSubmit={(e) => {
            e.preventDefault()
            void change()
          }}
        >
          <label htmlFor="now">现在的密码（或一次性密码）</label>
          <Input.Password
            id="now"
            autoComplete="current-password"
            value={now}
            onChange={(e) => setNow(e.target.value)}
          />
          <NewPassword
            label="新密码"
            rules={rules.data?.text}
            value={next}
            again={again}
            onValue={setNext}
            onAgain={setAgain}
          />
          <div aria-live="assertive">{problem && <span className="complaint">{problem}</span>}</div>
          <Button type="primary" htmlType="submit" loading={busy} disabled={!now || !next || !again} block>
            修改
          </Button>
        </form>
      </div>
    </main>
  )
}
