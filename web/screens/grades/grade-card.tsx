import { useQuery } from '@tanstack/react-query'
import { App } from 'antd'
import { useState } from 'react'
import { useMe } from '../../api/queries.ts'
import type { Row } from '../../api/types.ts'
import type { Decision, Doubts, GradeCardData, GradeStep } from '../../api/work-types.ts'
import { isOfficer } from '../../app/nav.tsx'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { isLevel, Risk } from '../../parts/risk.tsx'
import { Wait } from '../../parts/say.tsx'
import { timeText } from '../../parts/time.ts'
import { assess, gradeQuery, review } from './api.ts'
import './grades.css'

/** Proposed and adopted grade of an enterprise, every step with its reason and article, and the two signatures. */
export default function GradeCard({ enterprise }: { enterprise: Row }) {
  const q = useQuery(gradeQuery(enterprise.id))
  return (
    <section className="panel grade-card" id="grade">
      <Wait for={q} what="定级" lines={3}>
        {(g) => <Card id={enterprise.id} g={g} />}
      </Wait>
    </section>
  )
}

function Card({ id, g }: { id: string; g: GradeCardData }) {
  const me = useMe()
  const [drawer, setDrawer] = useState<'assess' | 'return'>()
  const { message, modal } = App.useApp()
  const officer = isOfficer(me)
  const mine = g.waiting?.assessedBy === me.id
  const differs = g.proposed && g.proposed.level !== g.adopted?.level
  const approve = () =>
    void modal.confirm({
      title: '复核通过？',
      content: `评定等级改为“${g.waiting?.level}”，记入留痕，以您为复核人。`,
      okText: '复核通过',
      cancelText: '再看看',
      onOk: () =>
        review([{ enterpriseId: id, decisionId: g.waiting?.id ?? '', approve: true }])
          .then(() => void message.success('已评定'))
          .catch((e: Error) => void message.error(e.message)),
    })
  if (!g.proposed && !g.adopted)
    return (
      <>
        <h2>风险定级</h2>
        <p className="soft">没有适用的定级方案。补全行业和工艺后会自动给出建议。</p>
      </>
    )
  return (
    <>
      <header>
        <h2>风险定级</h2>
        {g.scheme ? <small>{g.scheme.label}</small> : null}
      </header>
      <div className="grade-two">
        <div>
          <small>评定</small>
          <Risk level={g.adopted?.level} letter={g.adopted?.letter} colour={g.adopted?.colour} />
          {g.adopted?.decidedOn ? (
            <small>
              {g.adopted.decidedOn} {g.adopted.by}评定、{g.adopted.reviewer}复核
            </small>
          ) : null}
        </div>
        {g.self ? (
          <div>
            <small>企业自评</small>
            <Risk level={g.self.level} letter={g.self.letter} colour={g.self.colour} />
          </div>
        ) : null}
        <div>
          <small>建议</small>
          <Risk level={g.proposed?.level} letter={g.proposed?.letter} colour={g.proposed?.colour} />
          {differs ? <small className="deviates">与评定不同</small> : <small>与评定一致</small>}
        </div>
      </div>
      {g.adopted?.reason ? <p className="soft">评定理由：{g.adopted.reason}</p> : null}
      {g.waiting ? (
        <div className="waiting">
          <p>
            <b>待复核：</b>
            {g.waiting.assessor} {timeText(g.waiting.assessedAt).slice(0, 10)} 拟评定为{' '}
            <Risk level={g.waiting.level} />
            {g.proposed && g.waiting.level !== g.proposed.level ? (
              <span className="deviates">与建议不同</span>
            ) : null}
            {g.waiting.reason ? `，理由：${g.waiting.reason}` : ''}
          </p>
          {g.waiting.facts?.length ? (
            <small>理由所依据的事实：{g.waiting.facts.map((f) => factOf(g, f)).join('；')}</small>
          ) : null}
          {officer &&
            (mine ? (
              <small>由您评定，须由另一人复核。</small>
            ) : (
              <div className="row">
                <button type="button" className="button primary" onClick={approve}>
                  复核通过
                </button>
                <button type="button" className="button" onClick={() => setDrawer('return')}>
                  退回
                </button>
              </div>
            ))}
        </div>
      ) : null}
      {g.proposed ? <DoubtList of={g.proposed} /> : null}
      {g.proposed ? <Steps steps={g.proposed.steps} /> : null}
      {officer && g.proposed && !g.waiting ? (
        <button
          type="button"
          className={`button ${differs ? 'primary' : ''}`}
          onClick={() => setDrawer('assess')}
        >
          {differs ? '评定…' : '重新评定…'}
        </button>
      ) : null}
      <History list={g.history} />
      {drawer === 'assess' && g.proposed ? (
        <FormDrawer
          title="评定风险等级"
          send="提交复核"
          fields={{
            level: {
              type: 'choice',
              label: '评定等级',
              required: true,
              options: ['重大', '较大', '一般', '低'].map((v) => ({ value: v, label: v })),
              help: `建议等级为“${g.proposed.level}”。与建议不同的，须写明理由。`,
            },
            ...(g.facts.length > 0 && {
              facts: {
                type: 'choices',
                label: '理由所依据的事实',
                options: g.facts.flatMap((f) => [
                  { value: `${f.field} yes`, label: `涉及${f.label}` },
                  { value: `${f.field} no`, label: `不涉及${f.label}` },
                ]),
                help: '理由里说到的工艺在这里选明，提交时与台账核对；与台账不符的，先在企业档案改正。',
              },
            }),
            reason: {
              type: 'text',
              label: '理由',
              multiline: true,
              length: 500,
              help: (g.proposed.contradictions ?? []).length > 0 ? '台账有矛盾，请写明核对情况。' : undefined,
            },
          }}
          start={{ level: g.proposed.level }}
          onClose={() => setDrawer(undefined)}
          onSend={async (v) => {
            await assess([
              {
                enterpriseId: id,
                level: isLevel(v.level) ? v.level : undefined,
                reason: v.reason ? String(v.reason) : undefined,
                facts: claimedOf(v.facts),
              },
            ])
            void message.success('已提交，等待另一人复核')
            setDrawer(undefined)
          }}
          lead={<p className="soft">提交后由另一人复核，复核通过才生效。</p>}
        />
      ) : null}
      {drawer === 'return' ? (
        <FormDrawer
          title="退回评定"
          send="退回"
          fields={{
            reason: { type: 'text', label: '退回理由', multiline: true, required: true, length: 500 },
          }}
          onClose={() => setDrawer(undefined)}
          onSend={async (v) => {
            await review([
              { enterpriseId: id, decisionId: g.waiting?.id ?? '', approve: false, reason: String(v.reason) },
            ])
            void message.success('已退回')
            setDrawer(undefined)
          }}
        />
      ) : null}
    </>
  )
}

/** 不涉及空分装置（台账：涉及） */
function factOf(g: GradeCardData, { field, holds }: { field: string; holds: boolean }): string {
  const fact = g.facts.find((f) => f.field === field)
  const ledger = fact?.ledger === null ? '未登记' : fact?.ledger ? '涉及' : '不涉及'
  return `${holds ? '涉及' : '不涉及'}${fact?.label ?? field}（台账：${ledger}）`
}

const claimedOf = (chosen: unknown): { field: string; holds: boolean }[] =>
  (Array.isArray(chosen) ? chosen : []).map((c) => {
    const [field = '', way] = String(c).split(' ')
    return { field, holds: way === 'yes' }
  })

/** What is not registered, and what does not go together: named, so that nobody reads it as "no". */
export const DoubtList = ({ of }: { of: Doubts }) =>
  of.unknown?.length || of.contradictions?.length ? (
    <ul className="doubts">
      {of.unknown?.length ? <li>未登记：{of.unknown.join('、')}</li> : null}
      {of.contradictions?.map((c) => (
        <li key={c}>请核对：{c}</li>
      ))}
    </ul>
  ) : null

/** How the level came about, step by step. */
export const Steps = ({ steps }: { steps: GradeStep[] }) => (
  <ol className="steps">
    {steps.map((s) => (
      <li key={`${s.rule} ${s.label}`}>
        <b>{s.because}</b>，<span className="step-effect">{s.effect}</span>
        {s.local ? <span className="chip">本县规定</span> : null}
        {s.local || !s.because.includes(s.label) ? <small>{s.label}</small> : null}
        <small>依据：{s.basis}</small>
      </li>
    ))}
  </ol>
)

const states: Record<Decision['state'], string> = {
  assessed: '待复核',
  adopted: '已评定',
  returned: '已退回',
}

const History = ({ list }: { list: Decision[] }) =>
  list.length === 0 ? null : (
    <details className="unfilled">
      <summary>历次评定 {list.length} 次</summary>
      <ul>
        {list.map((d) => (
          <li key={d.id}>
            {timeText(d.assessedAt).slice(0, 10)} {d.level}，{states[d.state]}；{d.assessor}评定
            {d.reviewer ? `，${d.reviewer}复核` : ''}
            {d.reviewReason ? `：${d.reviewReason}` : ''}
          </li>
        ))}
      </ul>
    </details>
  )
