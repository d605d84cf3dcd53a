import { Button } from 'antd'
import type { RecordDef } from '../../../engine/core/definition.ts'
import type { ImportMapping, ImportSession } from '../../api/import-types.ts'
import { timeText } from '../../parts/time.ts'

interface Given {
  key: string
  says: string
  /** answers about words are kept for the next ledger, those about rows are not */
  kept: boolean
  /** the mapping as if it had not been answered */
  without: () => ImportMapping
}

const omit = <T,>(from: Record<string, T> | undefined, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(from ?? {}).filter(([k]) => k !== key))

/** What was answered in this import, in words. */
function givenIn({ mapping: m, areas }: ImportSession, def: RecordDef): Given[] {
  const label = (f: string) => def.fields[f]?.label ?? f
  const word = (f: string, v: string) =>
    def.fields[f]?.options?.find((o) => o.value === v)?.label ?? areas[v] ?? v
  return [
    ...(m.hiddenRows === undefined
      ? []
      : [
          {
            key: 'hidden',
            kept: false,
            says: `隐藏行${m.hiddenRows ? '导入' : '不导入'}`,
            without: () => ({ ...omit(m, 'hiddenRows') }),
          },
        ]),
    ...(m.moves === undefined
      ? []
      : [
          {
            key: 'moves',
            kept: false,
            says: m.moves ? '要改到别的乡镇（县）的改过去' : '要改到别的乡镇（县）的，所在区划不改',
            without: () => ({ ...omit(m, 'moves') }),
          },
        ]),
    ...Object.entries(m.derive ?? {}).map(([r, yes]) => ({
      key: `derive ${r}`,
      kept: false,
      says: yes ? '与系统不一致的按本表登记' : '与系统不一致的不改',
      without: () => ({ ...m, derive: omit(m.derive, r) }),
    })),
    ...Object.entries(m.above ?? {}).map(([f, yes]) => ({
      key: `above ${f}`,
      kept: true,
      says: `${label(f)}的空白${yes ? '与上一行相同' : '就是空着'}`,
      without: () => ({ ...m, above: omit(m.above, f) }),
    })),
    ...Object.entries(m.values ?? {}).flatMap(([f, words]) =>
      Object.entries(words).map(([text, v]) => ({
        key: `value ${f} ${text}`,
        kept: !def.fields[f]?.personal,
        says: `${label(f)}“${text}”${v === '' ? '空着' : `是${word(f, v)}`}`,
        without: () => ({ ...m, values: { ...m.values, [f]: omit(words, text) } }),
      })),
    ),
  ]
}

/** What was answered: here, and for earlier ledgers of this sender, which is taken for granted now. Each can be taken back. */
export function Answered({
  s,
  def,
  busy,
  onForget,
  onAsk,
}: {
  s: ImportSession
  def: RecordDef
  busy: boolean
  onForget: (id: string) => void
  onAsk: (without: ImportMapping) => void
}) {
  const given = givenIn(s, def)
  if (s.remembered.length + given.length === 0) return null
  return (
    <details className="panel headings">
      <summary>
        <b>选定</b> {given.length > 0 ? `本次选定 ${given.length} 处` : ''}
        {given.length > 0 && s.remembered.length > 0 ? '；' : ''}
        {s.remembered.length > 0 ? `记住的 ${s.remembered.length} 处，没有再问` : ''}
      </summary>
      <ul className="heading-list">
        {given.map((g) => (
          <li key={g.key}>
            <span className="wrap">{g.says}</span>
            <span aria-hidden="true" />
            <small>{g.kept ? '本次选定，导入后记住' : '只管这一次'}</small>
            <Button size="small" type="text" disabled={busy} onClick={() => onAsk(g.without())}>
              重新选
            </Button>
          </li>
        ))}
        {s.remembered.map((m) => (
          <li key={m.id}>
            <span className="wrap">{m.says}</span>
            <span aria-hidden="true" />
            <small>
              记住的：{timeText(m.at)} {m.by}
            </small>
            <Button size="small" type="text" disabled={busy} onClick={() => onForget(m.id)}>
              取消记住
            </Button>
          </li>
        ))}
      </ul>
    </details>
  )
}
