import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { Link, useLocation, useParams } from 'react-router'
import type { RecordDef } from '../../engine/core/definition.ts'
import { get } from '../api/http.ts'
import { recordPath, useCatalogue, useRight } from '../api/queries.ts'
import type { Page, Row } from '../api/types.ts'
import { NoRight } from '../app/no-right.tsx'
import { NotFound } from '../app/not-found.tsx'
import { loadOrRetry } from '../parts/later.tsx'
import { Head } from '../parts/page.tsx'
import { Say, Wait } from '../parts/say.tsx'
import { columnsOf, defaultColumns } from './columns.ts'
import { chosenQuicks } from './quick.ts'
import { asked, useListState } from './use-list.ts'
import { Value } from './value.tsx'

const FilterSentence = lazy(() => loadOrRetry(() => import('./filter/sentence.tsx')))

/** Rows that are printed at most; more belongs into a sheet. */
const MOST = 10_000
const PAGE = 500
/** Columns that fit on A4, and upright. */
const COLUMNS = 10
const UPRIGHT = 5
/** Values that are not broken over lines. */
const unbroken = new Set(['date', 'time', 'number', 'money', 'flag', 'choice', 'phone'])

/** A whole list as one table for paper or PDF, under the address and filters of the list. */
export default function PrintPage() {
  const { register = '' } = useParams()
  const def = useCatalogue().byName.get(register)
  const { read } = useRight(register)
  if (!def) return <NotFound />
  return read ? <PrintList def={def} /> : <NoRight what={def.label} />
}

async function readAll(path: string, query: Record<string, unknown>, signal: AbortSignal) {
  const rows: Row[] = []
  let after: string | null = ''
  let total = 0
  while (after !== null && rows.length < MOST) {
    const page: Page = await get<Page>(path, { ...query, limit: PAGE, after, count: after === '' }, signal)
    total = page.total ?? total
    rows.push(...page.rows)
    after = page.next
  }
  return { rows, total, whole: after === null }
}

function PrintList({ def }: { def: RecordDef }) {
  const catalogue = useCatalogue()
  const [state] = useListState()
  const { search } = useLocation()
  const all = columnsOf(def, catalogue)
  const columns = (state.columns ?? defaultColumns(def, state.parent !== ''))
    .flatMap((n) => all.find((c) => c.name === n) ?? [])
    .slice(0, COLUMNS)
  const query = { ...asked(def, state), sort: state.sort }
  // chips and tabs that are no condition
  const only = chosenQuicks(def, state.quick).map((q) => q.label)
  const list = useQuery({
    queryKey: ['print', def.name, query],
    queryFn: ({ signal }) => readAll(recordPath(def.name), query, signal),
  })
  return (
    <div className="page">
      <Head
        title={`${def.label}台账`.replace(/台账台账$/, '台账')}
        trail={[{ to: `/records/${def.name}${search}`, label: '返回台账' }]}
        acts={
          <button type="button" className="button primary" onClick={() => print()} disabled={!list.data}>
            打印或存为 PDF
          </button>
        }
      />
      <Wait for={list} what={def.label}>
        {({ rows, total, whole }) => (
          <>
            <p className="soft">
              共 {total.toLocaleString()} 条{only.length > 0 ? `，只含：${only.join('、')}` : ''}
              {state.q ? `，搜索“${state.q}”` : ''}
              {query.where ? (
                <Suspense fallback="">
                  ，只看：
                  <FilterSentence register={def.name} where={query.where} />
                </Suspense>
              ) : null}
            </p>
            {whole ? null : (
              <Say>
                一次最多打印 {MOST.toLocaleString()} 条，后面的没有列出。请先筛选，或
                <Link to={`/records/${def.name}${search}`}>返回台账</Link>导出 Excel。
              </Say>
            )}
            {/* a page of its own name would begin on a new sheet */}
            {columns.length > UPRIGHT ? <style>{'@page { size: A4 landscape }'}</style> : null}
            <table className="print-table">
              <thead>
                <tr>
                  <th className="whole">序号</th>
                  {columns.map((c) => (
                    <th key={c.name} className="whole">
                      {c.def.label}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row, n) => (
                  <tr key={row.id}>
                    <td>{n + 1}</td>
                    {columns.map((c) => (
                      <td key={c.name} className={unbroken.has(c.def.type) ? 'whole' : undefined}>
                        <Value of={def} name={c.name} def={c.def} row={row} brief />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </Wait>
    </div>
  )
}
