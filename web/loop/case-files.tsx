import { useQuery } from '@tanstack/react-query'
import type { FieldDef, LoopDef } from '../../engine/core/definition.ts'
import type { FileRef } from '../../fields/files/model.ts'
import { Show as ShowFiles } from '../../fields/files/ui.tsx'
import { Show as ShowPhotos } from '../../fields/photos/ui.tsx'
import { get, sentence } from '../api/http.ts'
import { recordPath } from '../api/queries.ts'
import type { Row } from '../api/types.ts'
import { Say } from '../parts/say.tsx'

interface StepFiles {
  on: string
  step: string
  label: string
  type: 'photos' | 'files'
  files: FileRef[]
}

interface StepWords {
  on: string
  step: string
  label: string
  text: string
}

/** What was said at each step and stands nowhere else on the page, the oldest first. */
function CaseWords({ def, row }: { def: LoopDef; row: Row }) {
  const asked = useQuery({
    queryKey: ['records', def.name, row.id, 'words', row.version],
    queryFn: () => get<StepWords[]>(`${recordPath(def.name, row.id)}/words`),
  })
  if (asked.isError)
    return (
      <section className="panel" id="words">
        <Say>{`办理时写的内容没有读到：${sentence(asked.error)}`}</Say>
      </section>
    )
  if (!asked.data?.length) return null
  return (
    <section className="panel" id="words" aria-label="办理内容">
      <h2>办理内容</h2>
      <dl className="case-words">
        {asked.data.map((w, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same step may come twice a day, and their order stays
          <div key={i}>
            <dt>
              {w.label}{' '}
              <small className="num">
                {w.on} {w.step}
              </small>
            </dt>
            <dd>{w.text}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** What a case was told at its steps: words, photos, papers. */
export default function CaseSteps(props: { def: LoopDef; row: Row }) {
  return (
    <>
      <CaseWords {...props} />
      <CaseFiles {...props} />
    </>
  )
}

const fieldOf = ({ type, label }: StepFiles): FieldDef => ({ type, label })

/** What the report showed and what each step showed after it, side by side in the order in which it happened. */
function CaseFiles({ def, row }: { def: LoopDef; row: Row }) {
  const asked = useQuery({
    queryKey: ['records', def.name, row.id, 'files', row.version],
    queryFn: () => get<StepFiles[]>(`${recordPath(def.name, row.id)}/files`),
  })
  const steps = asked.data ?? []
  const reported = Object.entries(def.fields).flatMap(([name, f]): StepFiles[] => {
    const files = row[name]
    return f.type === 'photos' && Array.isArray(files) && files.length > 0
      ? [{ on: row.happenedOn, step: '上报', label: f.label, type: 'photos', files }]
      : []
  })
  const photos = [...reported, ...steps.filter((x) => x.type === 'photos')]
  const papers = steps.filter((x) => x.type === 'files')
  if (asked.isError)
    return (
      <section className="panel" id="files">
        <Say>{`照片和材料没有读到：${sentence(asked.error)}`}</Say>
      </section>
    )
  if (steps.length === 0) return null
  return (
    <section className="panel case-files" id="files">
      <h2>照片对比</h2>
      <div className="case-photos">
        {photos.map((x, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same step may come twice a day, and their order stays
          <figure key={i}>
            <figcaption>
              <b>{x.label}</b>{' '}
              <small className="num">
                {x.on} {x.step}
              </small>
            </figcaption>
            <ShowPhotos name="files" def={fieldOf(x)} value={x.files} />
          </figure>
        ))}
      </div>
      {papers.map((x, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <div key={i} className="case-papers">
          <b>{x.label}</b>{' '}
          <small className="num">
            {x.on} {x.step}
          </small>
          <ShowFiles name="files" def={fieldOf(x)} value={x.files} />
        </div>
      ))}
    </section>
  )
}
