import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { App, Button, Segmented } from 'antd'
import { useState } from 'react'
import { get, post, sentence } from '../../api/http.ts'
import { client, useMe } from '../../api/queries.ts'
import { isAdmin } from '../../app/nav.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Wait } from '../../parts/say.tsx'
import { timeText } from '../../parts/time.ts'
import '../people/people.css'

interface Session {
  id: string
  user: { id: string; name: string; username: string }
  startedAt: string
  lastAt: string
  address: string | null
  device: string
  current: boolean
}
interface Entry {
  seq: string
  at: string
  what: string
  address: string | null
  reason: string | null
}

const words: Record<string, string> = {
  'sign-in': '登录',
  'sign-out': '退出登录',
  'end-session': '登录被结束',
  'change-password': '修改密码',
  lock: '账号锁定',
  'totp-on': '启用动态口令',
  'totp-off': '停用动态口令',
  'backup-code': '用备用码',
}
const wordOf = (what: string): string =>
  what.startsWith('refused:') ? `${words[what.slice(8)] ?? what.slice(8)}被拒绝` : (words[what] ?? what)

const settled = () => void client.invalidateQueries({ queryKey: ['sessions'] })

/** Where one is signed in, and what happened at one's account; who keeps accounts sees and ends those of the area. */
export default function SignInsPage() {
  const me = useMe()
  const [of, setOf] = useState<'me' | 'area'>('me')
  const { message, modal } = App.useApp()
  const sessions = useQuery({
    queryKey: ['sessions', of],
    queryFn: () => get<{ sessions: Session[] }>('/api/sessions', { of }),
  })
  const end = (s: Session) =>
    void modal.confirm({
      title: `结束${s.user.id === me.id ? '这处' : `${s.user.name}的`}登录？`,
      content: '那台设备上会立刻退出，要再用须重新登录。结束会留痕。',
      okText: '结束',
      cancelText: '取消',
      onOk: () =>
        post(`/api/sessions/${s.id}/end`, {})
          .then(() => {
            settled()
            void message.success('已结束')
          })
          .catch((e) => void message.error(sentence(e))),
    })
  return (
    <div className="page">
      <Head
        title="登录记录"
        note="正在使用中的登录，不认识的请结束并改密码。"
        acts={
          isAdmin(me) ? (
            <Segmented
              value={of}
              onChange={(v) => setOf(v as 'me' | 'area')}
              options={[
                { value: 'me', label: '我的' },
                { value: 'area', label: '本辖区' },
              ]}
            />
          ) : undefined
        }
      />
      <Wait for={sessions} what="登录" lines={4}>
        {({ sessions: all }) =>
          all.length === 0 ? (
            <Empty title="没有正在使用中的登录" />
          ) : (
            <ul className="people">
              {all.map((s) => (
                <li key={s.id} className="missing-row row" style={{ padding: '9px 14px' }}>
                  <div>
                    <b>{of === 'area' ? `${s.user.name}（${s.user.username}）` : s.device}</b>{' '}
                    {s.current ? <span className="chip">当前</span> : null}
                    <small style={{ display: 'block' }}>
                      {of === 'area' ? `${s.device}，` : ''}
                      {s.address || '地址不详'}，{timeText(s.startedAt)} 登录，最近使用 {timeText(s.lastAt)}
                    </small>
                  </div>
                  {s.current ? null : (
                    <span className="push">
                      <Button size="small" onClick={() => end(s)}>
                        结束
                      </Button>
                    </span>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Wait>
      {of === 'me' ? <History /> : null}
    </div>
  )
}

function History() {
  const q = useInfiniteQuery({
    queryKey: ['sign-ins'],
    queryFn: ({ pageParam }) =>
      get<{ entries: Entry[]; next: string | null }>('/api/sign-ins', { after: pageParam, limit: 30 }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  const entries = q.data?.pages.flatMap((p) => p.entries) ?? []
  return (
    <section style={{ marginTop: 18 }}>
      <h2>我的账号发生过什么</h2>
      <ul className="people">
        {entries.map((e) => (
          <li key={e.seq} style={{ padding: '7px 14px', borderBottom: '1px solid var(--line)' }}>
            {wordOf(e.what)}
            <small className="soft">
              {' '}
              {timeText(e.at)}
              {e.address ? `，${e.address}` : ''}
              {e.reason ? `，${e.reason}` : ''}
            </small>
          </li>
        ))}
      </ul>
      {q.hasNextPage ? (
        <Button onClick={() => void q.fetchNextPage()} loading={q.isFetchingNextPage}>
          更早的
        </Button>
      ) : null}
    </section>
  )
}
