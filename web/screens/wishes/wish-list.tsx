import { App, Button, Checkbox, Input } from 'antd'
import { useRef } from 'react'
import { Link } from 'react-router'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import { sentence } from '../../api/http.ts'
import { client, useCatalogue } from '../../api/queries.ts'
import type { Row } from '../../api/types.ts'
import { timeText } from '../../parts/time.ts'
import { keepText } from '../../register/kept-drafts.ts'
import { Value } from '../../register/value.tsx'
import { confirmWish, refuseWish, type Wish, withdrawWish } from './api.ts'
import './wishes.css'

const ends: Record<Wish['state'], string> = {
  waiting: '待核实',
  confirmed: '已核实',
  refused: '已退回',
  withdrawn: '已撤回',
  void: '已失效',
}

/** A value as the record shows it. */
export function WishValue({ wish, value }: { wish: Wish; value: unknown }) {
  const def = useCatalogue().byName.get(wish.register)
  const f = def?.fields[wish.field]
  if (!def || !f) return null
  return <Value of={def} name={wish.field} def={f} row={{ [wish.field]: value } as Row} />
}

const dueWords = (left: number | null): string =>
  left === null ? '' : left < 0 ? `已逾期 ${-left} 天` : left === 0 ? '今天到期' : `还有 ${left} 天`

/** Both values side by side: what counts and what is asked for. */
export function BothValues({ wish: w }: { wish: Wish }) {
  if (w.what !== 'change') return null
  return (
    <dl className="wish-values">
      <div>
        <dt>{w.state === 'confirmed' ? '原来计入' : '现在计入'}</dt>
        <dd>
          <WishValue wish={w} value={w.state === 'waiting' ? w.now : w.before} />
        </dd>
      </div>
      <div>
        <dt>申请改为</dt>
        <dd>
          <WishValue wish={w} value={w.after} />
        </dd>
      </div>
    </dl>
  )
}

/** Papers that prove a late correction, to be opened before it is confirmed. */
function FileLinks({ files }: { files: Wish['files'] }) {
  const { fileUrl } = useFieldServices()
  return files.map((f) => (
    <a key={f.id} href={fileUrl(f.id)} target="_blank" rel="noreferrer">
      {f.name}{' '}
    </a>
  ))
}

export function WishItem({
  wish: w,
  named,
  pick,
}: {
  wish: Wish
  /** say whose record it is */
  named?: boolean
  pick?: { on: boolean; set: (on: boolean) => void } | undefined
}) {
  const late = w.daysLeft !== null && w.daysLeft < 0
  return (
    <li className="wish">
      {pick ? (
        <Checkbox
          checked={pick.on}
          onChange={(e) => pick.set(e.target.checked)}
          aria-label={`选中 ${w.recordTitle} ${w.label}`}
        />
      ) : null}
      <div className="wish-body">
        <div className="wish-head">
          <b>{w.label}</b>
          {named ? (
            <span className="wrap">
              <Link to={`/records/${w.register}/${w.recordId}`}>{w.recordTitle || w.registerLabel}</Link>
              {w.register !== 'enterprise' && w.organisationTitle ? (
                <small>
                  {' '}
                  {w.registerLabel} · {w.organisationTitle}
                </small>
              ) : null}
            </span>
          ) : w.register !== 'enterprise' ? (
            <small>
              {w.registerLabel} <Link to={`/records/${w.register}/${w.recordId}`}>{w.recordTitle}</Link>
            </small>
          ) : null}
          {w.state === 'waiting' ? (
            <small className={`num ${late ? 'late' : ''}`}>{dueWords(w.daysLeft)}</small>
          ) : (
            <small>{ends[w.state]}</small>
          )}
        </div>
        <BothValues wish={w} />
        <small className="wrap">
          {w.askedBy.name} {timeText(w.askedAt)} 提出{w.reason ? `：${w.reason}` : ''}
        </small>
        {w.files.length > 0 ? (
          <small className="wrap">
            证明材料：
            <FileLinks files={w.files} />
          </small>
        ) : null}
        {w.moved && w.what !== 'change' ? (
          <small className="wrap" role="note">
            提出之后这条记录又改过，请先打开记录，对照现在的内容再决定。
          </small>
        ) : w.moved ? (
          <small className="wrap" role="note">
            提出时计入的是“
            <WishValue wish={w} value={w.before} />
            ”，之后记录又有变化，请对照现在的内容再决定。
          </small>
        ) : null}
        {w.state === 'refused' ? (
          <small className="wrap">
            {w.settledBy} {w.settledAt ? timeText(w.settledAt) : ''} 退回：{w.answer}
          </small>
        ) : null}
        {w.state === 'confirmed' ? (
          <small className="wrap">
            {w.settledBy} {w.settledAt ? timeText(w.settledAt) : ''} 核实{w.answer ? `：${w.answer}` : ''}
          </small>
        ) : null}
      </div>
      <WishButtons wish={w} />
    </li>
  )
}

/** Confirm, refuse with a reason, take back: for who may. */
function WishButtons({ wish: w }: { wish: Wish }) {
  const { modal, message } = App.useApp()
  const text = useRef('')
  const failed = (e: unknown) => {
    void client.invalidateQueries({ queryKey: ['wishes'] })
    void message.error(sentence(e), 8)
  }
  const ask = (o: {
    title: string
    ok: string
    label: string
    must: boolean
    run: (s: string) => Promise<void>
    said: string
  }) => {
    const kept = keepText(`${w.id} ${o.ok}`)
    text.current = kept.text
    const box = modal.confirm({
      title: o.title,
      content: (
        <div className="stack">
          <BothValues wish={w} />
          {kept.text ? <p className="restored">已恢复未提交的草稿。</p> : null}
          <Input.TextArea
            aria-label={o.label}
            defaultValue={kept.text}
            placeholder={o.label}
            maxLength={500}
            onChange={(e) => {
              text.current = e.target.value
              kept.set(text.current)
              if (o.must) box.update({ okButtonProps: { disabled: !text.current.trim() } })
            }}
          />
        </div>
      ),
      okText: o.ok,
      cancelText: '取消',
      okButtonProps: { disabled: o.must && !kept.text.trim() },
      afterClose: kept.close,
      onOk: () =>
        o
          .run(text.current.trim())
          .then(() => void message.success(o.said))
          .catch(failed),
    })
  }
  if (!w.may.settle && !w.may.withdraw) return null
  return (
    <div className="wish-acts">
      {w.may.settle ? (
        <>
          <Button
            type="primary"
            size="small"
            onClick={() =>
              ask({
                title: `核实“${w.label}”？核实后按新的内容计入。`,
                ok: '核实',
                label: '怎样核实的（可不填），如：现场查看',
                must: false,
                run: (reason) => confirmWish(w, reason),
                said: '已核实，从现在起计入',
              })
            }
          >
            核实
          </Button>
          <Button
            size="small"
            onClick={() =>
              ask({
                title: `退回“${w.label}”？仍按现在的内容计入。`,
                ok: '退回',
                label: '理由，企业看得到',
                must: true,
                run: (reason) => refuseWish(w, reason),
                said: '已退回',
              })
            }
          >
            退回
          </Button>
        </>
      ) : null}
      {w.may.withdraw ? (
        <Button
          size="small"
          onClick={() =>
            void withdrawWish(w)
              .then(() => void message.success('已撤回'))
              .catch(failed)
          }
        >
          撤回
        </Button>
      ) : null}
    </div>
  )
}
