import type { TownFigure } from '../../api/work-types.ts'
import { number, stateTone, stateWords } from './words.ts'

const rank: Record<string, number> = { late: 0, 'at-risk': 1 }

/** A task by town, what is late first; a town chosen here narrows the list of names. */
export function Towns({
  towns,
  own,
  unit,
  town,
  onTown,
}: {
  towns: TownFigure[]
  /** the reader's own town: first, whatever its figure */
  own: string | undefined
  unit: string
  town: string
  onTown: (code: string) => void
}) {
  const order = (x: TownFigure) => (own && x.code === own ? -1 : (rank[x.state ?? ''] ?? 2))
  return (
    <section className="panel">
      <h2>分乡镇</h2>
      <table className="towns">
        <thead>
          <tr>
            <th>乡镇</th>
            <th className="right">完成／应完成</th>
            <th className="right">{unit}</th>
            <th>状态</th>
          </tr>
        </thead>
        <tbody>
          {[...towns]
            .sort((a, b) => order(a) - order(b) || (a.value ?? 0) - (b.value ?? 0))
            .map((x) => (
              <tr key={x.code ?? ''} aria-selected={town !== '' && town === x.code}>
                <td>
                  {x.code ? (
                    <button
                      type="button"
                      className="link"
                      aria-pressed={town === x.code}
                      onClick={() => onTown(town === x.code ? '' : (x.code ?? ''))}
                    >
                      {x.name}
                    </button>
                  ) : (
                    x.name
                  )}
                </td>
                <td className="right num">
                  {x.den === null ? number(x.num) : `${number(x.num)}／${number(x.den)}`}
                </td>
                <td className="right num">{number(x.value)}</td>
                <td className={x.state && stateTone[x.state]}>{x.state ? stateWords[x.state] : ''}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  )
}
