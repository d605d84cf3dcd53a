import { shanghaiDate } from '../core/clock.ts'
import { type Paper, papersIn } from './papers.ts'

/** A paper in the list of who is missing or who is done: named by its owner. */
export interface PaperRow {
  id: string
  /** name of the responsible unit */
  title: string
  /** the unit, and the first day of the period that the paper is handed in for */
  owner?: string
  from?: string
  town: string | null
  period?: string
  /** its period still runs: not yet done, and not late */
  running?: true
  /** a piece waits for a second person: nothing is to be handed in */
  waits?: true
  reason: string
  /** whom to call: nobody's phone is kept of a unit */
  contacts: never[]
  [field: string]: unknown
}

export interface PaperPage {
  town?: string | undefined
  /** part of the unit's name */
  q?: string | undefined
  limit?: number | undefined
  offset?: number | undefined
}

const day = (at: string) => shanghaiDate(new Date(at))

function reasonOf(p: Paper, open: boolean): string {
  const proved = p.evidence.find((e) => e.confirmedBy)
  if (proved?.confirmedBy && proved.confirmedAt)
    return `${proved.addedBy.name}提交，${proved.confirmedBy.name} ${day(proved.confirmedAt)} 确认`
  const [given] = p.evidence
  if (given) return `${given.addedBy.name} ${day(given.addedAt)} 已提交，等待另一人确认`
  const back = p.sentBack?.returned
  if (back?.reason) return `${back.by.name} ${day(back.at)} 退回：${back.reason}，请重新提交`
  return open && p.period ? `本期还没交（${p.period.due}止）` : '没有佐证材料'
}

/**
 * Papers of a task that lack, or those that are confirmed: of periods that have begun, ended ones first. Which town,
 * which quarter, and what keeps it from counting.
 */
export function paperRows(
  papers: readonly Paper[],
  which: 'missing' | 'met',
  today: string,
  page: PaperPage,
): { rows: PaperRow[]; total: number; running: number } {
  const q = page.q?.trim()
  const found = (page.town ? papersIn(papers, [page.town]) : papers)
    .filter((p) => p.confirmed === (which === 'met'))
    .filter((p) => p.confirmed || !p.period || p.period.from <= today)
    .filter((p) => !q || p.owner?.name.includes(q))
    .map((p) => {
      const open = !p.confirmed && p.period !== undefined && p.period.due >= today
      return { p, open }
    })
    .sort((a, b) => Number(a.open) - Number(b.open))
  const from = Math.max(0, page.offset ?? 0)
  const limit = Math.min(Math.max(page.limit ?? 20, 1), 500)
  return {
    rows: found.slice(from, from + limit).map(({ p, open }) => ({
      id: `${p.owner?.id ?? ''} ${p.period?.from ?? ''}`.trim(),
      title: p.owner?.name ?? '未指定责任单位',
      ...(p.owner && { owner: p.owner.id }),
      ...(p.period && { from: p.period.from, period: p.period.label }),
      town: p.owner && p.owner.area.length >= 9 ? p.owner.area.slice(0, 9) : null,
      ...(open && { running: true as const }),
      ...(!p.confirmed && p.evidence.length > 0 && { waits: true as const }),
      reason: reasonOf(p, open),
      contacts: [],
    })),
    total: found.length,
    running: found.filter((x) => x.open).length,
  }
}
