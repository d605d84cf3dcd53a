import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Actor } from '../engine/access/actor.ts'
import { addDays, fixedClock, startOfDay } from '../engine/core/clock.ts'
import type { IndicatorDef } from '../engine/core/definition.ts'
import { parseNotice } from '../engine/notices/parse.ts'
import { type Db, sql } from '../engine/store/db.ts'
import type { Services } from '../engine/store/services.ts'
import {
  acceptItem,
  addEvidence,
  type Binding,
  confirmEvidence,
  createNotice,
  dropItem,
  freezeDue,
  type ItemView,
  type Proposal,
} from '../engine/tasks/index.ts'

/** The year printed in the demo's notice; it is moved to the year the demo plays in. */
const PRINTED = '2026'

/** Built or not, the notice lies in the source tree's demo folder. */
export function readDemoNotice(): string | undefined {
  const found = ['./notice-2026.txt', '../../demo/notice-2026.txt']
    .map((at) => fileURLToPath(new URL(at, import.meta.url)))
    .find((at) => existsSync(at))
  return found && readFileSync(found, 'utf8')
}

/** Sentences that ask two things of two populations become two tasks. */
const pairs: Record<string, string> = {
  'demo-firms-small': 'demo-firms-large',
  'demo-firms-large': 'demo-firms-small',
  'insurer-check': 'smelters-insured',
  'smelters-insured': 'insurer-check',
  'life-cycle-system': 'life-cycle-ledger',
  'life-cycle-ledger': 'life-cycle-system',
  'drill-half-year': 'drill-yearly',
}

/** A figure keeps its own rhythm; papers are asked for every printed period, or once where the words name none. */
const rhythm = (every: Proposal['every'], def: IndicatorDef | undefined): Pick<Binding, 'every' | 'once'> => {
  if (!def) return every ? { every } : { once: true }
  return every && every === def.of.every ? { every } : {}
}

export interface TaskBook {
  /** what has to happen on a day, in the morning of it */
  day(date: string): Promise<void>
}

/**
 * The year's notice taken in at the end of January by the county, its items accepted, dropped or left open;
 * evidence for tasks that no data answers; figures frozen the day after they were due.
 */
export function taskBook(
  services: Services,
  people: { officer: Actor; second: Actor; unit: string },
  paper: { id: string; name: string },
  year: string,
): TaskBook {
  const takenOn = `${year}-01-28`
  const proofs = [
    { on: `${year}-06-18`, confirmed: true },
    { on: `${year}-11-16`, confirmed: false },
  ]
  const at = (date: string) => {
    const now = new Date(startOfDay(date).getTime() + 9 * 3600_000)
    const s: Services = { ...services, clock: fixedClock(now.toISOString()) }
    const write = <T>(run: (tx: Db) => Promise<T>): Promise<T> =>
      s.db.transaction().execute((tx) => run(tx as Db))
    return { s, now, write }
  }
  const taken = async () => (await sql`select 1 from notice limit 1`.execute(services.db)).rows.length > 0

  async function takeIn(): Promise<void> {
    const printed = readDemoNotice()
    if (!printed || (await taken())) return
    const { s, now, write } = at(takenOn)
    const text = printed.replaceAll(PRINTED, year)
    await write(async (tx) => {
      const view = await createNotice(s, tx, people.officer, now, {
        name: `${year}年冶金工贸监管工作通知（演示）.txt`,
        text,
        parsed: parseNotice(text),
      })
      for (const item of view.items.filter((i) => i.state === 'open'))
        await decide(s, tx, now, view.notice.id, item)
    })
  }

  async function decide(s: Services, tx: Db, now: Date, notice: string, item: ItemView): Promise<void> {
    const p = item.proposal
    const firm = item.deadlines.length > 0 || item.targets.length > 0 || p?.every !== undefined
    if (!p || !firm) {
      // duties without a date stay open for the officer; plain exhortations are set aside with a reason
      if (!p?.indicator) await dropItem(s, tx, people.officer, now, notice, item.id, '一般性要求，不单独分解')
      return
    }
    const also = p.indicator ? pairs[p.indicator] : undefined
    const names = [p.indicator, ...(also && p.alternatives.includes(also) ? [also] : [])]
    for (const [nth, indicator] of names.entries()) {
      const def = indicator ? s.catalogue.indicator(indicator) : undefined
      const counted = def && def.unit !== '%' && !def.lessIsBetter
      const binding = {
        title: names.length > 1 && def ? def.label : item.title,
        ...(indicator ? { indicator } : { evidence: true }),
        target: p.target,
        comparator: counted ? '>=' : p.comparator,
        unit: p.unit,
        ...(p.due && { due: p.due }),
        ...rhythm(p.every, def),
        owners: p.owners.length ? p.owners : [people.unit],
      }
      // the sentence asks for two figures: the second is made on purpose
      await acceptItem(s, tx, people.officer, now, notice, item.id, binding, { again: nth > 0 })
    }
  }

  /** One proof is handed in and confirmed, a later one still waits for the second person. */
  async function prove(date: string, confirmed: boolean): Promise<void> {
    const { s, now, write } = at(date)
    const { rows } = await sql<{
      id: string
      owner: string | null
    }>`select t.id, case when t.unit = '%' then t.owners[1] end as owner from task t where t.indicator is null and t.withdrawn_at is null
      and not exists (select 1 from task_evidence e where e.task_id = t.id) order by t.due_on nulls last, t.id limit 1`.execute(
      s.db,
    )
    const { id: task, owner } = rows[0] ?? {}
    if (!task) return
    const kept = await write((tx) =>
      addEvidence(s, tx, people.officer, now, task, {
        files: [paper],
        happenedOn: addDays(date, -1),
        note: '佐证材料（演示）',
        ...(owner && { owner }),
      }),
    )
    if (confirmed) await write((tx) => confirmEvidence(s, tx, people.second, now, task, kept.id))
  }

  return {
    async day(date) {
      if (date < takenOn) return
      await takeIn()
      const { rows } = await sql<{ n: number }>`select count(*) as n from task_evidence`.execute(services.db)
      const next = proofs[Number(rows[0]?.n ?? 0)]
      if (next && date >= next.on) await prove(date, next.confirmed)
      await freezeDue(services, at(date).now)
    },
  }
}
