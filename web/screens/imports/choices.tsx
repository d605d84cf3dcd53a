import { App, Button } from 'antd'
import { useState } from 'react'
import type { RecordDef } from '../../../engine/core/definition.ts'
import { sentence } from '../../api/http.ts'
import type { ImportMapping, ImportSession } from '../../api/import-types.ts'
import { Answered } from './answered.tsx'
import { forget, remap } from './api.ts'
import { Headings } from './headings.tsx'
import { askedOnce, askKey, EMPTY, Questions, Repairs, repairKey } from './questions.tsx'
import { Sheets } from './sheets.tsx'

/** What a person has chosen about a sheet and not yet read with. */
interface Draft {
  headings: Record<string, string | null>
  answers: Record<string, string>
  sheets?: string[]
  /** keys of repairs turned round: taken back, or taken again */
  turned: ReadonlySet<string>
  all?: boolean
}

const none: Draft = { headings: {}, answers: {}, turned: new Set() }

const count = (d: Draft): number =>
  Object.keys(d.headings).length +
  Object.keys(d.answers).length +
  d.turned.size +
  (d.sheets ? 1 : 0) +
  (d.all === undefined ? 0 : 1)

/** The mapping with what was chosen. */
function merged(s: ImportSession, d: Draft): ImportMapping {
  const out: ImportMapping = structuredClone(s.mapping)
  const given = s.headings.filter((h) => h.how === 'given').map((h) => [h.title, h.field] as const)
  const headings = { ...s.mapping.headings, ...Object.fromEntries(given), ...d.headings }
  if (Object.keys(headings).length) out.headings = headings
  for (const a of askedOnce(s)) {
    const answer = d.answers[askKey(a)]
    if (answer === undefined) continue
    if (a.kind === 'above') out.above = { ...out.above, [a.field]: answer === 'yes' }
    else if (a.kind === 'hidden') out.hiddenRows = answer === 'yes'
    else if (a.kind === 'moves') out.moves = answer === 'yes'
    else if (a.kind === 'derived') out.derive = { ...out.derive, [a.text]: answer === 'yes' }
    else {
      const values = out.values ?? {}
      out.values = { ...values, [a.field]: { ...values[a.field], [a.text]: answer === EMPTY ? '' : answer } }
    }
  }
  if (d.sheets) {
    out.sheets = d.sheets
    delete out.sheet
  }
  if (d.all !== undefined) {
    if (d.all) out.asIs = true
    else delete out.asIs
  }
  if (out.asIs !== true)
    for (const r of s.repairs)
      if (d.turned.has(repairKey(r)))
        out.asIs = { ...out.asIs, [r.field]: [...(out.asIs?.[r.field] ?? []), r.from] }
  return out
}

/** All choices about a sheet, and one way to read it again with them. */
export function Choices({
  s,
  def,
  left,
  onLeave,
  onPending,
  onReading,
}: {
  s: ImportSession
  def: RecordDef
  left: boolean
  onLeave: () => void
  /** choices that wait to be read with */
  onPending: (n: number) => void
  /** the sheet is being read again: what is shown of it is of before */
  onReading: (on: boolean) => void
}) {
  const { message } = App.useApp()
  const [draft, setDraft] = useState<Draft>(none)
  const [busy, setBusy] = useState(false)
  const change = (more: Partial<Draft>) => {
    const next = { ...draft, ...more }
    setDraft(next)
    onPending(count(next))
  }
  const read = async (how: () => Promise<void>) => {
    setBusy(true)
    onReading(true)
    try {
      await how()
      setDraft(none)
      onPending(0)
    } catch (e) {
      void message.error(sentence(e), 8)
    }
    onReading(false)
    setBusy(false)
  }
  const answer = (key: string, value: string | undefined) => {
    const { [key]: _, ...rest } = draft.answers
    change({ answers: value === undefined ? rest : { ...rest, [key]: value } })
  }
  const turn = (key: string) => {
    const turned = new Set(draft.turned)
    if (!turned.delete(key)) turned.add(key)
    change({ turned })
  }
  const n = count(draft)
  return (
    <>
      {s.damage.length > 0 ? (
        <p className="complaint">{s.damage.join('；')}。请对照原表核对这些行。</p>
      ) : null}
      {s.dropped.length > 0 ? (
        <p className="complaint">
          {s.dropped.length} 处手工改正对不上现在的行和列，没有沿用，请重新改正：
          {s.dropped
            .slice(0, 10)
            .map((d) => `${d.sheet ? `${d.sheet} ` : ''}第 ${d.at} 行${d.label}`)
            .join('、')}
          {s.dropped.length > 10 ? '等' : ''}。
        </p>
      ) : null}
      <Sheets s={s} wish={draft.sheets} onWish={(sheets) => change({ sheets })} />
      <Headings s={s} def={def} wish={draft.headings} onWish={(headings) => change({ headings })} />
      <Questions s={s} def={def} answers={draft.answers} onAnswer={answer} left={left} onLeave={onLeave} />
      <Answered
        s={s}
        def={def}
        busy={busy || n > 0}
        onForget={(id) => void read(() => forget(s.id, id))}
        onAsk={(without) => void read(() => remap(s.id, without))}
      />
      <Repairs
        repairs={s.repairs}
        taken={draft.turned}
        onTake={turn}
        all={draft.all ?? s.mapping.asIs === true}
        onAll={(all) => change({ all })}
      />
      {n > 0 ? (
        <div className="row panel">
          <span>改了 {n} 处，还没有重新读取。</span>
          <Button
            type="primary"
            loading={busy}
            disabled={draft.sheets?.length === 0}
            onClick={() => void read(() => remap(s.id, merged(s, draft)))}
          >
            重新读取
          </Button>
          <Button
            onClick={() => {
              setDraft(none)
              onPending(0)
            }}
          >
            不改了
          </Button>
        </div>
      ) : null}
    </>
  )
}
