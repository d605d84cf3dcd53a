import { Button, Checkbox, Input, Popover, Radio } from 'antd'
import { useState } from 'react'
import { type QueryValue, queryString } from '../api/http.ts'
import { at } from '../api/place.ts'

/** A column that may go into the file. */
export interface ExportColumn {
  /** field, as the server names it */
  value: string
  label: string
  /** personal content: a purpose is asked for it */
  personal: boolean
  /** stands on the page now */
  shown: boolean
}

interface Choice {
  which: 'all' | 'shown' | 'own'
  own?: string[] | undefined
}

function keptChoice(path: string): Choice {
  try {
    return JSON.parse(localStorage.getItem(`export ${path}`) ?? 'null') ?? { which: 'all' }
  } catch {
    return { which: 'all' }
  }
}

function keepChoice(path: string, choice: Choice): void {
  try {
    localStorage.setItem(`export ${path}`, JSON.stringify(choice))
  } catch {
    // asked again next time
  }
}

/** A ledger as a file. What holds personal content is asked for its purpose, which the journal keeps. */
export function ExportTool({
  path,
  query,
  note,
  asks,
  columns = [],
}: {
  path: string
  query: Record<string, QueryValue>
  note: string
  /** it names people: a purpose is asked */
  asks: boolean
  /** what may be chosen; without, the file has what it has */
  columns?: ExportColumn[]
}) {
  // the choice stays on this device
  const [{ which, own }, setChoice] = useState(() => keptChoice(path))
  const choose = (c: Choice) => {
    setChoice(c)
    keepChoice(path, c)
  }
  const onPage = columns.filter((c) => c.shown).map((c) => c.value)
  const chosen =
    which === 'all'
      ? undefined
      : which === 'shown'
        ? onPage
        : (own?.filter((n) => columns.some((c) => c.value === n)) ?? onPage)
  const names = columns.filter((c) => c.personal && (chosen?.includes(c.value) ?? true))
  const purposed = asks && (columns.length === 0 || !chosen || names.length > 0)
  const [purpose, setPurpose] = useState('')
  const said = purpose.trim()
  const ready = (!purposed || said.length >= 2) && chosen?.length !== 0
  const file = (format: string, label: string) =>
    ready ? (
      <a
        href={at(`${path}${queryString({ ...query, columns: chosen?.join(','), format, purpose: said })}`)}
        download
      >
        {label}
      </a>
    ) : (
      <span className="soft" aria-disabled>
        {label}
      </span>
    )
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div className="stack" style={{ width: 260 }}>
          <small>{note}</small>
          {columns.length ? (
            <>
              <span id="export-columns">导出哪些列</span>
              <Radio.Group
                aria-labelledby="export-columns"
                value={which}
                onChange={(e) => choose({ which: e.target.value, own })}
                options={[
                  { value: 'all', label: '全部' },
                  { value: 'shown', label: '页面上的' },
                  { value: 'own', label: '自己选' },
                ]}
              />
              {which === 'own' ? (
                <div className="column-choice">
                  <Checkbox.Group
                    value={chosen ?? []}
                    onChange={(v) =>
                      choose({ which, own: columns.map((c) => c.value).filter((n) => v.includes(n)) })
                    }
                    options={columns.map(({ value, label }) => ({ value, label }))}
                  />
                </div>
              ) : null}
              {chosen?.length === 0 ? <small>至少选一列。</small> : null}
            </>
          ) : null}
          {purposed ? (
            <>
              <label htmlFor="export-purpose">用途（含个人信息，必填，记入留痕）</label>
              <Input
                id="export-purpose"
                maxLength={200}
                placeholder="如：核对特种作业持证情况"
                value={purpose}
                onChange={(e) => setPurpose(e.target.value)}
              />
            </>
          ) : null}
          {file('xlsx', 'Excel 表格（.xlsx）')}
          {file('csv', '文本表格（.csv）')}
        </div>
      }
    >
      <Button>导出</Button>
    </Popover>
  )
}
