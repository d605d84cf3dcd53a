import { InputNumber, Select } from 'antd'
import { useMemo, useState } from 'react'
import {
  type FieldSelectorProps,
  QueryBuilder,
  type RuleGroupType,
  type ValueEditorProps,
} from 'react-querybuilder'
import type { Condition } from '../../../engine/core/condition/ast.ts'
import { useLexicon } from '../lexicon.ts'
import { fromQuery, type Group, isGroup, partsOf, RAW, toQuery } from './convert.ts'
import { offerOf, opLabel, opsOf } from './offer.ts'
import { OperandEditor } from './value-editor.tsx'
import './filter.css'

const combinators = [
  { name: 'and', label: '全部满足' },
  { name: 'or', label: '满足任一' },
]

const translations = {
  fields: { title: '字段', placeholderName: '~', placeholderLabel: '选择字段' },
  operators: { title: '比较' },
  values: { title: '值' },
  value: { title: '值' },
  removeRule: { label: '✕', title: '删除这个条件' },
  removeGroup: { label: '✕', title: '删除这一组' },
  addRule: { label: '＋ 条件', title: '增加一个条件' },
  addGroup: { label: '＋ 一组', title: '增加一组条件' },
  combinators: { title: '组合方式' },
  notToggle: { label: '取反', title: '不满足以下条件的' },
  matchMode: { title: '数量要求' },
  matchThreshold: { title: '数量' },
} as const

const usesRaw = (g: Group): boolean => g.rules.some((r) => (isGroup(r) ? usesRaw(r) : r.field === RAW))

/** Fifty fields are searched, not scrolled. */
function FieldSelect(p: FieldSelectorProps) {
  return (
    <Select
      size="small"
      className="filter-field"
      aria-label="字段"
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={220}
      value={p.value}
      // biome-ignore lint/suspicious/noExplicitAny: groups and options come in the builder's own shape
      options={(p.options as any[]).map((o) =>
        o.options ? { label: o.label, title: o.label, options: o.options.map(plainOption) } : plainOption(o),
      )}
      onChange={(v) => p.handleOnChange(v)}
    />
  )
}
const plainOption = (o: { name: string; label: string }) => ({ value: o.name, label: o.label })

interface Props {
  register: string
  where: Condition | undefined
  onChange: (where: Condition | undefined) => void
  onClose?: () => void
}

/** The filter builder. What is being typed stays here; a finished condition goes out with every change. */
export default function FilterPanel({ register, where, onChange, onClose }: Props) {
  const catalogue = useLexicon()
  const [query, setQuery] = useState<Group>(() => toQuery(where))
  const [sent, setSent] = useState(JSON.stringify(where ?? null))
  // changed from outside (a view was opened, the filter cleared): show that
  if (JSON.stringify(where ?? null) !== sent) {
    setSent(JSON.stringify(where ?? null))
    setQuery(toQuery(where))
  }
  const withRaw = usesRaw(query)
  const fields = useMemo(() => offerOf(catalogue, register, withRaw), [catalogue, register, withRaw])

  const Editor = useMemo(
    () =>
      function Editor(p: ValueEditorProps) {
        const at = partsOf(p.field, register)
        // the builder asks for the number of 至少, 至多, 恰好 here as well
        if (!at.field)
          return (
            <InputNumber
              size="small"
              aria-label="数量"
              min={0}
              precision={0}
              value={typeof p.value === 'number' ? p.value : null}
              suffix="条"
              onChange={(n) => p.handleOnChange(n ?? 0)}
            />
          )
        return (
          <OperandEditor
            catalogue={catalogue}
            register={at.register}
            field={at.field ?? ''}
            op={p.operator}
            value={p.value}
            onChange={p.handleOnChange}
          />
        )
      },
    [catalogue, register],
  )

  const shared = useMemo(
    () => ({
      combinators,
      translations,
      showNotToggle: true,
      resetOnOperatorChange: true,
      controlElements: { valueEditor: Editor, fieldSelector: FieldSelect },
      getDefaultValue: () => null,
      getOperators: (field: string) => {
        if (field === RAW) return [{ name: 'is', label: '为' }]
        const at = partsOf(field, register)
        const shape = catalogue.findField(at.register, at.field ?? '')?.type.shape ?? 'text'
        return opsOf(catalogue, at.register, at.field ?? '').map((o) => ({
          name: o,
          label: opLabel(o, shape),
        }))
      },
    }),
    [Editor, catalogue, register],
  )
  const forRelated = useMemo(() => () => shared, [shared])

  return (
    <section className="panel filter" aria-label="筛选">
      <QueryBuilder
        query={query as unknown as RuleGroupType}
        onQueryChange={(q) => {
          const next = q as unknown as Group
          setQuery(next)
          const condition = fromQuery(next)
          const text = JSON.stringify(condition ?? null)
          if (text !== sent) {
            setSent(text)
            onChange(condition)
          }
        }}
        // biome-ignore lint/suspicious/noExplicitAny: the builder's option types are wider than what we hand in
        fields={fields as any}
        {...shared}
        // a related register's own rules are asked in the same words
        getSubQueryBuilderProps={forRelated}
        controlClassnames={{ queryBuilder: 'qb' }}
      />
      <div className="row filter-end">
        <button type="button" className="link" onClick={() => onChange(undefined)}>
          清空
        </button>
        {onClose ? (
          <button type="button" className="button push" onClick={onClose}>
            完成
          </button>
        ) : null}
      </div>
    </section>
  )
}
