import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { Link, useSearchParams } from 'react-router'
import type { RecordDef } from '../../../engine/core/definition.ts'
import { get } from '../../api/http.ts'
import { useCatalogue, useMe } from '../../api/queries.ts'
import type { Contact, TaskDetail, TaskRows } from '../../api/work-types.ts'
import { isOfficer } from '../../app/nav.tsx'
import { Empty, Failed, Loading } from '../../parts/say.tsx'
import { parentTitleOf, titleOf } from '../../register/columns.ts'
import { ExportTool } from '../../register/export-tool.tsx'
import { SearchBox } from '../../register/search-box.tsx'
import { writableFields } from '../../register/writable.ts'
import '../../register/list.css'
import type { Asked } from './evidence.tsx'

type Which = 'missing' | 'met'

/** What of a task's list the address says: it survives a reload, can be sent, and the way back leads to it. */
export interface ListAddress {
  which: Which
  town: string
  q: string
  set(change: Partial<{ which: Which; town: string; q: string }>): void
}

export function useListAddress(): ListAddress {
  const [params, setParams] = useSearchParams()
  return {
    which: params.get('list') === 'met' ? 'met' : 'missing',
    town: params.get('town') ?? '',
    q: params.get('q') ?? '',
    set: (change) =>
      setParams(
        (old) => {
          const next = new URLSearchParams(old)
          const put = (key: string, value: string | undefined) => {
            if (value) next.set(key, value)
            else if (value !== undefined) next.delete(key)
          }
          put('town', change.town)
          put('q', change.q)
          put('list', change.which === 'missing' ? '' : change.which)
          return next
        },
        { replace: change.q !== undefined, preventScrollReset: true },
      ),
  }
}

/** Who is missing (or who counts), each with the reason and whom to call, with the way to the record. */
export function Missing({
  task,
  list,
  onPaper,
}: {
  task: TaskDetail
  list: ListAddress
  /** a paper that lacks is to be handed in */
  onPaper: (paper: Asked) => void
}) {
  const { which, town, q } = list
  const path = `/api/tasks/${task.id}/${which}`
  const found = useInfiniteQuery({
    queryKey: ['tasks', 'one', task.id, which, town, q],
    queryFn: ({ pageParam }) => get<TaskRows>(path, { town, q, limit: 30, offset: pageParam || undefined }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const n = pages.reduce((sum, p) => sum + p.rows.length, 0)
      return last.rows.length > 0 && n < last.total ? n : null
    },
  })
  const rows = found.data?.pages.flatMap((p) => p.rows) ?? []
  const total = found.data?.pages[0]?.total
  const running = found.data?.pages[0]?.running ?? 0
  const townName = task.towns.find((t) => t.code === town)?.name ?? town
  return (
    <section className="panel">
      <header>
        <nav className="row" aria-label="看哪些">
          {(['missing', 'met'] as const).map((w) => (
            <button
              key={w}
              type="button"
              className="button"
              aria-pressed={which === w}
              aria-expanded={which === w}
              onClick={() => list.set({ which: w })}
            >
              {w === 'missing' ? '还差谁' : '已完成的'}
            </button>
          ))}
        </nav>
        <span className="push">
          <ExportTool
            path={`${path}/export`}
            query={{ town, q }}
            note={`按现在的筛选导出：名称、乡镇、还差什么${task.indicator ? '、联系人和电话' : ''}。`}
            asks={rows.some((r) => r.contacts.length > 0) || (total === undefined && task.indicator !== null)}
          />
        </span>
      </header>
      <div className="bar">
        <SearchBox value={q} onChange={(v) => list.set({ q: v })} what="名单" />
        {town ? (
          <span className="soft">
            只看{townName}{' '}
            <button type="button" className="link" onClick={() => list.set({ town: '' })}>
              看全部
            </button>
          </span>
        ) : task.own && task.towns.some((t) => t.code === task.own?.code) ? (
          <button type="button" className="link" onClick={() => list.set({ town: task.own?.code ?? '' })}>
            只看{task.own.name}
          </button>
        ) : null}
        <span className="soft push">
          {total === undefined
            ? ''
            : `${(total - running).toLocaleString()} 条${running ? `，另有本期还没做的 ${running.toLocaleString()} 条` : ''}`}
        </span>
      </div>
      {found.isPending ? (
        <Loading lines={5} what="名单" />
      ) : found.error && rows.length === 0 ? (
        <Failed error={found.error} title="名单读取失败" retry={() => void found.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title={q ? '没有符合的' : which === 'missing' ? '都完成了' : '还没有完成的'}>
          {q ? '换个词再找。' : undefined}
        </Empty>
      ) : (
        <ul>
          {rows.map((r) => (
            <MissingRow
              onPaper={onPaper}
              mine={
                !task.withdrawnAt &&
                task.papers?.owners.some((o) => o.mine && o.id === r.owner) &&
                which === 'missing'
              }
              key={`${r.id} ${r.period ?? ''}`}
              row={r}
              register={found.data?.pages[0]?.register}
              entered={which === 'missing' ? task.definition.entered : undefined}
            />
          ))}
          {found.hasNextPage ? (
            <li className="missing-row">
              <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                再看 30 条
              </Button>
            </li>
          ) : null}
        </ul>
      )}
    </section>
  )
}

type Entered = TaskDetail['definition']['entered']

function MissingRow({
  row: r,
  register,
  entered,
  mine,
  onPaper,
}: {
  row: TaskRows['rows'][number]
  register: string | null | undefined
  entered: Entered
  mine: boolean | undefined
  onPaper: (paper: Asked) => void
}) {
  const me = useMe()
  const { byName } = useCatalogue()
  const def = byName.get(register ?? '')
  const parent = def && parentTitleOf(def, r)
  return (
    <li className="missing-row">
      {def ? <Link to={`/records/${def.name}/${r.id}`}>{titleOf(def, r)}</Link> : <b>{r.title}</b>}
      {r.period ? <span className="chip">{r.period}</span> : null}
      {parent ? <span className="soft"> {parent}</span> : null}
      {def && entered ? <Enter def={def} row={r} entered={entered} /> : null}
      {mine && !r.waits && isOfficer(me) ? (
        <button
          type="button"
          className="link enter"
          onClick={() => onPaper({ owner: r.owner, from: r.from })}
        >
          交这一份
        </button>
      ) : null}
      <p>{r.reason}</p>
      {r.contacts.slice(0, 2).map((c) => (
        <Call key={c.phone + c.label} contact={c} />
      ))}
    </li>
  )
}

/** The way to enter what is missing, by whoever may; what is there but not proved is opened and proved instead. */
function Enter({
  def,
  row,
  entered,
}: {
  def: RecordDef
  row: TaskRows['rows'][number]
  entered: NonNullable<Entered>
}) {
  const me = useMe()
  const { byName } = useCatalogue()
  const other = byName.get(entered.register)
  if (row.archivedAt) return null
  if (row.weak) return <Prove weak={row.weak} />
  if (row.why?.holds) return null
  if (other && other.of === def.name)
    return me.rights[other.name]?.create ? (
      <Link
        className="enter"
        to={`/records/${other.name}/new?${new URLSearchParams({ ...entered.given, parent: String(row.id) })}`}
      >
        登记{other.label}
      </Link>
    ) : null
  // a case moves by its actions
  if (def.kind !== 'register' || other !== def || !me.rights[def.name]?.update) return null
  const writable = writableFields(def, me, true)
  const fields = entered.fields.filter((n) => writable[n])
  const first = fields.find((n) => row[n] === null || row[n] === undefined) ?? fields[0]
  return first ? (
    <Link className="enter" to={`/records/${def.name}/${row.id}/edit?field=${first}`}>
      填写{def.fields[first]?.label}
    </Link>
  ) : null
}

/** What is there but only claimed: its own people add papers, officers look at it and say so. */
function Prove({ weak }: { weak: { register: string; id: string } }) {
  const me = useMe()
  if (!me.rights[weak.register]?.update) return null
  return (
    <Link className="enter" to={`/records/${weak.register}/${weak.id}`}>
      {isOfficer(me) ? '去核实' : '补佐证材料'}
    </Link>
  )
}

/** A phone that is masked cannot be called. */
function Call({ contact: c }: { contact: Contact }) {
  return (
    <small className="call">
      {[c.label, c.name].filter(Boolean).join(' ')}{' '}
      {/[*＊]/.test(c.phone) ? (
        <span className="num">{c.phone}</span>
      ) : (
        <a className="num" href={`tel:${c.phone}`}>
          {c.phone}
        </a>
      )}
    </small>
  )
}
