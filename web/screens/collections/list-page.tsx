import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { sentence } from '../../api/http.ts'
import { useMe } from '../../api/queries.ts'
import { isOfficer } from '../../app/nav.tsx'
import { FileDrop } from '../../parts/file-drop.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Wait } from '../../parts/say.tsx'
import { dueText, timeText } from '../../parts/time.ts'
import { askedListQuery, begin, collectionsQuery, stateWords } from './api.ts'
import '../imports/imports.css'
import './collections.css'

/** Tables from above: where they come in, what one collects and what one is asked for. */
export default function CollectionsPage() {
  const officer = isOfficer(useMe())
  return (
    <div className="page">
      <Head
        title="报表填报"
        note={
          officer
            ? '上级要填的表传到这里：能从台账取的数自动填好，缺的发给乡镇或企业，收齐合并，写回原表。'
            : '上级要您填的表都在这里，只填缺的格子。'
        }
      />
      {officer ? <Upload /> : null}
      <Asked />
      {officer ? <Own /> : null}
    </div>
  )
}

function Upload() {
  const navigate = useNavigate()
  const [busy, setBusy] = useState('')
  const [problem, setProblem] = useState('')
  const take = async ([file]: File[]) => {
    if (!file) return
    setBusy(file.name)
    setProblem('')
    try {
      void navigate(`/collections/${(await begin(file)).id}`)
    } catch (e) {
      setProblem(sentence(e))
      setBusy('')
    }
  }
  return (
    <FileDrop
      label="上传要填的表"
      className="upload"
      accept=".xlsx,.docx"
      chooser="选择要填的表"
      onFiles={(files) => void take(files)}
    >
      {(choose) => (
        <>
          <div className="row">
            <Button type="primary" loading={busy !== ''} onClick={choose}>
              {busy ? `正在读取 ${busy}` : '选择要填的表'}
            </Button>
            <small>.xlsx 或 .docx，也可以拖到这里。收到的是 .xls、.et、.doc，请先另存为新格式。</small>
          </div>
          {problem ? (
            <span role="alert" className="complaint">
              {problem}
            </span>
          ) : null}
        </>
      )}
    </FileDrop>
  )
}

function Asked() {
  const list = useQuery(askedListQuery)
  const officer = isOfficer(useMe())
  if (officer && list.data?.length === 0) return null
  return (
    <section className="panel imports-list">
      <h2>要我填的</h2>
      <Wait for={list} what="要填的表" lines={2}>
        {(all) =>
          all.length === 0 ? (
            <p className="soft">现在没有要填的表。</p>
          ) : (
            <ul>
              {all.map((p) => (
                <li key={p.id} className="import-row">
                  <Link to={`/asked/${p.id}`}>{p.title}</Link>
                  <span className="chip">{p.who}</span>
                  <b>{p.state === 'closed' ? '已办结' : p.returnedAt ? '已交' : '没有交'}</b>
                  <small className="num">
                    {p.state === 'open' && !p.returnedAt ? `${dueText(p.dueOn).text} · ` : ''}缺{' '}
                    {p.counts.missing} 格
                    {p.remindedAt && !p.returnedAt ? ` · ${timeText(p.remindedAt)} 催报` : ''}
                  </small>
                </li>
              ))}
            </ul>
          )
        }
      </Wait>
    </section>
  )
}

function Own() {
  const list = useQuery(collectionsQuery)
  return (
    <section className="panel imports-list">
      <h2>我单位在办的</h2>
      <Wait for={list} what="报表填报" lines={3}>
        {(all) =>
          all.length === 0 ? (
            <Empty title="还没有要填的表">
              <p>上级发来 .xlsx，传到上面就开始。</p>
            </Empty>
          ) : (
            <ul>
              {all.map((c) => (
                <li key={c.id} className="import-row">
                  <Link to={`/collections/${c.id}`}>{c.title}</Link>
                  <b>{stateWords[c.state]}</b>
                  {c.sent > 0 ? (
                    <span className="chip num">
                      发{c.sent} 收{c.back} 缺{c.sent - c.back}
                    </span>
                  ) : null}
                  <small className="num">
                    {timeText(c.at)} {c.by}
                    {c.dueOn ? ` · ${c.dueOn} 截止` : ''}
                  </small>
                </li>
              ))}
            </ul>
          )
        }
      </Wait>
    </section>
  )
}
