import { useQuery } from '@tanstack/react-query'
import { Button, Drawer } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { actionsQuery, rowQuery, useCatalogue } from '../../api/queries.ts'
import type { Act } from '../../api/types.ts'
import ActionDrawer from '../../loop/action-drawer.tsx'
import { Empty, Failed, Loading, Say, Wait } from '../../parts/say.tsx'
import { usePhone } from '../../parts/use-phone.ts'
import { Claims } from '../people/claims.tsx'
import { taskQuery } from '../tasks/api.ts'
import { type Asked, EvidencePanel } from '../tasks/evidence.tsx'
import { wishesQuery } from '../wishes/api.ts'
import { WishItem } from '../wishes/wish-list.tsx'

const MOST = 50

/** What a row of 今日 does, without leaving it: the form of the case page, or the list that is confirmed. */
export default function Doing({ act, onClose }: { act: Act; onClose: () => void }) {
  if (act.do === 'action' && act.register && act.record && act.action)
    return <DoAction register={act.register} record={act.record} action={act.action} onClose={onClose} />
  if (act.do === 'evidence' && act.task)
    return (
      <Side title="确认佐证材料" onClose={onClose}>
        <TaskEvidence task={act.task} />
      </Side>
    )
  return (
    <Side title={act.do === 'claims' ? '企业账号认领' : '核实企业改动'} onClose={onClose}>
      {act.do === 'claims' ? <Claims alone /> : <Wishes organisation={act.organisation} />}
    </Side>
  )
}

function Side({
  title,
  onClose,
  children,
}: {
  title: string
  onClose: () => void
  children: React.ReactNode
}) {
  const phone = usePhone()
  return (
    <Drawer open title={title} onClose={onClose} size={phone ? '100%' : 640}>
      <div className="stack">{children}</div>
      <Button className="today-close" onClick={onClose}>
        关闭
      </Button>
    </Drawer>
  )
}

/** Asks the case anew: between the list and the click somebody else may have moved it. */
function DoAction({
  register,
  record,
  action,
  onClose,
}: {
  register: string
  record: string
  action: string
  onClose: () => void
}) {
  const def = useCatalogue().byName.get(register)
  const row = useQuery({ ...rowQuery(register, record), staleTime: 0 })
  const offered = useQuery({ ...actionsQuery(register, record), staleTime: 0 })
  const offer = offered.data?.find((o) => o.id === action)
  if (def?.kind === 'loop' && row.data && offer?.enabled)
    return <ActionDrawer def={def} row={row.data} action={offer} onClose={onClose} />
  const failed = row.error ?? offered.error
  return (
    <Side title={def?.label ?? '办理'} onClose={onClose}>
      {failed ? (
        <Failed error={failed} retry={() => void Promise.all([row.refetch(), offered.refetch()])} />
      ) : offer && !offer.enabled ? (
        <Say act={<Link to={`/records/${register}/${record}`}>看这一件</Link>}>
          这一步现在不能办：{offer.reason}
        </Say>
      ) : (
        <Loading what="可办事项" lines={3} />
      )}
    </Side>
  )
}

/** The papers of a task, each with what they are and the button of who may confirm them. */
function TaskEvidence({ task }: { task: string }) {
  const found = useQuery({ ...taskQuery(task), staleTime: 0 })
  const [asked, setAsked] = useState<Asked>()
  return (
    <Wait for={found} what="佐证材料">
      {(t) => (
        <>
          <Link to={`/tasks/${t.id}`}>{t.title}</Link>
          <EvidencePanel task={t} asked={asked} onAsked={setAsked} />
        </>
      )}
    </Wait>
  )
}

function Wishes({ organisation }: { organisation: string | undefined }) {
  const asked = useQuery(
    wishesQuery({ state: 'waiting', limit: MOST, ...(organisation && { organisation }) }),
  )
  return (
    <Wait for={asked} what="待核实的改动">
      {({ rows, total }) =>
        rows.length === 0 ? (
          <Empty title="都已核实" />
        ) : (
          <>
            {organisation && rows[0] ? (
              <Link to={`/records/enterprise/${organisation}`} className="wrap">
                {rows[0].organisationTitle}
              </Link>
            ) : null}
            <ul className="wishes">
              {rows.map((w) => (
                <WishItem key={w.id} wish={w} named={!organisation} />
              ))}
            </ul>
            {total > rows.length ? <Link to="/wishes">全部 {total} 项</Link> : null}
          </>
        )
      }
    </Wait>
  )
}
