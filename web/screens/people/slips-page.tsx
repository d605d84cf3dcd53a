import { useQuery } from '@tanstack/react-query'
import { App, Button, Select } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import { get, post, sentence } from '../../api/http.ts'
import { client, useMe } from '../../api/queries.ts'
import { isAdmin } from '../../app/nav.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Wait } from '../../parts/say.tsx'
import { keepsAccounts } from './api.ts'
import { type Printed, Sheets } from './slip-sheets.tsx'
import './slips.css'

interface Firm {
  id: string
  name: string
  creditCode: string | null
  area: string
  areaName: string
  accounts: number
  slip: string | null
  expiresOn: string | null
}

const slipWords = (f: Firm) =>
  f.slip ? `已开，${f.expiresOn} 前有效` : f.accounts ? '' : f.creditCode ? '未开' : '没有信用代码，先补台账'

/** Every firm of a town, page by page. */
async function allFirms(area: string | undefined): Promise<{ firms: Firm[] }> {
  const firms: Firm[] = []
  for (;;) {
    const page = await get<{ firms: Firm[]; total: number }>('/api/claim-slips', {
      area,
      offset: firms.length,
    })
    firms.push(...page.firms)
    if (!page.firms.length || firms.length >= page.total) return { firms }
  }
}

/** Slips with which enterprises claim their accounts: one A4 sheet holds six. */
export default function SlipsPage() {
  const me = useMe()
  const { message, modal } = App.useApp()
  const { areas } = useFieldServices()
  const own = me.roles.flatMap((r) => {
    const { by, area } = r.ground
    return r.role === 'town-officer' && by === 'area' && area ? [area] : []
  })
  const towns = areas.filter(
    (a) => a.value.length === 9 && (isAdmin(me) || own.some((o) => o.startsWith(a.value))),
  )
  const [town, setTown] = useState<string | undefined>(isAdmin(me) ? undefined : own[0])
  const [printed, setPrinted] = useState<Printed>()
  const [busy, setBusy] = useState(false)
  const q = useQuery({
    queryKey: ['claim-slips', town],
    queryFn: () => allFirms(town),
    enabled: Boolean(town) && keepsAccounts(me),
  })
  if (!keepsAccounts(me))
    return (
      <div className="page">
        <Head title="企业认领单" />
        <Empty title="认领单由乡镇监管人员和县级管理员开">需要时请联系他们。</Empty>
      </div>
    )
  const issue = async (body: object) => {
    setBusy(true)
    try {
      const answer = await post<Printed>('/api/claim-slips', body)
      if (answer.slips.length) setPrinted(answer)
      else
        void message.info(
          answer.withoutCode
            ? `没有可开的：${answer.withoutCode} 家没有信用代码，请先补台账。`
            : '没有要开的：都有账号或认领单了。',
        )
      void client.invalidateQueries({ queryKey: ['claim-slips'] })
    } catch (e) {
      void message.error(sentence(e))
    }
    setBusy(false)
  }
  const one = (f: Firm) =>
    void modal.confirm({
      title: `给“${f.name}”开认领单？`,
      content: f.accounts
        ? `这家企业已有账号：持单认领的，等您确认后新账号才启用。${f.slip ? '原来没用的认领单随即作废。' : ''}`
        : f.slip
          ? '原来没用的认领单随即作废。'
          : '认领码只在开出时显示一次，请准备好打印。',
      okText: '开认领单',
      cancelText: '取消',
      onOk: () => issue({ organisations: [f.id] }),
    })
  const revoke = async (f: Firm) => {
    try {
      await post(`/api/claim-slips/${f.slip}/revoke`, {})
      void client.invalidateQueries({ queryKey: ['claim-slips'] })
    } catch (e) {
      void message.error(sentence(e))
    }
  }
  if (printed) return <Sheets of={printed} onClose={() => setPrinted(undefined)} />
  const firms = q.data?.firms ?? []
  const without = firms.filter((f) => !f.accounts && f.creditCode)
  const due = without.filter((f) => !f.slip).length
  const open = without.length - due
  const again = () =>
    void modal.confirm({
      title: `把本镇没有账号的 ${without.length} 家全部重新开一次？`,
      content: `已开出、还没用的 ${open} 张随即作废，发到企业手里的也不能再用，须把新打印的换给企业。已有账号的企业不受影响。`,
      okText: '全部重新开',
      cancelText: '取消',
      onOk: () => issue({ area: town, renew: true }),
    })
  return (
    <div className="page">
      <Head
        title="企业认领单"
        note="一家一张，交给企业的安全管理人员；他扫码后自己建立账号。认领码只在开出时显示一次。"
        acts={
          <>
            {open > 0 ? (
              <Button disabled={busy} onClick={again}>
                本镇全部重新开
              </Button>
            ) : null}
            <Button
              type="primary"
              loading={busy}
              disabled={!town || !due}
              onClick={() => void issue({ area: town })}
            >
              给没有认领单的 {due} 家开认领单
            </Button>
          </>
        }
      />
      <div className="bar">
        {towns.length > 1 ? (
          <Select
            aria-label="乡镇"
            className="slips-town"
            placeholder="选择乡镇"
            value={town}
            options={towns}
            onChange={setTown}
          />
        ) : null}
        <Link to="/people">回到账号</Link>
      </div>
      {town ? (
        <Wait for={q} what="企业" lines={8}>
          {({ firms: list }) =>
            list.length ? (
              <ul className="slips-list">
                {list.map((f) => (
                  <li key={f.id}>
                    <span className="wrap">
                      {f.name} <small className="code">{f.creditCode}</small>
                    </span>
                    <span>{f.accounts ? `账号 ${f.accounts} 个` : '没有账号'}</span>
                    <span className={f.slip ? undefined : 'none'}>{slipWords(f)}</span>
                    <span className="slips-acts">
                      {f.slip ? (
                        <button type="button" className="link" onClick={() => void revoke(f)}>
                          作废
                        </button>
                      ) : null}{' '}
                      {f.creditCode ? (
                        <button type="button" className="link" onClick={() => one(f)}>
                          {f.slip ? '重新开' : '开认领单'}
                        </button>
                      ) : null}
                    </span>
                  </li>
                ))}
              </ul>
            ) : (
              <Empty title="这里还没有企业">先在企业台账里登记，或导入台账。</Empty>
            )
          }
        </Wait>
      ) : (
        <Empty title="先选择乡镇">一个乡镇一批，分开打印。</Empty>
      )}
    </div>
  )
}
