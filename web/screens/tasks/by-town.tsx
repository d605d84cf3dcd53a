import { number, ratio } from './words.ts'

export interface TownFigure {
  code: string
  name: string
  num: number
  den: number | null
  value: number | null
}

/** A figure by town, folded in: before a task or a definition is made of it. */
export const ByTown = ({ of: towns, unit }: { of: readonly TownFigure[]; unit: string }) =>
  towns.length === 0 ? null : (
    <details>
      <summary>分乡镇（{towns.length} 个）</summary>
      <table className="towns">
        <thead>
          <tr>
            <th>乡镇</th>
            <th className="right">完成／应完成</th>
            <th className="right">{unit}</th>
          </tr>
        </thead>
        <tbody>
          {towns.map((t) => (
            <tr key={t.code}>
              <td>{t.name}</td>
              <td className="right num">{ratio(t)}</td>
              <td className="right num">{number(t.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
