/**
 * The other side: a bare Fastify + pg server with the best SQL and indexes for these very requests. No scope, no
 * validation, no journal. Run as a process of its own: node bare.js DATABASE_URL PORT
 */
import fastify from 'fastify'
import pg from 'pg'

/** What a list shows; not who wrote it, nor what is kept for searching. */
const columns =
  `id version area county town unit sector organisation proof happened_on recorded_at updated_at archived_at state
  track loop_version state_since sealed enterprise_id name number origin found_by delegated found_in found_on finder level
  clause category spot place before control responsible responsible_phone measures funds emergency_plan due_on spent
  rectified_on rectify_reported_on document_number listed_as listing_number case_number handed_over to_workers look_request
  looked_on look_finding closed_on withdraw_reason`
    .split(/\s+/)
    .map((c) => `t.${c}`)
    .join(', ')

export const listBy = ['county', 'town', 'unit', 'organisation'] as const
type By = (typeof listBy)[number]

export const listSql = (
  by: By,
) => `select ${columns}, e.name as enterprise_title from bare_hazard t join enterprise e on e.id = t.enterprise_id
  where t.${by} = $1 and t.state = $2 and t.archived_at is null and t.sealed is not true order by t.due_on, t.id limit 20`

const insertSql = `insert into bare_hazard (id, version, area, county, town, sector, organisation, proof, happened_on, recorded_at,
    updated_at, created_by, updated_by, state, track, loop_version, state_since, enterprise_id, name, origin, found_by, found_on, level, spot, before)
  select gen_random_uuid(), 1, e.area, e.county, e.town, e.sector, e.id, 3, $2, now(), now(), $3, $3, 'found', 'order', 1, now(), e.id, $4, $5, $6, $2, $7, $8, $9
  from enterprise e where e.id = $1 returning *`

const author = '00000000-0000-7000-8000-0000000000aa'

/** The bare side's table: the product's columns, only the indexes these requests need. */
export async function prepareBare(pool: pg.Pool): Promise<void> {
  await pool.query('create table bare_hazard (like hazard including defaults)')
  await pool.query('insert into bare_hazard select * from hazard')
  await pool.query('alter table bare_hazard add primary key (id)')
  for (const by of listBy)
    await pool.query(
      `create index bare_hazard_${by} on bare_hazard (${by}, state, due_on, id)
        where archived_at is null and sealed is not true`,
    )
  await pool.query('vacuum analyze bare_hazard')
}

/** Dates stay as PostgreSQL writes them: making objects of them only to write them again would cost a third. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === 1082 || oid === 1184 ? (v: string) => v : pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig

export async function serveBare(url: string, port: number): Promise<void> {
  // planned once: for these two statements the plan is the same whatever is asked for
  const options = '-c plan_cache_mode=force_generic_plan'
  const pool = new pg.Pool({ connectionString: url, max: 16, types, options })
  const app = fastify({ logger: false })
  const lists = Object.fromEntries(listBy.map((by) => [by, listSql(by)])) as Record<By, string>
  app.get<{ Querystring: { by: By; value: string; state: string } }>('/list', async (request) => {
    const { rows } = await pool.query({
      name: request.query.by,
      text: lists[request.query.by],
      values: [request.query.value, request.query.state],
    })
    return { rows }
  })
  app.post<{ Body: Record<string, string | unknown[]> }>('/create', async (request, reply) => {
    const b = request.body
    const values = [
      b.enterpriseId,
      b.foundOn,
      author,
      b.name,
      b.origin,
      b.foundBy,
      b.level,
      b.spot,
      JSON.stringify(b.before),
    ]
    const { rows } = await pool.query({ name: 'create', text: insertSql, values })
    reply.code(201)
    return { row: rows[0] }
  })
  await app.listen({ host: '127.0.0.1', port })
}

const [url, port] = process.argv.slice(2)
if (process.argv[1]?.replace(/\\/g, '/').endsWith('/bench/bare.js') && url && port)
  await serveBare(url, Number(port))
