import { useQuery } from '@tanstack/react-query'
import { App, Button, Checkbox, Pagination } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { sentence } from '../../api/http.ts'
import { useMe } from '../../api/queries.ts'
import { confirms } from '../../app/nav.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Wait } from '../../parts/say.tsx'
import { confirmMany, type Wish, wishesQuery } from './api.ts'
import { BothValues, WishItem } from './wish-list.tsx'
import '../../register/list.css'

const tabs = [
  ['waiting', '待核实'],
  ['refused', '已退回'],
  ['confirmed', '已核实'],
] as const
const SIZE = 50

/** Changes of enterprises that decide a duty: confirmed one by one or many at once, after a look at each. */
export default function WishesPage() {
  const me = useMe()
  const [params, setParams] = useSearchParams()
  const state = params.get('state') ?? 'waiting'
  const organisation = params.get('organisation') ?? undefined
  const page = Math.max(1, Number(params.get('page')) || 1)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const asked = useQuery({
    ...wishesQuery({
      state,
      ...(organisation && { organisation }),
      limit: SIZE,
      offset: (page - 1) * SIZE,
    }),
    // turning a page keeps the former rows for a moment; another tab's would be called what they are not
    placeholderData: (old, before) => (before?.queryKey[1] === state ? old : undefined),
  })
  const set = (more: Record<string, string>) => {
    setPicked(new Set())
    setParams((old) => {
      const next = new URLSearchParams(old)
      for (const [k, v] of Object.entries(more)) v ? next.set(k, v) : next.delete(k)
      return next
    })
  }
  const rows = asked.data?.rows ?? []
  // what moved since is for a look of its own
  const open = rows.filter((w) => w.may.settle && !w.moved)
  const chosen = open.filter((w) => picked.has(w.id))
  const pick = (w: Wish, on: boolean) => {
    const next = new Set(picked)
    if (on) next.add(w.id)
    else next.delete(w.id)
    setPicked(next)
  }
  return (
    <div className="page">
      <Head
        title="企业改动待核实"
        note={
          confirms(me)
            ? '企业改了决定由谁监管、承担什么职责的内容。核实前仍按原来的计入；核实后由您写入，记入留痕。'
            : !me.organisation
              ? '企业改了决定由谁监管、承担什么职责的内容，由乡镇或县局核实；核实前仍按原来的计入。这里只能查看。'
              : '这些内容决定本企业的监管职责，须经乡镇或县局核实后才计入；其他内容保存即生效。'
        }
      />
      <nav className="tabs" aria-label="看哪些">
        {tabs.map(([k, label]) => (
          <button
            key={k}
            type="button"
            aria-pressed={state === k}
            onClick={() => set({ state: k === 'waiting' ? '' : k, page: '' })}
          >
            {label}
          </button>
        ))}
      </nav>
      {organisation ? (
        <p className="soft">
          只看 {rows[0]?.organisationTitle ?? '一家企业'}。{' '}
          <button type="button" className="link" onClick={() => set({ organisation: '', page: '' })}>
            看全部
          </button>
        </p>
      ) : null}
      {open.length > 0 ? (
        <div className="bar">
          <Checkbox
            checked={chosen.length === open.length}
            indeterminate={chosen.length > 0 && chosen.length < open.length}
            onChange={(e) => setPicked(new Set(e.target.checked ? open.map((w) => w.id) : []))}
          >
            全选已列出的 {open.length} 项
          </Checkbox>
          <ConfirmMany chosen={chosen} done={() => setPicked(new Set())} />
        </div>
      ) : null}
      <Wait for={asked} what="待核实的改动">
        {(data) =>
          data.rows.length === 0 ? (
            <div className="panel">
              <Empty title={state === 'waiting' ? '没有待核实的改动' : '没有记录'}>
                企业修改工艺风险、人数、状态等内容后，会出现在这里。
              </Empty>
            </div>
          ) : (
            <section className="panel stack">
              <ul className="wishes">
                {data.rows.map((w) => (
                  <WishItem
                    key={w.id}
                    wish={w}
                    named
                    pick={open.includes(w) ? { on: picked.has(w.id), set: (on) => pick(w, on) } : undefined}
                  />
                ))}
              </ul>
              {data.total > SIZE ? (
                <Pagination
                  current={page}
                  pageSize={SIZE}
                  total={data.total}
                  showSizeChanger={false}
                  onChange={(n) => set({ page: n === 1 ? '' : String(n) })}
                />
              ) : null}
            </section>
          )
        }
      </Wait>
    </div>
  )
}

/** Many at once, after a preview of every single change. */
function ConfirmMany({ chosen, done }: { chosen: readonly Wish[]; done: () => void }) {
  const { modal, message } = App.useApp()
  const send = async () => {
    try {
      const { done: n, results } = await confirmMany(chosen)
      done()
      const rest = results.filter((r) => !r.ok)
      if (n) void message.success(`已核实 ${n} 项，从现在起计入`)
      if (rest.length) void message.warning(`${rest.length} 项没有核实：${rest[0]?.message}`, 8)
    } catch (e) {
      void message.error(sentence(e), 8)
    }
  }
  return (
    <Button
      type="primary"
      disabled={chosen.length === 0}
      onClick={() =>
        void modal.confirm({
          title: `核实 ${chosen.length} 项改动？`,
          width: 560,
          content: (
            <ul className="wishes preview">
              {chosen.map((w) => (
                <li key={w.id} className="wish">
                  <div className="wish-body">
                    <b className="wrap">
                      {w.organisationTitle ?? w.recordTitle} · {w.label}
                    </b>
                    <BothValues wish={w} />
                  </div>
                </li>
              ))}
            </ul>
          ),
          okText: '全部核实',
          cancelText: '取消',
          onOk: send,
        })
      }
    >
      核实{chosen.length > 0 ? ` ${chosen.length} 项` : ''}
    </Button>
  )
}
