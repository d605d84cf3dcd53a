import { useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { loadOrRetry } from '../../parts/later.tsx'
import { Wait } from '../../parts/say.tsx'
import { type LocalDefinition, type LocalInput, localQuery, retireLocal } from './api.ts'

const LocalDrawer = lazy(() => loadOrRetry(() => import('./drawer.tsx')))

const kinds = { indicator: '指标', population: '企业范围' } as const

/** What the county has defined of its own: to be changed by a further version, or no longer offered. */
export function LocalDefinitions() {
  const { message } = App.useApp()
  const all = useQuery(localQuery)
  const [making, setMaking] = useState<{ kind: LocalInput['kind']; of?: LocalDefinition }>()
  const [retiring, setRetiring] = useState<LocalDefinition>()
  return (
    <section className="panel stack">
      <header className="row">
        <h2>本县自定的指标和企业范围</h2>
        <span className="push row">
          <Button size="small" onClick={() => setMaking({ kind: 'indicator' })}>
            自定指标
          </Button>
          <Button size="small" onClick={() => setMaking({ kind: 'population' })}>
            自定企业范围
          </Button>
        </span>
      </header>
      <p className="soft">
        指标由条件算出，可在分解通知时选用；企业范围可在上面的“……的企业范围”参数里选用，也可在任务里代替本县口径。
      </p>
      <Wait for={all} what="本县自定的内容" lines={2}>
        {(list) => (
          <ul className="policy">
            {list.map((d) => (
              <li key={d.name} className="policy-row">
                <span>
                  <b className="wrap">{d.label}</b>
                  <small>
                    {kinds[d.kind]} · 第 {d.version} 版 · {d.createdByName}
                  </small>
                </span>
                <span className="wrap">
                  {d.words}
                  <small>
                    {d.basis.join('；')}
                    {d.reason ? `；上次修改：${d.reason}` : ''}
                    {d.retiredAt ? `；已停用：${d.retireReason}` : ''}
                  </small>
                </span>
                {d.retiredAt ? null : (
                  <span className="row">
                    <Button size="small" onClick={() => setMaking({ kind: d.kind, of: d })}>
                      修改
                    </Button>
                    <Button size="small" type="text" onClick={() => setRetiring(d)}>
                      停用
                    </Button>
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </Wait>
      <Suspense fallback={null}>
        {making ? <LocalDrawer {...making} onClose={() => setMaking(undefined)} /> : null}
      </Suspense>
      {retiring ? (
        <FormDrawer
          title={`停用${retiring.label}`}
          send="停用"
          fields={{
            reason: { type: 'text', label: '停用理由', multiline: true, required: true, length: 300 },
          }}
          lead={<p className="soft">停用后不再提供选用；已在用它的任务和参数照旧。</p>}
          onClose={() => setRetiring(undefined)}
          onSend={async ({ reason }) => {
            await retireLocal(retiring.name, String(reason))
            void message.success('已停用')
            setRetiring(undefined)
          }}
        />
      ) : null}
    </section>
  )
}
