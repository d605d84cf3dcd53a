import { useQuery } from '@tanstack/react-query'
import { App } from 'antd'
import { lazy, Suspense, useEffect, useState } from 'react'
import { Link } from 'react-router'
import type { Condition } from '../../../engine/core/condition/ast.ts'
import type { Fields, Level } from '../../../engine/core/definition.ts'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import { isApiError } from '../../api/http.ts'
import { client } from '../../api/queries.ts'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { loadOrRetry } from '../../parts/later.tsx'
import { Risk } from '../../parts/risk.tsx'
import { Loading, Wait } from '../../parts/say.tsx'
import { today } from '../../parts/time.ts'
import {
  addRule,
  changeRule,
  type Rule,
  type RuleEffect,
  type RulePreview,
  rulesQuery,
  tryRule,
} from './rules-api.ts'

const FilterPanel = lazy(() => loadOrRetry(() => import('../../register/filter/panel.tsx')))

const effects = [
  { value: '+1', label: '上调1级' },
  { value: '+2', label: '上调2级' },
  { value: '-1', label: '下调1级' },
  { value: '-2', label: '下调2级' },
  ...['重大', '较大', '一般', '低'].map((v) => ({ value: v, label: `直接定为${v}风险` })),
]

/** `+1` moves, a level sets. */
const effectOf = (value: unknown): Pick<RuleEffect, 'steps' | 'level'> =>
  /^[+-]\d$/.test(String(value))
    ? { steps: Number(value), level: null }
    : { steps: null, level: value as Level }

export const effectText = (r: Pick<RuleEffect, 'steps' | 'level'>): string =>
  effects.find((e) => e.value === effectKey(r))?.label ?? ''
const effectKey = (r: Pick<RuleEffect, 'steps' | 'level'>): string =>
  r.level ?? `${(r.steps ?? 0) > 0 ? '+' : ''}${r.steps}`

/** A rule being written: whom it concerns, what it does, on which document, from when; and what would change. */
export function RuleDrawer({
  rule,
  schemes,
  onClose,
}: {
  rule?: Rule
  schemes: { name: string; label: string }[]
  onClose: () => void
}) {
  const { message } = App.useApp()
  const [condition, setCondition] = useState<Condition | undefined>(rule?.condition)
  const only = schemes.length === 1 ? schemes[0] : undefined
  const schemeOf = (v: Record<string, unknown>) => rule?.scheme ?? only?.name ?? String(v.scheme ?? '')
  const fields: Fields = {
    ...(!rule &&
      !only && {
        scheme: {
          type: 'choice',
          label: '分级办法',
          required: true,
          options: schemes.map((s) => ({ value: s.name, label: s.label })),
        },
      }),
    effect: { type: 'choice', label: '怎样调整', required: true, options: effects },
    label: {
      type: 'text',
      label: '规则名称',
      required: true,
      length: 60,
      help: '会写进定级理由，如：上年度发生亡人事故',
    },
    basis: {
      type: 'text',
      label: '依据',
      required: true,
      multiline: true,
      length: 300,
      help: '写明本县的文件名称和条款。没有依据的，不要调整。',
    },
    from: { type: 'date', label: '从哪天起', required: true },
    to: { type: 'date', label: '到哪天止', help: '长期有效就不填' },
  }
  return (
    <FormDrawer
      wide
      title={rule ? `修改“${rule.label}”` : '新增调整规则'}
      send="保存"
      fields={fields}
      start={
        rule
          ? {
              effect: effectKey(rule),
              label: rule.label,
              basis: rule.basis,
              from: rule.from,
              to: rule.to ?? undefined,
            }
          : { from: today() }
      }
      touched={JSON.stringify(condition) !== JSON.stringify(rule?.condition)}
      check={() => (condition ? [] : ['请写明涉及哪些企业：至少一个条件。'])}
      lead={
        <div className="stack">
          <p className="soft">
            {rule ? '' : only ? `${only.label}。` : ''}
            先写涉及哪些企业，再写怎样调整。规则先调级、后直接定级；同时符合的都生效。
          </p>
          <div className="rule-condition">
            <b>涉及哪些企业</b>
            <Suspense fallback={<Loading lines={2} what="条件" />}>
              <FilterPanel register="enterprise" where={condition} onChange={setCondition} />
            </Suspense>
          </div>
        </div>
      }
      tail={(draft) => (
        <Preview
          scheme={schemeOf(draft.values)}
          rule={rule}
          effect={
            condition && draft.values.effect ? { condition, ...effectOf(draft.values.effect) } : undefined
          }
          later={String(draft.values.from ?? '') > today()}
        />
      )}
      onClose={onClose}
      onSend={async (v) => {
        const body = {
          condition: condition!,
          ...effectOf(v.effect),
          label: String(v.label),
          basis: String(v.basis),
          from: String(v.from),
          to: v.to ? String(v.to) : null,
        }
        const { changed } = await (rule ? changeRule(rule, body) : addRule(schemeOf(v), body))
        void message.success(
          changed > 0 ? `已保存，${changed} 家企业的建议等级随之改变` : '已保存，建议等级没有变化',
        )
        onClose()
      }}
      onFail={(e) => {
        if (isApiError(e) && e.code === 'version-lost') void client.invalidateQueries(rulesQuery)
      }}
    />
  )
}

/** The value as it was a moment ago: what is being typed is not asked about letter by letter. */
function useSettled<T>(value: T, ms: number): T {
  const [kept, setKept] = useState(value)
  const text = JSON.stringify(value)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the value
  useEffect(() => {
    const timer = setTimeout(() => setKept(value), ms)
    return () => clearTimeout(timer)
  }, [text, ms])
  return kept
}

function Preview({
  scheme,
  rule,
  effect,
  later,
}: {
  scheme: string
  rule?: Rule
  effect: RuleEffect | undefined
  later: boolean
}) {
  const asked = useSettled(effect && scheme ? { scheme, ...effect } : undefined, 500)
  const q = useQuery({
    queryKey: ['grades', 'try', rule?.id, asked],
    queryFn: () => tryRule({ ...asked!, ...(rule && { id: rule.id, area: rule.area }) }),
    enabled: asked !== undefined,
    placeholderData: (old) => old,
    retry: false,
  })
  return (
    <section className="rule-try" aria-label="试算" aria-busy={q.isFetching} aria-live="polite">
      <b>试算</b>
      {asked ? (
        <Wait for={q} what="试算" lines={1}>
          {(p) => <Outcome p={p} later={later} edited={rule !== undefined} />}
        </Wait>
      ) : (
        <small>写好条件和调整方式，这里会算出涉及多少家、建议等级怎样变。</small>
      )}
    </section>
  )
}

function Outcome({ p, later, edited }: { p: RulePreview; later: boolean; edited: boolean }) {
  const { areaName } = useFieldServices()
  return (
    <>
      <p>
        适用本办法的 {p.of} 家企业中，符合条件的 <b>{p.matched}</b> 家，建议等级会改变的 <b>{p.changed}</b> 家
        {p.moves.length > 0
          ? `：${p.moves.map((m) => `${m.from}→${m.to} ${m.count} 家`).join('，')}`
          : p.matched > 0
            ? edited
              ? '（和现在一样）'
              : '（已在该等级，或由其他规则直接定级）'
            : ''}
        。{later ? '按今天生效试算。' : ''}
      </p>
      {p.sample.length > 0 ? (
        <details>
          <summary>
            看是哪些企业{p.changed > p.sample.length ? `（列出前 ${p.sample.length} 家）` : ''}
          </summary>
          <ul className="rule-sample">
            {p.sample.map((e) => (
              <li key={e.id}>
                <Link to={`/records/enterprise/${e.id}#grade`} target="_blank">
                  {e.title}
                </Link>{' '}
                <small>{e.town ? areaName(e.town) : ''}</small>
                <span className="tray-levels">
                  <Risk level={e.from} /> → <Risk level={e.to} />
                </span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  )
}
