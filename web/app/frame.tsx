import { App, ConfigProvider } from 'antd'
import zhCN from 'antd/es/locale/zh_CN.js'
import { useEffect } from 'react'
import { Outlet, useLocation, useNavigate } from 'react-router'
import { onSignedOut } from '../api/http.ts'
import { client } from '../api/queries.ts'
import { keepDrafts } from '../register/kept-drafts.ts'
import { theme } from './theme.ts'

type Locale = NonNullable<React.ComponentProps<typeof ConfigProvider>['locale']>
// The package's types see a CommonJS module where the bundler sees its default export.
const locale = ('default' in zhCN ? zhCN.default : zhCN) as Locale

/** Round every page, signed in or not: theme, language, messages, and the way out when the session ends. */
export function Frame() {
  const navigate = useNavigate()
  const { pathname, search } = useLocation()
  useEffect(() => {
    onSignedOut(() => {
      if (pathname === '/sign-in') return
      keepDrafts()
      client.clear()
      void navigate(`/sign-in?to=${encodeURIComponent(pathname + search)}&ended=1`, { replace: true })
    })
  }, [navigate, pathname, search])
  return (
    <ConfigProvider
      locale={locale}
      theme={theme}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <App message={{ maxCount: 3, duration: 4 }}>
        <Outlet />
      </App>
    </ConfigProvider>
  )
}
