import { isRouteErrorResponse, useRouteError } from 'react-router'
import { isApiError } from '../api/http.ts'
import { at } from '../api/place.ts'
import { isNotFetched } from '../parts/later.tsx'
import { NotFound } from './not-found.tsx'

/** A page that could not be drawn. A part that could not be fetched says so in its own place (parts/later.tsx). */
export function Broken() {
  const error = useRouteError()
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />
  const text = isApiError(error)
    ? error.message
    : isNotFetched(error)
      ? '系统刚刚更新，或网络断开，这一页没能打开。'
      : '这一页出了意外，没能显示。您的数据没有丢失。'
  return (
    <div className="page narrow" role="alert">
      <div className="empty">
        <b>{text}</b>
        <p>请重新打开；如反复出现，请把本页地址告诉管理员。</p>
        <div className="row">
          <button type="button" className="link" onClick={() => location.reload()}>
            重新打开
          </button>
          <a href={at('/')}>回到今日</a>
        </div>
      </div>
    </div>
  )
}
