import { useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useMe } from '../../api/queries.ts'
import { managesCounty, setsNumbers } from '../../app/nav.tsx'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Wait } from '../../parts/say.tsx'
import { timeText, today } from '../../parts/time.ts'
import { effectText, RuleDrawer } from './rule-drawer.tsx'
import { endRule, type Rule, rulesQuery } from './rules-api.ts'
import './grades.css'

const stateOf = (r: Rule): string =>
  r.endedAt ? '已结束' : r.from > today() ? '未生效' : r.to && r.to < today() ? '已到期' : '生效中'

/** A county's own adjustments of the grading scheme: they start empty, and each names its document. */
export default function RulesPage() {
  const me = useMe()
  const may = managesCounty(me) || setsNumbers(me)
  const q = useQuery(rulesQuery)
  const { message } = App.useApp()
  const [editing, setEditing] = useState<{ rule?: Rule }>()
  const [ending, setEnding] = useState<Rule>()
  const live = q.data?.rules.filter((r) => !r.endedAt) ?? []
  const ended = q.data?.rules.filter((r) => r.endedAt) ?? []
  const add = may ? (
    <Button type="primary" onClick={() => setEditing({})}>
      新增规则
    </Button>
  ) : null
  return (
    <div className="page">
      <Head
        title="本县调整规则"
        trail={[{ to: '/grades', label: '定级' }]}
        note={`分级办法按工艺起评，上调、下调由本县按自己的文件写在这里。${may ? '' : '增改由县局人员办理。'}`}
        acts={live.length > 0 ? add : null}
      />
      <Wait for={q} what="调整规则" lines={5}>
        {({ schemes }) => (
          <>
            {live.length === 0 ? (
              <div className="panel">
                <Empty title="还没有调整规则" act={add}>
                  <p>
                    随程序提供的分级办法只含起评等级，不含调整项，所以这里开始是空的。
                    {may
                      ? '本县有文件规定上调或下调的，点“新增规则”：写明涉及哪些企业、怎样调整、依据哪份文件，保存前可以试算。'
                      : '本县有文件规定上调或下调的，请告诉县局人员。'}
                  </p>
                </Empty>
              </div>
            ) : (
              <RuleList
                rules={live}
                {...(may && {
                  onEdit: (rule: Rule) => setEditing({ rule }),
                  onEnd: (rule: Rule) => setEnding(rule),
                })}
              />
            )}
            {ended.length > 0 ? (
              <details className="rules-ended">
                <summary>已结束的规则 {ended.length} 条</summary>
                <RuleList rules={ended} />
              </details>
            ) : null}
            {editing ? (
              <RuleDrawer {...editing} schemes={schemes} onClose={() => setEditing(undefined)} />
            ) : null}
          </>
        )}
      </Wait>
      {ending ? (
        <FormDrawer
          title={`结束“${ending.label}”`}
          send="结束规则"
          fields={{
            reason: {
              type: 'text',
              label: '结束的原因',
              required: true,
              multiline: true,
              length: 300,
              help: '如：文件已废止，由某某号文代替',
            },
          }}
          lead={<p className="soft">从现在起不再调整，建议等级随即重新计算；规则和原因保留可查。</p>}
          onClose={() => setEnding(undefined)}
          onSend={async (v) => {
            const { changed } = await endRule(ending, String(v.reason))
            void message.success(changed > 0 ? `已结束，${changed} 家企业的建议等级随之改变` : '已结束')
            setEnding(undefined)
          }}
        />
      ) : null}
    </div>
  )
}

function RuleList({
  rules,
  onEdit,
  onEnd,
}: {
  rules: Rule[]
  onEdit?: (r: Rule) => void
  onEnd?: (r: Rule) => void
}) {
  return (
    <ul className="tray">
      {rules.map((r) => (
        <li key={r.id} className="rule-item">
          <span className="wrap">
            <b>{r.label}</b>
            <small>
              {stateOf(r)} · {r.from} 起{r.to ? `至 ${r.to}` : ''}
              {r.area.length > 6 ? ` · ${r.areaName}` : ''}
            </small>
          </span>
          <span className="rule-effect">{effectText(r)}</span>
          <span className="wrap">
            {r.text}
            <small>依据：{r.basis}</small>
            {r.endedAt ? (
              <small>
                {timeText(r.endedAt).slice(0, 10)} 结束：{r.endReason}
              </small>
            ) : null}
          </span>
          {onEdit ? (
            <span className="row">
              <Button size="small" onClick={() => onEdit(r)}>
                修改
              </Button>
              <Button size="small" type="text" onClick={() => onEnd?.(r)}>
                结束
              </Button>
            </span>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
