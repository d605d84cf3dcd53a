import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import { Link, useParams } from 'react-router'
import type { RecordDef } from '../../engine/core/definition.ts'
import { rowQuery, useCatalogue, useMe, useRight } from '../api/queries.ts'
import { NoRight } from '../app/no-right.tsx'
import { NotFound } from '../app/not-found.tsx'
import { Head } from '../parts/page.tsx'
import { Empty, Failed, Loading, Say } from '../parts/say.tsx'
import { usePhone } from '../parts/use-phone.ts'
import { usePicked } from './bulk/picked.ts'
import { addLabel, columnsOf, defaultColumns, titleOf } from './columns.ts'
import { countRules } from './filter/convert.ts'
import { QuickChips } from './quick-chips.tsx'
import { SearchBox } from './search-box.tsx'
import { RecordTable } from './table.tsx'
import { Tabs } from './tabs.tsx'
import { asked, useListState, useRows } from './use-list.ts'
import './list.css'
import { loadOrRetry } from '../parts/later.tsx'

// Filter builder, views, column choice: each comes when it is opened.
const FilterPanel = lazy(() => loadOrRetry(() => import('./filter/panel.tsx')))
const FilterSentence = lazy(() => loadOrRetry(() => import('./filter/sentence.tsx')))
const SealedStrip = lazy(() => loadOrRetry(() => import('./sealed.tsx')))
const ListTools = lazy(() => loadOrRetry(() => import('./list-tools.tsx')))
const PickBar = lazy(() => loadOrRetry(() => import('./bulk/bar.tsx')))

export default function ListPage() {
  const { register = '' } = useParams()
  const def = useCatalogue().byName.get(register)
  const { read } = useRight(register)
  if (!def) return <NotFound />
  return read ? <RegisterList key={register} def={def} /> : <NoRight what={def.label} />
}

function RegisterList({ def }: { def: RecordDef }) {
  const me = useMe()
  const catalogue = useCatalogue()
  const phone = usePhone()
  const right = me.rights[def.name] ?? {}
  const [state, change] = useListState()
  const [filtering, setFiltering] = useState(false)
  const rows = useRows(def, state)
  const picked = usePicked(JSON.stringify(asked(def, state)), rows.rows)
  const all = useMemo(() => columnsOf(def, catalogue), [def, catalogue])
  const wanted = state.columns ?? remembered(def.name) ?? defaultColumns(def, state.parent !== '')
  const columns = wanted.flatMap((n) => all.find((c) => c.name === n) ?? [])
  const rules = countRules(state.where)
  const narrowed = state.q !== '' || rules > 0 || state.tab !== '' || state.newest || state.quick.length > 0
  const clear = () => change({ q: '', where: undefined, tab: '', newest: false, quick: [] })
  const add = right.create ? (
    <Link
      className="button primary"
      data-new
      to={
        def.kind === 'loop' && phone
          ? `/report/${def.name}`
          : `/records/${def.name}/new${state.parent ? `?parent=${state.parent}` : ''}`
      }
    >
      {addLabel(def)}
    </Link>
  ) : null

  const bar =
    picked.rows.size > 0 ? (
      <Suspense fallback={null}>
        <PickBar def={def} state={state} picked={picked} total={rows.total} />
      </Suspense>
    ) : null

  return (
    <div className="page full">
      <Head
        title={`${def.label}台账`.replace(/台账台账$/, '台账')}
        trail={state.parent && def.of ? [{ to: `/records/${def.of}/${state.parent}`, label: '返回' }] : []}
        note={
          <>
            {state.parent && def.of ? <Inside of={def.of} id={state.parent} /> : null}
            <span className="num" role="status">
              {rows.total === undefined ? '' : `${rows.total.toLocaleString()} 条`}
            </span>
          </>
        }
        acts={add}
      />
      <Tabs def={def} state={state} change={change} />
      <QuickChips def={def} state={state} change={change} />
      <div className="bar">
        <SearchBox value={state.q} onChange={(q) => change({ q }, false)} what={searchHint(def)} />
        <button
          type="button"
          className="button"
          aria-expanded={filtering}
          onClick={() => setFiltering(!filtering)}
        >
          筛选{rules > 0 ? ` ${rules}` : ''}
        </button>
        {phone && rows.rows.length > 0 ? (
          <button
            type="button"
            className="button"
            aria-pressed={picked.choosing}
            onClick={() => picked.choose(!picked.choosing)}
          >
            {picked.choosing ? '退出多选' : '多选'}
          </button>
        ) : null}
        <Suspense fallback={null}>
          <ListTools
            def={def}
            state={state}
            change={change}
            columns={all}
            shown={columns}
            onColumns={(names) => {
              const chosen = names.length > 0 ? names : undefined
              remember(def.name, chosen)
              change({ columns: chosen }, false)
            }}
            total={rows.total}
          />
        </Suspense>
      </div>
      {filtering && (
        <Suspense fallback={<Loading lines={2} what="筛选" />}>
          <FilterPanel
            register={def.name}
            where={state.where}
            onChange={(where) => change({ where }, false)}
            onClose={() => setFiltering(false)}
          />
        </Suspense>
      )}
      {!filtering && state.where ? (
        <Say
          act={
            <button type="button" className="link" onClick={() => change({ where: undefined })}>
              取消筛选
            </button>
          }
        >
          <Suspense fallback="已筛选">
            只看：
            <FilterSentence register={def.name} where={state.where} />
          </Suspense>
        </Say>
      ) : null}
      {def.sealed && !me.organisation ? (
        <Suspense fallback={null}>
          <SealedStrip def={def} parent={state.parent} />
        </Suspense>
      ) : null}
      {state.newest ? (
        <Say
          act={
            <button type="button" className="link" onClick={() => change({ newest: false })}>
              也看被替代的
            </button>
          }
        >
          已续保、换证的旧记录不列。
        </Say>
      ) : null}
      {rows.error && rows.rows.length === 0 ? (
        <Failed error={rows.error} title={`${def.label}读取失败`} retry={rows.refetch} />
      ) : rows.isPending ? (
        <Loading lines={12} what={def.label} />
      ) : rows.rows.length === 0 ? (
        <div className="rows-box">
          {narrowed ? (
            <Empty
              title={`没有符合条件的${def.label}`}
              act={
                <button type="button" className="link" onClick={clear}>
                  清除搜索和筛选
                </button>
              }
            >
              换个词搜索，或放宽筛选条件。
            </Empty>
          ) : (
            <Empty title={`还没有${def.label}`} act={add}>
              {right.import ? (
                <>
                  可以逐条新增，也可以从表格<Link to={`/imports?register=${def.name}`}>导入</Link>。
                </>
              ) : (
                '登记以后会出现在这里。'
              )}
            </Empty>
          )}
        </div>
      ) : (
        <RecordTable
          def={def}
          rows={rows}
          columns={columns}
          sort={state.sort}
          onSort={(sort) => change({ sort })}
          picked={picked}
        />
      )}
      {bar}
    </div>
  )
}

const searchHint = (def: RecordDef): string =>
  (def.search ?? [def.title])
    .map((n) => def.fields[n]?.label ?? '')
    .filter(Boolean)
    .slice(0, 2)
    .join('、')

/** The choice of columns stays on this device; a saved view carries its own. */
const storeKey = (register: string) => `columns:${register}`
function remembered(register: string): string[] | undefined {
  try {
    return JSON.parse(localStorage.getItem(storeKey(register)) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}
const remember = (register: string, names: string[] | undefined) => {
  try {
    localStorage.setItem(storeKey(register), JSON.stringify(names ?? null))
  } catch {
    // a browser that keeps nothing still shows the choice: it is in the address
  }
}

function Inside({ of, id }: { of: string; id: string }) {
  const { byName } = useCatalogue()
  const def = byName.get(of)
  const row = useQuery(rowQuery(of, id)).data
  if (!def || !row) return null
  return (
    <>
      <Link to={`/records/${of}/${id}`}>{titleOf(def, row)}</Link> ·{' '}
    </>
  )
}
