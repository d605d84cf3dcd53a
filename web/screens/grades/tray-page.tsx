import { useInfiniteQuery } from '@tanstack/react-query'
import { App, Button, Checkbox } from 'antd'
import { type ReactNode, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import { useMe } from '../../api/queries.ts'
import type { TrayRow } from '../../api/work-types.ts'
import { isOfficer } from '../../app/nav.tsx'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { Head } from '../../parts/page.tsx'
import { Risk } from '../../parts/risk.tsx'
import { Empty, Failed, Loading } from '../../parts/say.tsx'
import { timeText } from '../../parts/time.ts'
import { SearchBox } from '../../register/search-box.tsx'
import { assess, review, type TrayKind, trayPage } from './api.ts'
import { DoubtList, Steps } from './grade-card.tsx'
import '../../register/list.css'
import './grades.css'

const kinds: [TrayKind, string][] = [
  ['differs', '建议与评定不同'],
  ['waiting', '等待复核'],
  ['all', '全部企业'],
]

/** The tray: what the machine proposes, what people adopted, and two signatures for many at once. */
export default function TrayPage() {
  const me = useMe()
  const { message, modal } = App.useApp()
  const [params, setParams] = useSearchParams()
  const kind = (params.get('kind') as TrayKind) || 'differs'
  const q = params.get('q') ?? ''
  const [picked, setPicked] = useState<Set<string>>(new Set())
  const [returning, setReturning] = useState(false)
  const tray = useInfiniteQuery({
    queryKey: ['grades', 'tray', kind, q],
    queryFn: ({ pageParam }) => trayPage(kind, q, pageParam),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    // the former rows stay while a word is typed; under another tab they would be called what they are not
    placeholderData: (old, before) => (before?.queryKey[2] === kind ? old : undefined),
  })
  const rows = tray.data?.pages.flatMap((p) => p.rows) ?? []
  const total = tray.data?.pages[0]?.total
  const officer = isOfficer(me)
  const selfSaid = rows.some((r) => r.self)
  const reviewing = kind === 'waiting'
  // what deviates or is contradictory is looked at alone: it opens the file instead
  const alone = (r: TrayRow) => (r.proposed?.contradictions?.length ?? 0) > 0 || (reviewing && r.deviates)
  const pickable = (r: TrayRow) =>
    officer &&
    !alone(r) &&
    (reviewing ? r.waiting !== null && r.waiting.assessedBy !== me.id : r.proposed !== null && !r.waiting)
  const chosen = rows.filter((r) => picked.has(r.enterprise.id) && pickable(r))
  const open = rows.filter(pickable)
  const set = (more: Record<string, string>) => {
    setPicked(new Set())
    setParams((old) => {
      const next = new URLSearchParams(old)
      for (const [k, v] of Object.entries(more)) v ? next.set(k, v) : next.delete(k)
      return next
    })
  }
  const done = (text: string) => {
    setPicked(new Set())
    void message.success(text)
  }
  const go = () =>
    void modal.confirm({
      title: reviewing ? `复核通过 ${chosen.length} 家？` : `按建议评定 ${chosen.length} 家？`,
      content: reviewing
        ? '评定等级随即生效，以您为复核人，逐家记入留痕。'
        : '提交后由另一人复核，复核通过才生效。与建议不同的，请逐家进入企业档案评定并写明理由。',
      okText: reviewing ? '复核通过' : '提交复核',
      cancelText: '取消',
      onOk: () =>
        (reviewing
          ? review(
              chosen.map((r) => ({
                enterpriseId: r.enterprise.id,
                decisionId: r.waiting?.id ?? '',
                approve: true,
              })),
            )
          : assess(chosen.map((r) => ({ enterpriseId: r.enterprise.id })))
        )
          .then(() =>
            done(reviewing ? `已评定 ${chosen.length} 家` : `已提交 ${chosen.length} 家，等待另一人复核`),
          )
          .catch((e: Error) => void message.error(e.message, 8)),
    })

  return (
    <div className="page">
      <Head
        title="定级"
        note={`系统按事实给出建议，评定由人作出：一人评定，另一人复核。${total === undefined ? '' : `共 ${total} 家。`}`}
        acts={
          <Link className="button" to="/grades/rules">
            本县调整规则
          </Link>
        }
      />
      <nav className="tabs" aria-label="看哪些">
        {kinds.map(([k, label]) => (
          <button
            key={k}
            type="button"
            aria-pressed={kind === k}
            onClick={() => set({ kind: k === 'differs' ? '' : k })}
          >
            {label}
          </button>
        ))}
      </nav>
      <div className="bar">
        <SearchBox value={q} onChange={(v) => set({ q: v })} what="企业" />
        {open.length > 0 && (
          <>
            <Checkbox
              checked={chosen.length === open.length}
              indeterminate={chosen.length > 0 && chosen.length < open.length}
              onChange={(e) => setPicked(new Set(e.target.checked ? open.map((r) => r.enterprise.id) : []))}
            >
              全选已列出的 {open.length} 家
            </Checkbox>
            <Button type="primary" disabled={chosen.length === 0} onClick={go}>
              {reviewing ? '复核通过' : '按建议评定'} {chosen.length > 0 ? `${chosen.length} 家` : ''}
            </Button>
            {reviewing && (
              <Button disabled={chosen.length === 0} onClick={() => setReturning(true)}>
                退回
              </Button>
            )}
          </>
        )}
      </div>
      {tray.isPending ? (
        <Loading lines={10} what="定级" />
      ) : tray.error && rows.length === 0 ? (
        <Failed error={tray.error} title="定级读取失败" retry={() => void tray.refetch()} />
      ) : rows.length === 0 ? (
        <div className="panel">
          <Empty title={q ? '没有符合的企业' : reviewing ? '没有等待复核的评定' : '建议与评定都一致'}>
            {q ? '换个词搜索。' : '企业的事实一有变化，新的建议会出现在这里。'}
          </Empty>
        </div>
      ) : (
        <ul className={`tray grade-tray ${selfSaid ? 'with-self' : ''}`}>
          <li className="tray-item tray-head" aria-hidden="true">
            <span />
            <span>企业</span>
            {selfSaid ? <span>企业自评</span> : null}
            <span>建议</span>
            <span>初评</span>
            <span>复核（现行）</span>
            <span>理由</span>
          </li>
          {rows.map((r) => (
            <TrayItem
              key={r.enterprise.id}
              row={r}
              selfSaid={selfSaid}
              alone={officer && alone(r)}
              mine={r.waiting?.assessedBy === me.id}
              pick={
                pickable(r)
                  ? {
                      on: picked.has(r.enterprise.id),
                      set: (on) => {
                        const next = new Set(picked)
                        if (on) next.add(r.enterprise.id)
                        else next.delete(r.enterprise.id)
                        setPicked(next)
                      },
                    }
                  : undefined
              }
            />
          ))}
          {tray.hasNextPage ? (
            <li>
              <Button block loading={tray.isFetchingNextPage} onClick={() => void tray.fetchNextPage()}>
                再看 50 家
              </Button>
            </li>
          ) : null}
        </ul>
      )}
      {returning ? (
        <FormDrawer
          title={`退回 ${chosen.length} 家的评定`}
          send="退回"
          fields={{
            reason: { type: 'text', label: '退回理由', multiline: true, required: true, length: 500 },
          }}
          onClose={() => setReturning(false)}
          onSend={async (v) => {
            await review(
              chosen.map((r) => ({
                enterpriseId: r.enterprise.id,
                decisionId: r.waiting?.id ?? '',
                approve: false,
                reason: String(v.reason),
              })),
            )
            setReturning(false)
            done(`已退回 ${chosen.length} 家`)
          }}
        />
      ) : null}
    </div>
  )
}

/** One of the three levels; a narrow screen names it, a wide one has the heading above. */
const Cell = ({ name, children }: { name: string; children: ReactNode }) => (
  <span className="tray-cell">
    <small className="tray-name">{name}</small>
    {children}
  </span>
)

function TrayItem({
  row: r,
  selfSaid,
  mine,
  alone,
  pick,
}: {
  row: TrayRow
  /** firms of this page have assessed themselves */
  selfSaid: boolean
  mine: boolean
  /** it is not signed together with others */
  alone: boolean
  pick?: { on: boolean; set: (on: boolean) => void }
}) {
  const { areaName } = useFieldServices()
  return (
    <li className="tray-item">
      <span className="tray-pick">
        {pick ? (
          <Checkbox
            checked={pick.on}
            onChange={(e) => pick.set(e.target.checked)}
            aria-label={`选中 ${r.enterprise.title}`}
          />
        ) : null}
      </span>
      <span className="tray-who">
        <Link to={`/records/enterprise/${r.enterprise.id}#grade`}>{r.enterprise.title}</Link>
        <small>
          {r.enterprise.town ? areaName(r.enterprise.town) : ''} {String(r.enterprise.industry ?? '')}
        </small>
      </span>
      {selfSaid ? (
        <Cell name="企业自评">
          {r.self ? (
            <Risk level={r.self.level} letter={r.self.letter} colour={r.self.colour} />
          ) : (
            <small>没有自评</small>
          )}
          {r.self && r.proposed && r.self.level !== r.proposed.level ? (
            <span className="deviates">与建议不同</span>
          ) : null}
        </Cell>
      ) : null}
      <Cell name="建议">
        <Risk level={r.proposed?.level} letter={r.proposed?.letter} colour={r.proposed?.colour} />
      </Cell>
      <Cell name="初评">
        {r.waiting ? (
          <>
            <Risk level={r.waiting.level} letter={r.waiting.letter} colour={r.waiting.colour} />
            <small>
              {r.waiting.assessor} {timeText(r.waiting.assessedAt).slice(0, 10)}
            </small>
            {r.deviates ? <span className="deviates">与建议不同</span> : null}
          </>
        ) : (
          <small>{r.adopted?.assessor ? `${r.adopted.assessor}（已复核）` : '没有'}</small>
        )}
      </Cell>
      <Cell name="复核（现行）">
        <Risk level={r.adopted?.level} letter={r.adopted?.letter} colour={r.adopted?.colour} />
        {r.adopted?.reviewer ? (
          <small>
            {r.adopted.reviewer} {r.adopted.reviewedAt ? timeText(r.adopted.reviewedAt).slice(0, 10) : ''}
          </small>
        ) : null}
        {r.adopted && r.deviates && !r.waiting ? <span className="deviates">与建议不同</span> : null}
      </Cell>
      <span className="tray-why">
        {alone ? (
          <small>
            <Link to={`/records/enterprise/${r.enterprise.id}#grade`}>
              {r.proposed?.contradictions?.length ? '台账有矛盾，单独核对' : '与建议不同，单独复核'}
            </Link>
          </small>
        ) : null}
        {r.waiting ? (
          <small>
            {mine ? '由您评定，须由另一人复核' : ''}
            {r.waiting.reason ? `${mine ? '；' : ''}初评理由：${r.waiting.reason}` : ''}
          </small>
        ) : r.adopted?.reason ? (
          <small>现行理由：{r.adopted.reason}</small>
        ) : null}
        {r.proposed ? <DoubtList of={r.proposed} /> : null}
        {r.proposed ? (
          <details>
            <summary>{r.proposed.steps.map((s) => `${s.because}，${s.effect}`).join('；')}</summary>
            <Steps steps={r.proposed.steps} />
          </details>
        ) : (
          <small>没有适用的定级方案</small>
        )}
      </span>
    </li>
  )
}
