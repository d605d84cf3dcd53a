import { useQuery } from '@tanstack/react-query'
import { Button, Input, InputNumber, Select } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { sentence } from '../../api/http.ts'
import { useCatalogue, useMe } from '../../api/queries.ts'
import { loadOrRetry } from '../../parts/later.tsx'
import { change, sourcesQuery } from './api.ts'
import type { Ask, CollectionView, ColumnView, Source } from './types.ts'

const FilterPanel = lazy(() => loadOrRetry(() => import('../../register/filter/panel.tsx')))

const hows: Record<string, string> = {
  remembered: '上次这样填',
  given: '手工指定',
  exact: '完全一致',
  alias: '常见叫法',
  normalised: '写法不同，意思一致',
}
const asks: { value: Ask; label: string }[] = [
  { value: 'must', label: '缺的要对方填' },
  { value: 'may', label: '对方可填可不填' },
  { value: 'no', label: '不要对方填' },
]
/** 一家企业, 一名人员, 一台设备; the word that fits all else is 条. */
const measureWords: Record<string, string> = { enterprise: '家', person: '名', equipment: '台' }
const measureWord = (register: string): string => measureWords[register] ?? '条'
const text = (s: Source | null): string => (s ? JSON.stringify(s) : '')

/** Which column is filled from where. What is changed here is read at once for all rows. */
export function Columns({ c }: { c: CollectionView }) {
  const sources = useQuery(sourcesQuery(c.id, `${c.about} ${c.register}`))
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const closed = c.state === 'closed'
  const unknown = c.columns.filter((x) => !x.source)
  const save = async (what: Record<string, unknown>) => {
    setBusy(true)
    setProblem('')
    try {
      await change(c, what)
    } catch (e) {
      setProblem(sentence(e))
    } finally {
      setBusy(false)
    }
  }
  const options = (sources.data ?? []).map((o) => ({ value: text(o.source), label: o.label }))
  const optionsOf = (x: ColumnView) => {
    const near = x.offers.map((o, i) => ({ value: text(o), label: `可能是 ${x.offerLabels[i]}` }))
    const known =
      x.source && !options.some((o) => o.value === text(x.source))
        ? [{ value: text(x.source), label: x.label }]
        : []
    return [
      { value: '', label: '没有来源' },
      ...near,
      ...known,
      ...options.filter((o) => !near.some((n) => n.value === o.value)),
    ]
  }
  return (
    <details className="panel headings" open={c.state === 'draft' && !c.sentAt}>
      <summary>
        <b>每列用什么填</b> {c.columns.length} 列，{c.columns.length - unknown.length} 列有来源
        {unknown.length > 0 ? `；没有来源：${unknown.map((x) => x.title).join('、')}` : ''}
      </summary>
      <About c={c} busy={busy} onSave={save} />
      {problem ? (
        <p role="alert" className="complaint">
          {problem}
        </p>
      ) : null}
      <ul className="collect-columns">
        {c.columns.map((x) => (
          <li key={x.n}>
            <b className="wrap">{x.title}</b>
            <Select
              size="small"
              aria-label={`${x.title}用什么填`}
              showSearch={{ optionFilterProp: 'label' }}
              popupMatchSelectWidth={320}
              disabled={busy || closed}
              value={text(x.source)}
              options={optionsOf(x)}
              onChange={(v) => void save({ columns: [{ n: x.n, source: v ? JSON.parse(v) : null }] })}
            />
            <Select
              size="small"
              aria-label={`${x.title}要不要对方填`}
              disabled={busy || closed}
              value={x.ask}
              options={asks}
              onChange={(ask) => void save({ columns: [{ n: x.n, ask }] })}
            />
            <small>
              {x.source ? (hows[x.how ?? ''] ?? '') : x.offers.length > 0 ? '请选定' : '系统里没有'}
            </small>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** What a row of the form is, which records it takes, and where its headings are. */
function About({
  c,
  busy,
  onSave,
}: {
  c: CollectionView
  busy: boolean
  onSave: (what: Record<string, unknown>) => Promise<void>
}) {
  const me = useMe()
  const { records } = useCatalogue()
  const [filter, setFilter] = useState(false)
  const [where, setWhere] = useState(c.condition ?? undefined)
  const [line, setLine] = useState<number | null>(c.layout.headings[1])
  const [title, setTitle] = useState(c.title)
  const fixed = busy || c.state !== 'draft'
  return (
    <div className="stack">
      <div className="row">
        <label htmlFor="collect-title">名称</label>
        <Input
          id="collect-title"
          style={{ maxWidth: 420 }}
          value={title}
          maxLength={120}
          disabled={busy || c.state === 'closed'}
          onChange={(e) => setTitle(e.target.value)}
          onBlur={() => title.trim() && title !== c.title && void onSave({ title: title.trim() })}
        />
      </div>
      <div className="row">
        <label htmlFor="collect-about">每行是</label>
        <Select
          id="collect-about"
          size="small"
          style={{ width: 170 }}
          disabled={fixed}
          value={c.about === 'place' ? '' : (c.register ?? '')}
          options={[
            { value: '', label: '一个乡镇' },
            ...records
              .filter((d) => me.rights[d.name]?.update)
              .map((d) => ({ value: d.name, label: `一${measureWord(d.name)}${d.label}` })),
          ]}
          onChange={(v) =>
            void onSave(v ? { about: 'record', register: v } : { about: 'place', register: null })
          }
        />
        <Select
          size="small"
          aria-label="填哪些行"
          style={{ width: 190 }}
          disabled={fixed}
          value={c.lines}
          options={[
            { value: 'list', label: c.about === 'place' ? '列出全部乡镇' : '由台账列出' },
            { value: 'given', label: `只填表里已有的 ${c.layout.given} 行` },
          ]}
          onChange={(lines) => void onSave({ lines })}
        />
        {c.about === 'record' && c.lines === 'list' ? (
          <button type="button" className="link" aria-expanded={filter} onClick={() => setFilter(!filter)}>
            {c.conditionWords ? `只要：${c.conditionWords}` : '全部记录，加条件'}
          </button>
        ) : null}
        <label htmlFor="collect-line" className="soft">
          表头到第
        </label>
        <InputNumber
          id="collect-line"
          size="small"
          min={1}
          max={1000}
          precision={0}
          style={{ width: 76 }}
          disabled={fixed}
          value={line}
          suffix="行"
          onChange={setLine}
          onBlur={() => line && line !== c.layout.headings[1] && void onSave({ headingLine: line })}
        />
        {c.layout.sheets.length > 1 ? (
          <Select
            size="small"
            aria-label="工作表"
            style={{ width: 150 }}
            disabled={fixed}
            value={c.layout.sheet}
            options={c.layout.sheets.map((value) => ({ value, label: value }))}
            onChange={(sheet) => void onSave({ sheet })}
          />
        ) : null}
        {c.layout.unseen ? (
          <span className="complaint">
            工作表太多，后面的 {c.layout.unseen} 张没有看。要填的在后面的，请在这里选。
          </span>
        ) : null}
      </div>
      {filter && c.register ? (
        <Suspense fallback={null}>
          <FilterPanel register={c.register} where={where} onChange={setWhere} />
          <div className="row">
            <Button
              size="small"
              type="primary"
              loading={busy}
              onClick={() => void onSave({ condition: where ?? null })}
            >
              按这个条件取数
            </Button>
          </div>
        </Suspense>
      ) : null}
    </div>
  )
}
