import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useParams } from 'react-router'
import type { RecordDef } from '../../engine/core/definition.ts'
import { parentField } from '../../engine/core/naming.ts'
import { deadlinesQuery, partsQuery, rowQuery, useCatalogue, useMe } from '../api/queries.ts'
import type { Row } from '../api/types.ts'
import { NotFound } from '../app/not-found.tsx'
import { Deadlines } from '../parts/deadlines.tsx'
import { loadOrRetry } from '../parts/later.tsx'
import { Head } from '../parts/page.tsx'
import { Risk } from '../parts/risk.tsx'
import { Loading, Say, Wait } from '../parts/say.tsx'
import { timeText } from '../parts/time.ts'
import { Timeline } from '../parts/timeline.tsx'
import { gradeQuery } from '../screens/grades/api.ts'
import { parentTitleOf, titleOf } from './columns.ts'
import { Facts, Whereabouts } from './facts.tsx'
import { lastList } from './kept-place.ts'
import { Parts } from './parts.tsx'
import { RecordMenu } from './record-menu.tsx'
import { Value } from './value.tsx'

const CaseActions = lazy(() => loadOrRetry(() => import('../loop/case-actions.tsx')))
const CaseFiles = lazy(() => loadOrRetry(() => import('../loop/case-files.tsx')))
const WaitingPanel = lazy(() => loadOrRetry(() => import('../screens/wishes/waiting-panel.tsx')))
const GradeCard = lazy(() => loadOrRetry(() => import('../screens/grades/grade-card.tsx')))

/** One record: an enterprise's whole file, a case, a certificate — one page made from the definition. */
export default function RecordPage() {
  const { register = '', id = '' } = useParams()
  const def = useCatalogue().byName.get(register)
  const row = useQuery({ ...rowQuery(register, id), enabled: def !== undefined })
  if (!def) return <NotFound />
  return (
    <div className="page">
      <Wait for={row} what={def.label}>
        {(r) => <RecordBody key={r.id} def={def} row={r} />}
      </Wait>
    </div>
  )
}

const proofs = ['', '自报', '有佐证', '已核实']

/** The whole of a record. @param p.paper for print alone: nothing to press */
export function RecordBody({ def, row, paper }: { def: RecordDef; row: Row; paper?: boolean }) {
  const me = useMe()
  const { byName, childrenOf } = useCatalogue()
  const parent = def.of ? byName.get(def.of) : undefined
  const parentId = parent ? String(row[parentField(parent.name)] ?? '') : ''
  const children = childrenOf(def.name).filter((c) => me.rights[c.name]?.read)
  const right = me.rights[def.name] ?? {}
  const graded = def.kind === 'register' && def.graded
  const track = def.kind === 'loop' && row.track ? def.tracks?.[row.track] : undefined
  const chips = badges(def, row)
  return (
    <>
      <Head
        title={titleOf(def, row)}
        trail={[
          { to: lastList(def.name), label: `${def.label}台账`, back: true },
          ...(parent && parentId
            ? [{ to: `/records/${parent.name}/${parentId}`, label: parentTitleOf(def, row) || parent.label }]
            : []),
        ]}
        note={
          <span className="badges">
            {chips}
            {track ? <span title={track.note}>{track.label}流程</span> : null}
            <Whereabouts row={row} />
            <span title="自报 < 有佐证 < 已核实">可信程度：{proofs[row.proof]}</span>
          </span>
        }
        acts={paper ? null : <RecordMenu def={def} row={row} right={right} />}
      />
      {row.archivedAt ? <Say>这条记录已于 {timeText(row.archivedAt)} 归档，不再计入台账和指标。</Say> : null}
      {track?.note ? <p className="soft track-note">{track.note}</p> : null}
      {children.length > 0 && !paper && <Contents def={def} row={row} />}
      <div className="two">
        <div className="stack">
          {def.kind === 'loop' && !row.archivedAt && !paper && (
            <Suspense fallback={<Loading lines={2} what="可办事项" />}>
              <CaseActions def={def} row={row} />
            </Suspense>
          )}
          <Suspense fallback={null}>
            <WaitingPanel def={def} row={row} />
          </Suspense>
          {def.kind === 'loop' && (
            <Suspense fallback={null}>
              <CaseFiles def={def} row={row} />
            </Suspense>
          )}
          <section className="panel" id="facts">
            <Facts def={def} row={row} />
          </section>
          {children.length > 0 && <Parts def={def} row={row} />}
        </div>
        <div className="stack">
          {graded && (
            <Suspense fallback={<Loading lines={3} what="定级" />}>
              <GradeCard enterprise={row} />
            </Suspense>
          )}
          <Clocks def={def} row={row} />
          <section className="panel" id="timeline">
            <h2>留痕</h2>
            <Timeline register={def.name} id={row.id} />
          </section>
        </div>
      </div>
    </>
  )
}

/** The adopted grade with its scheme's letter; the proposal beside it while they differ. */
function GradeBadge({ row }: { row: Row }) {
  const g = useQuery(gradeQuery(row.id)).data
  const differs = g?.proposed && g.proposed.level !== row.adoptedLevel
  return (
    <>
      <Risk level={row.adoptedLevel} letter={g?.adopted?.letter} colour={g?.adopted?.colour} />
      {differs ? (
        <a href="#grade" className="soft">
          建议 <Risk level={g.proposed?.level} letter={g.proposed?.letter} colour={g.proposed?.colour} />
        </a>
      ) : null}
    </>
  )
}

/** State, level, status, supervising level: what a reader must know before anything else. */
function badges(def: RecordDef, row: Row) {
  const out = []
  if (def.kind === 'loop') {
    out.push(<Value key="state" of={def} name="state" def={{ type: 'text', label: '状态' }} row={row} />)
    if (def.fields.level)
      out.push(<Value key="level" of={def} name="level" def={def.fields.level} row={row} />)
  } else if (def.graded) {
    out.push(<GradeBadge key="level" row={row} />)
    for (const n of ['status', 'supervisingLevel', 'industry', 'scale'])
      if (def.fields[n] && row[n])
        out.push(
          <span key={n} className="chip">
            <Value of={def} name={n} def={def.fields[n]} row={row} brief />
          </span>,
        )
  }
  return out
}

/** What the file holds, with counts; what is empty is not offered. */
function Contents({ def, row }: { def: RecordDef; row: Row }) {
  const parts = useQuery(partsQuery(def.name, row.id)).data ?? []
  return (
    <nav className="contents" aria-label={`${def.label}档案目录`}>
      <a href="#facts">基本情况</a>
      {parts
        .filter((p) => p.total > 0)
        .map((p) => (
          <a key={p.register} href={`#part-${p.register}`}>
            {p.label} <span className="count">{p.total}</span>
          </a>
        ))}
      <a href="#timeline">留痕</a>
    </nav>
  )
}

function Clocks({ def, row }: { def: RecordDef; row: Row }) {
  const q = useQuery(deadlinesQuery(def.name, row.id))
  if (!q.data?.length) return null
  return (
    <section className="panel">
      <h2>期限</h2>
      <Deadlines list={q.data} />
    </section>
  )
}
