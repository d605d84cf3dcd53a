import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import { todayQuery, useMe } from '../../api/queries.ts'
import type { Act, Show, Today, TodayGroup, TodayItem } from '../../api/types.ts'
import { isViewer, onlyAdministers } from '../../app/nav.tsx'
import { Administers } from '../../app/no-right.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Wait } from '../../parts/say.tsx'
import { today } from '../../parts/time.ts'
import { Row } from './row.tsx'
import './today.css'
import { loadOrRetry } from '../../parts/later.tsx'

const Doing = lazy(() => loadOrRetry(() => import('./doing.tsx')))

const weekday = new Intl.DateTimeFormat('zh-CN', { weekday: 'long', timeZone: 'UTC' })

const groupLabels: Record<TodayGroup, string> = {
  machine: '系统',
  urgent: '重大和逾期',
  mine: '等我办',
  duty: '本期要做的',
  task: '任务',
  expires: '到期',
  broken: '记录有问题',
}

const shows: Record<Show, string> = {
  late: '已逾期',
  week: '七天内到期',
  major: '重大未销号',
  mine: '等我办',
}
const isShow = (name: string | null): name is Show => name !== null && Object.hasOwn(shows, name)

/** What needs me today: how much there is, then what is urgent by risk, and what I can do about it right here. */
export default function TodayPage() {
  const me = useMe()
  const [params] = useSearchParams()
  const asked = params.get('show')
  const show = isShow(asked) ? asked : undefined
  const query = useQuery({ ...todayQuery(show), placeholderData: keepPreviousData })
  const [doing, setDoing] = useState<Act>()
  const now = today()
  return (
    <div className="page">
      <Head
        title={show ? shows[show] : '今日'}
        plainTitle={show ? `${shows[show]} · 今日` : '今日'}
        {...(show && { trail: [{ to: '/', label: '今日' }] })}
        note={`${now} ${weekday.format(new Date(`${now}T00:00:00Z`))} · ${me.organisation?.title ?? me.home.name}`}
      />
      <Wait for={query} what="今日事项">
        {(data) => (
          <>
            <Figures figures={data.figures} show={show} />
            {data.items.length === 0 ? (
              <Nothing show={show} />
            ) : (
              <Groups data={data} flat={show !== undefined} onAct={setDoing} />
            )}
          </>
        )}
      </Wait>
      {doing ? (
        <Suspense fallback={null}>
          <Doing act={doing} onClose={() => setDoing(undefined)} />
        </Suspense>
      ) : null}
    </div>
  )
}

/** Headline figures, each the way to its list. */
function Figures({ figures, show }: { figures: Today['figures']; show: Show | undefined }) {
  if (figures.length === 0) return null
  const risky = (name: Show) => name === 'late' || name === 'major'
  return (
    <nav className="today-figures" aria-label="总数">
      {figures.map((f) => (
        <Link
          key={f.name}
          to={f.name === show ? '/' : f.link}
          aria-current={f.name === show ? 'true' : undefined}
          data-figure={f.name}
        >
          <b className={`num ${f.n > 0 && risky(f.name) ? 'late' : ''}`}>{f.n}</b>
          <span>{f.label}</span>
        </Link>
      ))}
    </nav>
  )
}

function Nothing({ show }: { show: Show | undefined }) {
  const me = useMe()
  if (onlyAdministers(me)) return <Administers title="今天没有要您处理的事" />
  if (show) return <Empty title={`没有“${shows[show]}”的事项`} act={<Link to="/">回到今日</Link>} />
  return (
    <Empty
      title="今天没有要您处理的事"
      act={!isViewer(me) ? undefined : <Link to="/tasks">看看任务书的进度</Link>}
    >
      到期、超期和待您处理的事会出现在这里。
    </Empty>
  )
}

/** Who supervises several counties reads them county by county, the most urgent county first. */
function Counties({
  items,
  list,
}: {
  items: readonly TodayItem[]
  list: (items: readonly TodayItem[]) => React.ReactNode
}) {
  const { areaName } = useFieldServices()
  const counties = [...new Set(items.flatMap((i) => i.county ?? []))]
  if (counties.length === 0) return list(items)
  const rest = items.filter((i) => !i.county)
  return (
    <>
      {counties.map((code) => {
        const own = items.filter((i) => i.county === code)
        return (
          <div key={code} data-county={code}>
            <h3 className="shelf-county">
              {areaName(code)} <span className="count">{own.length}</span>
            </h3>
            {list(own)}
          </div>
        )
      })}
      {rest.length > 0 ? list(rest) : null}
    </>
  )
}

function Groups({ data, flat, onAct }: { data: Today; flat: boolean; onAct: (act: Act) => void }) {
  const names = [...new Set(data.items.map((i) => i.group))]
  const list = (items: readonly TodayItem[]) => (
    <ul>
      {items.map((i) => (
        <Row key={`${i.link} ${i.kind} ${i.title}`} item={i} onAct={onAct} />
      ))}
    </ul>
  )
  const byCounty = (items: readonly TodayItem[]) => <Counties items={items} list={list} />
  if (flat) return <section className="shelf">{byCounty(data.items)}</section>
  return names.map((name) => {
    const items = data.items.filter((i) => i.group === name)
    const more = data.more.find((m) => m.group === name)
    return (
      <section key={name} className="shelf" data-group={name}>
        <h2>
          {groupLabels[name]} <span className="count">{items.length}</span>
        </h2>
        {byCounty(items)}
        {more ? (
          <p className="shelf-more">
            这里只列最要紧的 {items.length} 件。<Link to={more.link}>全部 {more.n} 件</Link>
          </p>
        ) : null}
      </section>
    )
  })
}
