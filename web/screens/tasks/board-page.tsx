import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useMemo } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import { get } from '../../api/http.ts'
import { asList, useMe } from '../../api/queries.ts'
import type { Me } from '../../api/types.ts'
import type { NoticeHead, Task, TaskState } from '../../api/work-types.ts'
import { managesCounty } from '../../app/nav.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Wait } from '../../parts/say.tsx'
import { dueText } from '../../parts/time.ts'
import { ExportTool } from '../../register/export-tool.tsx'
import { SearchBox } from '../../register/search-box.tsx'
import '../../register/list.css'
import { correctedWords } from './corrected.tsx'
import { CountyChoice, Grid, gridQuery } from './grid.tsx'
import { Progress, ProofSplit, State } from './progress.tsx'
import './tasks.css'
import { ownersText, stateOf, states, stateWords, withUnit } from './words.ts'

export const tasksQuery = (notice: string) => ({
  queryKey: ['tasks', 'list', notice],
  queryFn: () => get<Task[] | { tasks: Task[] }>('/api/tasks', { notice }).then(asList<Task>('tasks')),
})

/** Looks after several counties. */
const isWide = (me: Me) =>
  me.roles.some((r) => r.role === 'city-viewer' || r.role === 'province-viewer') && me.home.code.length < 6

/** The task book: every duty of the notice with progress that is computed, never reported. */
export default function BoardPage() {
  const [params, setParams] = useSearchParams()
  const me = useMe()
  const { unitName } = useFieldServices()
  const notice = params.get('notice') ?? ''
  const state = params.get('state') ?? ''
  const owner = params.get('owner') ?? ''
  const q = params.get('q') ?? ''
  const area = params.get('area') ?? ''
  // whoever looks after several counties sees them side by side first
  const wide = isWide(me)
  const view = params.get('view') ?? (wide ? 'places' : 'list')
  const byCounty = wide && !area
  const counties = useQuery({ ...gridQuery({ by: 'county', area: '', notice }), enabled: wide })
  const tasks = useQuery(tasksQuery(notice))
  const notices = useQuery({
    queryKey: ['notices'],
    queryFn: () =>
      get<NoticeHead[] | { notices: NoticeHead[] }>('/api/notices').then(asList<NoticeHead>('notices')),
  })
  const set = (k: string, v: string) =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old)
        v ? next.set(k, v) : next.delete(k)
        return next
      },
      { replace: k === 'q' },
    )
  const setArea = (code: string) => set('area', code)
  const counts = useMemo(() => {
    const n = new Map<TaskState, number>()
    for (const t of tasks.data ?? []) n.set(stateOf(t), (n.get(stateOf(t)) ?? 0) + 1)
    return n
  }, [tasks.data])
  const owners = useMemo(() => [...new Set((tasks.data ?? []).flatMap((t) => t.owners))], [tasks.data])
  const shown = (tasks.data ?? []).filter(
    (t) =>
      (!state || stateOf(t) === state) &&
      (!area || t.area?.startsWith(area)) &&
      (!owner || t.owners.includes(owner)) &&
      (!q || t.title.includes(q) || t.sentence.includes(q)),
  )
  return (
    <div className="page">
      <Head
        title="任务书"
        note="进度由台账计算，不由人填报；到期日的数字会被固定。"
        acts={
          <>
            {managesCounty(me) ? (
              <Link className="button" to="/notices">
                从通知分解任务
              </Link>
            ) : null}
            {view === 'places' ? (
              <ExportTool
                path="/api/tasks/grid/export"
                query={{ by: byCounty ? 'county' : 'town', area, notice }}
                note="每件任务一行，各地一列；逾期、临期的地方在最后两列。"
                asks={false}
              />
            ) : null}
          </>
        }
      />
      <nav className="tabs" aria-label="怎样看">
        <button type="button" aria-pressed={view === 'list'} onClick={() => set('view', wide ? 'list' : '')}>
          按任务
        </button>
        <button
          type="button"
          aria-pressed={view === 'places'}
          onClick={() => set('view', wide ? '' : 'places')}
        >
          {wide ? '各县' : '按乡镇'}
        </button>
      </nav>
      {view === 'list' ? (
        <nav className="tabs" aria-label="按状态看">
          <button type="button" aria-pressed={state === ''} onClick={() => set('state', '')}>
            全部 <span className="count">{tasks.data?.length ?? ''}</span>
          </button>
          {states
            .filter((s) => counts.get(s) || state === s)
            .map((s) => (
              <button
                key={s}
                type="button"
                aria-pressed={state === s}
                onClick={() => set('state', state === s ? '' : s)}
              >
                {stateWords[s]} <span className="count">{counts.get(s) ?? 0}</span>
              </button>
            ))}
        </nav>
      ) : null}
      <div className="bar">
        <SearchBox value={q} onChange={(v) => set('q', v)} what="任务" />
        {(notices.data?.length ?? 0) > 1 && (
          <Select
            aria-label="通知"
            allowClear
            placeholder="全部通知"
            popupMatchSelectWidth={false}
            style={{ width: 220 }}
            value={notice || undefined}
            onChange={(v?: string) => set('notice', v ?? '')}
            options={(notices.data ?? []).map((n) => ({ value: n.id, label: n.title ?? n.name }))}
          />
        )}
        {wide ? <CountyChoice grid={counties.data} area={area} onArea={setArea} /> : null}
        {view === 'list' && owners.length > 1 && (
          <Select
            aria-label="责任单位"
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            placeholder="全部责任单位"
            popupMatchSelectWidth={false}
            style={{ width: 180 }}
            value={owner || undefined}
            onChange={(v?: string) => set('owner', v ?? '')}
            options={owners.map((o) => ({ value: o, label: unitName(o) }))}
          />
        )}
      </div>
      {view === 'places' ? (
        <Grid query={{ by: byCounty ? 'county' : 'town', area, notice, q }} onArea={setArea} />
      ) : (
        <Wait for={tasks} what="任务书" lines={10}>
          {(all) =>
            all.length === 0 ? (
              <div className="panel">
                <Empty
                  title="还没有任务"
                  act={
                    managesCounty(me) ? (
                      <Link className="button primary" to="/notices">
                        录入通知
                      </Link>
                    ) : null
                  }
                >
                  {managesCounty(me)
                    ? '把年度通知粘贴或上传进来，逐条确认后就成为任务。'
                    : '县局把年度通知分解成任务后，会出现在这里。'}
                </Empty>
              </div>
            ) : shown.length === 0 ? (
              <div className="panel">
                <Empty title="没有符合的任务">换个状态或责任单位再看。</Empty>
              </div>
            ) : (
              <ul className="tasks">
                <li className="task-row task-head" aria-hidden="true">
                  <span>任务</span>
                  <span>进度</span>
                  <span>可信程度</span>
                  <span>状态与期限</span>
                  <span>责任单位</span>
                </li>
                {shown.map((t) => (
                  <TaskRow key={t.id} task={t} />
                ))}
              </ul>
            )
          }
        </Wait>
      )}
    </div>
  )
}

function TaskRow({ task: t }: { task: Task }) {
  const { unitName } = useFieldServices()
  const due = dueText(t.due)
  const open = !/^met/.test(stateOf(t))
  return (
    <li className="task-row">
      <span className="task-name">
        <Link to={`/tasks/${t.id}`}>{t.title}</Link>
        <small className="task-sentence">{t.sentence}</small>
      </span>
      <span>
        <Progress task={t} />
        {t.indicator ? null : <small>以佐证材料完成，须第二人确认</small>}
        {t.evidence && t.evidence.pending > 0 ? <small>　{t.evidence.pending} 份待确认</small> : null}
      </span>
      <span className="task-proof">
        <ProofSplit figure={t.own?.proof ? t.own : t.figure} />
      </span>
      <span className="task-due">
        <State task={t} />
        {t.corrected ? (
          <small
            title={`到期日固定的是 ${withUnit(t.frozen?.value, t.unit)}，按更正后的记录为 ${withUnit(t.corrected.value, t.unit)}`}
          >
            {correctedWords(t.corrected.n)}，更正后为 {withUnit(t.corrected.value, t.unit)}
          </small>
        ) : null}
        <small className="num">
          {t.due ?? '没有期限'} {open && t.due ? due.text : ''}
          {t.own && stateOf(t) !== t.state ? `　全县${stateWords[t.state]}` : ''}
        </small>
      </span>
      <span className="task-owners">
        <small title={t.owners.map(unitName).join('、')}>{ownersText(t.owners.map(unitName))}</small>
      </span>
    </li>
  )
}
