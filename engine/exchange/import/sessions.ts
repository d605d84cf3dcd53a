import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Actor } from '../../access/actor.ts'
import { shanghaiDate } from '../../core/clock.ts'
import type { RecordDef } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { recordAdmins } from '../../core/roles.ts'
import { journalRefusal } from '../../journal/write.ts'
import { type Db, sql } from '../../store/db.ts'
import { getRow, scopeOf } from '../../store/rows.ts'
import { type Headings, openTableApart } from '../sheet/index.ts'
import { lookupsOf } from './lookups.ts'
import { told } from './memory.ts'
import { isUuid, type Reading } from './parse.ts'
import { areasOf, presentRow } from './present.ts'
import { apart, fileOf, look } from './read.ts'
import { lockSession, noCounts, rowsOf, type Staged, saveSession } from './rows.ts'
import { pending } from './run.ts'
import type { ImportRow, ImportServices, ImportSession, Mapping, RowState, SessionRow } from './types.ts'
import { begin } from './work.ts'

const MOST_BYTES = 200_000_000
const SAMPLE = 20

export type ImportSource =
  /** a file uploaded before by this actor */
  | { fileId: string }
  /** a file on this machine; it is copied */
  | { path: string; name?: string }
  /** an upload in progress */
  | { content: Readable; name: string }

export interface ImportOptions {
  /** area whose names the sheet uses; default: where the actor works */
  area?: string | undefined
  /** all rows belong to this record of the parent register */
  parent?: string | undefined
  mapping?: Mapping | undefined
}

/**
 * Keeps the file and begins to read it in the background.
 * @throws Problem `forbidden` without a writing right on the register, `bad-input` for a file that is no sheet
 */
export async function startImport(
  s: ImportServices,
  actor: Actor,
  register: string,
  source: ImportSource,
  options: ImportOptions = {},
): Promise<ImportSession> {
  const def = s.catalogue.record(register)
  await requireRight(s, actor, def)
  const area = options.area ?? actor.home
  if (!/^(?:\d{2}){1,3}(?:\d{3}){0,2}$/.test(area))
    throw new Problem('bad-input', '请选择导入到哪个县或乡镇（行政区划代码）。', { area })
  if (options.parent) await getRow(s, s.db, actor, s.catalogue.record(def.of ?? ''), options.parent)
  const file = await keepFile(s, actor, source)
  const mapping = options.mapping ?? {}
  // a map that names unknown fields or sheets is refused at once; what was found is shown when the rows have been read
  if (Object.keys(mapping).length) await lookAt(s, actor, def, { file_id: file.id, name: file.name }, mapping)
  const id = newId()
  const now = s.clock.now()
  await sql`insert into import_session (id, register, area, parent, file_id, name, state, actor_id, actor, mapping, counts,
      created_at, updated_at)
    values (${id}, ${register}, ${area}, ${options.parent ?? null}, ${file.id}, ${file.name}, 'reading', ${actor.id},
      ${JSON.stringify(actor)}, ${JSON.stringify(mapping)}, ${JSON.stringify(noCounts())}, ${now}, ${now})`.execute(
    s.db,
  )
  void begin(s, id)
  return getImport(s, actor, id)
}

async function lookAt(
  s: ImportServices,
  actor: Actor,
  def: RecordDef,
  file: Pick<SessionRow, 'file_id' | 'name'>,
  mapping: Mapping,
): Promise<{ headings: Headings }> {
  const table = await openTableApart(fileOf(s, file), apart(s, actor.id))
  const reading: Reading = {
    catalogue: s.catalogue,
    def,
    headings: [],
    mapping,
    date1904: table.date1904,
    lookups: lookupsOf([], [], ''),
    today: shanghaiDate(s.clock.now()),
    area: '',
  }
  return look(table, reading).finally(() => table.close())
}

async function requireRight(s: ImportServices, actor: Actor, def: RecordDef): Promise<void> {
  if (scopeOf(s, actor, def, 'write').terms.length) return
  const reason = `您不能导入${def.label}。请联系县局管理员。`
  await journalRefusal(s.db, { actor, now: s.clock.now(), register: def.name, what: 'import', reason })
  throw new Problem('forbidden', reason, { register: def.name })
}

async function keepFile(
  s: ImportServices,
  actor: Actor,
  source: ImportSource,
): Promise<{ id: string; name: string }> {
  if ('fileId' in source) {
    const file =
      (await s.files.uploadedBy(source.fileId, actor)) && (await s.files.find(source.fileId, actor))
    if (!file) throw new Problem('not-found', '没有找到上传的文件，请重新上传。', { fileId: source.fileId })
    return { id: file.id, name: file.name }
  }
  const aside = 'content' in source ? path.join(s.files.folder, 'incoming', `import-${newId()}`) : undefined
  try {
    if ('content' in source) await pipeline(source.content, createWriteStream(aside!, { mode: 0o600 }))
    const place = 'content' in source ? aside! : source.path
    const name = source.name ?? path.basename(place)
    // read before it is kept: the reader knows what to say about an .xls, a picture, a password
    await openTableApart({ path: place, name }, apart(s, actor.id), { maxBytes: MOST_BYTES })
    const file = await s.files.put(createReadStream(place), {
      name,
      by: actor,
      now: s.clock.now(),
      maxBytes: MOST_BYTES,
      table: true,
    })
    return { id: file.id, name }
  } finally {
    if (aside && existsSync(aside)) await rm(aside, { force: true })
  }
}

/** Own imports; an administrator sees those of the area, save of registers whose rows may be sealed. */
function visible(s: ImportServices, actor: Actor) {
  const today = shanghaiDate(s.clock.now())
  const areas = actor.assignments.flatMap((a) =>
    recordAdmins.includes(a.role) &&
    a.ground.by === 'area' &&
    (!a.from || a.from <= today) &&
    (!a.to || today <= a.to)
      ? [a.ground.area]
      : [],
  )
  // what a firm brings in may be its own list (decision 24): the sheet would show what the rows hide
  const sealed = [...s.catalogue.records.values()].filter((def) => def.sealed).map((def) => def.name)
  return sql`(actor_id = ${actor.id} or (register <> all(${sealed}::text[])
    and exists (select 1 from unnest(${areas}::text[]) a where starts_with(area, a))))`
}

/** @throws Problem `not-found` for an import that is not there or not the actor's to see */
export async function sessionOf(s: ImportServices, db: Db, actor: Actor, id: string): Promise<SessionRow> {
  const { rows } = isUuid(id)
    ? await sql<SessionRow>`select * from import_session where id = ${id} and ${visible(s, actor)}`.execute(
        db,
      )
    : { rows: [] }
  if (!rows[0]) throw new Problem('not-found', '没有找到这次导入，请从导入列表重新进入。', { id })
  return rows[0]
}

export async function getImport(s: ImportServices, actor: Actor, id: string): Promise<ImportSession> {
  const session = await sessionOf(s, s.db, actor, id)
  const sample = await rowsOf(s.db, id, { limit: SAMPLE })
  const areas = await areasOf(s, s.db, session, sample)
  return present(s, session, sample, areas)
}

/** Newest first. @param query.after id of the last one seen */
export async function listImports(
  s: ImportServices,
  actor: Actor,
  query: { register?: string | undefined; after?: string | undefined; limit?: number | undefined } = {},
): Promise<{ imports: Omit<ImportSession, 'sample'>[]; next: string | null }> {
  const limit = Math.min(Math.max(query.limit ?? 20, 1), 100)
  const register = query.register ? sql`and register = ${query.register}` : sql``
  const after = query.after && isUuid(query.after) ? sql`and id < ${query.after}` : sql``
  const { rows } =
    await sql<SessionRow>`select * from import_session where ${visible(s, actor)} ${register} ${after}
    order by id desc limit ${limit + 1}`.execute(s.db)
  const more = rows.length > limit
  if (more) rows.pop()
  const imports = rows.map((r) => {
    const { sample: _, ...rest } = present(s, r, [], {})
    return rest
  })
  return { imports, next: more ? (rows.at(-1)?.id ?? null) : null }
}

function present(
  s: ImportServices,
  r: SessionRow,
  sample: readonly Staged[],
  areas: Record<string, string>,
): ImportSession {
  const f = r.found
  return {
    id: r.id,
    register: r.register,
    label: s.catalogue.findRecord(r.register)?.label ?? r.register,
    name: r.name,
    fileId: r.file_id,
    area: r.area,
    parent: r.parent,
    state: r.state,
    by: r.actor.name,
    uploader: r.actor_id,
    at: r.created_at,
    updatedAt: r.updated_at,
    progress: { done: r.done, total: Math.max(r.total, r.done) },
    kind: f.kind ?? null,
    encoding: f.encoding ?? null,
    sheet: f.sheet ?? null,
    sheets: f.sheets ?? [],
    damage: f.damage ?? [],
    recognised: f.recognised ?? false,
    headingLines: f.headingLines ?? null,
    headings: f.headings ?? [],
    missing: f.missing ?? [],
    seen: f.seen ?? [],
    mapping: r.mapping,
    counts: { ...noCounts(), ...r.counts },
    asks: f.asks ?? [],
    repairs: f.repairs ?? [],
    remembered: (f.remembered ?? []).map((m) => told(s.catalogue, r.register, f, m, areas)),
    dropped: f.dropped ?? [],
    problems: r.problems,
    sample: sample.map((row) => presentRow(s, r, row)),
    areas,
    message: messageOf(r),
    undone: r.undone,
  }
}

/** What the user should know, or do next. */
function messageOf(r: SessionRow): string | null {
  if (r.state === 'failed') return r.failure
  if (r.state === 'preview' && r.found.recognised === false)
    return '没有认出表头。请对照下面的内容，指明表头在第几行、各列是什么。'
  if (r.state === 'undone' && r.undone?.kept.length)
    return `有 ${r.undone.kept.length} 条导入后又有变化，没有撤销，请逐条核对。`
  return null
}

/** Staged rows by line, with the names of areas in them. @param query.state one of the row states, or `warning` */
export async function importRows(
  s: ImportServices,
  actor: Actor,
  id: string,
  query: {
    state?: RowState | 'warning' | undefined
    after?: number | undefined
    limit?: number | undefined
  } = {},
): Promise<{ rows: ImportRow[]; areas: Record<string, string>; next: number | null }> {
  const session = await sessionOf(s, s.db, actor, id)
  const limit = Math.min(Math.max(query.limit ?? 50, 1), 500)
  const where =
    query.state === 'warning'
      ? sql`warned and state not in ('error', 'skipped')`
      : query.state
        ? sql`state = ${query.state}`
        : sql`true`
  const rows = await rowsOf(s.db, id, { where, after: query.after ?? 0, limit: limit + 1 })
  const more = rows.length > limit
  if (more) rows.pop()
  const shown = rows.map((r) => presentRow(s, session, r))
  const areas = await areasOf(s, s.db, session, rows)
  return { rows: shown, areas, next: more ? (rows.at(-1)?.line ?? null) : null }
}

/**
 * Lays down what columns mean and reads the file again; corrections of rows stay.
 * @throws Problem `bad-input` for fields or headings that do not exist, `conflict` once rows have been written
 */
export async function setMapping(
  s: ImportServices,
  actor: Actor,
  id: string,
  mapping: Mapping,
): Promise<ImportSession> {
  const session = await sessionOf(s, s.db, actor, id)
  await refuseMapping(s.db, session)
  const { headings } = await lookAt(s, actor, s.catalogue.record(session.register), session, mapping)
  if (headings.notInSheet.length)
    throw new Problem(
      'bad-input',
      `表中没有这些列：${headings.notInSheet.join('、')}。现有：${headings.titles.filter(Boolean).join('、') || '（没有认出表头，可用列号 A、B、C）'}。`,
      { notInSheet: headings.notInSheet },
    )
  if (!headings.found && Object.keys(mapping).length)
    throw new Problem(
      'bad-input',
      '按这样的对应仍然认不出表头。请写明表头在第几行（没有表头写 0，用列号 A、B、C 对应各列）。',
      { seen: headings.seen },
    )
  await s.db.transaction().execute(async (tx) => {
    await refuseMapping(tx as Db, await lockSession(tx as Db, id))
    await saveSession(tx as Db, id, { state: 'reading', mapping, failure: null, actor }, s.clock.now())
  })
  void begin(s, id)
  return getImport(s, actor, id)
}

async function refuseMapping(db: Db, { id, state }: SessionRow): Promise<void> {
  if (state === 'reading') throw new Problem('conflict', '文件还在读取，请稍候。', { state })
  if ((state === 'preview' || state === 'failed') && !(await hasWritten(db, id))) return
  throw new Problem('conflict', '这次导入已经写入，不能再改列对应。请先撤销，再重新导入。', { state })
}

const hasWritten = async (db: Db, id: string): Promise<boolean> =>
  (await sql`select 1 from import_row where session_id = ${id} and done limit 1`.execute(db)).rows.length > 0

/**
 * Writes what can be written, in the background; again after corrections for what was left.
 * @throws Problem `conflict` while it is busy or undone, `bad-input` when no row can be written
 */
export async function runImport(s: ImportServices, actor: Actor, id: string): Promise<ImportSession> {
  const session = await sessionOf(s, s.db, actor, id)
  await requireRight(s, actor, s.catalogue.record(session.register))
  await s.db.transaction().execute(async (tx) => {
    const { state } = await lockSession(tx as Db, id)
    if (state === 'running') return
    if (state !== 'preview' && state !== 'done' && state !== 'failed')
      throw new Problem(
        'conflict',
        state === 'reading' ? '文件还在读取，请稍候再导入。' : '这次导入已经结束，请重新上传文件。',
        { state },
      )
    const { rows } = await sql<{
      n: number
    }>`select count(*) as n from import_row where session_id = ${id} and ${pending}`.execute(tx)
    const total = rows[0]?.n ?? 0
    if (total === 0)
      throw new Problem('bad-input', '没有可以导入的行。请先按提示改正，或核对表头对应。', {
        counts: session.counts,
      })
    await saveSession(
      tx as Db,
      id,
      { state: 'running', done: 0, total, line: 0, actor, failure: null },
      s.clock.now(),
    )
  })
  void begin(s, id)
  return getImport(s, actor, id)
}

/** Takes the whole import back, in the background; what has changed since stays and is listed. */
export async function undoImport(s: ImportServices, actor: Actor, id: string): Promise<ImportSession> {
  const session = await sessionOf(s, s.db, actor, id)
  await requireRight(s, actor, s.catalogue.record(session.register))
  await s.db.transaction().execute(async (tx) => {
    const { state } = await lockSession(tx as Db, id)
    if (state === 'undoing') return
    if (state !== 'done' && state !== 'undone')
      throw new Problem(
        'conflict',
        state === 'running' ? '正在导入，请等它结束后再撤销。' : '这次导入还没有写入，不需要撤销。',
        { state },
      )
    const { rows } = await sql<{ n: number }>`select count(distinct record_id) as n from import_row
      where session_id = ${id} and done and not undone and state in ('create', 'update')`.execute(tx)
    await saveSession(
      tx as Db,
      id,
      { state: 'undoing', done: 0, total: rows[0]?.n ?? 0, actor },
      s.clock.now(),
    )
  })
  void begin(s, id)
  return getImport(s, actor, id)
}

/** Forgets an import of which nothing has been written; its file stays among the kept files. */
export async function dropImport(s: ImportServices, actor: Actor, id: string): Promise<void> {
  await sessionOf(s, s.db, actor, id)
  await s.db.transaction().execute(async (tx) => {
    const { state } = await lockSession(tx as Db, id)
    if (state !== 'preview' && state !== 'failed')
      throw new Problem('conflict', '这次导入已经写入或正在处理，不能删除；可以撤销。', { state })
    if (await hasWritten(tx as Db, id))
      throw new Problem('conflict', '这次导入已有写入的行，不能删除；可以撤销。', { state })
    await sql`delete from import_row where session_id = ${id}`.execute(tx)
    await sql`delete from import_session where id = ${id}`.execute(tx)
  })
}
