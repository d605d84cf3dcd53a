import { legacyLogicalPropertiesTransformer, StyleProvider } from '@ant-design/cssinjs'
import { App, ConfigProvider } from 'antd'
import zhCN from 'antd/es/locale/zh_CN.js'
import { useEffect } from 'react'
import { Outlet, useLocation, useNavigate } from 'react-router'
import { onSignedOut } from '../api/http.ts'
import { client, meQuery } from '../api/queries.ts'
import { keepDrafts } from '../register/kept-drafts.ts'
import { InWeChat } from './in-wechat.tsx'
import { theme } from './theme.ts'

type Locale = NonNullable<React.ComponentProps<typeof ConfigProvider>['locale']>
// The package's types see a CommonJS module where the bundler sees its default export.
const locale = ('default' in zhCN ? zhCN.default : zhCN) as Locale

// Chromium 86 knows neither :where() nor the short logical properties (inset, margin-inline) that the library writes.
const transformers = [legacyLogicalPropertiesTransformer]

/** Round every page, signed in or not: theme, language, messages, and the way out when the session ends. */
export function Frame() {
  const navigate = useNavigate()
  const { pathname, search } = useLocation()
  useEffect(() => {
    onSignedOut(() => {
      if (pathname === '/sign-in') return
      keepDrafts()
      // who has not been in yet is asked to sign in; nothing of his has ended
      const ended = client.getQueryData(meQuery.queryKey) ? '&ended=1' : ''
      client.clear()
      void navigate(`/sign-in?to=${encodeURIComponent(pathname + search)}${ended}`, { replace: true })
    })
  }, [navigate, pathname, search])
  return (
    <StyleProvider hashPriority="high" transformers={transformers}>
      <ConfigProvider
        locale={locale}
        theme={theme}
        button={{ autoInsertSpace: false }}
        wave={{ disabled: true }}
      >
        <App message={{ maxCount: 3, duration: 4 }}>
          <InWeChat />
          <Outlet />
        </App>
      </ConfigProvider>
    </StyleProvider>
  )
}
