import type { Actor } from '../access/actor.ts'
import { reaches, type Wish } from '../access/scope.ts'
import type { Json } from '../core/condition/ast.ts'
import { journalLabels } from '../core/journal-words.ts'
import { reminder } from '../core/loop.ts'
import { tableOf } from '../core/naming.ts'
import { isPersonalField, personalText } from '../core/personal.ts'
import { sql } from '../store/db.ts'
import { firmsPeople, maskName } from '../store/firms-people.ts'
import { getRow, scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import type { Row, TimelineEntry } from '../store/types.ts'
import { reachSql } from '../store/where.ts'

interface Kept {
  seq: string
  at: string
  actorId: string
  actorName: string
  register: string
  recordId: string
  title: string | null
  what: string
  changes: { field: string; label: string; before?: Json; after?: Json; personal?: boolean }[]
  reason: string | null
}

const verbs: Record<string, string> = {
  create: '登记',
  update: '修改',
  correct: '更正',
  move: '改换归属：',
  'move-out': '移出一条记录：',
  carry: '转移所属记录：',
  archive: '移除',
  restore: '恢复',
  import: '导入',
  undo: '撤销导入',
  revert: '撤销修改：',
  'take-back': '撤回上一步办理：',
  export: '导出',
  adopt: '复核并采用评定等级',
  'grade-assess': '拟评定',
  'grade-return': '退回评定',
  propose: '建议等级变化',
  wish: '申请修改（待核实）',
  'wish-withdraw': '撤回修改申请：',
  'wish-refuse': '退回修改申请：',
  'reset-password': '重设密码：',
  unlock: '解除锁定：',
  'issue-slip': '开出认领单：',
  'revoke-slip': '作废认领单：',
  claim: '凭认领单建立账号：',
  'claim-request': '申请认领账号：',
  'confirm-claim': '确认认领：',
  'refuse-claim': '退回认领：',
  'add-role': '增加职责：',
  'end-role': '结束职责：',
  'add-grant': '增加单件授权：',
  'end-grant': '结束单件授权：',
  send: '发出',
  remind: '催报',
  withdraw: '收回：',
  remove: '删除',
  return: '收表：',
  fill: '重新取数：',
  close: '办结',
  'act:drop': '不分解',
  'act:reopen': '重新分解',
  'act:evidence': '提交佐证材料：',
  'act:confirm': '确认佐证材料：',
  'act:send-back': '退回佐证材料：',
  'act:take-back': '撤回佐证材料：',
  'act:sample': '抽查',
  'sweep:freeze': '按到期日定格进度：',
}

/** An account is never removed: it is stopped and may be used again. */
const accountVerbs: Record<string, string> = { archive: '停用', restore: '启用' }

/** Sign-ins, locks and second factors (engine/auth/trace.ts): done, and refused of an account. */
const signIns: Record<string, string> = {
  'sign-in': '登录',
  'sign-out': '退出登录',
  'change-password': '修改自己的密码',
  'totp-on': '启用动态口令',
  'totp-off': '停用动态口令',
  'backup-code': '用备用码',
  'end-session': '结束登录',
  claim: '凭认领单认领',
}

function signInSentence(e: Pick<Kept, 'actorName' | 'title' | 'what'>): string {
  const account = `账号“${e.title || '不明'}”`
  if (e.what === 'lock') return `${account}已锁定`
  const refused = e.what.startsWith('refused:') ? e.what.slice('refused:'.length) : undefined
  if (refused) return `${account}${signIns[refused] ?? refused}被拒绝`
  return `${e.actorName} ${signIns[e.what] ?? e.what}`
}

/** What an entry says, as a sentence. */
export function sentence(s: Services, e: Pick<Kept, 'actorName' | 'register' | 'title' | 'what'>): string {
  if (e.register === 'sign-in') return signInSentence(e)
  const def = s.catalogue.findRecord(e.register)
  const label = def?.label ?? journalLabels[e.register] ?? e.register
  const name = e.title ? `“${e.title}”` : ''
  if (e.what.startsWith('act:') && !verbs[e.what] && def?.kind === 'loop')
    return `${e.actorName} 对${label}${name}办理“${def.actions[e.what.slice(4)]?.label ?? e.what.slice(4)}”`
  const [swept, rung = ''] = e.what.split(':')
  if ((swept === 'sweep' || swept === 'unsweep') && def?.kind === 'loop') {
    const step = def.ladder.find((r) => r.name === rung) ?? { label: rung, kind: '' }
    return swept === 'sweep'
      ? `${label}${name}逾期，${reminder(step)}`
      : `服务器时钟曾经偏快，${label}${name}未到期，收回“${step.label}”的提醒`
  }
  if (e.what.startsWith('refused:')) return `${e.actorName} 对${label}${name}的操作被拒绝`
  const verb = (e.register === 'user' ? accountVerbs[e.what] : undefined) ?? verbs[e.what] ?? e.what
  return `${e.actorName} ${verb}${label}${name}`
}

/** Registers of whose records of this organisation the actor may do this: its own file shows no more than they do. */
function within(s: Services, actor: Actor, organisation: Row, wish: Wish): string[] {
  return [...s.catalogue.records.values()]
    .filter((def) => reaches(scopeOf(s, actor, def, wish), organisation))
    .map((def) => def.name)
}

type Told = TimelineEntry['changes'][number]

/** Personal content of entries, by entry and field, for those who keep the records. */
async function personalOf(
  s: Services,
  entries: readonly string[],
): Promise<Map<string, Pick<Told, 'before' | 'after'>>> {
  if (entries.length === 0) return new Map()
  const { rows } = await sql<{ id: string; field: string; before: Json; after: Json }>`select
      journal_id::text as id, field, before, after
    from journal_personal where journal_id = any(${entries}::bigint[])`.execute(s.db)
  return new Map(rows.map(({ id, field, before, after }) => [`${id} ${field}`, { before, after }]))
}

/**
 * Changes as a reader may see them. Entries of before a field was called personal hold its values openly: the present
 * table decides.
 * @param secrets personal content he may see; without it none is shown
 */
export function shownChanges(
  s: Services,
  e: Pick<Kept, 'seq' | 'register' | 'changes'>,
  secrets?: ReadonlyMap<string, Pick<Told, 'before' | 'after'>>,
): Told[] {
  const def = s.catalogue.findRecord(e.register)
  return e.changes.map(({ field, label, before = null, after = null, personal }) => {
    if (!personal && !isPersonalField(def, field)) return { field, label, before, after }
    const kept = personal ? secrets?.get(`${e.seq} ${field}`) : secrets && { before, after }
    return { field, label, ...(kept ?? { before: null, after: personalText }) }
  })
}

/** Of registers that seal records, only the entries of those that the actor may read. */
const openOnly = (s: Services, actor: Actor) =>
  sql.join(
    [...s.catalogue.records.values()].flatMap((def) =>
      def.sealed
        ? [
            sql`and (register <> ${def.name} or exists (select 1 from ${sql.raw(tableOf(def.name))} t
              where t.id = record_id and ${reachSql(scopeOf(s, actor, def, 'read'))}))`,
          ]
        : [],
    ),
    sql` `,
  )

/** The journal of one record; of an organisation, everything that belongs to it. Newest first. */
export async function readTimeline(
  s: Services,
  actor: Actor,
  register: string,
  id: string,
  query: { after?: string; limit?: number },
): Promise<{ entries: TimelineEntry[]; next: string | null }> {
  const def = s.catalogue.record(register)
  const row = await getRow(s, s.db, actor, def, id)
  const limit = Math.min(Math.max(query.limit ?? 30, 1), 200)
  const whose =
    register === 'enterprise'
      ? sql`organisation = ${id} and register = any(${within(s, actor, row, 'read')}::text[]) ${openOnly(s, actor)}`
      : sql`record_id = ${id}`
  const older = query.after ? sql`and id < ${query.after}` : sql``
  const { rows } =
    await sql<Kept>`select id::text as seq, at, actor_id as "actorId", actor_name as "actorName", register,
      record_id as "recordId", title, what, changes, reason
    from journal where ${whose} and what not like 'refused:%' ${older} order by journal.id desc limit ${limit + 1}`.execute(
      s.db,
    )
  const more = rows.length > limit
  if (more) rows.pop()
  const keeps =
    register === 'enterprise'
      ? new Set(within(s, actor, row, 'write'))
      : new Set(reaches(scopeOf(s, actor, def, 'write'), row) ? [register] : [])
  const own = rows.filter((e) => keeps.has(e.register))
  const secrets = await personalOf(
    s,
    own.flatMap((e) => (e.changes.some((c) => c.personal) ? [e.seq] : [])),
  )
  const names = await firmsPeople(
    s.db,
    rows.filter((e) => !keeps.has(e.register)).map((e) => e.actorId),
  )
  const told = rows.map((e) =>
    !keeps.has(e.register) && names.has(e.actorId) ? { ...e, actorName: maskName(e.actorName) } : e,
  )
  const entries = told.map((e) => ({
    seq: e.seq,
    at: e.at,
    actor: { id: e.actorId, name: e.actorName },
    register: e.register,
    recordId: e.recordId,
    recordTitle: e.title ?? '',
    what: e.what,
    text: sentence(s, e),
    changes: shownChanges(s, e, keeps.has(e.register) ? secrets : undefined),
    reason: e.reason,
  }))
  return { entries, next: more ? (rows.at(-1)?.seq ?? null) : null }
}
