import { useQuery } from '@tanstack/react-query'
import { App, Button, Input, Popover, Progress } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { queryString, sentence } from '../../api/http.ts'
import type { ImportSession } from '../../api/import-types.ts'
import { at } from '../../api/place.ts'
import { useCatalogue, useMe } from '../../api/queries.ts'
import { Head } from '../../parts/page.tsx'
import { Say, Wait } from '../../parts/say.tsx'
import { timeText } from '../../parts/time.ts'
import { drop, finished, importQuery, moving, type RowFilter, run, stateWords, undo } from './api.ts'
import { Choices } from './choices.tsx'
import { askedOnce, openAsks, openText } from './questions.tsx'
import { Rows } from './rows.tsx'
import './imports.css'

/** One import from preview to done, and back. */
export default function ImportPage() {
  const { id = '' } = useParams()
  const q = useQuery(importQuery(id))
  // when something that was moving has come to rest, lists elsewhere are out of date
  const before = useRef<string>(undefined)
  useEffect(() => {
    const s = q.data
    if (s && before.current && before.current !== s.state && !moving(s.state)) finished(s.register)
    before.current = s?.state
  }, [q.data])
  return (
    <div className="page">
      <Wait for={q} what="导入">
        {(s) => <Session key={s.id} s={s} />}
      </Wait>
    </div>
  )
}

/** The rows that were not imported. Who did not bring the sheet says what for; the journal keeps both. */
function Rejected({ s }: { s: ImportSession }) {
  const own = useMe().id === s.uploader
  const [purpose, setPurpose] = useState('')
  const said = purpose.trim()
  const path = `/api/imports/${s.id}/rejected.xlsx`
  if (own)
    return (
      <a className="button" href={at(path)} download>
        下载没导入的行
      </a>
    )
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div className="stack" style={{ width: 260 }}>
          <label htmlFor="rejected-purpose">用途（别人上传的表格，必填，记入留痕）</label>
          <Input
            id="rejected-purpose"
            maxLength={200}
            value={purpose}
            onChange={(e) => setPurpose(e.target.value)}
          />
          {said.length >= 2 ? (
            <a href={at(`${path}${queryString({ purpose: said })}`)} download>
              下载
            </a>
          ) : (
            <span className="soft" aria-disabled>
              下载
            </span>
          )}
        </div>
      }
    >
      <Button>下载没导入的行</Button>
    </Popover>
  )
}

function Session({ s }: { s: ImportSession }) {
  const { byName } = useCatalogue()
  const { message, modal } = App.useApp()
  const [busy, setBusy] = useState(false)
  const [shown, setShown] = useState<RowFilter>()
  // corrected after the run: there is something to write again
  const [again, setAgain] = useState(false)
  // choices that have not been read with, and questions left open on purpose
  const [pending, setPending] = useState(0)
  const [left, setLeft] = useState(false)
  const [rereading, setRereading] = useState(false)
  const asked = openAsks(s)
  const open = asked.must + (left ? 0 : asked.empty)
  const navigate = useNavigate()
  const def = byName.get(s.register)
  const act = async (f: () => Promise<void>, done: string) => {
    setBusy(true)
    try {
      await f()
      if (done) void message.success(done)
    } catch (e) {
      void message.error(sentence(e), 8)
    }
    setBusy(false)
  }
  const c = s.counts
  const writes = c.create + c.update
  const why =
    s.state !== 'preview'
      ? ''
      : pending > 0
        ? `改了 ${pending} 处，先点“重新读取”`
        : s.missing.length > 0
          ? '缺少必填的列，先在“表头对应”里指定'
          : open > 0
            ? `还有 ${askedOnce(s).length} 处请选定：${openText(s, left)}`
            : writes === 0
              ? c.error > 0
                ? '没有可以导入的行，先改正有错的行'
                : '没有要新增或更新的行'
              : ''
  const read = s.sheets.filter((x) => x.read).length
  const several = read > 1 ? read : undefined
  const start = () =>
    c.error > 0
      ? void modal.confirm({
          title: `导入 ${writes} 行，跳过有错的 ${c.error} 行？`,
          content: '有错的行不会导入，可以现在改正，也可以导入后下载下来改好再导。',
          okText: `导入 ${writes} 行`,
          cancelText: '先去改正',
          onOk: () => act(() => run(s.id), ''),
        })
      : void act(() => run(s.id), '')
  const giveUp = () =>
    void modal.confirm({
      title: '放弃这次导入？',
      content: '还没有写入任何记录，上传的表格和预览会删除。',
      okText: '放弃',
      cancelText: '继续',
      onOk: () =>
        act(async () => {
          await drop(s.id)
          void navigate('/imports')
        }, '已放弃'),
    })
  const takeBack = () =>
    void modal.confirm({
      title: '撤销这次导入？',
      content: '本次新增的记录会归档，更新的记录恢复原样；导入后又被改过的记录保留，并列出来。',
      okText: '撤销导入',
      cancelText: '取消',
      onOk: () => act(() => undo(s.id), ''),
    })
  const filter: RowFilter =
    shown ?? (c.error > 0 ? 'error' : c.warning > 0 ? 'warning' : c.create > 0 ? 'create' : 'update')
  return (
    <>
      <Head
        title={s.name}
        trail={[{ to: '/imports', label: '导入' }]}
        note={
          <>
            {s.label} · {stateWords[s.state]} · {timeText(s.at)} {s.by}
            {several ? ` · ${several} 张工作表` : s.sheet ? ` · 工作表“${s.sheet}”` : ''}
            {s.encoding ? ` · ${s.encoding}` : ''}
          </>
        }
        acts={
          <>
            {c.error + c.skipped > 0 && !moving(s.state) ? <Rejected s={s} /> : null}
            {s.state === 'preview' || s.state === 'failed' ? <Button onClick={giveUp}>放弃</Button> : null}
            {s.state === 'preview' ? (
              <Button
                type="primary"
                loading={busy}
                disabled={why !== ''}
                aria-describedby={why ? 'import-why' : undefined}
                onClick={start}
              >
                导入 {writes.toLocaleString()} 行
              </Button>
            ) : null}
            {why ? (
              <small id="import-why" className="import-why">
                {why}
              </small>
            ) : null}
            {s.state === 'done' ? (
              <>
                {again ? (
                  <Button
                    type="primary"
                    loading={busy}
                    onClick={() => {
                      setAgain(false)
                      void act(() => run(s.id), '')
                    }}
                  >
                    导入改好的行
                  </Button>
                ) : null}
                <Button loading={busy} onClick={takeBack}>
                  撤销这次导入
                </Button>
                <Link className="button primary" to={`/records/${s.register}`}>
                  看{s.label}台账
                </Link>
              </>
            ) : null}
          </>
        }
      />
      {moving(s.state) ? (
        <div className="panel" role="status">
          <p>
            {stateWords[s.state]}… {s.progress.done.toLocaleString()}／
            {s.progress.total ? s.progress.total.toLocaleString() : '？'} 行。可以离开本页，不影响进行。
          </p>
          <Progress
            percent={s.progress.total ? Math.floor((s.progress.done / s.progress.total) * 100) : 0}
            strokeColor="#22262b"
            showInfo={false}
          />
        </div>
      ) : null}
      {s.failure ? <Say>没有完成：{s.failure}</Say> : null}
      {s.undone ? (
        <Say>
          已撤销 {s.undone.rows} 行。
          {s.undone.kept.length > 0 ? (
            <>
              下面 {s.undone.kept.length} 条导入后又被改过，已保留：
              {s.undone.kept.map((k) => (
                <Link key={k.id} to={`/records/${s.register}/${k.id}`}>
                  {k.title}（{k.reason}）{' '}
                </Link>
              ))}
            </>
          ) : null}
        </Say>
      ) : null}
      {s.state !== 'reading' ? (
        <>
          <Counts s={s} shown={filter} onShow={setShown} />
          {def && (s.state === 'preview' || s.state === 'failed') ? (
            <Choices
              s={s}
              def={def}
              left={left}
              onLeave={() => setLeft(true)}
              onPending={setPending}
              onReading={setRereading}
            />
          ) : null}
          {rereading ? (
            <p className="panel" role="status">
              正在重新读取，读完后这里列出新的各行…
            </p>
          ) : def && s.recognised ? (
            <Rows
              key={filter}
              s={s}
              def={def}
              filter={filter}
              onCorrected={() => setAgain(s.state === 'done')}
            />
          ) : null}
        </>
      ) : null}
    </>
  )
}

const cells: [RowFilter, string, string][] = [
  ['create', '新增', '新增'],
  ['update', '更新', '更新'],
  ['same', '没有变化', '没有变化'],
  ['error', '有错，须改正', '有错，没有导入'],
  ['warning', '提醒，不影响导入', '有提醒'],
  ['skipped', '跳过', '跳过'],
]

/** What became of the rows of a tile after the import was taken back. */
function undoneTile({ counts, undone }: ImportSession, k: RowFilter, after: string): string {
  const back = k === 'create' ? undone?.created : k === 'update' ? undone?.updated : undefined
  if (back === undefined || !counts[k]) return after
  const what = k === 'create' ? '已归档' : '已恢复原样'
  return back >= counts[k] ? `${after}，${what}` : `${after}：${what} ${back}，保留 ${counts[k] - back}`
}

const Counts = ({
  s,
  shown,
  onShow,
}: {
  s: ImportSession
  shown: RowFilter
  onShow: (f: RowFilter) => void
}) => (
  <nav className="counts" aria-label="各类行数">
    {cells.map(([k, before, after]) => (
      <button
        key={k}
        type="button"
        aria-pressed={shown === k}
        disabled={!s.counts[k]}
        onClick={() => onShow(k)}
      >
        <b className="num">{(s.counts[k] ?? 0).toLocaleString()}</b>
        <span>{s.state === 'undone' ? undoneTile(s, k, after) : s.state === 'done' ? after : before}</span>
      </button>
    ))}
  </nav>
)
