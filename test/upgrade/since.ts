/**
 * What the present program answers otherwise than a release did, on purpose: decided in docs/decisions, told here once.
 * Everything else must be the same.
 */
import type pg from 'pg'
import type { Answers } from './ask.ts'

/** Acts of authority (decision 24): a town without entrustment has none; on which tracks, absent means all. */
const authority: Record<string, string[] | undefined> = {
  order: ['order', 'major'],
  accept: ['order', 'major'],
  refuse: ['order', 'major'],
  verify: ['order', 'major'],
  grantExtension: ['order', 'major'],
  denyExtension: ['order', 'major'],
  withdraw: undefined,
}

/** Of such a case the firm ends and dates its own by the present rules, whatever version it began with. */
export const endings = ['acceptInside', 'withdrawInside']

/** Cases that only the firm reads from decision 24 on: what it found itself and is not major. */
export async function ownCases(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query(`select id from hazard where origin = '企业自查上报'
    and coalesce(level, '') <> '重大' and state <> 'extending'`)
  return new Set(rows.map((r) => r.id as string))
}

/** Cases that a town ordered about under an entrustment. */
export async function entrustedCases(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query('select id from hazard where delegated')
  return new Set(rows.map((r) => r.id as string))
}

/** The release's answers as they should be now; time lines of single hazards that only firms read are left out. */
export function asOfNow(
  release: string,
  then: Answers,
  {
    own,
    entrusted,
    towns,
  }: { own: ReadonlySet<string>; entrusted: ReadonlySet<string>; towns: readonly string[] },
): Answers {
  if (release === '0.1.0') return sinceFirst(then, own, towns)
  const answers = structuredClone(then)
  // what a town ordered under its entrustment it re-checks itself: nobody asks it to look for the county
  for (const id of entrusted)
    for (const [who, offered] of Object.entries(answers.cases[id]?.actions ?? {}))
      answers.cases[id]!.actions[who] = offered.filter((a) => a !== 'askTown')
  return answers
}

/** Since 0.1.0. */
function sinceFirst(then: Answers, own: ReadonlySet<string>, towns: readonly string[]): Answers {
  const answers = structuredClone(then)
  // the release kept a filter that is none and showed it to everybody: only its author is told of it now
  for (const [at, names] of Object.entries(answers.views)) {
    const right = names.filter((name) => name !== '在产企业' || at.startsWith('county1 '))
    if (right.length) answers.views[at] = right
    else delete answers.views[at]
  }
  for (const [id, one] of Object.entries(answers.cases)) {
    for (const offered of Object.values(one.actions)) offered.sort()
    if (one.loop !== 'hazard') continue
    if (own.has(id)) {
      delete answers.cases[id]
      answers.registers.hazard = answers.registers.hazard! - 1
      continue
    }
    const needs = (action: string) =>
      action in authority && (authority[action]?.includes(one.track ?? '') ?? true)
    for (const town of towns) {
      const left = one.actions[town]?.filter((a) => !needs(a)) ?? []
      if (left.length) one.actions[town] = left
      else delete one.actions[town]
    }
    // inside a firm there is a reminder and nothing more: what was planned fell away
    if (one.track === 'self')
      for (const clock of one.clocks)
        for (const rung of clock.rungs)
          if (rung.state === 'planned' && !rung.name.startsWith('remind')) rung.state = 'void'
  }
  for (const id of own) delete answers.timelines[id]
  // the release kept a condition that is none (`value` beside `op`); who made the view is told, others are not shown it
  for (const [who, names] of Object.entries(answers.views)) {
    if (who.startsWith('county1 ')) continue
    const left = names.filter((name) => name !== '在产企业')
    if (left.length) answers.views[who] = left
    else delete answers.views[who]
  }
  return answers
}
