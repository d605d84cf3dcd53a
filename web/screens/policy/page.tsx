import { useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useMemo, useState } from 'react'
import type { Json } from '../../../engine/core/condition/ast.ts'
import type { Fields } from '../../../engine/core/definition.ts'
import { del, isApiError, patch, post, sentence } from '../../api/http.ts'
import { client, refresh, useMe } from '../../api/queries.ts'
import type { PolicyRow } from '../../api/work-types.ts'
import { managesCounty, setsNumbers } from '../../app/nav.tsx'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Wait } from '../../parts/say.tsx'
import { today } from '../../parts/time.ts'
import { policyQuery } from '../../register/lexicon.ts'
import { SearchBox } from '../../register/search-box.tsx'
import { LocalDefinitions } from '../local/list.tsx'
import '../../register/list.css'
import './policy.css'

const sure: Record<PolicyRow['sure'], string> = {
  S: '已对照公开文本',
  N: '来自通知',
  M: '待核对原文',
  D: '建议值',
}

type Period = { days: number; calendar: 'calendar' | 'working' }
const isPeriod = (v: Json): v is Period & { [k: string]: Json } =>
  typeof v === 'object' && v !== null && !Array.isArray(v) && 'days' in v

const valueText = (v: Json, unit?: string | null, options?: PolicyRow['options']): string => {
  const named = options?.find((o) => o.value === v)
  if (named) return named.label
  if (isPeriod(v)) return `${v.days} 个${v.calendar === 'working' ? '工作日' : '自然日'}`
  if (Array.isArray(v)) return v.join('、')
  if (typeof v === 'boolean') return v ? '是' : '否'
  return `${String(v)}${unit ? ` ${unit}` : ''}`
}

/** Of the rows of one key the one in force here: the county's own, else the nearest area, else the newest. */
const inForce = (rows: PolicyRow[], home: string): PolicyRow | undefined => {
  const on = today()
  return rows
    .filter((r) => home.startsWith(r.area) && r.from <= on && (!r.to || on <= r.to))
    .sort(
      (a, b) =>
        b.area.length - a.area.length ||
        Number(b.local ?? false) - Number(a.local ?? false) ||
        (a.from < b.from ? 1 : -1),
    )[0]
}

/** Every number that comes from law or notice, with where it comes from; a county sets its own beside it. */
export default function PolicyPage() {
  const me = useMe()
  const q = useQuery(policyQuery)
  const [text, setText] = useState('')
  const [editing, setEditing] = useState<{ of: PolicyRow; own?: PolicyRow }>()
  const county = me.home.code.slice(0, 6)
  const groups = useMemo(() => {
    const by = new Map<string, PolicyRow[]>()
    for (const r of q.data ?? []) by.set(r.key, [...(by.get(r.key) ?? []), r])
    return [...by].filter(
      ([k, rows]) => !text || k.includes(text) || rows.some((r) => `${r.label}${r.basis}`.includes(text)),
    )
  }, [q.data, text])
  return (
    <div className="page">
      <Head
        title="依据参数"
        note={`法规和通知里的数字都在这里，随程序提供，可为本县另定。${setsNumbers(me) ? '' : '修改须由县级管理员或业务管理员办理。'}`}
      />
      <div className="bar">
        <SearchBox value={text} onChange={setText} what="参数或依据" />
      </div>
      <Wait for={q} what="依据参数" lines={12}>
        {() =>
          groups.length === 0 ? (
            <Empty title="没有符合的参数" />
          ) : (
            <ul className="policy">
              {groups.map(([key, rows]) => (
                <PolicyItem
                  key={key}
                  rows={rows}
                  now={inForce(rows, county)}
                  may={setsNumbers(me)}
                  onEdit={(of, own) => setEditing({ of, ...(own && { own }) })}
                />
              ))}
            </ul>
          )
        }
      </Wait>
      {managesCounty(me) ? <LocalDefinitions /> : null}
      {editing ? <Edit {...editing} onClose={() => setEditing(undefined)} /> : null}
    </div>
  )
}

function PolicyItem({
  rows,
  now,
  may,
  onEdit,
}: {
  rows: PolicyRow[]
  now: PolicyRow | undefined
  may: boolean
  onEdit: (of: PolicyRow, own?: PolicyRow) => void
}) {
  const { message, modal } = App.useApp()
  const first = now ?? rows[0]!
  const others = rows.filter((r) => r !== now)
  const own = rows.find((r) => r.local)
  const remove = (r: PolicyRow) =>
    void modal.confirm({
      title: `取消本县的“${r.label}”？`,
      content: '恢复使用随程序提供的数值。留痕保留。',
      okText: '取消本县数值',
      cancelText: '保留',
      onOk: () =>
        del(`/api/policy/${r.id}`, { ifMatch: r.version })
          .then(settled)
          .catch((e) => void message.error(sentence(e))),
    })
  return (
    <li className="policy-row">
      <span>
        <b>{first.label}</b>
        <small className="code">{first.key}</small>
      </span>
      <span className="policy-value">
        {now ? valueText(now.value, now.unit, now.options) : '—'}
        {now?.local ? <span className="chip solid">本县</span> : null}
      </span>
      <span className="wrap">
        {first.basis}
        <small>
          {sure[first.sure]} · {first.from} 起{first.to ? `至 ${first.to}` : ''}
          {first.areaName ? ` · ${first.areaName}` : first.area === '' ? ' · 全国' : ''}
        </small>
        {others.length > 0 ? (
          <details>
            <summary>
              <small>另有 {others.length} 条</small>
            </summary>
            {others.map((r) => (
              <small key={`${r.area} ${r.from} ${r.id ?? ''}`}>
                {r.areaName || (r.area === '' ? '全国' : r.area)}：{valueText(r.value, r.unit, r.options)}（
                {r.basis}，{r.from} 起）
              </small>
            ))}
          </details>
        ) : null}
      </span>
      {may ? (
        <span className="row">
          <Button size="small" onClick={() => onEdit(rows.find((r) => !r.local) ?? first, own)}>
            {own ? '修改' : '本县另定'}
          </Button>
          {own ? (
            <Button size="small" type="text" onClick={() => remove(own)}>
              取消
            </Button>
          ) : null}
        </span>
      ) : null}
    </li>
  )
}

const settled = () => {
  void client.invalidateQueries({ queryKey: ['policy'] })
  refresh()
}

function Edit({ of, own, onClose }: { of: PolicyRow; own?: PolicyRow; onClose: () => void }) {
  const { message } = App.useApp()
  const from = own ?? of
  const period = isPeriod(from.value)
  const numeric = typeof from.value === 'number'
  const flag = typeof from.value === 'boolean'
  const list = Array.isArray(from.value)
  const fields: Fields = {
    value: period
      ? { type: 'number', label: '天数', required: true, min: 0, unit: '天' }
      : numeric
        ? { type: 'number', label: '数值', required: true, unit: of.unit ?? undefined }
        : flag
          ? { type: 'flag', label: '数值', required: true }
          : of.options
            ? { type: 'choice', label: '企业范围', required: true, options: of.options }
            : { type: 'text', label: '数值', required: true, help: list ? '多个值用顿号隔开' : undefined },
    ...(period && {
      calendar: {
        type: 'choice',
        label: '怎样数天',
        required: true,
        options: [
          { value: 'calendar', label: '自然日' },
          { value: 'working', label: '工作日' },
        ],
      },
    }),
    from: { type: 'date', label: '从哪天起', required: true },
    to: { type: 'date', label: '到哪天止', help: '一直有效就不填' },
    basis: {
      type: 'text',
      label: '依据',
      required: true,
      multiline: true,
      length: 300,
      help: '写明文件名称和条款，如：泽应急发〔2026〕56号 二（三）',
    },
  }
  const value = (v: Record<string, unknown>): unknown =>
    period
      ? { days: v.value, calendar: v.calendar }
      : list
        ? String(v.value)
            .split(/[、，,]/)
            .map((x) => x.trim())
            .filter(Boolean)
            .map((x) => (Number.isFinite(Number(x)) ? Number(x) : x))
        : v.value
  return (
    <FormDrawer
      title={`${own ? '修改本县的' : '为本县另定'}“${of.label}”`}
      send="保存"
      fields={fields}
      start={{
        value: period
          ? (from.value as unknown as Period).days
          : list
            ? (from.value as Json[]).join('、')
            : from.value,
        ...(period && { calendar: (from.value as unknown as Period).calendar }),
        from: own?.from ?? today(),
        to: own?.to,
        basis: own?.basis,
      }}
      lead={
        <p className="soft">
          随程序提供的是 {valueText(of.value, of.unit)}（{of.basis}
          ）。改后，等级和指标按新数值重新计算，新开始的期限用新的天数，已经在走的不变。
        </p>
      }
      onClose={onClose}
      onSend={async (v) => {
        const body = { value: value(v), from: v.from, to: v.to ?? null, basis: v.basis }
        if (own?.id) await patch(`/api/policy/${own.id}`, body, { ifMatch: own.version })
        else await post('/api/policy', { key: of.key, ...body })
        settled()
        void message.success('已保存')
        onClose()
      }}
      onFail={(e) => {
        if (isApiError(e) && e.code === 'version-lost') settled()
      }}
    />
  )
}
