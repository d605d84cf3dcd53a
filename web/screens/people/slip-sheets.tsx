import { App, Button, Input } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { renderSVG } from 'uqr'
import { prefix } from '../../api/place.ts'
import { Guard } from '../../parts/guard.tsx'
import { Head } from '../../parts/page.tsx'
import { Say } from '../../parts/say.tsx'
import './slips.css'

/** Slips as they are given: their codes are in this answer and nowhere else. */
export interface Printed {
  slips: { organisation: string; name: string; creditCode: string; area: string; code: string }[]
  expiresOn: string
  withoutCode: number
}

/** What is wrong with an address to print; undefined when phones elsewhere may reach it. */
function wrongAddress(text: string): string | undefined {
  const { hostname = '', protocol = '' } = URL.canParse(text) ? new URL(text) : {}
  if (!hostname || !/^https?:$/.test(protocol))
    return '网址不完整：应以 http:// 或 https:// 开头，例如 https://zhiben.example.cn。'
  if (/^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0)$/.test(hostname))
    return `“${hostname}”只有这台电脑自己能打开，企业的手机打不开。请改成企业能访问的网址（服务器的域名或局域网地址），再打印。`
  return undefined
}

/** The sheets to print; codes are nowhere else once this is closed, so leaving unprinted ones asks first. */
export function Sheets({ of, onClose }: { of: Printed; onClose: () => void }) {
  const { modal } = App.useApp()
  const [origin, setOrigin] = useState(`${location.origin}${prefix}`)
  const [done, setDone] = useState(false)
  const base = origin.trim().replace(/\/+$/, '')
  const wrong = wrongAddress(base)
  // also when printed from the browser's own menu
  useEffect(() => {
    const printed = () => setDone(true)
    addEventListener('afterprint', printed)
    return () => removeEventListener('afterprint', printed)
  }, [])
  const close = () =>
    void modal.confirm({
      title: done ? '都印出来了吗？' : '还没有打印，确定关闭？',
      content: `关闭后这 ${of.slips.length} 个认领码再也看不到；没有印好的，只能重新开，这一批随即作废。`,
      okText: done ? '已印好，关闭' : '不打印，关闭',
      cancelText: '留在本页',
      onOk: onClose,
    })
  return (
    <div className="page slips-print">
      <div className="slips-tools">
        <Head
          title={`认领单 ${of.slips.length} 张`}
          note="认领码只显示这一次：请现在打印，离开本页就看不到了。"
          acts={
            <>
              <Button onClick={close}>{done ? '已打印，关闭' : '关闭'}</Button>{' '}
              <Button type="primary" disabled={wrong !== undefined} onClick={() => print()}>
                打印
              </Button>
            </>
          }
        />
        {of.withoutCode ? <Say>{of.withoutCode} 家没有信用代码，没有开；请先补台账。</Say> : null}
        <label htmlFor="origin">企业打开的网址（印在认领单上，企业的手机要能打开）</label>
        <Input
          id="origin"
          value={origin}
          onChange={(e) => setOrigin(e.target.value)}
          aria-invalid={wrong !== undefined}
          aria-describedby="origin-wrong"
        />
        <div id="origin-wrong" role="status">
          {wrong ? <span className="complaint">{wrong}</span> : null}
        </div>
        <Guard
          when
          title="认领单还在这一页"
          note={`离开后这 ${of.slips.length} 个认领码再也看不到${done ? '；没有印好的，只能重新开。' : '，还没有打印的只能重新开。'}`}
          leave={done ? '已印好，离开' : '不打印，离开'}
        />
      </div>
      <ul className="sheets">
        {of.slips.map((s) => (
          <Sheet key={s.organisation} s={s} base={base} expiresOn={of.expiresOn} />
        ))}
      </ul>
    </div>
  )
}

function Sheet({ s, base, expiresOn }: { s: Printed['slips'][number]; base: string; expiresOn: string }) {
  const link = `${base}/claim#c=${encodeURIComponent(s.creditCode)}&s=${encodeURIComponent(s.code)}`
  const image = useMemo(
    () => `data:image/svg+xml,${encodeURIComponent(renderSVG(link, { border: 1, ecc: 'M' }))}`,
    [link],
  )
  return (
    <li className="sheet-slip">
      <h2>{s.name}</h2>
      <p>{s.area} · 安全生产监管平台企业账号认领单</p>
      <div className="slip-body">
        <img src={image} alt={`认领${s.name}账号的二维码`} />
        <dl>
          <dt>网址</dt>
          <dd>{base}/claim</dd>
          <dt>信用代码</dt>
          <dd className="code">{s.creditCode}</dd>
          <dt>认领码</dt>
          <dd className="code slip-code">{s.code}</dd>
          <dt>有效期至</dt>
          <dd>{expiresOn}</dd>
        </dl>
      </div>
      <ol>
        <li>用手机扫二维码，或在浏览器打开网址，填信用代码和认领码。</li>
        <li>核对企业名称，填姓名、手机，自己定用户名和密码。</li>
        <li>建立后即可登录。只能用一次，请勿转给他人；丢失或过期请联系乡镇。</li>
      </ol>
    </li>
  )
}
