import { randomBytes } from 'node:crypto'
import type { ZodError } from 'zod'
import { ZodError as ZodErrorClass } from 'zod'
import { type Complaint, isProblem, Problem, type ProblemCode } from '../core/errors.ts'
import { missingFile } from '../files/refs.ts'
import { labelOfPath } from './field-labels.ts'

/** RFC 9457 body; `details` of the problem stand beside the members. */
export interface ProblemBody {
  type: string
  title: string
  status: number
  code: ProblemCode | 'internal'
  detail: string
  [more: string]: unknown
}

export const titles: Record<ProblemCode, string> = {
  'bad-input': '输入有误',
  unauthenticated: '未登录',
  forbidden: '没有权限',
  'not-found': '没有找到',
  conflict: '有冲突',
  'action-not-possible': '现在不能办理',
  'version-lost': '已被他人修改',
  'version-required': '缺少版本号',
  'too-large': '内容过大',
  'idempotency-reused': '重复的请求编号',
  'too-many': '请求太频繁',
  unavailable: '暂时不可用',
  'disk-full': '磁盘已满',
  'policy-missing': '缺少依据参数',
  'bad-definition': '系统配置有误',
}

const unavailableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  '57P01', // shut down by an administrator
  '57P02', // crash of another process
  '57P03', // starting up or shutting down
  '53300', // too many connections
  '53200', // out of memory
  '57014', // statement timeout
  '40001', // serialisation failure
  '40P01', // deadlock
  '25006', // read-only: a standby took over
])
const unavailableText =
  /connection terminated|timeout exceeded when trying to connect|not queryable|terminating connection|driver has already been destroyed|cannot use a pool after/i

/** Whether an error, one it wraps or one of a bundle is of a kind. */
function anyCause(e: unknown, is: (code: unknown, message: unknown) => boolean): boolean {
  for (let cause = e, depth = 0; cause && depth < 5; depth++) {
    const { code, message, errors } = cause as { code?: unknown; message?: unknown; errors?: unknown[] }
    if (is(code, message)) return true
    if (Array.isArray(errors) && errors.some((inner) => anyCause(inner, is))) return true
    cause = (cause as { cause?: unknown }).cause
  }
  return false
}

/** Whether the database is away, as far as an error tells; looks through wrappers. */
export const isUnavailable = (e: unknown): boolean =>
  anyCause(
    e,
    (code, message) =>
      (typeof code === 'string' && (unavailableCodes.has(code) || /^08...$/.test(code))) ||
      (typeof message === 'string' && unavailableText.test(message)),
  )

const fullCodes = new Set(['ENOSPC', 'EDQUOT', '53100'])

/** Whether a disk is full: ours (ENOSPC, a quota), or the database's (SQLSTATE 53100). */
export const isFull = (e: unknown): boolean =>
  anyCause(e, (code) => typeof code === 'string' && fullCodes.has(code))

/** What a person is told when a disk is full. Reads go on, so nothing of what is there is in danger. */
export const diskFull = (): Problem =>
  new Problem(
    'disk-full',
    '服务器磁盘已满，这次没有保存；已有的数据仍可查看。请保留填写的内容，联系系统管理员清理磁盘或扩容后重新提交。',
  )

const typeNames: Record<string, string> = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: '是或否',
  array: '列表',
  object: '一组字段',
  date: '日期',
}

type Issue = ZodError['issues'][number]

/** Chinese words for what a schema of the HTTP edge finds; those of field types bring their own. */
function complaintOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? '必填，请补充。'
        : `应为${typeNames[issue.expected] ?? issue.expected}。`
    case 'unrecognized_keys':
      return `没有这些字段：${issue.keys.join('、')}，请核对名称。`
    case 'invalid_value':
      return `只能是：${issue.values.map(String).join('、')}。`
    case 'too_small':
      return issue.origin === 'string' ? `至少 ${issue.minimum} 个字。` : `不能小于 ${issue.minimum}。`
    case 'too_big':
      return issue.origin === 'string' ? `最多 ${issue.maximum} 个字。` : `不能大于 ${issue.maximum}。`
    case 'invalid_format':
      return issue.format === 'uuid' ? '编号格式不对。' : '格式不对。'
    default:
      return /[\u4e00-\u9fff]/.test(issue.message) ? issue.message : '内容不对，请核对后重试。'
  }
}

/** @param at where the value stood: body, query or params */
export function badInput(error: ZodError, at: string): Problem {
  const complaints: Complaint[] = error.issues.map((issue) => ({
    path: issue.path.map(String).join('.') || at,
    message: /[\u4e00-\u9fff]/.test(issue.message) ? issue.message : complaintOf(issue),
  }))
  const label = labelOfPath(error.issues[0]?.path ?? [], at)
  const more = complaints.length > 1 ? `共 ${complaints.length} 处，` : ''
  return new Problem(
    'bad-input',
    `输入有误：${label}：${complaints[0]?.message ?? ''}${more}请改正后重试。`,
    {
      complaints,
    },
  )
}

interface FastifyLike {
  code?: string
  statusCode?: number
}

/** Errors of Fastify and its plugins that the client caused. */
function clientProblem(e: FastifyLike): Problem | undefined {
  switch (e.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
      return new Problem('too-large', '上传的内容超过大小限制，请压缩或分开上传。')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
      return new Problem('bad-input', '内容类型（Content-Type）不对，请按接口说明发送。')
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new Problem('bad-input', '请求内容不是有效的 JSON，请核对后重试。')
    case 'FST_FILES_LIMIT':
    case 'FST_PARTS_LIMIT':
    case 'FST_FIELDS_LIMIT':
      return new Problem('bad-input', '一次上传的文件太多，请分次上传。')
    case '23505':
      return new Problem('conflict', '已有相同的记录，请核对后再提交。')
    case '22P02':
    case '22007':
    case '22008':
    case '22003':
      return new Problem('bad-input', '有一个值的格式不对，请核对后重试。')
    case '22021':
    case '22P05':
      return new Problem('bad-input', '文字里含有无法保存的字符，请删除后重试。')
  }
  if (e.statusCode && e.statusCode >= 400 && e.statusCode < 500)
    return new Problem('bad-input', '请求的格式不对，请按接口说明发送。')
  return undefined
}

/** What a client is told of an error: status, body, and the id under which the log has the rest. */
export interface Told {
  status: number
  body: ProblemBody
  logId?: string
}

/**
 * Any error as what the client may know of it. What is a fault of ours gets an id and nothing else: the log has
 * the rest under the same id.
 */
export function tell(e: unknown): Told {
  if (isProblem(e) && e.code !== 'bad-definition') return { status: e.status, body: bodyOf(e) }
  if (e instanceof ZodErrorClass) return tell(badInput(e, 'body'))
  if (isFull(e)) return { status: 507, body: bodyOf(diskFull()), logId: newLogId() }
  if (isUnavailable(e)) {
    const problem = new Problem('unavailable', '数据库暂时连不上，数据没有写入。请稍后重试。', {
      retryAfter: 5,
    })
    return { status: 503, body: bodyOf(problem), logId: newLogId() }
  }
  const client = isProblem(e) ? undefined : (missingFile(e) ?? clientProblem(e as FastifyLike))
  if (client) return { status: client.status, body: bodyOf(client) }
  const logId = newLogId()
  return {
    status: 500,
    logId,
    body: {
      type: typeOf('internal'),
      title: '系统出错',
      status: 500,
      code: 'internal',
      detail: `系统出错，操作没有完成。请稍后重试；仍不行时把编号 ${logId} 告诉管理员。`,
      logId,
    },
  }
}

const newLogId = (): string => randomBytes(6).toString('hex')
const typeOf = (code: string): string => `urn:zhiben:problem:${code}`

/** More than a person reads; a form or a request that is wrong all over would be answered by megabytes. */
const MOST_COMPLAINTS = 50
/** Most characters of a sentence that repeats what was sent. */
const MOST_WORDS = 500

const short = (text: string): string => (text.length > MOST_WORDS ? `${text.slice(0, MOST_WORDS)}…` : text)

/** The details as they are sent: complaints counted in `complaintsLeft` instead of listed beyond the fiftieth. */
function detailsOf({ complaints, ...details }: Record<string, unknown>): Record<string, unknown> {
  if (!Array.isArray(complaints)) return { ...details, ...(complaints !== undefined && { complaints }) }
  const left = complaints.length - MOST_COMPLAINTS
  const listed = (complaints as Complaint[])
    .slice(0, MOST_COMPLAINTS)
    .map((c) => ({ ...c, path: short(c.path), message: short(c.message) }))
  return { ...details, complaints: listed, ...(left > 0 && { complaintsLeft: left }) }
}

const bodyOf = (problem: Problem): ProblemBody => {
  const details = detailsOf(problem.details)
  const left = details.complaintsLeft
    ? `只列出前 ${MOST_COMPLAINTS} 处，另有 ${details.complaintsLeft} 处。`
    : ''
  return {
    ...details,
    type: typeOf(problem.code),
    title: titles[problem.code],
    status: problem.status,
    code: problem.code,
    detail: `${short(problem.message)}${left}`,
  }
}
