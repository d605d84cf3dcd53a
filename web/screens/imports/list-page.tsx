import { useQuery } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { sentence } from '../../api/http.ts'
import type { ImportSession } from '../../api/import-types.ts'
import { at } from '../../api/place.ts'
import { useCatalogue, useMe } from '../../api/queries.ts'
import { FileDrop } from '../../parts/file-drop.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Wait } from '../../parts/say.tsx'
import { timeText } from '../../parts/time.ts'
import { batchesQuery, stateWords as batchWords } from '../../register/bulk/api.ts'
import { importsQuery, startImport, stateWords } from './api.ts'
import './imports.css'
import { loadOrRetry } from '../../parts/later.tsx'

/** What the reader opens; what a file really is, it finds out and says. */
const LEDGERS = '.xlsx,.xlsm,.xls,.et,.ods,.csv,.txt,.tsv,.html,.htm,.xml,.mht,.mhtml'

const BatchDrawer = lazy(() => loadOrRetry(() => import('../../register/bulk/batch.tsx')))

/** Where ledgers come in, and what came in before. */
export default function ImportsPage() {
  const list = useQuery(importsQuery)
  const me = useMe()
  const may = useCatalogue().records.some((d) => me.rights[d.name]?.import)
  return (
    <div className="page">
      <Head
        title="导入与批量"
        note="上传表格后先预览，哪些行有错都能改好再导入；导入和列表里的批量办理都可以整批撤销。"
      />
      {may ? <Upload /> : null}
      <Batches />
      <section className="panel imports-list" hidden={!may && list.data?.length === 0}>
        <h2>以往的导入</h2>
        <Wait for={list} what="导入记录" lines={4}>
          {(all) =>
            all.length === 0 ? (
              <Empty title="还没有导入过" />
            ) : (
              <ul>
                {all.map((s) => (
                  <Session key={s.id} session={s} />
                ))}
              </ul>
            )
          }
        </Wait>
      </section>
    </div>
  )
}

/** What stands in the ledger of it now: after an undo that is what was kept. */
function countsText({ counts: c, state, undone }: ImportSession): string {
  const all = `新增 ${c?.create ?? 0}，更新 ${c?.update ?? 0}，有错 ${c?.error ?? 0}`
  if (state !== 'undone' || !undone) return all
  const kept = (c?.create ?? 0) + (c?.update ?? 0) - undone.rows
  return `曾${all}；已撤销 ${undone.rows}，保留 ${Math.max(0, kept)}`
}

const Session = ({ session: s }: { session: ImportSession }) => (
  <li className="import-row">
    <Link to={`/imports/${s.id}`}>{s.name}</Link>
    <span className="chip">{s.label}</span>
    <b>{stateWords[s.state]}</b>
    <small className="num">
      {timeText(s.at)} {s.by} · {countsText(s)}
    </small>
  </li>
)

/** What one did with many rows of lists, each with its result and its undoing. */
function Batches() {
  const list = useQuery(batchesQuery)
  const [open, setOpen] = useState<string>()
  return (
    <section className="panel imports-list">
      <h2>我的批量办理</h2>
      <Wait for={list} what="批量办理" lines={2}>
        {(all) =>
          all.length === 0 ? (
            <p className="soft">还没有。在台账或闭环列表里选中几条，就可以一起办理。</p>
          ) : (
            <ul>
              {all.map((b) => (
                <li key={b.id} className="import-row">
                  <button type="button" className="link" onClick={() => setOpen(b.id)}>
                    {b.label}
                  </button>
                  <span className="chip">{b.registerLabel}</span>
                  <b>{batchWords[b.state]}</b>
                  <small className="num">
                    {timeText(b.at)} · 共 {b.total} 条，已办 {b.counts.done + b.counts.asked}，撤销{' '}
                    {b.counts.undone}，没有办成 {b.counts.failed + b.counts.cannot}
                  </small>
                </li>
              ))}
            </ul>
          )
        }
      </Wait>
      {open ? (
        <Suspense fallback={null}>
          <BatchDrawer id={open} onClose={() => setOpen(undefined)} />
        </Suspense>
      ) : null}
    </section>
  )
}

function Upload() {
  const me = useMe()
  const { records } = useCatalogue()
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const [busy, setBusy] = useState('')
  const [problem, setProblem] = useState('')
  const open = records.filter((d) => me.rights[d.name]?.import)
  const register = params.get('register') ?? open[0]?.name ?? ''
  const def = open.find((d) => d.name === register)
  const take = async (file: File) => {
    if (!def) return
    setBusy(file.name)
    setProblem('')
    try {
      const s = await startImport(def.name, file)
      void navigate(`/imports/${s.id}`)
    } catch (e) {
      setProblem(sentence(e))
      setBusy('')
    }
  }
  return (
    <FileDrop
      label="上传表格"
      className="upload"
      accept={LEDGERS}
      chooser="选择要导入的表格"
      onFiles={([file]) => file && void take(file)}
    >
      {(choose) => (
        <>
          <div className="row">
            <label htmlFor="import-register">导入到</label>
            <Select
              id="import-register"
              style={{ width: 220 }}
              showSearch={{ optionFilterProp: 'label' }}
              value={def?.name}
              disabled={busy !== ''}
              options={open.map((d) => ({ value: d.name, label: d.label }))}
              onChange={(v) => setParams({ register: v }, { replace: true })}
            />
            <Button type="primary" loading={busy !== ''} onClick={choose}>
              {busy ? `正在上传 ${busy}` : '选择表格'}
            </Button>
            {def ? (
              <a href={at(`/api/records/${def.name}/template.xlsx`)} download>
                下载{def.label}模板
              </a>
            ) : null}
          </div>
          <small>
            也可以拖到这里：.xlsx、.xls、.et、.ods、.csv、.txt
            和网页另存的表。不必整理成模板的样子：标题行、合并单元格、别的表头叫法、全角数字和各种日期写法都能读。
          </small>
          {problem ? (
            <span role="alert" className="complaint">
              {problem}
            </span>
          ) : null}
        </>
      )}
    </FileDrop>
  )
}
