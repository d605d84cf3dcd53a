import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { mayWait } from '../../../engine/core/deciding.ts'
import type { RecordDef } from '../../../engine/core/definition.ts'
import { useMe } from '../../api/queries.ts'
import type { Row } from '../../api/types.ts'
import { isViewer } from '../../app/nav.tsx'
import { wishesQuery } from './api.ts'
import { WishItem } from './wish-list.tsx'

const MOST = 20

/** What waits on this record — of an enterprise on everything of it — and what was refused of late. */
export default function WaitingPanel({ def, row }: { def: RecordDef; row: Row }) {
  const me = useMe()
  const whole = row.organisation === row.id
  const about = whole ? { organisation: row.id } : { record: row.id }
  const asked = mayWait(def)
  const waiting = useQuery({
    ...wishesQuery({ ...about, state: 'waiting', limit: MOST }),
    enabled: asked,
  }).data
  const refused = useQuery({
    ...wishesQuery({ ...about, state: 'refused', limit: 3 }),
    enabled: asked && !isViewer(me),
  }).data
  const rows = [...(waiting?.rows ?? []), ...(refused?.rows ?? [])]
  if (rows.length === 0) return null
  return (
    <section className="panel stack" id="waiting">
      <h2>企业改动待核实{waiting?.total ? `（${waiting.total} 项）` : ''}</h2>
      <p className="soft">影响监管职责的内容，核实前仍按原来的计入。</p>
      <ul className="wishes">
        {rows.map((w) => (
          <WishItem key={w.id} wish={w} />
        ))}
      </ul>
      {(waiting?.total ?? 0) > MOST ? (
        <Link to={whole ? `/wishes?organisation=${row.id}` : '/wishes'}>全部 {waiting?.total} 项</Link>
      ) : null}
    </section>
  )
}
