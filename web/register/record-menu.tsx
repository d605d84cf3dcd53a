import { App, Button, Input } from 'antd'
import { useRef } from 'react'
import { Link } from 'react-router'
import type { RecordDef } from '../../engine/core/definition.ts'
import { del, isApiError, patch, post, sentence } from '../api/http.ts'
import { client, recordPath, refresh, rowQuery, useCatalogue, useMe } from '../api/queries.ts'
import type { Right, Row, WriteResult } from '../api/types.ts'
import { isOfficer } from '../app/nav.tsx'
import { titleOf } from './columns.ts'
import { MoveButton } from './move.tsx'
import { editable } from './writable.ts'

/** Verify (says how), edit, archive (asks why, can be undone), restore. */
export function RecordMenu({ def, row, right }: { def: RecordDef; row: Row; right: Right }) {
  const { modal, message } = App.useApp()
  const me = useMe()
  const reason = useRef('')
  const parent = useCatalogue().byName.get(def.of ?? '')
  const key = rowQuery(def.name, row.id).queryKey
  const waits = def.kind === 'register' && def.counts && !isOfficer(me)

  const restore = async (version: number) => {
    try {
      const { row: now, message: waits } = await post<WriteResult>(
        `${recordPath(def.name, row.id)}/restore`,
        {},
        { ifMatch: version },
      )
      client.setQueryData(key, now)
      refresh(def.name)
      void (waits ? message.info(waits, 8) : message.success('已恢复'))
    } catch (e) {
      void message.error(sentence(e))
    }
  }
  const archive = () => {
    reason.current = ''
    void modal.confirm({
      title: `归档“${titleOf(def, row)}”？`,
      content: (
        <div className="stack">
          <p>
            归档后不再计入台账和指标，留痕保留，可以恢复。
            {waits ? '企业归档须经乡镇或县局核实后生效。' : ''}
          </p>
          <Input.TextArea
            aria-label="归档理由"
            placeholder="归档理由，如：企业已搬迁出县"
            maxLength={200}
            onChange={(e) => {
              reason.current = e.target.value
            }}
          />
        </div>
      ),
      okText: '归档',
      cancelText: '取消',
      onOk: async () => {
        if (!reason.current.trim()) {
          void message.warning('请写明归档理由')
          throw new Error('no reason')
        }
        try {
          const answer = await del<WriteResult | undefined>(recordPath(def.name, row.id), {
            ifMatch: row.version,
            query: { reason: reason.current.trim() },
          })
          const now = answer?.row
          if (now) client.setQueryData(key, now)
          else void client.invalidateQueries({ queryKey: key })
          refresh(def.name)
          if (answer?.message) return void message.info(answer.message, 8)
          void message.open({
            type: 'success',
            duration: 8,
            content: (
              <>
                已归档{' '}
                <button
                  type="button"
                  className="link"
                  onClick={() => void restore(now?.version ?? row.version + 1)}
                >
                  撤销
                </button>
              </>
            ),
          })
        } catch (e) {
          if (isApiError(e) && e.code === 'version-lost') void client.invalidateQueries({ queryKey: key })
          void message.error(sentence(e))
        }
      },
    })
  }
  const verify = () => {
    reason.current = ''
    void modal.confirm({
      title: `核实“${titleOf(def, row)}”？`,
      content: (
        <div className="stack">
          <p>核实后可信程度为“已核实”。内容有误的，请先修改再核实。</p>
          <Input.TextArea
            aria-label="怎样核实的"
            placeholder="怎样核实的，如：6 月 3 日现场查看"
            maxLength={200}
            onChange={(e) => {
              reason.current = e.target.value
            }}
          />
        </div>
      ),
      okText: '核实',
      cancelText: '取消',
      onOk: async () => {
        if (!reason.current.trim()) {
          void message.warning('请写明怎样核实的')
          throw new Error('no reason')
        }
        try {
          const { row: now } = await patch<WriteResult>(
            recordPath(def.name, row.id),
            {},
            { ifMatch: row.version, query: { reason: reason.current.trim() } },
          )
          client.setQueryData(key, now)
          refresh(def.name)
          void message.success('已核实')
        } catch (e) {
          if (isApiError(e) && e.code === 'version-lost') void client.invalidateQueries({ queryKey: key })
          void message.error(sentence(e))
        }
      },
    })
  }
  // a case is as sure as its last step; an enterprise cannot verify itself
  const verifiable =
    right.update &&
    def.kind === 'register' &&
    row.proof < 3 &&
    !row.archivedAt &&
    me.roles.some((r) => r.role !== 'enterprise-officer')
  return (
    <>
      {verifiable ? <Button onClick={verify}>核实</Button> : null}
      {right.update && !row.archivedAt && editable(def, row, me) ? (
        <Link className="button" to={`/records/${def.name}/${row.id}/edit`}>
          修改
        </Link>
      ) : null}
      {right.update && parent && isOfficer(me) && !row.archivedAt ? (
        <MoveButton def={def} row={row} parent={parent} />
      ) : null}
      {right.archive && !row.archivedAt ? <Button onClick={archive}>归档</Button> : null}
      {right.archive && row.archivedAt ? (
        <Button onClick={() => void restore(row.version)}>恢复</Button>
      ) : null}
    </>
  )
}
