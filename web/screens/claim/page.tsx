import { Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { post, sentence } from '../../api/http.ts'
import { client } from '../../api/queries.ts'
import { NewPassword } from '../../parts/new-password.tsx'
import '../sign-in/sign-in.css'

interface Checked {
  enterprise: string
  area: string
  state: 'open' | 'waiting' | 'done' | 'refused' | 'void'
  reason: string | null
  hasAccount: boolean
  passwordRules: string
}
type Step = 'codes' | 'person' | 'ask' | 'waiting' | 'asked'

/** Codes of the link in a slip's QR code; behind `#`, so that no server and no log sees them. */
const fromLink = () => {
  const given = new URLSearchParams(location.hash.slice(1))
  return { creditCode: given.get('c') ?? '', code: given.get('s') ?? '' }
}

/** An enterprise comes to its account with the slip its town printed. Made for the phone that read the QR code. */
export default function ClaimPage() {
  const navigate = useNavigate()
  const [step, setStep] = useState<Step>('codes')
  const [v, setV] = useState({ ...fromLink(), name: '', phone: '', username: '', password: '', again: '' })
  const [firm, setFirm] = useState<Checked>()
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    document.title = '认领企业账号 · 治本'
  }, [])

  const attempt = async (f: () => Promise<void>) => {
    setBusy(true)
    setProblem('')
    try {
      await f()
    } catch (e) {
      setProblem(sentence(e))
    }
    setBusy(false)
  }
  const send = <T,>(path: string, body: object) => post<T>(path, body, { anonymous: true })
  const { creditCode, code, name, phone, password } = v
  const username = v.username.trim()

  const check = () =>
    attempt(async () => {
      const found = await send<Checked>('/api/claim/check', { creditCode, code })
      setFirm(found)
      if (found.state === 'open') return setStep('person')
      if (found.state === 'waiting') return setStep('waiting')
      setProblem(
        found.state === 'refused'
          ? `乡镇退回了这次认领：${found.reason ?? ''}。请联系乡镇重新开认领单。`
          : found.state === 'void'
            ? '这张认领单已经用过，但企业现在没有可用的账号。请联系乡镇重新开认领单。'
            : '这张认领单已经用过，请直接登录；忘了密码的，请联系乡镇重设。',
      )
    })
  const claim = () => {
    if (password !== v.again) return setProblem('两次输入的密码不一致，请重新输入。')
    void attempt(async () => {
      const { state } = await send<{ state: string }>('/api/claim', {
        ...{ creditCode, code, name, phone, username, password },
      })
      history.replaceState(history.state, '', location.pathname)
      if (state === 'waiting') return setStep('waiting')
      await send('/api/auth/sign-in/username', { username, password })
      client.clear()
      void navigate('/', { replace: true })
    })
  }
  const ask = () =>
    attempt(async () => {
      await send('/api/claim/request', { creditCode, name, phone })
      setStep('asked')
    })

  const box = (
    id: keyof typeof v,
    label: string,
    more: { complete?: string; mode?: 'tel' | 'text' } = {},
  ) => {
    const common = {
      id,
      value: v[id],
      autoComplete: more.complete ?? 'off',
      autoCapitalize: 'none',
      spellCheck: false,
      onChange: (e: React.ChangeEvent<HTMLInputElement>) => setV({ ...v, [id]: e.target.value }),
    }
    return (
      <>
        <label htmlFor={id}>{label}</label>
        <Input {...common} inputMode={more.mode ?? 'text'} />
      </>
    )
  }
  const form = (go: () => unknown, button: string, ready: boolean, fields: React.ReactNode) => (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        void go()
      }}
    >
      {fields}
      <div aria-live="assertive">{problem && <span className="complaint">{problem}</span>}</div>
      <Button type="primary" htmlType="submit" loading={busy} disabled={!ready} block>
        {button}
      </Button>
    </form>
  )
  const other = (to: Step, words: string) => (
    <p>
      <button
        type="button"
        className="link"
        onClick={() => {
          setProblem('')
          setStep(to)
        }}
      >
        {words}
      </button>
    </p>
  )

  return (
    <main className="sign-in">
      <div className="door">
        <h1>认领企业账号</h1>
        {step === 'codes' && (
          <>
            <p className="soft">照乡镇发的认领单填写；扫认领单上的二维码，会自动填好。</p>
            {form(
              check,
              '下一步',
              Boolean(creditCode.trim() && code.trim()),
              <>
                {box('creditCode', '统一社会信用代码')}
                {box('code', '认领码')}
              </>,
            )}
            {other('ask', '没有认领单？向乡镇申请')}
          </>
        )}
        {step === 'person' && firm && (
          <>
            <p>
              <b>{firm.enterprise}</b>（{firm.area}）
            </p>
            <p className="soft">
              {firm.hasAccount
                ? '本企业已有账号。填好后等乡镇确认，确认后新账号启用，原来的账号停用。'
                : '请由本企业的安全管理人员填写，用户名和密码以后登录用。'}
            </p>
            {form(
              claim,
              firm.hasAccount ? '提交，等乡镇确认' : '建立账号并登录',
              Boolean(name.trim() && phone.trim() && username && password && v.again),
              <>
                {box('name', '姓名', { complete: 'name' })}
                {box('phone', '手机', { complete: 'tel', mode: 'tel' })}
                {box('username', '用户名（登录用，如姓名拼音加数字）', { complete: 'username' })}
                <NewPassword
                  label="密码"
                  rules={firm.passwordRules}
                  value={password}
                  again={v.again}
                  onValue={(x) => setV({ ...v, password: x })}
                  onAgain={(x) => setV({ ...v, again: x })}
                />
              </>,
            )}
          </>
        )}
        {step === 'ask' && (
          <>
            <p className="soft">填好后，乡镇会按企业台账上的电话核实，然后把认领码告诉您。</p>
            {form(
              ask,
              '提交申请',
              Boolean(creditCode.trim() && name.trim() && phone.trim()),
              <>
                {box('creditCode', '统一社会信用代码')}
                {box('name', '姓名', { complete: 'name' })}
                {box('phone', '手机', { complete: 'tel', mode: 'tel' })}
              </>,
            )}
            {other('codes', '有认领单')}
          </>
        )}
        {step === 'waiting' && (
          <p role="status">
            已提交，等乡镇确认。确认后用刚才设的用户名和密码登录；再打开认领单上的链接可以看到办到哪一步。
          </p>
        )}
        {step === 'asked' && (
          <p role="status">
            已收到。信用代码属于本县企业的，乡镇核实后会与企业联系，给出认领码；着急的请直接打乡镇应急管理中心的电话。
          </p>
        )}
        <p>
          <Link to="/sign-in">已有账号，去登录</Link>
        </p>
      </div>
    </main>
  )
}
