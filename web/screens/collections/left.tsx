import { useQuery } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { sentence } from '../../api/http.ts'
import { rowsPage, settle } from './api.ts'
import type { CollectionView, LeftView } from './types.ts'

const kinds = { row: '行', cell: '格', column: '列' } as const

/** What of the returned sheets was not understood: nothing of it is lost, each is settled by one choice. */
export function LeftList({ c, left }: { c: CollectionView; left: LeftView[] }) {
  return (
    <section className="panel">
      <h2>要您看一眼的 {left.length} 条</h2>
      <p className="soft">交回的表里没有看懂的都留在这里，不会丢，也没有计入。</p>
      <ul className="import-lines">
        {left.map((l) => (
          <One key={l.id} c={c} l={l} />
        ))}
      </ul>
    </section>
  )
}

function One({ c, l }: { c: CollectionView; l: LeftView }) {
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  const do_ = async (how: Record<string, unknown>) => {
    setBusy(true)
    setProblem('')
    try {
      await settle(c.id, l.id, how)
    } catch (e) {
      setProblem(sentence(e))
      setBusy(false)
    }
  }
  const facts = Object.entries(l.texts).filter(([title]) => title !== '')
  return (
    <li>
      <div className="row">
        <span className="chip">{l.who ?? '不明'}</span>
        <b>
          {l.file}，{l.sheet} 第 {l.line} 行（{kinds[l.kind]}）
        </b>
        <span className="complaint">{l.why}</span>
      </div>
      <div>
        {facts.slice(0, 12).map(([title, text]) => (
          <span key={title} className="line-fact">
            {l.kind === 'column' ? '' : `${title}：`}
            {text}
          </span>
        ))}
      </div>
      <div className="row">
        {facts.length > 0 ? <Ways c={c} l={l} onDo={(how) => void do_(how)} /> : null}
        <Button size="small" loading={busy} onClick={() => void do_({ do: 'drop' })}>
          {facts.length > 0 ? '不采用' : '知道了'}
        </Button>
      </div>
      {problem ? (
        <p role="alert" className="complaint">
          {problem}
        </p>
      ) : null}
    </li>
  )
}

function Ways({
  c,
  l,
  onDo,
}: {
  c: CollectionView
  l: LeftView
  onDo: (how: Record<string, unknown>) => void
}) {
  const [text, setText] = useState(Object.values(l.texts)[0] ?? '')
  const rows = useQuery({
    queryKey: ['collections', c.id, 'rows-of', l.part],
    queryFn: () => rowsPage(c.id, '', 0, l.part).then((p) => p.rows),
    enabled: l.kind === 'row',
  })
  if (l.kind === 'cell')
    return (
      <>
        <Input
          size="small"
          style={{ width: 160 }}
          aria-label="改成"
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
        <Button size="small" type="primary" onClick={() => onDo({ do: 'cell', text })}>
          改好采用
        </Button>
      </>
    )
  if (l.kind === 'column')
    return (
      <Select
        size="small"
        style={{ width: 200 }}
        placeholder="这一列其实是"
        aria-label="这一列其实是"
        options={c.columns.filter((x) => x.ask !== 'no').map((x) => ({ value: x.n, label: x.title }))}
        onChange={(col: number) => onDo({ do: 'column', col })}
      />
    )
  return (
    <>
      <Select
        size="small"
        style={{ width: 220 }}
        placeholder="这一行其实是"
        aria-label="这一行其实是"
        showSearch={{ optionFilterProp: 'label' }}
        options={(rows.data ?? []).map((r) => ({ value: r.n, label: r.title }))}
        onChange={(row: number) => onDo({ do: 'row', row })}
      />
      <Button size="small" onClick={() => onDo({ do: 'add' })}>
        作为新的一行
      </Button>
    </>
  )
}
