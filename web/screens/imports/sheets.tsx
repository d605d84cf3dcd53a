import { Checkbox } from 'antd'
import type { ImportSession } from '../../api/import-types.ts'

/** Which sheets of a workbook are read; open when there is more than one. */
export function Sheets({
  s,
  wish,
  onWish,
}: {
  s: ImportSession
  wish: string[] | undefined
  onWish: (sheets: string[]) => void
}) {
  const names = [...new Set(s.sheets.map((x) => x.sheet))]
  if (names.length < 2 && s.sheets.length < 2) return null
  const read = wish ?? [...new Set(s.sheets.filter((x) => x.read).map((x) => x.sheet))]
  const turn = (name: string) =>
    onWish(
      read.includes(name)
        ? read.filter((n) => n !== name)
        : names.filter((n) => n === name || read.includes(n)),
    )
  return (
    <section className="panel headings">
      <h2>工作表</h2>
      <ul className="heading-list">
        {s.sheets.map((x) => (
          <li key={x.name}>
            <Checkbox checked={read.includes(x.sheet)} onChange={() => turn(x.sheet)}>
              {x.name}
              {x.hidden ? '（隐藏）' : ''}
            </Checkbox>
            <span aria-hidden="true" />
            <span>
              {x.read
                ? `新增 ${x.counts?.create ?? 0}，更新 ${x.counts?.update ?? 0}，有错 ${x.counts?.error ?? 0}，跳过 ${x.counts?.skipped ?? 0}${x.hiddenRows ? `；隐藏行 ${x.hiddenRows} 行` : ''}`
                : `约 ${x.rows.toLocaleString()} 行，没有读：${x.why}`}
            </span>
            <small>{x.fills?.map((f) => `${f.where}“${f.from}”`).join('、')}</small>
          </li>
        ))}
      </ul>
    </section>
  )
}
