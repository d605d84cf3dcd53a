import { Button, Input, Select } from 'antd'
import type { RecordDef } from '../../../engine/core/definition.ts'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import type { ImportAsk, ImportRepair, ImportSession } from '../../api/import-types.ts'

/** What is asked once for all rows alike; which record a row is, is asked at the row. */
export const askedOnce = (s: ImportSession): ImportAsk[] => s.asks.filter((a) => a.kind !== 'which')

/**
 * What holds the import until it is answered: all of it (hidden rows, moves to another town), or until the rest is left
 * empty on purpose. The others hold their own rows alone.
 */
export const openAsks = (s: ImportSession): { must: number; empty: number; rows: number } => {
  const asks = askedOnce(s)
  const must = asks.filter(isMust).length
  const empty = asks.filter((a) => !a.holds).length
  return { must, empty, rows: asks.length - must - empty }
}
const isMust = (a: ImportAsk): boolean => a.kind === 'hidden' || a.kind === 'moves'
const LEAVE = '这些都先空着'

/** Which of the questions have to be answered, in words; their sum is what is listed. */
export function openText(s: ImportSession, left: boolean): string {
  const { must, empty, rows } = openAsks(s)
  return [
    must > 0 ? `${must} 处必须选定` : '',
    empty > 0 ? (left ? `${empty} 处先空着` : `${empty} 处选定，或点“${LEAVE}”`) : '',
    rows > 0 ? `${rows} 处可以不选，不选的那些行不导入` : '',
  ]
    .filter(Boolean)
    .join('；')
}

/** Key of a question, and of its answer in the draft. */
export const askKey = (a: Pick<ImportAsk, 'kind' | 'field' | 'text'>): string =>
  `${a.kind} ${a.field} ${a.text}`

/** Chosen for a cell that is to stay empty. */
export const EMPTY = '\u0000'
const SHOWN = 50
const MOST_TOLD = 500

const saysOf = (a: ImportAsk): string =>
  ({
    above: '空白',
    hidden: '筛选掉的或手工隐藏的',
    derived: '与系统里的记录不一致',
    moves: '要改到别的乡镇（县）',
    value: `“${a.text}”`,
    which: a.text,
  })[a.kind]

/** What a word means is said once; a text that means nothing is left empty. */
export function Questions({
  s,
  def,
  answers,
  onAnswer,
  left,
  onLeave,
}: {
  s: ImportSession
  def: RecordDef
  answers: Record<string, string>
  onAnswer: (key: string, value: string | undefined) => void
  /** the rest is left empty */
  left: boolean
  onLeave: () => void
}) {
  const { areas } = useFieldServices()
  const asks = askedOnce(s)
  if (asks.length === 0) return null
  const optionsOf = (a: ImportAsk) => {
    const f = def.fields[a.field]
    const stay = a.holds ? [] : [{ value: EMPTY, label: '空着' }]
    if (a.kind === 'hidden')
      return [
        { value: 'yes', label: '导入' },
        { value: 'no', label: '不导入' },
      ]
    if (a.kind === 'moves')
      return [
        { value: 'yes', label: '改到新乡镇' },
        { value: 'no', label: `不改${a.label}` },
      ]
    if (a.kind === 'derived')
      return [
        { value: 'yes', label: '按本表登记' },
        { value: 'no', label: '不改' },
      ]
    if (a.kind === 'above')
      return [
        { value: 'yes', label: '与上一行相同' },
        { value: 'no', label: '就是空着' },
      ]
    if (f?.type === 'area') return [...stay, ...areas]
    if (f?.type === 'flag') return [...stay, { value: '是', label: '是' }, { value: '否', label: '否' }]
    if (f?.type === 'choice')
      return [...stay, ...(f.options ?? []).map((o) => ({ value: o.value, label: o.label }))]
    return undefined
  }
  const open = asks.filter((a) => !a.holds && answers[askKey(a)] === undefined)
  return (
    <section className="panel headings">
      <h2>请选定 {asks.length} 处</h2>
      <p className="soft">
        {openText(s, left)}。这些写法拿不准，没有替您猜。在这里说一次，所有行一起改正；也可以在下面逐行改正。
      </p>
      <ul className="heading-list">
        {asks.slice(0, SHOWN).map((a) => {
          const key = askKey(a)
          const options = optionsOf(a)
          const says = saysOf(a)
          const label = a.kind === 'value' ? `${says}对应的${a.label}` : `${a.label}的${says}`
          return (
            <li key={key}>
              <span className="wrap">
                {a.label}：{says} <span className="count">{a.count} 行</span>
              </span>
              <span aria-hidden="true">→</span>
              {options ? (
                <Select
                  size="small"
                  aria-label={label}
                  showSearch={{ optionFilterProp: 'label' }}
                  placeholder="是哪一个"
                  allowClear
                  value={answers[key]}
                  options={options}
                  onChange={(v?: string) => onAnswer(key, v)}
                />
              ) : (
                <Input
                  size="small"
                  aria-label={label}
                  placeholder={a.holds ? '应为' : '应为，不填就空着'}
                  value={answers[key] === EMPTY ? '' : answers[key]}
                  onChange={(e) => onAnswer(key, e.target.value || undefined)}
                />
              )}
              <small title={a.message}>
                {isMust(a)
                  ? '必须选定'
                  : a.holds
                    ? '不选，这些行就不导入'
                    : a.kind === 'derived'
                      ? '不选就不改'
                      : '不选就空着'}
              </small>
            </li>
          )
        })}
      </ul>
      {asks.length > SHOWN ? <p className="soft">还有 {asks.length - SHOWN} 种，选定后接着列出。</p> : null}
      {open.length > 0 && !left ? (
        <Button onClick={onLeave}>{LEAVE}</Button>
      ) : open.length > 0 ? (
        <p className="soft">没有选定的 {open.length} 种先空着，原文留在各行。</p>
      ) : null}
    </section>
  )
}

/** What was read as another writing of a value: old → new, why; taken back one by one or all at once. */
export function Repairs({
  repairs,
  taken,
  onTake,
  all,
  onAll,
}: {
  repairs: ImportRepair[]
  taken: ReadonlySet<string>
  onTake: (key: string) => void
  all: boolean
  onAll: (back: boolean) => void
}) {
  if (repairs.length === 0 && !all) return null
  // the server tells of so many kinds; what is beyond stands in its row
  const told =
    repairs.length < MOST_TOLD
      ? `${repairs.length} 种写法作了统一，逐项列出`
      : `${MOST_TOLD} 种以上写法作了统一，这里是最常见的 ${MOST_TOLD} 种，其余写在各行`
  return (
    <details className="panel headings">
      <summary>
        <b>读法</b> {all ? '全部照原文' : told}
      </summary>
      <ul className="heading-list">
        {repairs.map((r) => {
          const key = repairKey(r)
          return (
            <li key={`${key} ${r.to} ${r.why}`}>
              <span className="wrap">
                {r.label}：“{r.from}” <span className="count">{r.count} 行</span>
              </span>
              <span aria-hidden="true">→</span>
              <span className="wrap">{r.to}</span>
              <small>
                {r.why}{' '}
                <Button size="small" type="text" onClick={() => onTake(key)}>
                  {taken.has(key) ? '还是这样读' : '不这样读'}
                </Button>
              </small>
            </li>
          )
        })}
      </ul>
      <Button size="small" onClick={() => onAll(!all)}>
        {all ? '恢复这些读法' : '全部不这样读'}
      </Button>
    </details>
  )
}

export const repairKey = (r: Pick<ImportRepair, 'field' | 'from'>): string => `${r.field} ${r.from}`
