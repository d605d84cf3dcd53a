import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearchParams } from 'react-router'
import type { RecordDef } from '../../engine/core/definition.ts'
import { rowQuery, useCatalogue, useRight } from '../api/queries.ts'
import { NoRight } from '../app/no-right.tsx'
import { NotFound } from '../app/not-found.tsx'
import { Head } from '../parts/page.tsx'
import { Wait } from '../parts/say.tsx'
import { RecordBody } from './record-page.tsx'

/** The files or cases of chosen rows, one after another, each on a sheet of its own. */
export default function PrintEachPage() {
  const { register = '' } = useParams()
  const def = useCatalogue().byName.get(register)
  const { read } = useRight(register)
  const [params] = useSearchParams()
  if (!def) return <NotFound />
  if (!read) return <NoRight what={def.label} />
  const ids = (params.get('ids') ?? '').split(',').filter(Boolean).slice(0, 50)
  return (
    <div className="page">
      <div className="no-print">
        <Head
          title={`逐条打印${def.label}`}
          trail={[{ to: `/records/${def.name}`, label: `${def.label}台账`, back: true }]}
          note={`${ids.length} 条，每条另起一页`}
          acts={
            <button type="button" className="button primary" onClick={() => print()}>
              打印或存为 PDF
            </button>
          }
        />
      </div>
      {ids.length === 0 ? (
        <p>
          没有选中的记录。请在<Link to={`/records/${def.name}`}>台账</Link>里先选择。
        </p>
      ) : null}
      {ids.map((id) => (
        <Sheet key={id} def={def} id={id} />
      ))}
    </div>
  )
}

function Sheet({ def, id }: { def: RecordDef; id: string }) {
  const row = useQuery(rowQuery(def.name, id))
  return (
    <article className="print-sheet">
      <Wait for={row} what={def.label} lines={3}>
        {(r) => <RecordBody def={def} row={r} paper />}
      </Wait>
    </article>
  )
}
