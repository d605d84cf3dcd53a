import { useQuery } from '@tanstack/react-query'
import { App, Button, Checkbox, Input, Popover, Select } from 'antd'
import { useState } from 'react'
import { Link, useLocation } from 'react-router'
import type { RecordDef } from '../../engine/core/definition.ts'
import { parentField } from '../../engine/core/naming.ts'
import { isPersonal } from '../../engine/core/personal.ts'
import { del, get, post, put, sentence } from '../api/http.ts'
import { asList, client, recordPath, useCatalogue, useRight } from '../api/queries.ts'
import type { SavedView } from '../api/types.ts'
import { usePhone } from '../parts/use-phone.ts'
import type { Column } from './columns.ts'
import { type ExportColumn, ExportTool } from './export-tool.tsx'
import { asked, conditionOf, type ListState } from './use-list.ts'

interface Props {
  def: RecordDef
  state: ListState
  change: (c: Partial<ListState>, push?: boolean) => void
  columns: Column[]
  shown: Column[]
  onColumns: (names: string[]) => void
  total?: number
}

/** Whether a sheet of the register names people: by its own fields, or by what names the record it hangs on. */
function holdsPeople(def: RecordDef, records: readonly RecordDef[]): boolean {
  const above = records.find((d) => d.name === def.of)
  const named = above && [above.title, ...(above.keys ?? []).flat()].some((f) => isPersonal(above.fields[f]))
  return Object.values(def.fields).some(isPersonal) || named === true
}

/** The columns that may be exported, as the server names them: what a record hangs on by its register. */
function exported(p: Props, records: readonly RecordDef[]): ExportColumn[] {
  const above = records.find((d) => d.name === p.def.of)
  return p.columns.map(({ name, def }) => {
    const parent = above && name === parentField(above.name) ? above : undefined
    return {
      value: parent ? `${parent.name}.${parent.title}` : name,
      label: def.label,
      personal: isPersonal(parent ? parent.fields[parent.title] : def),
      shown: p.shown.some((c) => c.name === name),
    }
  })
}

/** What is beside the search box: views, columns, order on phones, export and import. */
export default function ListTools(p: Props) {
  const right = useRight(p.def.name)
  const phone = usePhone()
  const location = useLocation()
  const { records } = useCatalogue()
  const names = p.shown.map((c) => c.name)
  return (
    <>
      <Views {...p} />
      {phone ? (
        <Select
          aria-label="排序"
          value={p.state.sort}
          popupMatchSelectWidth={false}
          onChange={(sort) => p.change({ sort }, false)}
          options={[
            { value: '', label: '最新在前' },
            ...p.shown
              .filter((c) => c.sortable)
              .flatMap((c) => [
                { value: c.name, label: `${c.def.label} ↑` },
                { value: `-${c.name}`, label: `${c.def.label} ↓` },
              ]),
          ]}
        />
      ) : (
        <Popover
          trigger="click"
          placement="bottomRight"
          content={
            <div className="column-choice">
              <Checkbox.Group
                value={names}
                onChange={(v) => {
                  const next = p.columns.map((c) => c.name).filter((n) => v.includes(n))
                  // what was in view keeps its order; new ones follow
                  const kept = names.filter((n) => next.includes(n))
                  p.onColumns([...kept, ...next.filter((n) => !kept.includes(n))])
                }}
                options={p.columns.map((c) => ({
                  value: c.name,
                  label: c.def.label,
                  disabled: c.name === p.def.title,
                }))}
              />
              <button type="button" className="link" onClick={() => p.onColumns([])}>
                恢复默认
              </button>
            </div>
          }
        >
          <Button>列</Button>
        </Popover>
      )}
      {right.export && (
        <ExportTool
          path={`${recordPath(p.def.name)}/export`}
          query={{ ...asked(p.def, p.state), sort: p.state.sort }}
          asks={right.update === true && holdsPeople(p.def, records)}
          columns={exported(p, records)}
          note={`按现在的搜索和筛选导出${p.total === undefined ? '' : ` ${p.total.toLocaleString()} 条`}`}
        />
      )}
      {phone ? null : (
        <Link className="button" to={`/records/${p.def.name}/print${location.search}`}>
          打印
        </Link>
      )}
      {right.import && !phone && (
        <Link className="button" to={`/imports?register=${p.def.name}`}>
          导入
        </Link>
      )}
    </>
  )
}

const viewsQuery = (register: string) => ({
  queryKey: ['views', register],
  queryFn: () =>
    get<SavedView[] | { views: SavedView[] }>(`/api/views/${register}`).then(asList<SavedView>('views')),
  retry: false,
})

function Views({ def, state, change, shown }: Props) {
  const { message } = App.useApp()
  const views = useQuery(viewsQuery(def.name))
  const [name, setName] = useState('')
  const [open, setOpen] = useState(false)
  const apply = (v: SavedView) => {
    change({
      q: v.q ?? '',
      where: v.where ?? undefined,
      sort: Array.isArray(v.sort) ? v.sort.join(',') : (v.sort ?? ''),
      columns: v.columns ?? undefined,
      tab: '',
      quick: [],
    })
    setOpen(false)
  }
  const save = async () => {
    if (!name.trim()) return
    try {
      // the same name again is the same view, changed
      const own = views.data?.find((v) => v.mine !== false && v.name === name.trim())
      const keep = own ? put : post
      await keep(`/api/views/${def.name}${own ? `/${own.id}` : ''}`, {
        name: name.trim(),
        where: conditionOf(def, state) ?? null,
        q: state.q,
        sort: state.sort,
        columns: shown.map((c) => c.name),
      })
      setName('')
      setOpen(false)
      void message.success(`已保存视图“${name.trim()}”`)
      void client.invalidateQueries({ queryKey: ['views', def.name] })
    } catch (e) {
      void message.error(sentence(e))
    }
  }
  const drop = async (v: SavedView) => {
    try {
      await del(`/api/views/${def.name}/${v.id}`)
      void client.invalidateQueries({ queryKey: ['views', def.name] })
      void message.success(`已删除视图“${v.name}”`)
    } catch (e) {
      void message.error(sentence(e))
    }
  }
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={setOpen}
      placement="bottomLeft"
      content={
        <div className="stack views">
          {(views.data ?? []).length === 0 && <small>还没有保存的视图</small>}
          {(views.data ?? []).map((v) => (
            <div key={v.id} className="row">
              <button type="button" className="link wrap" onClick={() => apply(v)}>
                {v.name}
              </button>
              {v.problem ? <small>已不能用：{v.problem}</small> : null}
              <button
                type="button"
                className="link push"
                onClick={() => void drop(v)}
                aria-label={`删除视图 ${v.name}`}
              >
                <small>删除</small>
              </button>
            </div>
          ))}
          <form
            className="row"
            onSubmit={(e) => {
              e.preventDefault()
              void save()
            }}
          >
            <Input
              aria-label="新视图名称"
              placeholder="把现在的样子存为…"
              maxLength={40}
              value={name}
              onChange={(e) => setName(e.target.value)}
              style={{ width: 180 }}
            />
            <Button htmlType="submit" disabled={!name.trim()}>
              保存
            </Button>
          </form>
        </div>
      }
    >
      <Button>视图{views.data?.length ? ` ${views.data.length}` : ''}</Button>
    </Popover>
  )
}
