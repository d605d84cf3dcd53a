import { useQuery } from '@tanstack/react-query'
import type { RecordDef } from '../../engine/core/definition.ts'
import { useFieldServices } from '../../fields/ui-kit.tsx'
import { get } from '../api/http.ts'
import { recordPath } from '../api/queries.ts'
import type { Row, TimelineEntry } from '../api/types.ts'
import { timeText } from '../parts/time.ts'
import { Value } from './value.tsx'
import './record.css'

const has = (v: unknown) => v !== null && v !== undefined && v !== '' && !(Array.isArray(v) && v.length === 0)

/** The fields of a record by group; flags that are yes stand together, empty fields are counted and can be seen. */
export function Facts({ def, row }: { def: RecordDef; row: Row }) {
  const was = useCorrections(def, row)
  const grouped = new Set((def.groups ?? []).flatMap((g) => g.fields))
  const rest = Object.keys(def.fields).filter((n) => !grouped.has(n))
  const groups = [
    ...(def.groups ?? []),
    ...(rest.length ? [{ label: def.groups?.length ? '其他' : '内容', fields: rest }] : []),
  ]
  return (
    <>
      {groups.map((g) => (
        <FactGroup key={g.label} def={def} row={row} was={was} label={g.label} fields={g.fields} />
      ))}
    </>
  )
}

/** The value before its last correction. */
interface Corrected {
  before: unknown
  said: string
}

/** What was corrected in a record that stands (decision 30): the old value by field, with who, when and why. */
function useCorrections(def: RecordDef, row: Row): Record<string, Corrected> {
  const stands = def.kind === 'register' && def.stands === true
  const q = useQuery({
    queryKey: ['records', def.name, row.id, 'corrections'],
    queryFn: () =>
      get<{ entries: TimelineEntry[] }>(`${recordPath(def.name, row.id)}/timeline`, { limit: 100 }),
    enabled: stands,
  })
  const out: Record<string, Corrected> = {}
  for (const e of q.data?.entries ?? [])
    for (const c of e.what === 'correct' && e.recordId === row.id ? e.changes : [])
      out[c.field] ??= {
        before: c.before,
        said: `${timeText(e.at).slice(0, 10)} ${e.actor.name}更正${e.reason ? `：${e.reason}` : ''}`,
      }
  return out
}

/** The old value, struck. */
const Was = ({ of, name, row, was }: { of: RecordDef; name: string; row: Row; was: Corrected }) => {
  const f = of.fields[name]
  return f ? (
    <span className="was" title={was.said}>
      <s>
        <Value of={of} name={name} def={f} row={{ ...row, [name]: was.before }} />
      </s>{' '}
      <small>{was.said}</small>{' '}
    </span>
  ) : null
}

function FactGroup({
  def,
  row,
  was,
  label,
  fields,
}: {
  def: RecordDef
  row: Row
  was: Record<string, Corrected>
  label: string
  fields: string[]
}) {
  const known = fields.filter((n) => def.fields[n])
  const flags = known.filter((n) => def.fields[n]?.type === 'flag')
  const plain = flags.length >= 4 ? known.filter((n) => def.fields[n]?.type !== 'flag') : known
  const filled = plain.filter((n) => has(row[n]))
  const empty = plain.filter((n) => !has(row[n]))
  const yes = flags.filter((n) => row[n] === true)
  const unsaid = flags.filter((n) => row[n] === null || row[n] === undefined)
  if (filled.length === 0 && !(flags.length >= 4 && flags.length > unsaid.length)) return null
  return (
    <section className="facts-group">
      <h3>{label}</h3>
      {flags.length >= 4 && (
        <p className="flag-line">
          {yes.length > 0 ? (
            yes.map((n) => (
              <span key={n} className="chip solid">
                {def.fields[n]?.label}
              </span>
            ))
          ) : (
            <span className="soft">各项均为否</span>
          )}
          {unsaid.length > 0 ? (
            <small title={unsaid.map((n) => def.fields[n]?.label).join('、')}>{unsaid.length} 项未填</small>
          ) : null}
        </p>
      )}
      <dl className="facts">
        {filled.map((n) => {
          const f = def.fields[n]
          if (!f) return null
          const wide = f.multiline || f.type === 'photos' || f.type === 'files'
          return (
            <div key={n} className={wide ? 'wide-fact' : undefined}>
              <dt>{f.label}</dt>
              <dd>
                {was[n] ? <Was of={def} name={n} row={row} was={was[n]} /> : null}
                <Value of={def} name={n} def={f} row={row} />
              </dd>
            </div>
          )
        })}
      </dl>
      {empty.length > 0 && (
        <details className="unfilled">
          <summary>{empty.length} 项未填</summary>
          {empty.map((n) => def.fields[n]?.label).join('、')}
        </details>
      )}
    </section>
  )
}

/** Where a record stands: place and unit, from its system values. */
export function Whereabouts({ row }: { row: Row }) {
  const { areaName } = useFieldServices()
  return row.town || row.area ? <span>{areaName(String(row.town ?? row.area))}</span> : null
}
