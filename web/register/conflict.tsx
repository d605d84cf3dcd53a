import { Button } from 'antd'
import { useState } from 'react'
import type { RecordDef } from '../../engine/core/definition.ts'
import type { Row } from '../api/types.ts'
import { timeText } from '../parts/time.ts'
import { Value } from './value.tsx'

/** Somebody else saved first: both versions beside each other, field by field; the user chooses, then saves again. */
export function Conflict({
  def,
  base,
  current,
  mine,
  onSettle,
}: {
  def: RecordDef
  /** as it was when editing began */
  base: Row
  /** as it is now */
  current: Row
  /** the fields this user changed */
  mine: Record<string, unknown>
  onSettle: (keep: Record<string, unknown>) => void
}) {
  const differs = (n: string) => JSON.stringify(current[n] ?? null) !== JSON.stringify(base[n] ?? null)
  const clashing = Object.keys(mine).filter(
    (n) => differs(n) && JSON.stringify(current[n] ?? null) !== JSON.stringify(mine[n] ?? null),
  )
  const theirs = Object.keys(def.fields).filter((n) => differs(n) && !(n in mine))
  const [take, setTake] = useState<Record<string, 'mine' | 'theirs'>>({})
  const pick = (n: string) => take[n] ?? 'mine'
  const settle = () => {
    const keep = { ...mine }
    for (const n of clashing) if (pick(n) === 'theirs') delete keep[n]
    onSettle(keep)
  }
  const shown = (name: string, row: Row) => (
    <Value of={def} name={name} def={def.fields[name]!} row={row} brief />
  )
  return (
    <section className="panel stack" role="alert" aria-label="两个版本">
      <h2>您编辑期间，这条{def.label}被别人改过了</h2>
      <p className="soft">
        现在是第 {current.version} 版，{timeText(current.updatedAt)} 保存。您的修改还在，没有丢失。
        {clashing.length > 0 ? '下面几项两边都改了，请选择用哪一个：' : '两边改的不是同一项，可以直接保存。'}
      </p>
      {clashing.length > 0 && (
        <table className="versions">
          <thead>
            <tr>
              <th>项目</th>
              <th>我改的</th>
              <th>别人已存的</th>
            </tr>
          </thead>
          <tbody>
            {clashing.map((n) => (
              <tr key={n}>
                <th>{def.fields[n]?.label}</th>
                {(['mine', 'theirs'] as const).map((side) => (
                  <td key={side}>
                    <label>
                      <input
                        type="radio"
                        name={`take-${n}`}
                        checked={pick(n) === side}
                        onChange={() => setTake({ ...take, [n]: side })}
                      />
                      {shown(
                        n,
                        side === 'mine'
                          ? ({ ...current, [n]: mine[n], [`${n}Title`]: mine[`${n}Title`] } as Row)
                          : current,
                      )}
                    </label>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {theirs.length > 0 && (
        <p>
          别人还改了：
          {theirs.map((n, i) => (
            <span key={n}>
              {i > 0 ? '；' : ''}
              {def.fields[n]?.label} {shown(n, base)} → {shown(n, current)}
            </span>
          ))}
          。保存后会保留。
        </p>
      )}
      <div className="row">
        <Button type="primary" onClick={settle}>
          按以上选择继续
        </Button>
        <Button onClick={() => onSettle({})}>放弃我的修改</Button>
      </div>
    </section>
  )
}
