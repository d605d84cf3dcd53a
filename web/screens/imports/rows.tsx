import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { type ReactNode, useMemo, useState } from 'react'
import { Link } from 'react-router'
import type { RecordDef } from '../../../engine/core/definition.ts'
import { uiOf } from '../../../fields/ui.ts'
import { FieldServicesProvider, useFieldServices } from '../../../fields/ui-kit.tsx'
import { sentence } from '../../api/http.ts'
import type { ImportRow, ImportSession } from '../../api/import-types.ts'
import { useCatalogue } from '../../api/queries.ts'
import type { Row } from '../../api/types.ts'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { Empty, Failed, Loading } from '../../parts/say.tsx'
import { titleOf } from '../../register/columns.ts'
import { correctRow, moving, type RowFilter, rowsPage } from './api.ts'

/** What a cell was taken for; what the sheet says of all its rows is no other reading. */
const repaired = (p: { text?: string; to?: string; message: string }): string =>
  p.text === p.to ? `“${p.to}”（${p.message}）` : `“${p.text}”读作“${p.to}”（${p.message}）`

/** The lines of one kind, with what is wrong; a wrong one is put right here. */
export function Rows({
  s,
  def,
  filter,
  onCorrected,
}: {
  s: ImportSession
  def: RecordDef
  filter: RowFilter
  onCorrected: () => void
}) {
  const [editing, setEditing] = useState<ImportRow>()
  const q = useInfiniteQuery({
    // read again, rows are others: what was kept of an earlier reading may have come in the middle of this one
    queryKey: ['imports', s.id, 'rows', filter, moving(s.state) ? s.state : `${s.state} ${s.updatedAt}`],
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam }) => rowsPage(s.id, filter, pageParam),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  const rows = q.data?.pages.flatMap((p) => p.rows) ?? []
  const areas = useMemo(() => Object.assign({}, ...(q.data?.pages.map((p) => p.areas) ?? [])), [q.data])
  if (q.isPending) return <Loading lines={6} what="各行" />
  if (q.error && rows.length === 0)
    return <Failed error={q.error} title="各行读取失败" retry={() => void q.refetch()} />
  if (rows.length === 0)
    return (
      <div className="panel">
        <Empty title="没有这一类的行" />
      </div>
    )
  return (
    <NamedAreas names={areas}>
      <ul className="import-lines" aria-busy={q.isPlaceholderData}>
        {rows.map((r) => (
          <Line key={r.line} s={s} def={def} row={r} onEdit={() => setEditing(r)} onDecided={onCorrected} />
        ))}
        {q.hasNextPage ? (
          <li>
            <Button loading={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
              再看 50 行
            </Button>
          </li>
        ) : null}
      </ul>
      {editing ? (
        <EditRow s={s} def={def} row={editing} onClose={() => setEditing(undefined)} onSaved={onCorrected} />
      ) : null}
    </NamedAreas>
  )
}

/** A sheet names places beyond the reader's own list: they have names too, in the list and in the form. */
function NamedAreas({ names, children }: { names: Record<string, string>; children: ReactNode }) {
  const services = useFieldServices()
  const value = useMemo(() => {
    const known = new Set(services.areas.map((a) => a.value))
    const more = Object.entries(names).flatMap(([code, label]) =>
      known.has(code) ? [] : [{ value: code, label }],
    )
    return {
      ...services,
      areas: [...services.areas, ...more],
      areaName: (code: string) => names[code] ?? services.areaName(code),
    }
  }, [services, names])
  return <FieldServicesProvider value={value}>{children}</FieldServicesProvider>
}

const labelOf = (def: RecordDef, parent: RecordDef | undefined, field: string): string => {
  if (field === '') return '整行'
  const dot = field.indexOf('.')
  if (dot > 0) return `所属${parent?.label ?? ''}${parent?.fields[field.slice(dot + 1)]?.label ?? ''}`
  return def.fields[field]?.label ?? field
}

function Line({
  s,
  def,
  row: r,
  onEdit,
  onDecided,
}: {
  s: ImportSession
  def: RecordDef
  row: ImportRow
  onEdit: () => void
  onDecided: () => void
}) {
  const { byName } = useCatalogue()
  const { message } = App.useApp()
  const parent = def.of ? byName.get(def.of) : undefined
  const send = (change: Record<string, unknown>) =>
    correctRow(s.id, r.line, change)
      .then(onDecided)
      .catch((e) => void message.error(sentence(e), 8))
  const decide = (decision: string | null) => send({ decision })
  const open = s.state === 'preview' || (s.state === 'done' && !r.done)
  const changed = new Set(r.changes.map((x) => x.field))
  const shown = def.list
    .filter((n) => !changed.has(n) && r.values[n] !== null && r.values[n] !== undefined && def.fields[n])
    .slice(0, 5)
  const fake = r.values as unknown as Row
  const moves = r.problems.find((p) => p.ask === 'moves')
  const candidates = r.problems.flatMap((p) => (p.ask === 'moves' ? [] : (p.candidates ?? [])))
  const settle = s.state === 'preview' && r.problems.some((p) => p.settle === 'apply')
  return (
    <li className="import-line">
      <span className="num line-no">
        {r.sheet ? `${r.sheet} ` : ''}第 {r.at} 行
      </span>
      <div>
        <b className="wrap">
          {r.record && r.done ? (
            <Link to={`/records/${def.name}/${r.record}`}>{titleOf(def, fake)}</Link>
          ) : (
            titleOf(def, fake)
          )}
        </b>
        <small>
          {shown
            .filter((n) => n !== def.title)
            .map((n) => {
              const { Show } = uiOf(def.fields[n]!.type)
              return (
                <span key={n} className="line-fact">
                  {def.fields[n]?.label}{' '}
                  <Show name={n} def={def.fields[n]!} value={r.values[n]} row={fake} brief />
                </span>
              )
            })}
        </small>
        {r.changes.length > 0 ? (
          <ul className="line-changes" aria-label="改动">
            {r.changes.map((x) => (
              <li key={x.field} className="wrap">
                {x.label}：{x.from || '（空）'} → <b>{x.to || '（空）'}</b>
              </li>
            ))}
          </ul>
        ) : null}
        {r.problems.map((p) => (
          <span
            key={`${p.field} ${p.level} ${p.message}`}
            className={p.level === 'error' ? 'complaint' : 'line-warning'}
          >
            {told(labelOf(def, parent, p.field), p.level === 'repair' ? repaired(p) : p.message)}
          </span>
        ))}
        {open && moves ? (
          <div className="row">
            {moves.candidates?.map((c) => (
              <Button key={c.id} size="small" onClick={() => void send({ values: { [moves.field]: c.id } })}>
                {c.title}
              </Button>
            ))}
            <Button size="small" onClick={() => void decide('new')}>
              不是同一条，新增
            </Button>
          </div>
        ) : null}
        {settle ? (
          <div className="row">
            <Button size="small" onClick={() => void decide('apply')}>
              照此导入
            </Button>
            <small>以本行为准，写在前面那一行之后</small>
          </div>
        ) : null}
        {open && (candidates.length > 0 || r.problems.some((p) => p.ask === 'which')) ? (
          <div className="row">
            <small>是不是：</small>
            {candidates.map((c) => (
              <Button key={c.id} size="small" onClick={() => void decide(c.id)}>
                {c.title}
              </Button>
            ))}
            <Button size="small" onClick={() => void decide('new')}>
              都不是，新增
            </Button>
          </div>
        ) : null}
      </div>
      {open ? (
        <span className="row line-acts">
          <Button size="small" onClick={onEdit}>
            改正
          </Button>
          {r.state === 'skipped' ? (
            <Button size="small" onClick={() => void decide(null)}>
              不跳过
            </Button>
          ) : s.state === 'preview' ? (
            <Button size="small" type="text" onClick={() => void decide('skip')}>
              跳过
            </Button>
          ) : null}
        </span>
      ) : null}
    </li>
  )
}

/** Most sentences name their field; the others get it in front. */
const told = (label: string, message: string): string =>
  message.startsWith(label) ? message : `${label}：${message}`

/** The line's values as a form; what could not be read is shown as it stands in the sheet. */
function EditRow({
  s,
  def,
  row,
  onClose,
  onSaved,
}: {
  s: ImportSession
  def: RecordDef
  row: ImportRow
  onClose: () => void
  onSaved: () => void
}) {
  const { message } = App.useApp()
  const wrong = new Set(row.problems.map((p) => p.field))
  const mapped = new Set(s.headings.map((h) => h.field).filter((f): f is string => f !== null))
  const names = Object.keys(def.fields).filter(
    (n) =>
      (wrong.has(n) || mapped.has(n) || def.fields[n]?.required) &&
      !['photos', 'files'].includes(def.fields[n]!.type),
  )
  names.sort((a, b) => Number(wrong.has(b)) - Number(wrong.has(a)))
  const rawOf = (n: string) => {
    const title = s.headings.find((h) => h.field === n)?.title
    return title ? row.raw[title] : undefined
  }
  const fields = Object.fromEntries(
    names.map((n) => {
      const raw = rawOf(n)
      const problem = row.problems.find((p) => p.field === n)
      const help = [problem?.message, raw ? `表中写的是“${raw}”` : ''].filter(Boolean).join('；')
      return [n, { ...def.fields[n]!, when: undefined, help: help || undefined }]
    }),
  )
  return (
    <FormDrawer
      title={`改正第 ${row.at} 行`}
      send="保存改正"
      fields={fields}
      start={row.values}
      row={row.values}
      onClose={onClose}
      onSend={async (values) => {
        const changed = Object.fromEntries(
          names
            .filter((n) => JSON.stringify(values[n] ?? null) !== JSON.stringify(row.values[n] ?? null))
            .map((n) => [n, values[n] ?? null]),
        )
        await correctRow(s.id, row.line, { values: changed })
        void message.success('已改正')
        onSaved()
        onClose()
      }}
      lead={<p className="soft">只改这次导入的内容，不会改动您电脑上的表格。</p>}
    />
  )
}
