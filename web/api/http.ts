/**
 * The one door to the server. Errors are always an `ApiError` with a Chinese sentence that says what to do;
 * writes carry an idempotency key that survives a lost answer, so pressing the button again is harmless.
 */

import { isUnattended } from './attention.ts'
import { at } from './place.ts'

export interface Complaint {
  path: string
  message: string
}

export class ApiError extends Error {
  /** HTTP status; 0 when no answer came at all */
  readonly status: number
  readonly code: string
  readonly complaints: Complaint[]
  readonly details: Record<string, unknown>

  constructor(status: number, code: string, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.details = details
    this.complaints = Array.isArray(details.complaints) ? (details.complaints as Complaint[]) : []
  }
}

export const isApiError = (e: unknown): e is ApiError => e instanceof ApiError

/** UUID v4. Not crypto.randomUUID: that exists in secure origins only, and counties start on plain http. */
export function uuid(): string {
  const b = crypto.getRandomValues(new Uint8Array(16))
  b[6] = (b[6]! & 0x0f) | 0x40
  b[8] = (b[8]! & 0x3f) | 0x80
  const hex = [...b].map((x) => x.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export type QueryValue = string | number | boolean | undefined | null | object
export const queryString = (query: Record<string, QueryValue> = {}): string => {
  const p = new URLSearchParams()
  for (const [k, v] of Object.entries(query)) {
    if (v === undefined || v === null || v === '' || v === false) continue
    p.set(k, v === true ? '1' : typeof v === 'object' ? JSON.stringify(v) : String(v))
  }
  const s = p.toString()
  return s ? `?${s}` : ''
}

/** Keys of writes whose answer never came: the same request again uses the same key. */
const unanswered = new Map<string, string>()

const formText = (form: FormData): string =>
  [...form]
    .map(([k, v]) => `${k}=${v instanceof File ? `${v.name}:${v.size}:${v.lastModified}` : v}`)
    .join('&')

const fallback: Record<number, string> = {
  400: '填写的内容有误，请检查后再提交。',
  401: '登录已过期，请重新登录。',
  403: '您没有这项权限。如工作需要，请联系县级管理员。',
  404: '没有找到这条记录，可能已被归档或不在您的辖区内。',
  409: '这条记录刚被别人改动过，请刷新后再试。',
  408: '网络太慢，请求没有传完，请检查网络后再试。',
  413: '文件太大，请压缩或拆分后再上传。',
  428: '缺少版本号，请刷新页面后再试。',
  429: '操作太频繁，请稍后再试。',
  507: '服务器磁盘已满，这次没有保存。请联系系统管理员。',
  503: '服务暂时不可用，数据没有丢失，请稍后再试。',
}

let signedOut: () => void = () => undefined
/** Called when the server says the session is over. */
export const onSignedOut = (f: () => void): void => {
  signedOut = f
}

export interface RequestOptions {
  query?: Record<string, QueryValue>
  body?: unknown
  /** version of the record being changed */
  ifMatch?: number
  signal?: AbortSignal
  /** a 401 is an answer here, not the end of the session */
  anonymous?: boolean
}

/** The server's answer as JSON; throws `ApiError`. */
export async function request<T>(method: string, path: string, o: RequestOptions = {}): Promise<T> {
  const url = `${path}${queryString(o.query)}`
  const headers: Record<string, string> = { accept: 'application/json' }
  let body: BodyInit | undefined
  if (o.body instanceof FormData) body = o.body
  else if (o.body !== undefined) {
    body = JSON.stringify(o.body)
    headers['content-type'] = 'application/json'
  }
  if (isUnattended()) headers['x-unattended'] = '1'
  if (o.ifMatch !== undefined) headers['if-match'] = `"${o.ifMatch}"`
  const writes = method !== 'GET'
  const intent = writes
    ? `${method} ${url} ${o.ifMatch ?? ''} ${o.body instanceof FormData ? formText(o.body) : (body ?? '')}`
    : ''
  if (writes) {
    const key = unanswered.get(intent) ?? uuid()
    unanswered.set(intent, key)
    headers['idempotency-key'] = key
  }
  let answer: Response
  try {
    answer = await fetch(at(url), { method, headers, body, signal: o.signal, credentials: 'same-origin' })
  } catch (e) {
    if (o.signal?.aborted) throw e
    throw new ApiError(
      0,
      'no-answer',
      globalThis.navigator?.onLine !== false
        ? '连接不上服务器，请稍后再试。已填写的内容仍保留在本页。'
        : '网络已断开，请恢复网络后再试。已填写的内容仍保留在本页。',
    )
  }
  // A gateway's 5xx may hide a write that was done: keep the key for the next try.
  if (writes && answer.status < 500) unanswered.delete(intent)
  if (answer.ok) {
    if (answer.status === 204) return undefined as T
    const text = await answer.text()
    return (text ? JSON.parse(text) : undefined) as T
  }
  throw await errorOf(answer, o.anonymous === true)
}

async function errorOf(answer: Response, anonymous: boolean): Promise<ApiError> {
  let details: Record<string, unknown> = {}
  try {
    details = (await answer.json()) as Record<string, unknown>
  } catch {
    // not JSON: a proxy's page; the status speaks
  }
  if (answer.status === 401 && !anonymous) signedOut()
  const said = [details.detail, details.message, details.title].find(
    (x): x is string => typeof x === 'string' && /[\u4e00-\u9fff]/.test(x),
  )
  const message =
    said ?? fallback[answer.status] ?? '服务器没能完成这次操作，请稍后再试；如反复出现请联系管理员。'
  return new ApiError(answer.status, String(details.code ?? answer.status), message, details)
}

export const get = <T>(path: string, query?: Record<string, QueryValue>, signal?: AbortSignal): Promise<T> =>
  request<T>('GET', path, { query, signal })
export const post = <T>(path: string, body?: unknown, o: RequestOptions = {}): Promise<T> =>
  request<T>('POST', path, { ...o, body })
export const patch = <T>(path: string, body: unknown, o: RequestOptions = {}): Promise<T> =>
  request<T>('PATCH', path, { ...o, body })
export const put = <T>(path: string, body: unknown, o: RequestOptions = {}): Promise<T> =>
  request<T>('PUT', path, { ...o, body })
export const del = <T>(path: string, o: RequestOptions = {}): Promise<T> => request<T>('DELETE', path, o)

/** What to tell the user about any error. */
export const sentence = (e: unknown): string =>
  isApiError(e) ? e.message : '页面出了意外，请刷新后再试；如反复出现请联系管理员。'
