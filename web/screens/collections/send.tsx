import { useQuery } from '@tanstack/react-query'
import { App, Button, Input, Select } from 'antd'
import { useRef, useState } from 'react'
import { sentence } from '../../api/http.ts'
import { at } from '../../api/place.ts'
import { useMe } from '../../api/queries.ts'
import { isCounty } from '../../app/nav.tsx'
import { Wait } from '../../parts/say.tsx'
import { timeText, today } from '../../parts/time.ts'
import { partsQuery, receiversQuery, remind, send, withdraw } from './api.ts'
import type { CollectionView, PartView } from './types.ts'

/** Whom the missing cells are asked of, and by when. */
export function SendForm({ c }: { c: CollectionView }) {
  const county = isCounty(useMe())
  const { modal } = App.useApp()
  const [asked, setAsked] = useState<'town' | 'firm'>(
    c.asked ?? (county && c.area.length === 6 ? 'town' : 'firm'),
  )
  const [dueOn, setDueOn] = useState(c.dueOn ?? c.namedDay ?? '')
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const to = useQuery(receiversQuery(c.id, asked))
  const whom = asked === 'town' ? '个乡镇' : '家企业'
  const go = async () => {
    setBusy(true)
    setProblem('')
    try {
      await send(c, { asked, dueOn, ...(note.trim() && { note: note.trim() }) })
    } catch (e) {
      setProblem(sentence(e))
    } finally {
      setBusy(false)
    }
  }
  const ask = () => {
    const all = to.data ?? []
    void modal.confirm({
      title: `发给 ${all.length} ${whom}，${dueOn} 前交回？`,
      content: (
        <p>
          共要填 {all.reduce((n, r) => n + r.counts.missing, 0)} 格：
          {all
            .slice(0, 5)
            .map((r) => r.title)
            .join('、')}
          {all.length > 5 ? ` 等 ${all.length} ${whom}` : ''}。发出后进入对方的“今日”；没有交的可以收回。
        </p>
      ),
      okText: '发出',
      cancelText: '再看看',
      onOk: go,
    })
  }
  return (
    <details className="panel stack" open={c.state !== 'open'}>
      <summary>
        <b>{c.state === 'open' ? '再发一次' : '缺的发给谁填'}</b>
      </summary>
      <div className="row">
        <Select
          size="small"
          aria-label="发给"
          style={{ width: 120 }}
          disabled={c.asked !== null}
          value={asked}
          options={[
            { value: 'town', label: '发给乡镇' },
            { value: 'firm', label: '发给企业' },
          ]}
          onChange={setAsked}
        />
        <label htmlFor="collect-due">截止</label>
        <input
          id="collect-due"
          type="date"
          className="date"
          min={today()}
          required
          value={dueOn}
          onChange={(e) => setDueOn(e.target.value)}
        />
        {!dueOn ? (
          <small>请定哪天前交回</small>
        ) : dueOn === c.namedDay && !c.dueOn ? (
          <small>表里写的</small>
        ) : null}
        <Input
          style={{ maxWidth: 360 }}
          aria-label="说明"
          placeholder="说明，写在表头下面，可不填"
          maxLength={300}
          value={note}
          onChange={(e) => setNote(e.target.value)}
        />
        <Button type="primary" loading={busy} disabled={!to.data?.length || !dueOn} onClick={ask}>
          发出
        </Button>
      </div>
      <Wait for={to} what="缺在哪里" lines={2}>
        {(all) =>
          all.length === 0 ? (
            <p className="soft">{asked === 'town' ? '各乡镇都不缺。' : '各企业都不缺。'}</p>
          ) : (
            <p className="soft">
              {all.length} {whom}，共缺 {all.reduce((n, r) => n + r.counts.missing, 0)} 格：
              {all
                .slice(0, 20)
                .map((r) => `${r.title} ${r.counts.missing}`)
                .join('、')}
              {all.length > 20 ? ' 等' : ''}。对方在“今日”里看到，手机上只填缺的格子，也可以下载表格填好传回。
            </p>
          )
        }
      </Wait>
      {c.homeless > 0 && c.about === 'record' ? (
        <p className="complaint">
          {c.homeless} 行没有对上台账里的企业，不知道属于哪个乡镇，不会发出，请在下面直接填。
        </p>
      ) : null}
      {c.state === 'open' ? (
        <small>改过列、多了行之后再发。已发的编号不变，表号加一，旧表交回来也认得。</small>
      ) : null}
      {problem ? (
        <p role="alert" className="complaint">
          {problem}
        </p>
      ) : null}
    </details>
  )
}

/** 收回 from who has not handed in: asks for the reason, and says what stays. */
function Withdraw({ c, onSaid }: { c: CollectionView; onSaid: (said: string) => void }) {
  const { modal, message } = App.useApp()
  const reason = useRef('')
  const ask = () => {
    reason.current = ''
    void modal.confirm({
      title: '收回没有交的？',
      content: (
        <div className="stack">
          <p>
            对方的“今日”里不再有这张表。已交的、填了一部分的留着，不收回；都没有交的，收回后可以重新发出。
          </p>
          <Input.TextArea
            aria-label="收回原因"
            placeholder="收回原因，如：发错了乡镇"
            maxLength={200}
            onChange={(e) => {
              reason.current = e.target.value
            }}
          />
        </div>
      ),
      okText: '收回',
      cancelText: '不收回',
      onOk: async () => {
        if (!reason.current.trim()) {
          void message.warning('请写明收回原因')
          throw new Error('no reason')
        }
        try {
          const { withdrawn, kept } = await withdraw(c, reason.current.trim())
          void message.success(`收回 ${withdrawn} 家${kept > 0 ? `，${kept} 家已交或填了一部分，留着` : ''}`)
        } catch (e) {
          onSaid(sentence(e))
        }
      },
    })
  }
  return (
    <Button size="small" onClick={ask}>
      收回
    </Button>
  )
}

/** Who was asked and who has not handed in, with whom to call. */
export function Parts({ c }: { c: CollectionView }) {
  const found = useQuery(partsQuery(c.id))
  const [busy, setBusy] = useState('')
  const [said, setSaid] = useState('')
  const ask = async (ids?: string[]) => {
    setBusy(ids?.[0] ?? 'all')
    try {
      const { reminded } = await remind(c.id, ids)
      setSaid(`已催 ${reminded} 家，对方打开“今日”就能看到。`)
    } catch (e) {
      setSaid(sentence(e))
    } finally {
      setBusy('')
    }
  }
  return (
    <section className="panel">
      <Wait for={found} what="收表情况" lines={4}>
        {(parts) => {
          const lacking = parts.filter((p) => !p.returned_at)
          const back = parts.filter((p) => p.returned_at)
          return (
            <>
              <header>
                <h2 className="num">
                  发{parts.length} 收{back.length} 缺{lacking.length}
                </h2>
                <div className="row">
                  {lacking.length > 0 ? (
                    <Button size="small" type="primary" loading={busy === 'all'} onClick={() => void ask()}>
                      催报 {lacking.length} 家
                    </Button>
                  ) : null}
                  {lacking.length > 0 ? <Withdraw c={c} onSaid={setSaid} /> : null}
                  <a className="button" href={at(`/api/collections/${c.id}/sheets.zip`)} download>
                    下载待填的表（压缩包）
                  </a>
                </div>
              </header>
              <p role="status">{said}</p>
              {lacking.length > 0 ? (
                <ul className="collect-parts">
                  {lacking.map((p) => (
                    <li key={p.id}>
                      <b>{p.title}</b>
                      <span className="num">缺 {p.counts.missing} 格</span>
                      <Contacts of={p} />
                      <small>
                        {p.reminders > 0 ? `已催 ${p.reminders} 次，${timeText(p.reminded_at)}` : ''} {p.code}
                      </small>
                      <Button size="small" loading={busy === p.id} onClick={() => void ask([p.id])}>
                        催报
                      </Button>
                    </li>
                  ))}
                </ul>
              ) : (
                <p>都收齐了。</p>
              )}
              {back.length > 0 ? (
                <details>
                  <summary>已收 {back.length} 家</summary>
                  <ul className="collect-parts">
                    {back.map((p) => (
                      <li key={p.id}>
                        <b>{p.title}</b>
                        <span className="num">
                          {p.counts.missing > 0 ? `还缺 ${p.counts.missing} 格` : '齐了'}
                        </span>
                        <span>
                          {timeText(p.returned_at)} {p.returned_by}
                        </span>
                        <small>{p.code}</small>
                      </li>
                    ))}
                  </ul>
                </details>
              ) : null}
            </>
          )
        }}
      </Wait>
    </section>
  )
}

const Contacts = ({ of }: { of: PartView }) => (
  <span className="num">
    {of.contacts.length === 0
      ? '没有登记联系人'
      : of.contacts.slice(0, 2).map((x) => (
          <span key={`${x.label}${x.name}${x.phone}`}>
            {x.label} {x.name}{' '}
            {x.phone ? (
              x.phone.includes('*') ? (
                x.phone
              ) : (
                <a href={`tel:${x.phone}`}>{x.phone}</a>
              )
            ) : (
              '没有电话'
            )}{' '}
          </span>
        ))}
  </span>
)
