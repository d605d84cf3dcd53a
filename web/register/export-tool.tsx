import { Button, Input, Popover } from 'antd'
import { useState } from 'react'
import { type QueryValue, queryString } from '../api/http.ts'
import { at } from '../api/place.ts'

/** A ledger as a file. What holds personal content is asked for its purpose, which the journal keeps. */
export function ExportTool({
  path,
  query,
  note,
  asks,
}: {
  path: string
  query: Record<string, QueryValue>
  note: string
  /** it names people: a purpose is asked */
  asks: boolean
}) {
  const [purpose, setPurpose] = useState('')
  const said = purpose.trim()
  const ready = !asks || said.length >= 2
  const file = (format: string, label: string) =>
    ready ? (
      <a href={at(`${path}${queryString({ ...query, format, purpose: said })}`)} download>
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
          {asks ? (
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
