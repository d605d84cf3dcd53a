import { App, Button, Dropdown } from 'antd'
import { post, sentence } from '../../api/http.ts'
import { timeText } from '../../parts/time.ts'
import { type Duty, type OneTime, type Person, settled, spanWords, stateWords } from './api.ts'

export type Kind = 'assignment' | 'grant'
export interface RowActs {
  onPassword: (p: OneTime) => void
  onAdd: (p: Person) => void
  onGrant: (p: Person) => void
  onEnd: (p: Person, kind: Kind, d: Duty) => void
}

function DutyLine({ d, what, onEnd }: { d: Duty; what?: string; onEnd?: (() => void) | undefined }) {
  const span = spanWords(d)
  return (
    <li className={d.state === 'over' ? 'none' : undefined}>
      {what ?? d.roleLabel} · {d.words}
      {span ? <small> {span}</small> : null}
      {onEnd && d.state !== 'over' ? (
        <>
          {' '}
          <button type="button" className="link people-end" onClick={onEnd} aria-label={`结束${d.words}`}>
            结束
          </button>
        </>
      ) : null}
    </li>
  )
}

/** One account: on a phone the cells stand under each other. */
export function PersonRow({
  p,
  own,
  town = false,
  acts,
}: {
  p: Person
  own: boolean
  /** roles and grants are the county's to change */
  town?: boolean
  acts: RowActs
}) {
  const { message, modal } = App.useApp()
  const stopped = p.state === 'disabled'
  const ask = (title: string, content: string, ok: string, run: () => Promise<unknown>) =>
    void modal.confirm({
      title,
      content,
      okText: ok,
      cancelText: '取消',
      onOk: () =>
        run()
          .then(settled)
          .catch((e) => void message.error(sentence(e))),
    })
  const reset = () =>
    ask(
      `重设“${p.name}”的密码？`,
      '原来的密码立即失效，所有登录退出，锁定解除。新的一次性密码只显示一次。',
      '重设密码',
      () => post<OneTime>(`/api/users/${p.id}/reset-password`).then(acts.onPassword),
    )
  const stop = () =>
    ask(
      `停用“${p.name}”的账号？`,
      '立即退出所有登录，不能再登录；办过的事和留痕都保留，以后可以再启用。',
      '停用',
      () => post(`/api/users/${p.id}/disable`).then(() => message.success('已停用')),
    )
  const start = () =>
    ask(`启用“${p.name}”的账号？`, '恢复原来的职责和密码。忘了密码的请再重设。', '启用', () =>
      post(`/api/users/${p.id}/enable`).then(() => message.success('已启用')),
    )
  const menu = [
    ...(own || stopped || town ? [] : [{ key: 'add', label: '增加职责', onClick: () => acts.onAdd(p) }]),
    ...(own || stopped || town || p.organisation
      ? []
      : [{ key: 'grant', label: '单件授权', onClick: () => acts.onGrant(p) }]),
    ...(stopped ? [] : [{ key: 'reset', label: '重设密码', onClick: reset }]),
    ...(own
      ? []
      : [
          stopped
            ? { key: 'start', label: '启用', onClick: start }
            : { key: 'stop', label: '停用', onClick: stop },
        ]),
  ]
  const end = (kind: Kind, d: Duty) => (own || town ? undefined : () => acts.onEnd(p, kind, d))
  return (
    <li className={`people-row ${stopped ? 'none' : ''}`}>
      <div className="wrap">
        <b>{p.name}</b> <span className="code">{p.username}</span>
        <small>{p.organisation?.title ?? p.areaName}</small>
      </div>
      <ul className="wrap">
        {p.duties.length + p.grants.length === 0 ? <li className="none">没有职责</li> : null}
        {p.duties.map((d) => (
          <DutyLine key={d.id} d={d} onEnd={end('assignment', d)} />
        ))}
        {p.grants.map((d) => (
          <DutyLine key={d.id} d={d} what="单件授权" onEnd={end('grant', d)} />
        ))}
      </ul>
      <div>
        <span className={p.state === 'active' ? 'chip' : 'chip over'}>{stateWords[p.state]}</span>
      </div>
      <div className="num">
        <span className="people-label">最近登录 </span>
        {p.lastSignIn ? timeText(p.lastSignIn) : <span className="none">未登录过</span>}
      </div>
      <div className="people-acts">
        <Dropdown menu={{ items: menu }} trigger={['click']}>
          <Button size="small" aria-label={`管理${p.name}（${p.username}）的账号`}>
            管理
          </Button>
        </Dropdown>
      </div>
    </li>
  )
}
