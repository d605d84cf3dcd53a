import { useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import { patch, sentence } from '../../api/http.ts'
import { client, useCatalogue, useMe } from '../../api/queries.ts'
import type { TaskDetail } from '../../api/work-types.ts'
import { managesCounty } from '../../app/nav.tsx'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { Head } from '../../parts/page.tsx'
import { Wait } from '../../parts/say.tsx'
import { dueText } from '../../parts/time.ts'
import { taskQuery } from './api.ts'
import { Corrections } from './corrected.tsx'
import { type Asked, EvidencePanel } from './evidence.tsx'
import { Missing, useListAddress } from './missing.tsx'
import { Bar, ProofSplit, State } from './progress.tsx'
import './tasks.css'
import { Towns } from './towns.tsx'
import { ownersText, ratio, stateOf, stateWords, targetText, withUnit } from './words.ts'

/** One task: the figure and how it comes about, by town, who is missing and why, what was fixed at the due date. */
export default function TaskPage() {
  const { id = '' } = useParams()
  const task = useQuery(taskQuery(id))
  return (
    <div className="page">
      <Wait for={task} what="任务">
        {(t) => <TaskView key={t.id} task={t} />}
      </Wait>
    </div>
  )
}

function TaskView({ task: t }: { task: TaskDetail }) {
  const me = useMe()
  const { unitName } = useFieldServices()
  const list = useListAddress()
  const [drawer, setDrawer] = useState<'edit' | 'withdraw'>()
  const [paper, setPaper] = useState<Asked>()
  const { message } = App.useApp()
  const due = dueText(t.due)
  const restore = () =>
    patch(`/api/tasks/${t.id}`, { withdrawn: false }, { ifMatch: t.version })
      .then(() => {
        settled()
        void message.success('任务已恢复，重新计算进度')
      })
      .catch((e) => void message.error(sentence(e)))
  return (
    <>
      <Head
        title={t.title}
        trail={[
          { to: '/tasks', label: '任务书' },
          ...(t.noticeId
            ? [{ to: `/notices/${t.noticeId}${t.itemId ? `?item=${t.itemId}` : ''}`, label: '通知原文' }]
            : []),
        ]}
        note={
          <span className="badges-line">
            {t.withdrawnAt ? <b>已撤销：{t.withdrawnReason}</b> : <State task={t} />} ·{' '}
            {t.due ? `${t.due} 前` : '没有期限'}
            {t.due && !/^met/.test(stateOf(t)) ? `（${due.text}）` : ''} ·{' '}
            <span title={t.owners.map(unitName).join('、')}>{ownersText(t.owners.map(unitName))}</span>
          </span>
        }
        acts={
          managesCounty(me) && !t.withdrawnAt ? (
            <>
              <Button onClick={() => setDrawer('edit')}>修改</Button>
              <Button onClick={() => setDrawer('withdraw')}>撤销任务</Button>
            </>
          ) : managesCounty(me) ? (
            <Button onClick={() => void restore()}>恢复任务</Button>
          ) : undefined
        }
      />
      <div className="two">
        <div className="stack">
          <section className="panel stack">
            <div className="figure-big">
              {t.own ? (
                <div>
                  <small>{t.own.name}</small>
                  <b>{t.own.den === 0 ? '没有对象' : withUnit(t.own.value, t.unit)}</b>
                  <small className="num">{t.own.den ? ratio(t.own) : ''}</small>
                </div>
              ) : null}
              <div className={t.own ? 'beside' : undefined}>
                <small>{t.own ? '全县' : '现在'}</small>
                <b>{withUnit(t.figure.value, t.unit)}</b>
                <small className="num">
                  {t.figure.den === null ? '' : ratio(t.figure)}
                  {t.own?.state && t.own.state !== t.state ? `　${stateWords[t.state]}` : ''}
                </small>
              </div>
              <div>
                <small>目标</small>
                <b>{targetText(t)}</b>
                <small>{t.due ? `${t.due} 前` : ''}</small>
              </div>
              {t.frozen ? (
                <div>
                  <small>到期日固定的数字</small>
                  <b>{withUnit(t.frozen.value, t.unit)}</b>
                  <small>
                    {t.frozen.asOf} {t.frozen.reached ? '已达到目标' : '未达到目标'}，以后补录不改变它
                  </small>
                </div>
              ) : null}
            </div>
            {t.earlier?.map((e) => (
              <small key={e.asOf}>
                此前到期日 {e.asOf} 时为 {withUnit(e.value, t.unit)}，{e.reached ? '已' : '未'}达到当时的目标
              </small>
            ))}
            <Corrections task={t} />
            <Bar task={t} />
            <small>{t.own?.proof ? t.own.name : t.own ? '全县' : ''}按可信程度分</small>
            <ProofSplit figure={t.own?.proof ? t.own : t.figure} wordy />
            {t.waiting ? (
              <small>
                其中 {t.waiting} 家有<Link to="/wishes">待核实的变更</Link>，核实前按原来的内容计算
              </small>
            ) : null}
            <p className="sentence">{t.sentence}</p>
          </section>
          {!t.withdrawnAt && (t.indicator || t.papers) ? (
            <Missing task={t} list={list} onPaper={setPaper} />
          ) : null}
          {t.indicator ? null : <EvidencePanel task={t} asked={paper} onAsked={setPaper} />}
        </div>
        <div className="stack">
          <section className="panel stack">
            <h2>怎样计算</h2>
            <p>
              <b>{t.definition.label}</b>
            </p>
            <p>
              <small>统计谁：</small>
              {t.definition.population}
            </p>
            {t.definition.scope ? (
              <>
                <p>
                  <small>通知口径：</small>
                  {t.definition.scope.notice}
                </p>
                <p>
                  <small>本县口径：</small>
                  {t.definition.scope.county}
                </p>
              </>
            ) : null}
            <p>
              <small>怎样算完成：</small>
              {t.definition.met}
            </p>
            {t.definition.leastLabel ? (
              <p>
                <small>至少要：</small>
                {t.definition.leastLabel}才计入
              </p>
            ) : null}
            {t.definition.basis.length > 0 ? <small>依据：{t.definition.basis.join('；')}</small> : null}
          </section>
          {t.towns.length > 0 && !t.withdrawnAt && (
            <Towns
              towns={t.towns}
              own={t.own?.code}
              unit={t.unit}
              town={list.town}
              onTown={(code) => list.set({ town: code })}
            />
          )}
        </div>
      </div>
      {drawer === 'edit' ? <EditTask task={t} onClose={() => setDrawer(undefined)} /> : null}
      {drawer === 'withdraw' ? <Withdraw task={t} onClose={() => setDrawer(undefined)} /> : null}
    </>
  )
}

const settled = () => void client.invalidateQueries({ queryKey: ['tasks'] })

function EditTask({ task, onClose }: { task: TaskDetail; onClose: () => void }) {
  const { message } = App.useApp()
  const { units } = useFieldServices()
  const { indicators, populations } = useCatalogue()
  const def = indicators.find((i) => i.name === task.indicator)
  const least = Array.isArray(task.target) ? task.target[0] : task.target
  return (
    <FormDrawer
      title="修改任务"
      send="保存"
      fields={{
        title: { type: 'text', label: '任务名称', required: true, length: 200 },
        ...(!Array.isArray(task.target) && {
          target: { type: 'number', label: '目标', required: true, unit: task.unit },
        }),
        due: {
          type: 'date',
          label: '完成时限',
          help: '改期后，原到期日固定的数字仍保留，到新的期限再固定一次。',
        },
        owners: {
          type: 'choices',
          label: '责任单位',
          options: units.map((u) => ({ value: u.id, label: u.label })),
        },
        ...(def?.of.who && {
          who: {
            type: 'choice',
            label: '通知口径',
            options: populations
              .filter((p) => p.register === def.of.register)
              .map((p) => ({ value: p.name, label: p.label })),
            help: '通知所指的企业比本县口径多或少时才选；不选按本县口径。',
          },
        }),
        reason: { type: 'text', label: '修改理由', multiline: true, required: true, length: 300 },
      }}
      start={{ title: task.title, target: least, due: task.due, owners: task.owners, who: task.who }}
      onClose={onClose}
      onSend={async ({ title, target, due, owners, who, reason }) => {
        await patch(
          `/api/tasks/${task.id}`,
          {
            title,
            ...(target !== undefined && { target }),
            due: due ?? null,
            owners: owners ?? [],
            ...(def?.of.who && { who: who ?? null }),
            reason,
          },
          { ifMatch: task.version },
        )
        settled()
        void message.success('已保存')
        onClose()
      }}
    />
  )
}

function Withdraw({ task, onClose }: { task: TaskDetail; onClose: () => void }) {
  const { message } = App.useApp()
  return (
    <FormDrawer
      title="撤销任务"
      send="撤销任务"
      confirm="撤销后不再计算进度，记录和理由长期保留。"
      fields={{ reason: { type: 'text', label: '撤销理由', multiline: true, required: true, length: 300 } }}
      onClose={onClose}
      onSend={async ({ reason }) => {
        await patch(`/api/tasks/${task.id}`, { withdrawn: true, reason }, { ifMatch: task.version })
        settled()
        void message.success('任务已撤销')
        onClose()
      }}
    />
  )
}
