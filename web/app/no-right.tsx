import { Link, Outlet } from 'react-router'
import { useCatalogue, useMe } from '../api/queries.ts'
import { Head } from '../parts/page.tsx'
import { Empty } from '../parts/say.tsx'
import { onlyAdministers, toolsOf } from './nav.tsx'

/** Who administers and works with no records: what the account is for, and where that is done. */
export function Administers({ title }: { title: string }) {
  const me = useMe()
  const tools = toolsOf(me, useCatalogue())
  const roles = [...new Set(me.roles.map((r) => r.label))].join('、')
  return (
    <Empty title={title}>
      <p>
        这是{roles}
        的账号，只做下面这几项，不查看、不办理企业、隐患、任务等业务数据。要查看业务数据的，请用监管人员的账号登录，或请管账号的人另给职责。
      </p>
      <div className="row">
        {tools.map((t) => (
          <Link key={t.to} className="button" to={t.to}>
            {t.label}
          </Link>
        ))}
        <Link className="button" to="/sign-ins">
          登录记录
        </Link>
      </div>
    </Empty>
  )
}

/** In place of a list that the reader has no right to: an empty one would say that there is nothing. */
export function NoRight({ what }: { what: string }) {
  const me = useMe()
  return (
    <div className="page narrow">
      <Head title="没有查看权限" />
      {onlyAdministers(me) ? (
        <Administers title={`您的账号不能查看${what}`} />
      ) : (
        <Empty title={`您的账号不能查看${what}`} act={<Link to="/">回到今日</Link>}>
          不是没有数据，而是您的职责不含这一项。工作需要的，请联系县级管理员。
        </Empty>
      )}
    </div>
  )
}

/** Around pages of the county's business. */
export const Business = () => (onlyAdministers(useMe()) ? <NoRight what="业务数据" /> : <Outlet />)
