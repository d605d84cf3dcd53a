import { useQuery } from '@tanstack/react-query'
import { App, Button, Select } from 'antd'
import { useState } from 'react'
import type { RecordDef } from '../../../engine/core/definition.ts'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import { sentence } from '../../api/http.ts'
import type { ImportSession } from '../../api/work-types.ts'
import { remap, rowsPage } from './api.ts'

/** A word that is wrong in fifty rows is put right once: what this sheet calls it, what we call it. */
export function Spellings({ s, def }: { s: ImportSession; def: RecordDef }) {
  const { message } = App.useApp()
  const { areas } = useFieldServices()
  const [wish, setWish] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const optionsOf = (field: string) => {
    const f = def.fields[field]
    return f?.type === 'area'
      ? areas
      : f?.type === 'choice'
        ? f.options?.map((o) => ({ value: o.value, label: o.label }))
        : undefined
  }
  const wrong = useQuery({
    queryKey: ['imports', s.id, 'rows', 'spellings', s.counts.error],
    queryFn: () => rowsPage(s.id, 'error', '', 500),
    enabled: s.counts.error > 0,
  })
  const found = new Map<string, { field: string; word: string; count: number }>()
  for (const row of wrong.data?.rows ?? [])
    for (const { field, level } of row.problems) {
      const title = s.headings.find((h) => h.field === field)?.title
      const word = title === undefined ? undefined : row.raw[title]?.trim()
      if (level !== 'error' || !word || !optionsOf(field)) continue
      const key = `${field} ${word}`
      found.set(key, { field, word, count: (found.get(key)?.count ?? 0) + 1 })
    }
  const words = [...found].map(([key, w]) => ({ key, ...w, options: optionsOf(w.field) }))
  if (words.length === 0) return null
  const apply = async () => {
    setBusy(true)
    const values: Record<string, Record<string, string>> = structuredClone(s.mapping.values ?? {})
    for (const w of words) {
      const to = wish[w.key]
      if (to) values[w.field] = { ...values[w.field], [w.word]: to }
    }
    try {
      await remap(s.id, { ...s.mapping, values })
      setWish({})
    } catch (e) {
      void message.error(sentence(e), 8)
    }
    setBusy(false)
  }
  return (
    <section className="panel headings">
      <h2>表里的写法</h2>
      <p className="soft">这些写法系统不认识。在这里对应一次，所有行一起改正。</p>
      <ul className="heading-list">
        {words.map((w) => (
          <li key={w.key}>
            <span className="wrap">
              {def.fields[w.field]?.label}：“{w.word}” <span className="count">{w.count} 行</span>
            </span>
            <span aria-hidden="true">→</span>
            <Select
              size="small"
              aria-label={`“${w.word}”对应的${def.fields[w.field]?.label}`}
              showSearch={{ optionFilterProp: 'label' }}
              placeholder="是哪一个"
              value={wish[w.key]}
              options={w.options}
              onChange={(v) => setWish({ ...wish, [w.key]: v })}
            />
            <small />
          </li>
        ))}
      </ul>
      <Button disabled={Object.keys(wish).length === 0} loading={busy} onClick={() => void apply()}>
        按对应重新读取
      </Button>
    </section>
  )
}
