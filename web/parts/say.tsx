import { Button } from 'antd'
import type { ReactNode } from 'react'
import { isApiError, sentence } from '../api/http.ts'

/** A remark in the flow of the page. */
export const Say = ({ children, act }: { children: ReactNode; act?: ReactNode }) => (
  <div className="say" role="status">
    <div>{children}</div>
    {act}
  </div>
)

/** What went wrong and the way on. */
export function Failed({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  const refused = isApiError(error) && [403, 404].includes(error.status)
  return (
    <div className="say error" role="alert">
      <div>
        {title ? <b>{title}：</b> : null}
        {sentence(error)}
      </div>
      {retry && !refused ? (
        <Button size="small" onClick={retry}>
          重试
        </Button>
      ) : null}
    </div>
  )
}

/** Grey lines where content will be; says so to screen readers. */
export const Loading = ({ lines = 6, what = '内容' }: { lines?: number; what?: string }) => (
  <div className="ghost" role="status">
    <span className="visually-hidden">正在读取{what}…</span>
    {Array.from({ length: lines }, (_, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: grey lines have no identity
      <i key={i} />
    ))}
  </div>
)

export const Empty = ({ title, children, act }: { title: string; children?: ReactNode; act?: ReactNode }) => (
  <div className="empty">
    <b>{title}</b>
    {children}
    {act ? <div className="row">{act}</div> : null}
  </div>
)

interface Asked<T> {
  data: T | undefined
  error: unknown
  isPending: boolean
  refetch: () => unknown
}

/** One way to show a query: loading, failed (with retry), then the content. Old content stays while a refetch fails. */
export function Wait<T>({
  for: q,
  what,
  lines,
  children,
}: {
  for: Asked<T>
  what: string
  lines?: number
  children: (data: T) => ReactNode
}) {
  if (q.data !== undefined)
    return (
      <>
        {q.error ? <Failed error={q.error} title={`${what}没能更新`} retry={() => void q.refetch()} /> : null}
        {children(q.data)}
      </>
    )
  if (q.error) return <Failed error={q.error} title={`${what}读取失败`} retry={() => void q.refetch()} />
  return <Loading what={what} lines={lines} />
}
