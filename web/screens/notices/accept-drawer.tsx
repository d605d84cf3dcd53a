import { useQuery } from '@tanstack/react-query'
import { App, Select } from 'antd'
import { lazy, Suspense, useEffect, useState } from 'react'
import type { Condition } from '../../../engine/core/condition/ast.ts'
import { all, field } from '../../../engine/core/condition/build.ts'
import type { Fields } from '../../../engine/core/definition.ts'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import { get, sentence } from '../../api/http.ts'
import { at } from '../../api/place.ts'
import { definitionsQuery, recordPath, useCatalogue } from '../../api/queries.ts'
import type { Page } from '../../api/types.ts'
import type { NoticeItem } from '../../api/work-types.ts'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { loadOrRetry } from '../../parts/later.tsx'
import { Loading } from '../../parts/say.tsx'
import type { Draft, DraftValues } from '../../register/use-draft.ts'
import { comparators, rhythms } from '../tasks/words.ts'
import { acceptItem, previewQuery } from './api.ts'
import { FigurePreview, Rests } from './preview.tsx'
import { Several } from './several.tsx'
import '../tasks/tasks.css'

const LocalDrawer = lazy(() => loadOrRetry(() => import('../local/drawer.tsx')))
const FilterPanel = lazy(() => loadOrRetry(() => import('../../register/filter/panel.tsx')))

interface Part {
  register: string
  where?: Condition
  subset: string[]
}

/** An item becomes a task: what computes it, whom it concerns, how much, until when, who owes it. */
export default function AcceptDrawer({
  notice,
  item,
  source,
  onClose,
}: {
  notice: string
  item: NoticeItem
  /** number or title of the notice: what an indicator made here stands on */
  source: string
  onClose: () => void
}) {
  const { message } = App.useApp()
  // what a colleague has defined a moment ago is offered as well
  useQuery({ ...definitionsQuery, staleTime: 60_000 })
  const { indicators, populations, byName } = useCatalogue()
  const [own, setOwn] = useState<Draft>()
  const { units } = useFieldServices()
  // as it was when the form was opened: a colleague may have made it a task since
  const [seen] = useState(item)
  const p = seen.proposal
  // a part of one register: forgotten when an indicator of another register is chosen
  const [part, setPart] = useState<Part>({
    register: indicators.find((i) => i.name === p?.indicator)?.of.register ?? '',
    subset: p?.subset ?? [],
  })
  const likely = [p?.indicator, ...(p?.alternatives ?? [])].filter((n): n is string => n !== undefined)
  const sorted = [
    ...likely.flatMap((n) => indicators.find((i) => i.name === n) ?? []),
    ...indicators.filter((i) => !likely.includes(i.name)),
  ]
  const registerOf = (name: unknown) => indicators.find((i) => i.name === name)?.of.register
  const byData = field('way').is('data')
  const printed = p && !p.indicator && p.unit !== '%' ? p.unit : undefined
  const range = Array.isArray(p?.target) ? p.target : undefined
  // a rhythm that no period answers is not taken as done once without a word
  const rhythm = p?.every
    ? undefined
    : item.frequencies.find((f) => f.period !== null && (!p?.indicator || /[WD]$/.test(f.period ?? '')))
  const rhythmless =
    rhythm &&
    `原文是“${rhythm.text}”：没有正好对应的周期。请选最接近的（如每月一份，材料里写明各次），或者选不按周期。`
  const every = rhythms.map((r) =>
    /half-month|ten-days|week/.test(r.value) ? { ...r, note: '限佐证材料' } : r,
  )
  const fields: Fields = {
    title: { type: 'text', label: '任务名称', required: true, length: 200 },
    way: {
      type: 'choice',
      label: '怎样算进度',
      required: true,
      options: [
        { value: 'data', label: '台账计算' },
        { value: 'evidence', label: '佐证材料' },
      ],
      help: '台账里没有数据可算的，选佐证材料：一人提交，另一人确认。',
    },
    indicator: {
      type: 'choice',
      label: '指标',
      required: true,
      when: byData,
      options: sorted.map((i) => ({
        value: i.name,
        label: i.label,
        note: likely.includes(i.name) ? `${i.unit}，建议` : i.unit,
      })),
    },
    unit: {
      type: 'choice',
      label: '怎样计数',
      required: true,
      when: field('way').is('evidence'),
      options: [
        { value: '%', label: '每个责任单位每期一份，按比例' },
        ...[...new Set(['项', printed])].flatMap((u) =>
          u ? [{ value: u, label: `按${u}数，不分单位` }] : [],
        ),
      ],
    },
    who: {
      type: 'choice',
      label: '通知口径',
      when: all(byData, field('indicator').in(indicators.filter((i) => i.of.who).map((i) => i.name))),
      options: populations
        .filter((x) => x.register === 'enterprise')
        .map((x) => ({ value: x.name, label: x.label })),
      help: '通知所指的企业比本县口径多或少时才选；不选按本县口径（见依据参数）。',
    },
    comparator: { type: 'choice', label: '比较', required: true, options: comparators },
    target: { type: 'number', label: `目标${range ? `（原文 ${range.join('—')}）` : ''}`, required: true },
    due: { type: 'date', label: '完成时限' },
    every: rhythm
      ? {
          type: 'choice',
          label: '周期',
          required: true,
          options: [...every, { value: 'once', label: '不按周期，只办一次' }],
          help: '每个周期都要完成的选周期',
        }
      : { type: 'choice', label: '周期', options: every, help: '每个周期都要完成的才选' },
    owners: {
      type: 'choices',
      label: '责任单位',
      options: units.map((u) => ({ value: u.id, label: u.label })),
    },
  }
  const bindingOf = (v: DraftValues): Record<string, unknown> => {
    const { where, subset } =
      part.register === registerOf(v.indicator) ? part : { where: undefined, subset: [] }
    return {
      title: v.title,
      ...(v.way === 'data'
        ? {
            indicator: v.indicator,
            ...(v.who ? { who: v.who } : {}),
            ...(where && { where }),
            ...(subset.length > 0 && { subset }),
          }
        : { evidence: true, unit: v.unit }),
      target: range && v.target === range[0] ? range : v.target,
      comparator: v.comparator,
      due: v.due ?? null,
      every: v.every === 'once' ? null : (v.every ?? null),
      owners: v.owners ?? [],
    }
  }
  const drawer = (
    <FormDrawer
      wide
      title="分解为任务"
      send="采纳为任务"
      fields={fields}
      start={{
        title: item.title,
        way: p?.indicator ? 'data' : 'evidence',
        indicator: p?.indicator,
        unit: printed ?? '%',
        comparator: p?.comparator === 'unspecified' ? '>=' : (p?.comparator ?? '>='),
        target: range ? range[0] : (p?.target ?? 100),
        due: p?.due ?? item.deadlines.at(-1)?.date,
        every: p?.every,
        owners: p?.owners ?? [],
      }}
      touched={part.where !== undefined}
      onClose={onClose}
      onSend={async (v) => {
        const { id } = await acceptItem(notice, seen, {
          ...bindingOf(v),
          ...(seen.state === 'accepted' && { again: true }),
        })
        void message.success({
          duration: 6,
          content: (
            <>
              已成为任务 <a href={at(`/tasks/${id}`)}>查看</a>
            </>
          ),
        })
        onClose()
      }}
      lead={
        <>
          <p className="sentence">{item.text}</p>
          <Several of={seen} />
          {rhythmless ? <small>{rhythmless}</small> : null}
          {p?.indicator ? <Rests of={p} /> : null}
          {p && p.unknown.length > 0 ? (
            <small>原文提到、但本系统没有登记的：{p.unknown.join('、')}。请手工选择或先登记。</small>
          ) : null}
        </>
      }
      tail={(draft) => {
        const def = indicators.find((i) => i.name === draft.values.indicator)
        const today = <Today notice={notice} item={seen} binding={bindingOf(draft.values)} />
        const make = (
          <button type="button" className="link" onClick={() => setOwn(draft)}>
            没有合适的？自定一个指标
          </button>
        )
        if (draft.values.way !== 'data') return today
        if (!def) return make
        const on = def.of.register
        const { where, subset }: Part = part.register === on ? part : { register: on, subset: [] }
        const register = byName.get(on)
        return (
          <section className="stack">
            <p className="soft">
              “{def.label}”以 {def.unit} 为单位，统计{register?.label}
              {def.basis.length > 0 ? `；依据：${def.basis.join('；')}` : ''}
            </p>
            <h3>只针对其中一部分</h3>
            <Subset
              key={`s ${on}`}
              register={on}
              value={subset}
              onChange={(ids) => setPart({ register: on, where, subset: ids })}
            />
            <Suspense fallback={<Loading lines={2} what="筛选" />}>
              <FilterPanel
                key={on}
                register={on}
                where={where}
                onChange={(c) => setPart({ register: on, subset, where: c })}
              />
            </Suspense>
            <Reach register={on} where={where} />
            {today}
            {make}
          </section>
        )
      }}
    />
  )
  return (
    <>
      {drawer}
      <Suspense fallback={null}>
        {own ? (
          <LocalDrawer
            kind="indicator"
            basis={source}
            onClose={() => setOwn(undefined)}
            onSaved={(name) => own.set('indicator', name)}
          />
        ) : null}
      </Suspense>
    </>
  )
}

/** The figure the task would have today, as it is typed. */
function Today({
  notice,
  item,
  binding,
}: {
  notice: string
  item: NoticeItem
  binding: Record<string, unknown>
}) {
  const settled = useSettled(JSON.stringify(binding))
  const shown = useQuery({
    ...previewQuery(notice, [{ item: item.id, version: item.version, binding: JSON.parse(settled) }]),
    placeholderData: (before) => before,
  })
  const [preview] = shown.data ?? []
  if (shown.error) return <small role="status">{sentence(shown.error)}</small>
  return preview ? <FigurePreview of={preview} /> : <small role="status">正在计算今天的数字…</small>
}

/** A text once it has not changed for a moment: not every key asks the server. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 400)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

/** Named records: "the four blast-furnace firms". */
function Subset({
  register,
  value,
  onChange,
}: {
  register: string
  value: string[]
  onChange: (ids: string[]) => void
}) {
  const { find } = useFieldServices()
  const { byName } = useCatalogue()
  const [text, setText] = useState('')
  const found = useQuery({
    queryKey: ['records', register, 'find', text],
    queryFn: () => find(register, text),
  })
  const named = useQuery({
    queryKey: ['records', register, 'named', value],
    queryFn: () =>
      get<Page>(recordPath(register), {
        where: { field: 'id', op: 'in', to: { value } },
        limit: Math.max(1, Math.min(500, value.length)),
      }),
    enabled: value.length > 0,
  })
  const def = byName.get(register)
  const names = (named.data?.rows ?? []).map((r) => ({
    value: r.id,
    label: String(r[def?.title ?? ''] ?? r.id),
  }))
  const options = [...new Map([...names, ...(found.data ?? [])].map((o) => [o.value, o])).values()]
  return (
    <Select
      mode="multiple"
      className="wide"
      aria-label={`指定${def?.label ?? '对象'}`}
      placeholder={`指定${def?.label ?? '对象'}：输入名称查找，可选多个；不选则为全部`}
      showSearch={{ filterOption: false, onSearch: setText }}
      value={value}
      options={options}
      loading={found.isFetching}
      onChange={onChange}
    />
  )
}

/** How many records the filter leaves, at once. */
function Reach({ register, where }: { register: string; where: Condition | undefined }) {
  const { byName } = useCatalogue()
  const q = useQuery({
    queryKey: ['records', register, 'reach', where],
    queryFn: () => get<Page>(recordPath(register), { where, limit: 1, count: true }),
    enabled: where !== undefined,
  })
  if (!where) return null
  return (
    <small role="status">
      {q.data ? `符合筛选的${byName.get(register)?.label ?? ''}有 ${q.data.total} 条` : '正在计数…'}
    </small>
  )
}
