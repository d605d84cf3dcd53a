/**
 * What a county is asked before and after an upgrade, over the HTTP API, as its own people. The maker of a fixture
 * asks the released program, the test asks the present one; so this file imports nothing and keeps to what every
 * release has answered. Whoever adds a question makes the fixtures' answers anew, or asks it of new fixtures only.
 */

/** One GET request as an account. */
export type Ask = <T>(username: string, url: string) => Promise<T>

interface Page {
  rows: { id: string; version: number; state?: string; track?: string | null; loopVersion?: number }[]
  next: string | null
  total?: number
}
interface Offered {
  id: string
  enabled: boolean
}
interface Clock {
  kind: string
  due: string
  state: string
  rungs: { name: string; at: string; state: string }[]
}
interface Task {
  id: string
  title: string
  indicator: string | null
  state: string
  due: string | null
  figure: { value: number | null; num: number; den: number | null }
  frozen?: { num: number; den: number | null }
  evidence?: { confirmed: number; pending: number }
}

export interface Case {
  loop: string
  state: string
  track: string | null
  /** the version of the loop it runs under */
  loopVersion: number
  version: number
  clocks: Clock[]
  /** what each account may do now */
  actions: Record<string, string[]>
}

export interface Answers {
  /** live records a register, as the county sees them */
  registers: Record<string, number>
  cases: Record<string, Case>
  tasks: Record<string, Omit<Task, 'id'>>
  /** newest first: `action by whom` of each entry */
  timelines: Record<string, string[]>
  grades: Record<string, { proposed: string | null; adopted: string | null }>
  views: Record<string, string[]>
  /** the county's own numbers */
  policies: Record<string, unknown>
}

export interface Who {
  /** sees the whole county, tip-offs too */
  county: string
  admin: string
  /** whose possible actions are noted */
  actors: string[]
  registers: string[]
  loops: string[]
  /** people of enterprises: they have cases that nobody else reads */
  firms?: string[]
  /** records whose time line is noted */
  timelines: { register: string; id: string }[]
}

async function allOf(ask: Ask, username: string, register: string) {
  const rows: Page['rows'] = []
  let after = ''
  do {
    const page: Page | undefined = await ask<Page | undefined>(
      username,
      `/api/records/${register}?limit=100${after}`,
    )
    // not everybody reads every register
    if (!page) break
    rows.push(...page.rows)
    after = page.next ? `&after=${encodeURIComponent(page.next)}` : ''
  } while (after)
  return rows
}

async function casesOf(ask: Ask, who: Who): Promise<Answers['cases']> {
  const out: Answers['cases'] = {}
  const readers = [who.county, ...(who.firms ?? [])]
  for (const [loop, reader] of who.loops.flatMap((l) => readers.map((r) => [l, r] as const)))
    for (const row of (await allOf(ask, reader, loop)).filter((r) => !out[r.id])) {
      const one = `/api/records/${loop}/${row.id}`
      const actions: Case['actions'] = {}
      for (const actor of who.actors) {
        const offered = await ask<Offered[] | undefined>(actor, `${one}/actions`)
        const names = offered?.filter((o) => o.enabled).map((o) => o.id) ?? []
        // the database keeps an older version without the order of its actions
        if (names.length) actions[actor] = names.sort()
      }
      const clocks = await ask<Clock[]>(reader, `${one}/deadlines`)
      out[row.id] = {
        loop,
        state: row.state ?? '',
        track: row.track ?? null,
        loopVersion: row.loopVersion ?? 0,
        version: row.version,
        clocks: clocks.map(({ kind, due, state, rungs }) => ({
          kind,
          due,
          state,
          rungs: rungs.map(({ name, at, state }) => ({ name, at, state })),
        })),
        actions,
      }
    }
  return out
}

async function tasksOf(ask: Ask, username: string): Promise<Answers['tasks']> {
  const out: Answers['tasks'] = {}
  for (const t of await ask<Task[]>(username, '/api/tasks')) {
    const figure = ({ value, num, den }: Task['figure']) => ({ value, num, den })
    out[t.id] = {
      title: t.title,
      indicator: t.indicator,
      state: t.state,
      due: t.due,
      figure: figure(t.figure),
      ...(t.frozen && { frozen: { num: t.frozen.num, den: t.frozen.den } }),
      ...(t.evidence && { evidence: t.evidence }),
    }
  }
  return out
}

/** Everything that must be the same after an upgrade. */
export async function askCounty(ask: Ask, who: Who): Promise<Answers> {
  const registers: Answers['registers'] = {}
  for (const register of who.registers)
    registers[register] = (await ask<Page>(who.county, `/api/records/${register}?limit=1&count=1`)).total!
  const timelines: Answers['timelines'] = {}
  for (const { register, id } of who.timelines) {
    const told = await ask<{ entries: { what: string; actor: { name: string } }[] } | undefined>(
      who.county,
      `/api/records/${register}/${id}/timeline?limit=200`,
    )
    if (told) timelines[id] = told.entries.map((e) => `${e.what} ${e.actor.name}`)
  }
  const grades: Answers['grades'] = {}
  for (const row of await allOf(ask, who.county, 'enterprise')) {
    const { proposedLevel, adoptedLevel } = row as { proposedLevel?: string; adoptedLevel?: string }
    grades[row.id] = { proposed: proposedLevel ?? null, adopted: adoptedLevel ?? null }
  }
  const views: Answers['views'] = {}
  for (const username of [who.county, ...who.actors])
    for (const register of ['enterprise', 'hazard']) {
      const seen = await ask<{ name: string }[]>(username, `/api/views/${register}`)
      if (seen.length) views[`${username} ${register}`] = seen.map((v) => v.name).sort()
    }
  const policies: Answers['policies'] = {}
  const rows = await ask<{ key: string; value: unknown; area: string; from: string; local?: boolean }[]>(
    who.admin,
    '/api/policy',
  )
  for (const p of rows) if (p.local) policies[`${p.key} ${p.area} ${p.from}`] = p.value
  return {
    registers,
    cases: await casesOf(ask, who),
    tasks: await tasksOf(ask, who.county),
    timelines,
    grades,
    views,
    policies,
  }
}
