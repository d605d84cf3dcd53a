import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { get, isApiError, post, sentence } from '../../api/http.ts'
import { at } from '../../api/place.ts'
import { client } from '../../api/queries.ts'
import type { DemoSignIn } from '../../api/types.ts'
import './sign-in.css'

/** What the sign-in library says, in words that tell the user what to do. */
const spoken: Record<string, string> = {
  INVALID_USERNAME_OR_PASSWORD: '用户名或密码不对。请检查大小写和输入法后再试。',
  INVALID_EMAIL_OR_PASSWORD: '用户名或密码不对。请检查大小写和输入法后再试。',
  USERNAME_TOO_SHORT: '用户名太短，请检查。',
  INVALID_USERNAME: '用户名只能是字母、数字、点和下划线，请检查。',
  BANNED_USER: '这个账号已停用，请联系县级管理员。',
}

const said = (e: unknown): string => {
  if (!isApiError(e)) return sentence(e)
  if (/[\u4e00-\u9fff]/.test(String(e.details.detail ?? e.details.message ?? ''))) return e.message
  if (e.status === 429) return '输错次数太多，请过一会儿再试，或联系管理员重设密码。'
  return spoken[e.code] ?? (e.status === 401 ? spoken.INVALID_USERNAME_OR_PASSWORD! : e.message)
}

/** Only ways inside this site: a link must not send a user elsewhere after signing in. */
const inside = (to: string | null): string => (to?.startsWith('/') && !to.startsWith('//') ? to : '/')

/** Longest wait, in seconds, that nobody needs to be told of. */
const SHORT_WAIT = 3

/** Somebody else is just signing in to the same account: a moment later it is asked once more. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (e) {
    const wait =
      isApiError(e) && e.code === 'too-many' ? Number(e.details.retryAfter) : Number.POSITIVE_INFINITY
    if (!(wait <= SHORT_WAIT)) throw e
    await new Promise((done) => setTimeout(done, wait * 1000))
    return ask()
  }
}

export default function SignInPage() {
  const [params] = useSearchParams()
  const navigate = useNavigate()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  const [second, setSecond] = useState(false)
  const [code, setCode] = useState('')
  const [wait, setWait] = useState(0)
  const demo = useQuery({
    queryKey: ['demo'],
    queryFn: () => get<{ demo: boolean; signIns?: DemoSignIn[] }>('/api/demo'),
    retry: false,
    staleTime: 60_000,
  })
  useEffect(() => {
    document.title = '登录 · 治本'
  }, [])

  useEffect(() => {
    if (wait <= 0) return
    const timer = setTimeout(() => setWait(wait - 1), 1000)
    return () => clearTimeout(timer)
  }, [wait])

  const arrive = (to: string) => {
    client.removeQueries({ predicate: (q) => q.queryKey[0] !== 'demo' })
    void navigate(to, { replace: true })
  }
  const attempt = async (f: () => Promise<void>) => {
    setBusy(true)
    setProblem('')
    try {
      await f()
    } catch (e) {
      setProblem(said(e))
      if (isApiError(e)) setWait(Number(e.details.retryAfter ?? 0))
    }
    setBusy(false)
  }
  const enter = (name: string, word: string) => {
    if (!name.trim() || !word) return setProblem('请填写用户名和密码。')
    void attempt(async () => {
      const answer = await patiently(() =>
        post<{ twoFactorRedirect?: boolean; mustChangePassword?: boolean }>(
          '/api/auth/sign-in/username',
          { username: name.trim(), password: word },
          { anonymous: true },
        ),
      )
      if (answer.twoFactorRedirect) return setSecond(true)
      arrive(answer.mustChangePassword ? '/password' : inside(params.get('to')))
    })
  }
  const verify = () =>
    void attempt(async () => {
      const digits = code.replace(/\s/g, '')
      const way = /^\d{6}$/.test(digits) ? 'verify-totp' : 'verify-backup-code'
      await post(`/api/auth/two-factor/${way}`, { code: digits }, { anonymous: true })
      arrive(inside(params.get('to')))
    })

  return (
    <main className="sign-in">
      <div className="door">
        <h1>治本</h1>
        <p className="soft">县级工贸与非煤矿山安全生产监管</p>
        {params.get('ended') && !problem && (
          <p role="status">登录已过期，请重新登录，然后会回到刚才的页面。</p>
        )}
        <form
          onSubmit={(e) => {
            e.preventDefault()
            if (wait > 0) return
            if (second) verify()
            else enter(username, password)
          }}
        >
          {second ? (
            <>
              <label htmlFor="code">动态口令（手机验证器上的 6 位数字，或备用码）</label>
              <Input
                id="code"
                autoFocus
                inputMode="numeric"
                autoComplete="one-time-code"
                value={code}
                onChange={(e) => setCode(e.target.value)}
              />
            </>
          ) : (
            <>
              <label htmlFor="username">用户名</label>
              <Input
                id="username"
                autoFocus
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                value={username}
                onChange={(e) => {
                  setUsername(e.target.value)
                  setWait(0)
                }}
              />
              <label htmlFor="password">密码</label>
              <Input.Password
                id="password"
                autoComplete="current-password"
                value={password}
                onChange={(e) => setPassword(e.target.value)}
              />
            </>
          )}
          <div aria-live="assertive">{problem && <span className="complaint">{problem}</span>}</div>
          <Button type="primary" htmlType="submit" loading={busy} disabled={wait > 0} block>
            {wait > 0 ? `${wait} 秒后可以再试` : second ? '验证' : '登录'}
          </Button>
        </form>
        <p>
          <Link to="/claim">企业首次使用：认领账号</Link>
        </p>
        {!isSecureContext && <Insecure />}
      </div>
      {demo.data?.demo && (
        <section className="demo" aria-label="演示账号">
          <p className="demo-banner">演示数据，非真实企业</p>
          <p className="soft">点一个身份即可进入：</p>
          <SignIns list={demo.data.signIns ?? []} busy={busy || wait > 0} onEnter={enter} />
        </section>
      )}
    </main>
  )
}

/** Plain http: what does not work, and the way to https where this county has one. */
function Insecure() {
  // with a county root of its own the server hands the certificate out under /install
  const install = useQuery({
    queryKey: ['demo', 'install'],
    queryFn: async () => {
      const answer = await fetch('/install/zhiben-ca.crt', { method: 'HEAD' })
      return answer.ok && (answer.headers.get('content-type') ?? '').includes('x509')
    },
    retry: false,
    staleTime: 600_000,
  })
  return (
    <p className="note">
      当前网址不是安全连接（https）：可以使用，但浏览器不给定位，照片只能作为“自报”。
      {install.data ? (
        <>
          手机请先<a href={at('/install')}>安装证书</a>，再用 https 网址打开。
        </>
      ) : (
        '请管理员运行 init --tls，然后改用 https 网址。'
      )}
    </p>
  )
}

/** Each role first; the other towns are there when they are wanted. */
function SignIns({
  list,
  busy,
  onEnter,
}: {
  list: DemoSignIn[]
  busy: boolean
  onEnter: (username: string, password: string) => void
}) {
  const towns = list.filter((s) => s.role === 'town-officer')
  const rest = towns.slice(1)
  const entry = (s: DemoSignIn) => (
    <li key={s.username}>
      <button type="button" disabled={busy} onClick={() => onEnter(s.username, s.password)}>
        <b>{s.label}</b>
        <span>{s.name}</span>
        <span className="code">
          {s.username} / {s.password}
        </span>
      </button>
    </li>
  )
  return (
    <>
      <ul>{list.filter((s) => !rest.includes(s)).map(entry)}</ul>
      {rest.length > 0 && (
        <details>
          <summary>其他 {rest.length} 个乡镇</summary>
          <ul>{rest.map(entry)}</ul>
        </details>
      )}
    </>
  )
}
