import { useQuery } from '@tanstack/react-query'
import { App } from 'antd'
import { lazy, Suspense, useEffect, useState } from 'react'
import type { Condition } from '../../../engine/core/condition/ast.ts'
import { field } from '../../../engine/core/condition/build.ts'
import type { Fields } from '../../../engine/core/definition.ts'
import { sentence } from '../../api/http.ts'
import { useCatalogue, useMe } from '../../api/queries.ts'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { loadOrRetry } from '../../parts/later.tsx'
import { Loading } from '../../parts/say.tsx'
import type { DraftValues } from '../../register/use-draft.ts'
import { ByTown } from '../tasks/by-town.tsx'
import { ratio, withUnit } from '../tasks/words.ts'
import { type LocalDefinition, type LocalInput, previewLocal, saveLocal } from './api.ts'

const FilterPanel = lazy(() => loadOrRetry(() => import('../../register/filter/panel.tsx')))

const names = { indicator: '指标', population: '企业范围' } as const

/** An indicator made of a condition, or a population: seen with its figure before it is kept. */
export default function LocalDrawer({
  kind,
  of,
  basis,
  onClose,
  onSaved,
}: {
  kind: LocalInput['kind']
  /** an existing one, to be changed with a reason */
  of?: LocalDefinition | undefined
  basis?: string | undefined
  onClose: () => void
  onSaved?: ((name: string) => void) | undefined
}) {
  const { message } = App.useApp()
  const me = useMe()
  const { records } = useCatalogue()
  const body = of?.body
  const [where, setWhere] = useState<Condition | undefined>(
    body?.kind === 'population' ? body.where : body?.of.where,
  )
  const [met, setMet] = useState<Condition | undefined>(body?.kind === 'indicator' ? body.met : undefined)
  const inputOf = (v: DraftValues): LocalInput => ({
    kind,
    label: String(v.label ?? ''),
    basis: String(v.basis ?? ''),
    register: String(v.register ?? 'enterprise'),
    ...(where && { where }),
    ...(kind === 'indicator' && {
      ...(met && { met }),
      measure: v.measure === 'count' ? ('count' as const) : ('share' as const),
      ...(v.measure === 'count' && v.unit ? { unit: String(v.unit) } : {}),
    }),
  })
  const fields: Fields = {
    label: { type: 'text', label: '名称', required: true, length: 60 },
    basis: {
      type: 'text',
      label: '依据',
      required: true,
      length: 300,
      help: '写明文件名称和条款',
    },
    register: {
      type: 'choice',
      label: '统计哪本台账',
      required: true,
      options: records
        .filter((r) => me.rights[r.name]?.read && !r.sealed)
        .map((r) => ({ value: r.name, label: r.label })),
    },
    ...(kind === 'indicator' && {
      measure: {
        type: 'choice',
        label: '怎样计量',
        required: true,
        options: [
          { value: 'share', label: '占比（完成的占全部的百分比）' },
          { value: 'count', label: '数量（完成的有多少）' },
        ],
      },
      unit: { type: 'text', label: '单位', length: 20, when: field('measure').is('count') },
    }),
    ...(of && {
      reason: { type: 'text', label: '修改理由', required: true, multiline: true, length: 300 },
    }),
  }
  return (
    <FormDrawer
      wide
      title={of ? `修改${of.label}` : `自定${names[kind]}`}
      send={of ? '保存为新的一版' : `保存${names[kind]}`}
      fields={fields}
      start={{
        label: of?.label,
        basis: of?.basis.join('；') ?? basis,
        register: of?.register ?? 'enterprise',
        measure: body?.kind === 'indicator' && body.measure === 'count' ? 'count' : 'share',
        unit: body?.kind === 'indicator' && body.measure === 'count' ? body.unit : '家',
      }}
      touched={where !== undefined || met !== undefined}
      onClose={onClose}
      onSend={async (v) => {
        const saved = await saveLocal(
          inputOf(v),
          of && { name: of.name, version: of.version, reason: String(v.reason ?? '') },
        )
        void message.success(`已保存“${saved.label}”，可以选用`)
        onSaved?.(saved.name)
        onClose()
      }}
      tail={(draft) => {
        const register = String(draft.values.register ?? 'enterprise')
        return (
          <section className="stack">
            <h3>{kind === 'indicator' ? '统计谁（不填为全部）' : '哪些企业'}</h3>
            <Suspense fallback={<Loading lines={2} what="筛选" />}>
              <FilterPanel key={`w ${register}`} register={register} where={where} onChange={setWhere} />
              {kind === 'indicator' ? (
                <>
                  <h3>怎样算完成</h3>
                  <FilterPanel key={`m ${register}`} register={register} where={met} onChange={setMet} />
                </>
              ) : null}
            </Suspense>
            <Preview input={inputOf(draft.values)} />
          </section>
        )
      }}
    />
  )
}

/** What it tells today, by town, while it is being made. */
function Preview({ input }: { input: LocalInput }) {
  const now = JSON.stringify({ ...input, label: '', basis: '' })
  const [asked, setAsked] = useState(now)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(now), 400)
    return () => clearTimeout(timer)
  }, [now])
  const ready = input.kind === 'population' ? input.where : input.met || input.measure === 'count'
  const shown = useQuery({
    queryKey: ['preview', 'local', asked],
    queryFn: () => previewLocal(JSON.parse(asked)),
    enabled: Boolean(ready),
    retry: false,
    placeholderData: (before) => before,
  })
  if (!ready) return <small>写好条件后，这里显示今天的数字。</small>
  if (shown.error) return <small role="status">{sentence(shown.error)}</small>
  const { data: p } = shown
  if (!p) return <small role="status">正在计算…</small>
  const unit = input.kind === 'population' ? '家' : input.measure === 'share' ? '%' : (input.unit ?? '家')
  return (
    <div className="stack accept-figure">
      <p role="status">
        今天是 <b className="num">{withUnit(p.value, unit)}</b>
        {p.den === null ? '' : `（${ratio(p)}）`}
      </p>
      <small>{p.words}</small>
      <ByTown of={p.towns ?? []} unit={unit} />
    </div>
  )
}
