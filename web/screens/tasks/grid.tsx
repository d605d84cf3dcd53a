import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { Link } from 'react-router'
import { get } from '../../api/http.ts'
import type { Share, Task, TaskGrid } from '../../api/work-types.ts'
import { Empty, Wait } from '../../parts/say.tsx'
import { usePhone } from '../../parts/use-phone.ts'
import { correctedWords } from './corrected.tsx'
import { number, ratio, stateTone, stateWords, targetText, withUnit } from './words.ts'

type Row = TaskGrid['rows'][number]
type Cell = Row['cells'][number]

/** Which tasks the board shows, as its address says. */
export interface GridQuery {
  by: 'town' | 'county'
  area: string
  notice: string
  q: string
}

export const gridQuery = ({ by, area, notice }: Omit<GridQuery, 'q'>) => ({
  queryKey: ['tasks', 'grid', by, area, notice],
  queryFn: () => get<TaskGrid>('/api/tasks/grid', { by, area, notice }),
})

const risky = (c: Cell) => c?.state === 'late' || c?.state === 'at-risk'

/** Tasks by town, or counties side by side: a table at a desk, a card for each place on a phone. */
export function Grid({ query, onArea }: { query: GridQuery; onArea: (code: string) => void }) {
  const phone = usePhone()
  const grid = useQuery(gridQuery(query))
  return (
    <Wait for={grid} what="任务进度" lines={12}>
      {(g) => {
        const rows = g.rows.filter(
          (r) => !query.q || r.task.title.includes(query.q) || r.task.sentence.includes(query.q),
        )
        if (rows.length === 0 || g.areas.length === 0)
          return (
            <div className="panel">
              <Empty title={g.rows.length ? '没有符合的任务' : '还没有按地区分的任务'}>
                {g.rows.length ? '换个词再找。' : '分解通知以后，这里按乡镇列出每件任务的进度。'}
              </Empty>
            </div>
          )
        const counts = g.areas.map((_, i) => ({
          late: rows.filter((r) => r.cells[i]?.state === 'late').length,
          soon: rows.filter((r) => r.cells[i]?.state === 'at-risk').length,
        }))
        return phone ? (
          <Cards grid={g} rows={rows} />
        ) : (
          <Table grid={g} rows={rows} counts={counts} onArea={onArea} />
        )
      }}
    </Wait>
  )
}

const tones: Partial<Record<string, string>> = { late: 'cell-late', 'at-risk': 'cell-soon' }

const cellWords = (task: Task, c: Share) =>
  `${c.name}：${withUnit(c.value, task.unit)}${c.den === null || task.unit !== '%' ? '' : `（${ratio(c)}）`}${c.state ? `，${stateWords[c.state]}` : ''}${c.corrected ? `，${correctedWords(c.corrected.n)}：固定的 ${withUnit(c.corrected.was, task.unit)}，更正后为 ${withUnit(c.corrected.value, task.unit)}` : ''}`

function Table({
  grid,
  rows,
  counts,
  onArea,
}: {
  grid: TaskGrid
  rows: Row[]
  counts: { late: number; soon: number }[]
  onArea: (code: string) => void
}) {
  const towns = grid.by === 'town'
  return (
    <div className="grid-box">
      <table className={grid.areas.length < 8 ? 'grid few' : 'grid'}>
        <caption className="visually-hidden">{towns ? '各乡镇' : '各县'}的任务进度</caption>
        <thead>
          <tr>
            <th scope="col">任务</th>
            {towns ? <th scope="col">全县</th> : null}
            {grid.areas.map((a, i) => (
              <th key={a.code} scope="col" className={a.own ? 'own' : undefined}>
                {towns ? (
                  a.name
                ) : (
                  <button type="button" className="link" onClick={() => onArea(a.code)}>
                    {a.name}
                  </button>
                )}
                <small className={counts[i]?.late ? 'late' : ''}>
                  {counts[i]?.late
                    ? `逾期 ${counts[i].late}`
                    : counts[i]?.soon
                      ? `临期 ${counts[i].soon}`
                      : ''}
                </small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.key}>
              <th scope="row">
                <Link to={`/tasks/${r.task.id}`} title={r.task.sentence}>
                  {r.task.title}
                </Link>
                <small className="num">
                  目标 {targetText(r.task)}
                  {r.task.due ? `　${r.task.due}` : ''}
                </small>
              </th>
              {towns ? (
                <td className={tones[r.task.state]}>
                  <b className="num">{number(r.task.figure.value)}</b>
                  <small>{r.task.unit}</small>
                  {r.task.corrected ? <small>{correctedWords(r.task.corrected.n)}</small> : null}
                </td>
              ) : null}
              {r.cells.map((c, i) => (
                <td key={grid.areas[i]?.code} className={c?.state && tones[c.state]}>
                  {c ? (
                    <Link
                      to={`/tasks/${c.task}${towns ? `?town=${c.code}` : ''}`}
                      className="num"
                      title={cellWords(r.task, c)}
                      aria-label={cellWords(r.task, c)}
                    >
                      {number(c.value)}
                      {c.corrected ? <small>更正 {c.corrected.n}</small> : null}
                    </Link>
                  ) : (
                    <span className="none">·</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** On a phone each place has a card with what is late or at risk; the rest is counted. */
function Cards({ grid, rows }: { grid: TaskGrid; rows: Row[] }) {
  return (
    <ul className="grid-cards">
      {grid.areas.map((a, i) => {
        const asked = rows.filter((r) => r.cells[i])
        const open = asked
          .filter((r) => risky(r.cells[i] ?? null))
          .sort((x, y) => Number(y.cells[i]?.state === 'late') - Number(x.cells[i]?.state === 'late'))
        const late = open.filter((r) => r.cells[i]?.state === 'late').length
        const done = asked.filter((r) => /^met/.test(r.cells[i]?.state ?? '')).length
        return (
          <li key={a.code} className="panel">
            <details open={a.own ?? grid.areas.length === 1}>
              <summary>
                <b>{a.name}</b>
                {a.own ? <span className="chip">本镇</span> : null}
                <small className="num push card-counts">
                  <span>{asked.length} 项</span>
                  <span>已完成 {done}</span>
                  <span className={late ? 'late' : ''}>逾期 {late}</span>
                  <span>临期 {open.length - late}</span>
                </small>
              </summary>
              <ul>
                {open.map((r) => {
                  const c = r.cells[i]
                  return c ? (
                    <li key={r.key}>
                      <Link to={`/tasks/${c.task}${grid.by === 'town' ? `?town=${c.code}` : ''}`}>
                        {r.task.title}
                      </Link>
                      <span className="num">
                        {withUnit(c.value, r.task.unit)}{' '}
                        {c.den === null || r.task.unit !== '%' ? '' : ratio(c)}{' '}
                        <span className={c.state && stateTone[c.state]}>
                          {c.state && stateWords[c.state]}
                        </span>
                      </span>
                    </li>
                  ) : null
                })}
              </ul>
            </details>
          </li>
        )
      })}
    </ul>
  )
}

/** Whose towns a city's officer looks at. */
export function CountyChoice({
  grid,
  area,
  onArea,
}: {
  grid: TaskGrid | undefined
  area: string
  onArea: (code: string) => void
}) {
  if (!grid || grid.areas.length < 2) return null
  return (
    <Select
      aria-label="县"
      allowClear
      placeholder="各县并列"
      style={{ width: 150 }}
      value={area || undefined}
      onChange={(v?: string) => onArea(v ?? '')}
      options={grid.areas.map((a) => ({ value: a.code, label: a.name }))}
    />
  )
}
