import type { Figure, Task } from '../../api/work-types.ts'
import { filled, ratio, stateOf, stateTone, stateWords, targetText, withUnit } from './words.ts'

/**
 * The computed figure against its target. Grey: colour would say risk where there is none. An officer of a town sees
 * his town's first and the county's beside it.
 */
export function Progress({ task }: { task: Task }) {
  const f = task.own ?? task.figure
  return (
    <div className="progress">
      <div className="row">
        <b className="num">{f.den === 0 && task.own ? '没有对象' : withUnit(f.value, task.unit)}</b>
        <small className="num">{!f.den || task.unit !== '%' ? '' : ratio(f)}</small>
        <small className="push num">目标 {targetText(task)}</small>
      </div>
      {task.own ? (
        <small className="num">
          {task.own.name}　全县 {withUnit(task.figure.value, task.unit)}
          {task.figure.den === null || task.unit !== '%' ? '' : `（${ratio(task.figure)}）`}
        </small>
      ) : null}
      {task.figure.missing ? <small>缺少依据参数“{task.figure.missing.join('、')}”，不能计算</small> : null}
      <Bar task={task} />
    </div>
  )
}

/** Towards the goal: the town's share where the goal is each town's, else the whole. */
export function Bar({ task }: { task: Task }) {
  const figure = (task.own?.state && task.own) || task.figure
  return (
    <span className="bar-line" aria-hidden="true">
      <i style={{ width: `${filled({ ...task, state: stateOf(task) }, figure) * 100}%` }} />
    </span>
  )
}

/** How well the counted ones are proved: claimed, with evidence, verified. */
export function ProofSplit({ figure, wordy }: { figure: Figure; wordy?: boolean }) {
  const p = figure.proof
  const all = p ? p.claimed + p.evidenced + p.verified : 0
  if (!p || all === 0) return <span className="none">—</span>
  // what is proved too little is told, and not part of the figure
  const off = all - figure.num
  const claimedOff = p.claimed > 0 && (off === p.claimed || off === p.claimed + p.evidenced)
  const evidencedOff = p.evidenced > 0 && off === p.claimed + p.evidenced
  const parts = [
    ['已核实', p.verified],
    [evidencedOff ? '不计入：有佐证' : '有佐证', p.evidenced],
    [claimedOff ? '不计入：自报' : '自报', p.claimed],
  ] as const
  return (
    <span className="proof" title={parts.map(([w, n]) => `${w} ${n}`).join('，')}>
      <span className="proof-line" aria-hidden="true">
        {parts.map(([w, n]) => (
          <i key={w} style={{ flexGrow: n }} hidden={n === 0} />
        ))}
      </span>
      <small className="num">
        {wordy
          ? parts.map(([w, n]) => `${w} ${n}`).join('　')
          : parts
              .filter(([, n]) => n > 0)
              .map(([w, n]) => `${w} ${n}`)
              .join(' ')}
      </small>
    </span>
  )
}

export const State = ({ task }: { task: Pick<Task, 'state' | 'own'> }) => (
  <span className={stateTone[stateOf(task)]}>{stateWords[stateOf(task)]}</span>
)
