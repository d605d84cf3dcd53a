import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { get, post } from '../../api/http.ts'
import { client } from '../../api/queries.ts'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { Empty, Say, Wait } from '../../parts/say.tsx'
import { timeText } from '../../parts/time.ts'
import { settled } from './api.ts'

interface Waiting {
  id: string
  madeAt: string
  organisation: string
  enterprise: string
  areaName: string
  name: string
  phone: string
  username: string | null
  bySlip: boolean
  accounts: { id: string; name: string; username: string }[]
}
interface Given {
  slips: { name: string; code: string }[]
  expiresOn: string
}
type Doing = { what: 'confirm' | 'refuse'; of: Waiting }

const words = (list: Waiting['accounts']) => list.map((a) => `${a.name}（${a.username}）`).join('、')

/**
 * People who ask for the account of an enterprise; nothing on the page while nobody does.
 * @param alone there is nothing else to look at: reading, failing and having none are said
 */
export function Claims({ alone }: { alone?: boolean }) {
  const q = useQuery({
    queryKey: ['claims'],
    queryFn: () => get<{ waiting: Waiting[] }>('/api/claims'),
  })
  const [doing, setDoing] = useState<Doing>()
  const [given, setGiven] = useState<Given>()
  const waiting = q.data?.waiting ?? []
  const done = () => {
    void client.invalidateQueries({ queryKey: ['claims'] })
    settled()
    setDoing(undefined)
  }
  const code = given?.slips[0]
  return (
    <>
      {alone && !code && waiting.length === 0 ? (
        <Wait for={q} what="认领申请" lines={3}>
          {() => <Empty title="都已确认">没有等待确认的认领。</Empty>}
        </Wait>
      ) : null}
      {code ? (
        <div className="people-given">
          <Say act={<Button onClick={() => setGiven(undefined)}>我已记下</Button>}>
            <b>“{code.name}”的认领码只显示这一次，请现在告诉核实过的本人：</b>
            <p className="code">{code.code}</p>
            <small>
              有效期至 {given?.expiresOn}。本人打开本系统的 /claim
              页，用信用代码和认领码建立账号，原来的账号随即停用。
            </small>
          </Say>
        </div>
      ) : null}
      {waiting.length ? (
        <section className="claims" aria-label="认领待确认">
          <h2>认领待确认（{waiting.length}）</h2>
          <ul>
            {waiting.map((w) => (
              <li key={w.id}>
                <div className="wrap">
                  <Link to={`/records/enterprise/${w.organisation}`}>{w.enterprise}</Link>{' '}
                  <small>{w.areaName}</small>
                  <div>
                    {w.name}，{w.phone}
                    {w.username ? (
                      <>
                        ，用户名 <span className="code">{w.username}</span>
                      </>
                    ) : null}
                  </div>
                  <small>
                    {timeText(w.madeAt)} · {w.bySlip ? '持认领单' : '没有认领单'} ·{' '}
                    {w.accounts.length ? `现有账号：${words(w.accounts)}` : '现在没有账号'}
                  </small>
                </div>
                <div className="claims-acts">
                  <Button size="small" type="primary" onClick={() => setDoing({ what: 'confirm', of: w })}>
                    确认
                  </Button>{' '}
                  <Button size="small" onClick={() => setDoing({ what: 'refuse', of: w })}>
                    退回
                  </Button>
                </div>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {doing?.what === 'confirm' ? (
        <FormDrawer
          title={`确认“${doing.of.enterprise}”的认领`}
          send="确认"
          lead={
            <p>
              请先打企业台账上的电话，核实“{doing.of.name}”是这家企业的安全管理人员；不要只打申请里留的电话。
              {doing.of.bySlip
                ? '确认后他的新账号立即可以登录。'
                : '确认后给出认领码，由您告诉他；他用认领码建立账号后生效。'}
            </p>
          }
          fields={{
            keepOld: {
              type: 'flag',
              label: '保留原来的账号',
              help: doing.of.accounts.length
                ? `不选则停用：${words(doing.of.accounts)}`
                : '现在没有账号，不用选',
            },
          }}
          onClose={() => setDoing(undefined)}
          onSend={async (v) => {
            const answer = await post<Given>(`/api/claims/${doing.of.id}/confirm`, { endOld: !v.keepOld })
            if (answer.slips.length) setGiven(answer)
            done()
          }}
        />
      ) : null}
      {doing?.what === 'refuse' ? (
        <FormDrawer
          title={`退回“${doing.of.enterprise}”的认领`}
          send="退回"
          fields={{ reason: { type: 'text', label: '理由', required: true, length: 200 } }}
          onClose={() => setDoing(undefined)}
          onSend={async (v) => {
            await post(`/api/claims/${doing.of.id}/refuse`, v)
            done()
          }}
        />
      ) : null}
    </>
  )
}
