import { Select } from 'antd'
import type { RecordDef } from '../../../engine/core/definition.ts'
import type { ImportSession } from '../../api/import-types.ts'
import { useCatalogue } from '../../api/queries.ts'

const hows: Record<string, string> = {
  given: '手工指定',
  remembered: '按以前的选定',
  exact: '完全一致',
  alias: '常见叫法',
  normalised: '写法不同，意思一致',
  fuzzy: '相近，请核对',
  unknown: '不认识',
  sequence: '序号，不导入',
  ignored: '不导入',
  conflict: '与另一列重复',
  action: '由办理动作产生，不导入',
}

/** How the columns were understood; every one can be changed. What is changed is read with the rest of the choices. */
export function Headings({
  s,
  def,
  wish,
  onWish,
}: {
  s: ImportSession
  def: RecordDef
  wish: Record<string, string | null>
  onWish: (wish: Record<string, string | null>) => void
}) {
  const { byName } = useCatalogue()
  const changed = Object.keys(wish).length
  const options = [
    { value: '', label: '不导入' },
    ...Object.entries(def.fields)
      .filter(([, f]) => f.type !== 'photos' && f.type !== 'files')
      .map(([value, f]) => ({ value, label: `${f.label}${f.required ? '（必填）' : ''}` })),
    ...(def.of
      ? Object.entries(byName.get(def.of)?.fields ?? {})
          .filter(([, f]) => f.type === 'text' || f.type === 'credit-code')
          .map(([n, f]) => ({
            value: `${def.of}.${n}`,
            label: `所属${byName.get(def.of ?? '')?.label}：${f.label}`,
          }))
      : []),
  ]
  const dropped = s.headings
    .filter((h) => h.field === null && h.how !== 'sequence' && h.title !== '')
    .map((h) => h.title)
  const hidden = s.headings.filter((h) => h.hidden && h.title !== '').map((h) => h.title)
  const doubtful = s.headings.filter((h) => h.how === 'fuzzy' || h.how === 'conflict').length
  return (
    <details
      className="panel headings"
      open={!s.recognised || s.missing.length > 0 || doubtful > 0 || changed > 0}
    >
      <summary>
        <b>表头对应</b> 认出 {s.headings.filter((h) => h.field).length} 列，共 {s.headings.length} 列
        {dropped.length > 0 ? `；不导入：${dropped.join('、')}` : ''}
        {hidden.length > 0 ? `；隐藏列：${hidden.join('、')}` : ''}
        {doubtful > 0 ? `，${doubtful} 列请核对` : ''}
      </summary>
      {s.missing.length > 0 ? (
        <p className="complaint">
          缺少必填的列：{s.missing.map((n) => def.fields[n]?.label ?? n).join('、')}。请在下面指定是哪一列。
        </p>
      ) : null}
      {!s.recognised ? (
        <>
          <p>没有认出表头。文件开头是这样的，请确认选对了台账和工作表，或在下面逐列指定：</p>
          <div className="part-scroll">
            <table className="versions">
              <tbody>
                {s.seen.map((r) => (
                  <tr key={r.line}>
                    <th>{r.line}</th>
                    {r.texts.map((t, n) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: cells of a sheet are known by their column
                      <td key={n}>{t}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      ) : null}
      <ul className="heading-list">
        {s.headings.map((h) => (
          <li key={h.column}>
            <span className="wrap">
              {h.title || `第 ${h.column + 1} 列`}
              {h.hidden ? '（隐藏列）' : ''}
            </span>
            <span aria-hidden="true">→</span>
            <Select
              size="small"
              aria-label={`“${h.title}”对应的字段`}
              showSearch={{ optionFilterProp: 'label' }}
              value={(h.title in wish ? wish[h.title] : h.field) ?? ''}
              options={options}
              onChange={(v) => onWish({ ...wish, [h.title]: v || null })}
            />
            <small>
              {h.title in wish ? '改了，还没有重新读取' : (hows[h.how] ?? h.how)}
              {h.person && !(h.title in wish) ? `，其中的姓名读作${def.fields[h.person]?.label}` : ''}
            </small>
          </li>
        ))}
      </ul>
    </details>
  )
}
