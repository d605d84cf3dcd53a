import { Select } from 'antd'
import { useState } from 'react'
import { evaluate } from '../../engine/core/condition/evaluate.ts'
import type { RecordDef, TemplateDef } from '../../engine/core/definition.ts'
import { useCatalogue } from '../api/queries.ts'
import type { Row } from '../api/types.ts'
import { today } from '../parts/time.ts'
import { useLexicon, usePolicyBook } from './lexicon.ts'
import type { Draft } from './use-draft.ts'

/** How sure the basis of a template is: said beside it, as with the numbers of law. */
export const sureWords: Record<TemplateDef['sure'], string> = {
  S: '依据已对照公开文本',
  N: '依据来自通知',
  M: '依据待核对原文',
  D: '依据是建议',
}

/** Templates of a register that concern the firm; while it is not chosen or not known, all. */
function useTemplates(def: RecordDef, firm: Row | undefined): TemplateDef[] {
  const { templates } = useCatalogue()
  const catalogue = useLexicon()
  const policies = usePolicyBook()
  return templates.filter(
    (t) =>
      t.register === def.name &&
      (!t.when ||
        !firm ||
        !def.of ||
        evaluate(t.when, firm, {}, { catalogue, policies, register: def.of, moment: { asOf: today() } })
          .holds),
  )
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
const empty = (v: unknown) =>
  v === undefined || v === null || v === '' || (Array.isArray(v) && v.length === 0)

/** Frequent cases to choose from: fills what nobody has typed by hand; everything stays editable. */
export function TemplateChoice({
  def,
  firm,
  draft,
  fields,
}: {
  def: RecordDef
  firm: Row | undefined
  draft: Draft
  /** names of the form's fields */
  fields: readonly string[]
}) {
  const offered = useTemplates(def, firm)
  const [chosen, setChosen] = useState<TemplateDef>()
  if (offered.length === 0) return null
  const choose = (name: string | undefined) => {
    const next = offered.find((t) => t.name === name)
    for (const field of fields) {
      const now = draft.values[field]
      const ours = chosen && field in chosen.values && same(now, chosen.values[field])
      const value = next?.values[field]
      if (value !== undefined ? empty(now) || ours : ours) draft.set(field, value ?? null)
    }
    setChosen(next)
  }
  const groups = new Map<string, TemplateDef[]>()
  for (const t of offered) {
    const group = String([t.values.category].flat()[0] ?? '')
    groups.set(group, [...(groups.get(group) ?? []), t])
  }
  return (
    <div className="form-field roomy template-choice">
      <label htmlFor="template">常见{def.label}（可不选）</label>
      <Select
        id="template"
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={`从 ${offered.length} 种常见情形里选，描述、依据、整改措施会填好`}
        value={chosen?.name}
        onChange={choose}
        options={[...groups].map(([label, of]) => ({
          label,
          options: of.map((t) => ({ value: t.name, label: t.label })),
        }))}
      />
      {chosen ? (
        <small className="note">
          已填好描述、类别、判定依据和建议的整改措施，都可以改；您自己写过的没有动。{sureWords[chosen.sure]}
          ，是不是重大隐患由人判定。
        </small>
      ) : null}
    </div>
  )
}
