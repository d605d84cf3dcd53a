import { useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { sentence } from '../../api/http.ts'
import { at } from '../../api/place.ts'
import { Head } from '../../parts/page.tsx'
import { Say, Wait } from '../../parts/say.tsx'
import { timeText } from '../../parts/time.ts'
import { change, close, collectionQuery, leftQuery, remove, stateWords } from './api.ts'
import { Columns } from './columns.tsx'
import { LeftList } from './left.tsx'
import { Returns } from './returns.tsx'
import { Rows } from './rows.tsx'
import { Parts, SendForm } from './send.tsx'
import type { CollectionView } from './types.ts'
import '../imports/imports.css'
import './collections.css'

/** One table from above: what fills it, who is asked, what came back, and the filled form. */
export default function CollectionPage() {
  const { id = '' } = useParams()
  const found = useQuery(collectionQuery(id))
  return (
    <div className="page">
      <Wait for={found} what="这张表" lines={10}>
        {(c) => <One c={c} />}
      </Wait>
    </div>
  )
}

function One({ c }: { c: CollectionView }) {
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState('')
  const left = useQuery(leftQuery(c.id))
  const { modal } = App.useApp()
  const navigate = useNavigate()
  const askRemove = () =>
    void modal.confirm({
      title: `删除“${c.title}”？`,
      content: '没有发给任何人。删除后这里填的都没有了，不能恢复；台账不受影响。',
      okText: '删除',
      cancelText: '不删除',
      onOk: () => act('remove', () => remove(c, () => navigate('/collections', { replace: true }))),
    })
  const act = async (what: string, run: () => Promise<unknown>) => {
    setBusy(what)
    setProblem('')
    try {
      await run()
    } catch (e) {
      setProblem(sentence(e))
    } finally {
      setBusy('')
    }
  }
  const open = left.data?.length ?? 0
  return (
    <>
      <Head
        title={c.title}
        trail={[{ to: '/collections', label: '报表填报' }]}
        note={
          <>
            {c.fileName} · {stateWords[c.state]}
            {c.dueOn && c.state !== 'draft' ? ` · ${c.dueOn} 截止` : ''} · {timeText(c.at)} {c.by}
          </>
        }
        acts={
          <>
            <a className="button primary" href={at(`/api/collections/${c.id}/result`)} download>
              下载填好的表
            </a>
            {c.state !== 'closed' ? (
              <Button loading={busy === 'fill'} onClick={() => void act('fill', () => change(c, {}))}>
                重新取数
              </Button>
            ) : null}
            {c.state === 'closed' ? (
              <Button
                loading={busy === 'reopen'}
                onClick={() => void act('reopen', () => close(c, 'reopen'))}
              >
                重新打开
              </Button>
            ) : c.state === 'open' ? (
              <Button loading={busy === 'close'} onClick={() => void act('close', () => close(c, 'close'))}>
                办结
              </Button>
            ) : (
              <Button loading={busy === 'remove'} onClick={askRemove}>
                删除
              </Button>
            )}
          </>
        }
      />
      {problem ? (
        <p role="alert" className="complaint">
          {problem}
        </p>
      ) : null}
      <Figures c={c} />
      {c.counts.rows === 0 ? <Say>没有一行。请在“每列用什么填”里核对每行是什么、只要哪些记录。</Say> : null}
      {open > 0 ? <LeftList c={c} left={left.data ?? []} /> : null}
      <Columns c={c} />
      {c.state === 'open' ? (
        <>
          <Parts c={c} />
          <Returns c={c} />
        </>
      ) : null}
      {c.state !== 'closed' && c.counts.missing > 0 ? <SendForm c={c} /> : null}
      <Rows c={c} />
    </>
  )
}

/** How far the form is, and what the program has spared. */
function Figures({ c }: { c: CollectionView }) {
  const { rows, computed, typed, missing, differ } = c.counts
  const done = computed + typed
  const figures: [string, number, string?][] = [
    ['行', rows],
    ['系统取数（格）', computed],
    ['人工填报（格）', typed],
    ['还缺（格）', missing],
    ['两数不一致（格）', differ],
  ]
  return (
    <>
      <dl className="collect-figures">
        {figures.map(([label, n]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="num">{n}</dd>
          </div>
        ))}
      </dl>
      {done > 0 ? (
        <p className="soft">
          已填 {done} 格：{computed} 格由台账取数，不用再抄；{typed} 格由人填
          {missing > 0 ? `；还缺 ${missing} 格，共 ${done + missing} 格` : '，没有缺的'}。
          {c.filledAt ? `取数时间 ${timeText(c.filledAt)}。` : ''}
        </p>
      ) : null}
    </>
  )
}
