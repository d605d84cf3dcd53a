import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { Link } from 'react-router'
import { aria, type FieldUi, many, None, strings, useFieldServices } from '../ui-kit.tsx'

function useFound(register: string, open: boolean) {
  const { find } = useFieldServices()
  const [text, setText] = useState('')
  const asked = useDeferredValue(text.trim())
  const { data, isFetching, isError } = useQuery({
    queryKey: ['records', register, 'find', asked],
    queryFn: () => find(register, asked),
    enabled: open && register !== '',
  })
  return { found: data ?? [], loading: isFetching, failed: isError, search: setText }
}

/** A row brings the title of its field `x` as `xTitle`, and that of its parent `<of>Id` as `<of>Title`. */
const titleIn = (row: Record<string, unknown> | undefined, name: string): unknown =>
  row?.[`${name}Title`] ?? row?.[`${name.replace(/Id$/, '')}Title`]

export const Input: FieldUi<string>['Input'] = (p) => {
  const [open, setOpen] = useState(false)
  const { found, loading, failed, search } = useFound(p.def.to ?? '', open)
  const [picked, setPicked] = useState<string>()
  const title = picked ?? titleIn(p.row, p.name)
  const known = found.some((o) => o.value === p.value)
  const current = p.value && !known ? [{ value: p.value, label: String(title ?? '（已选）') }] : []
  return (
    <Select
      {...aria(p)}
      className="wide"
      allowClear={!p.def.required}
      showSearch={{ filterOption: false, onSearch: search }}
      placeholder="输入名称中的两个字查找"
      value={p.value ?? undefined}
      disabled={p.disabled}
      status={p.invalid ? 'error' : undefined}
      loading={loading}
      options={[...current, ...found]}
      notFoundContent={failed ? '查找失败，请再试一次' : loading ? '正在查找…' : '没有找到，请换个字'}
      onOpenChange={setOpen}
      onBlur={p.onBlur}
      onChange={(v?: string) => {
        setPicked(found.find((o) => o.value === v)?.label)
        p.onChange(v ?? null)
      }}
    />
  )
}

export const Show: FieldUi<string>['Show'] = ({ name, def, value, row, brief }) => {
  const { href } = useFieldServices()
  const title = String(titleIn(row, name) ?? '')
  if (!value) return <None />
  if (brief || !def.to) return <span>{title || '（未命名）'}</span>
  return <Link to={href(def.to, value)}>{title || '查看'}</Link>
}

export const Filter: FieldUi['Filter'] = ({ id, def, op, value, onChange }) => {
  const [open, setOpen] = useState(false)
  const { found, loading, search } = useFound(def.to ?? '', open || strings(value).length > 0)
  return (
    <Select
      id={id}
      size="small"
      className="filter-value"
      mode={many(op) ? 'multiple' : undefined}
      showSearch={{ filterOption: false, onSearch: search }}
      placeholder="输入名称查找"
      loading={loading}
      value={many(op) ? strings(value) : strings(value)[0]}
      options={found}
      onOpenChange={setOpen}
      onChange={onChange}
    />
  )
}
