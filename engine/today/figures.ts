import type { IndicatorDef } from '../core/definition.ts'
import type { Group } from '../indicators/figure.ts'
import type { Services } from '../store/services.ts'
import type { Paper } from '../tasks/papers.ts'
import { standingsOf, type TaskView, viewOf } from '../tasks/progress.ts'
import type { Task } from '../tasks/rows.ts'

/** A task as 今日 needs it: where it stands, and the parts of its figure by town. */
export interface Figured {
  view: TaskView
  def: IndicatorDef | undefined
  groups: readonly Group[]
  /** of a task whose papers are counted by owner and period */
  papers?: readonly Paper[]
  /** since which day a town's part has reached the goal, as far as anybody saw */
  shareDoneOn: (town: string) => string | undefined
}

/** The one seam between 今日 and the figures of tasks. */
export async function figuresOf(s: Services, tasks: readonly Task[], now: Date): Promise<Figured[]> {
  return (await standingsOf(s, tasks, now)).map((standing) => ({
    view: viewOf(s, standing, now),
    def: standing.def,
    groups: standing.figure.groups,
    ...(standing.papers && { papers: standing.papers }),
    shareDoneOn: (town) => standing.doneOn[town],
  }))
}
