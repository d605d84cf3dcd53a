import { useQuery } from '@tanstack/react-query'
import { Button, Popconfirm, Select } from 'antd'
import { useState } from 'react'
import { sentence } from '../../api/http.ts'
import { at } from '../../api/place.ts'
import { FileDrop } from '../../parts/file-drop.tsx'
import { Wait } from '../../parts/say.tsx'
import { timeText } from '../../parts/time.ts'
import { assign, dropAdded, handIn, partsQuery, returnsQuery } from './api.ts'
import type { CollectionView, ReturnView } from './types.ts'

const states = { merged: '已合并', waiting: '认不出是谁的', refused: '没有收' } as const

/** What becomes of added rows that are taken out. */
export const dropWords = '不再计入，也不写进填好的表；填过的内容留作记录。对方再交同名的行，不再收。'

/** Sheets that came back: many at once, or an archive. Each says what became of it. */
export function Returns({ c }: { c: CollectionView }) {
  const list = useQuery(returnsQuery(c.id))
  const [busy, setBusy] = useState(0)
  const [problem, setProblem] = useState('')
  const take = async (files: readonly File[]) => {
    if (files.length === 0) return
    setBusy(files.length)
    setProblem('')
    try {
      await handIn(c.id, files)
    } catch (e) {
      setProblem(sentence(e))
    } finally {
      setBusy(0)
    }
  }
  return (
    <FileDrop
      label="收表"
      className="upload"
      multiple
      accept=".xlsx,.xls,.et,.ods,.csv,.zip"
      chooser="选择交回的表"
      onFiles={(files) => void take(files)}
    >
      {(choose) => (
        <>
          <header>
            <h2>群里交回的表</h2>
            <Button type="primary" loading={busy > 0} onClick={choose}>
              {busy > 0 ? `正在读取 ${busy} 个文件` : '选择交回的表'}
            </Button>
          </header>
          <small>
            可以一次选很多个，或一个
            .zip，也可以拖到这里。靠表里的编号认出是谁的：列挪动过、行排过序、多了行的都能收。
          </small>
          {problem ? (
            <p role="alert" className="complaint">
              {problem}
            </p>
          ) : null}
          <Wait for={list} what="交回的文件" lines={2}>
            {(all) =>
              all.length === 0 ? null : (
                <ul className="collect-returns">
                  {[...all]
                    .sort((a, b) => Number(a.state === 'merged') - Number(b.state === 'merged'))
                    .map((r) => (
                      <Returned key={r.id} c={c} r={r} />
                    ))}
                </ul>
              )
            }
          </Wait>
        </>
      )}
    </FileDrop>
  )
}

function Returned({ c, r }: { c: CollectionView; r: ReturnView }) {
  const parts = useQuery({ ...partsQuery(c.id), enabled: r.state === 'waiting' })
  const [problem, setProblem] = useState('')
  const { rows, cells, added, left } = r.counts
  const told = [
    rows ? `${rows} 行` : '',
    cells ? `收 ${cells} 格` : '',
    added ? `新增 ${added} 行` : '',
    left ? `${left} 条要看` : '',
  ].filter(Boolean)
  return (
    <li className="import-row">
      {r.fileId ? (
        <a href={at(`/api/files/${r.fileId}`)} download>
          {r.name}
        </a>
      ) : (
        <span>{r.name}</span>
      )}
      {r.who ? <span className="chip">{r.who}</span> : null}
      <b>{states[r.state]}</b>
      <span>{told.join('，')}</span>
      {r.message ? <span className={r.state === 'merged' ? 'soft' : 'complaint'}>{r.message}</span> : null}
      {r.state === 'waiting' && r.fileId ? (
        <Select
          size="small"
          aria-label={`${r.name}是哪一家的`}
          style={{ width: 200 }}
          placeholder="选定是哪一家的"
          showSearch={{ optionFilterProp: 'label' }}
          options={(parts.data ?? []).map((p) => ({ value: p.id, label: p.title }))}
          onChange={(part: string) => void assign(c.id, r.id, part).catch((e) => setProblem(sentence(e)))}
        />
      ) : null}
      {added && r.state === 'merged' && c.state !== 'closed' ? (
        <Popconfirm
          title={`删去随这个文件新增的行？`}
          description={dropWords}
          okText="删去"
          cancelText="不删"
          onConfirm={() => dropAdded(c.id, { returned: r.id }).catch((e) => setProblem(sentence(e)))}
        >
          <Button size="small">删去新增的行</Button>
        </Popconfirm>
      ) : null}
      {problem ? <span className="complaint">{problem}</span> : null}
      <small className="num">
        {timeText(r.at)} {r.by}
      </small>
    </li>
  )
}
