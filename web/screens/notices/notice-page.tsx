import { useQuery } from '@tanstack/react-query'
import { App, Segmented } from 'antd'
import { lazy, type RefObject, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { sentence } from '../../api/http.ts'
import { useMe } from '../../api/queries.ts'
import type { Fact, NoticeDocument, NoticeItem, NoticeView } from '../../api/work-types.ts'
import { managesCounty } from '../../app/nav.tsx'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Say, Wait } from '../../parts/say.tsx'
import { usePhone } from '../../parts/use-phone.ts'
import { changeItem, itemStates, noticeQuery, type Seen } from './api.ts'
import { PickBar } from './pick-bar.tsx'
import { RereadButton, TakeInButton } from './reread.tsx'
import { Several } from './several.tsx'
import { LeftOut, Source } from './source.tsx'
import { VoidButton, Voided } from './void.tsx'
import { anchorWords, factWords, paperWords } from './words.ts'
import '../../register/list.css'
import './notices.css'
import { loadOrRetry } from '../../parts/later.tsx'

const AcceptDrawer = lazy(() => loadOrRetry(() => import('./accept-drawer.tsx')))
const TogetherDrawer = lazy(() => loadOrRetry(() => import('./together.tsx')))
const CorrectDrawer = lazy(() => loadOrRetry(() => import('./correct-drawer.tsx')))

/** One notice: what is to be done beside the sentences it was read from. */
export default function NoticePage() {
  const { id = '' } = useParams()
  const q = useQuery(noticeQuery(id))
  return (
    <div className="page full notice-page">
      <Wait for={q} what="通知">
        {(view) => <Notice view={view} />}
      </Wait>
    </div>
  )
}

/** What the dates and the list rest on. */
const readAs = ({ year, paper }: NoticeView['notice']): string | undefined =>
  paper ? `按${year ?? '没有年份'}${year ? '年' : ''}、${paperWords[paper]}读` : undefined

type Shown = NoticeItem['state'] | 'all'

function Notice({ view }: { view: NoticeView }) {
  const { notice, text, document: original, items } = view
  const me = useMe()
  const phone = usePhone()
  const [params, setParams] = useSearchParams()
  const [shown, setShown] = useState<Shown>(notice.items.open > 0 ? 'open' : 'all')
  const [pane, setPane] = useState<'items' | 'text'>('items')
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [together, setTogether] = useState(false)
  const chosen = params.get('item') ?? undefined
  const may = managesCounty(me) && notice.voidedAt === null
  // a task answers one thing: what asks for two is not chosen unasked
  const likely = items.filter((i) => i.state === 'open' && i.proposal?.indicator && !i.demands)
  // what was accepted meanwhile is not accepted again
  const taken = items.filter((i) => i.state === 'open' && picked.has(i.id))
  const pick = (id: string) =>
    setPicked(new Set(picked.has(id) ? [...picked].filter((p) => p !== id) : [...picked, id]))
  const listed = useMemo(
    () => items.filter((i) => shown === 'all' || i.state === shown || i.id === chosen),
    [items, shown, chosen],
  )
  const box = useRef<HTMLUListElement>(null)

  const choose = (id: string) => {
    setParams({ item: id }, { replace: true })
    const item = items.find((i) => i.id === id)
    if (item && shown !== 'all' && item.state !== shown) setShown('all')
    if (phone) setPane('items')
  }
  useEffect(() => {
    if (chosen) box.current?.querySelector(`[data-entry="${chosen}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  useArrowKeys(box)

  let heading = ''
  return (
    <>
      <Head
        title={notice.title ?? notice.name}
        trail={[{ to: '/notices', label: '通知' }]}
        note={[notice.docNo, notice.issuer, notice.issuedOn, readAs(notice)].filter(Boolean).join(' · ')}
        acts={
          <>
            <Link className="button" to={`/tasks?notice=${notice.id}`}>
              看任务书
            </Link>
            {may ? <RereadButton notice={notice} items={items} /> : null}
            {may ? <VoidButton notice={notice} tasks={items.flatMap((i) => i.taskIds).length} /> : null}
          </>
        }
      />
      <Voided notice={notice} />
      <Remarks notice={notice} said={original.said} />
      {phone ? (
        <Segmented
          block
          value={pane}
          onChange={(v) => setPane(v as typeof pane)}
          options={[
            { value: 'items', label: `条目 ${items.length}` },
            { value: 'text', label: '原文' },
          ]}
        />
      ) : null}
      <div className="notice-panes">
        <section className="notice-items" hidden={phone && pane !== 'items'} aria-label="条目">
          <StateTabs items={items} shown={shown} onShow={setShown} />
          {may && notice.items.open > 0 && (shown === 'open' || shown === 'all') ? (
            <PickBar
              taken={taken.length}
              likely={likely.length}
              onTogether={() => setTogether(true)}
              onPick={(all) => setPicked(new Set(all ? likely.map((i) => i.id) : []))}
            />
          ) : null}
          <ul className="entries" ref={box}>
            {listed.length === 0 ? (
              <li>
                <Empty title={shown === 'open' ? '都已处理' : '没有条目'} />
              </li>
            ) : null}
            {listed.map((i) => {
              const path = i.path.join(' › ')
              const fresh = path !== heading
              heading = path
              return (
                <li key={i.id} data-entry={i.id}>
                  {fresh && path ? <h3>{path}</h3> : null}
                  <Entry
                    notice={notice.id}
                    source={notice.docNo ?? notice.title ?? notice.name}
                    item={i}
                    chosen={i.id === chosen}
                    onChoose={() => choose(i.id)}
                    may={may}
                    picked={may && i.state === 'open' ? picked.has(i.id) : undefined}
                    onPick={() => pick(i.id)}
                    withText={phone}
                  />
                </li>
              )
            })}
          </ul>
        </section>
        <section className="notice-text" hidden={phone && pane !== 'text'} aria-label="原文">
          {may && notice.readable ? <TakeInButton notice={notice.id} onDone={choose} /> : null}
          <Source text={text} document={original} items={items} chosen={chosen} onChoose={choose} />
        </section>
      </div>
      <Suspense fallback={null}>
        {together ? (
          <TogetherDrawer
            notice={notice.id}
            items={taken}
            onTakeOut={pick}
            onClose={() => setTogether(false)}
            onDone={() => {
              setTogether(false)
              setPicked(new Set())
            }}
          />
        ) : null}
      </Suspense>
    </>
  )
}

/** The arrow keys walk the list and the text follows. */
function useArrowKeys(box: RefObject<HTMLUListElement | null>): void {
  useEffect(() => {
    const el = box.current
    if (!el) return
    const onKey = (e: KeyboardEvent) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
      const at = e.target instanceof HTMLElement ? e.target.closest('[data-entry-button]') : null
      if (!step || !at) return
      e.preventDefault()
      const all = [...el.querySelectorAll<HTMLElement>('[data-entry-button]')]
      const next = all[all.indexOf(at as HTMLElement) + step]
      next?.focus()
      next?.click()
    }
    el.addEventListener('keydown', onKey)
    return () => el.removeEventListener('keydown', onKey)
  }, [box])
}

/** What could not be read, and what the reader should look at. */
const Remarks = ({ notice, said }: { notice: NoticeView['notice']; said: NoticeDocument['said'] }) => (
  <>
    {!notice.readable ? (
      <Say>{notice.reason ?? '这份文件没有读出文字。原件已保留，请做文字识别后重新录入。'}</Say>
    ) : null}
    {notice.warnings
      .filter((w) => !said.some((s) => s.message === w))
      .map((w) => (
        <Say key={w}>{w}</Say>
      ))}
    <LeftOut said={said} />
  </>
)

function StateTabs({
  items,
  shown,
  onShow,
}: {
  items: readonly NoticeItem[]
  shown: Shown
  onShow: (shown: Shown) => void
}) {
  const count = (s: Shown) => (s === 'all' ? items.length : items.filter((i) => i.state === s).length)
  return (
    <nav className="tabs" aria-label="按状态看">
      {(['open', 'accepted', 'dropped', 'all'] as const).map((s) => (
        <button key={s} type="button" aria-pressed={shown === s} onClick={() => onShow(s)}>
          {s === 'all' ? '全部' : itemStates[s]} <span className="count">{count(s)}</span>
        </button>
      ))}
    </nav>
  )
}

const Facts = ({ label, list, plain }: { label: string; list: Fact[]; plain?: boolean }) =>
  list.length === 0 ? null : (
    <span>
      <small>{label}</small>{' '}
      {list.map((f) => (
        <span
          key={`${f.text} ${f.offset?.start}`}
          className={`chip ${plain ? 'dashed' : ''}`}
          title={`原文：${f.text}`}
        >
          {factWords(f)}
          {f.moved ? '（月份早于落款，按次年，请核对）' : f.inferred ? '（推定，请核对）' : ''}
        </span>
      ))}
    </span>
  )

function Entry({
  notice,
  source,
  item: i,
  chosen,
  onChoose,
  may,
  withText,
  picked,
  onPick,
}: {
  notice: string
  source: string
  item: NoticeItem
  chosen: boolean
  onChoose: () => void
  may: boolean
  withText: boolean
  /** undefined: not to be picked */
  picked: boolean | undefined
  onPick: () => void
}) {
  const { message } = App.useApp()
  const [drawer, setDrawer] = useState<'accept' | 'correct' | 'drop'>()
  const reopen = (seen: Seen) =>
    changeItem(notice, seen, { state: 'open' })
      .then(() => void message.success('已恢复为待分解'))
      .catch((e) => void message.error(sentence(e)))
  const close = () => setDrawer(undefined)
  return (
    <div className={`entry-card ${chosen ? 'chosen' : ''} ${i.state}`}>
      <div className="entry-head">
        {picked === undefined ? null : (
          <input type="checkbox" aria-label={`选中：${i.title}`} checked={picked} onChange={onPick} />
        )}
        <button
          type="button"
          className="entry-button"
          data-entry-button
          aria-expanded={chosen}
          onClick={onChoose}
        >
          <span className="wrap">{i.title}</span>
          <small>
            {i.state === 'open' ? (i.kind === 'rule' ? '规则' : '') : itemStates[i.state]}
            {i.soft ? ' 倡导性' : ''}
          </small>
        </button>
      </div>
      <div className="entry-facts">
        {/* what is no duty has no targets: its numbers come back with it */}
        {i.state === 'dropped' ? (
          <small className="wrap">{i.reason}</small>
        ) : (
          <>
            <Facts label="时限" list={i.deadlines} />
            <Facts label="频次" list={i.frequencies} />
            <Facts label="目标" list={i.targets} />
            <Facts label="条件" list={i.conditions} plain />
          </>
        )}
      </div>
      {chosen ? (
        <div className="entry-more">
          {withText ? <p className="sentence">{i.text}</p> : null}
          {i.deadlines.some((d) => d.anchor) ? <small>期限依据：{anchorWords(i.deadlines)}</small> : null}
          {i.units.length > 0 ? <small>责任单位：{i.units.join('、')}</small> : null}
          {i.enterprises.length > 0 ? <small>涉及企业：{i.enterprises.join('、')}</small> : null}
          <Several of={i} />
          {i.taskIds.length > 0 ? (
            <small>
              已成为任务：
              {i.taskIds.map((t, n) => (
                <Link key={t} to={`/tasks/${t}`}>
                  第 {n + 1} 项{' '}
                </Link>
              ))}
            </small>
          ) : null}
          {may ? (
            <div className="row">
              {i.state !== 'dropped' ? (
                <button type="button" className="button primary" onClick={() => setDrawer('accept')}>
                  {i.state === 'accepted' ? '再分解一项' : '分解为任务'}
                </button>
              ) : null}
              {i.state === 'open' ? (
                <>
                  <button type="button" className="button" onClick={() => setDrawer('correct')}>
                    更正
                  </button>
                  <button type="button" className="button" onClick={() => setDrawer('drop')}>
                    不分解
                  </button>
                </>
              ) : null}
              {i.state === 'dropped' ? (
                <button type="button" className="button" onClick={() => void reopen(i)}>
                  恢复
                </button>
              ) : null}
            </div>
          ) : null}
        </div>
      ) : null}
      <Suspense fallback={null}>
        {drawer === 'accept' ? (
          <AcceptDrawer notice={notice} item={i} source={source} onClose={close} />
        ) : null}
        {drawer === 'correct' ? <CorrectDrawer notice={notice} item={i} onClose={close} /> : null}
      </Suspense>
      {drawer === 'drop' ? (
        <FormDrawer
          title="不分解为任务"
          send="不分解"
          fields={{
            reason: {
              type: 'text',
              label: '原因',
              required: true,
              length: 200,
              help: '如：不属于本县职责；已由上一条包含',
            },
          }}
          lead={<p className="sentence">{i.text}</p>}
          onClose={close}
          onSend={async ({ reason }) => {
            const dropped = await changeItem(notice, i, { state: 'dropped', reason })
            close()
            void message.open({
              type: 'success',
              duration: 8,
              content: (
                <>
                  已标为不分解{' '}
                  <button type="button" className="link" onClick={() => void reopen(dropped)}>
                    撤销
                  </button>
                </>
              ),
            })
          }}
        />
      ) : null}
    </div>
  )
}
