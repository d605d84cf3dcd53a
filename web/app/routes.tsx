import { createBrowserRouter, type RouteObject } from 'react-router'
import { prefix } from '../api/place.ts'
import { loadOrRetry } from '../parts/later.tsx'
import { Broken } from './broken.tsx'
import { Frame } from './frame.tsx'
import { Business } from './no-right.tsx'
import { NotFound } from './not-found.tsx'
import { Shell } from './shell.tsx'

/** A page that comes when it is first opened: a module with a default component. */
const page = (load: () => Promise<{ default: React.ComponentType }>): Pick<RouteObject, 'lazy'> => ({
  lazy: async () => ({ Component: (await loadOrRetry(load)).default }),
})

const routes: RouteObject[] = [
  {
    Component: Frame,
    ErrorBoundary: Broken,
    HydrateFallback: () => <p className="boot">正在打开…</p>,
    children: [
      { path: 'password', ...page(() => import('../screens/sign-in/password-page.tsx')) },
      { path: 'claim', ...page(() => import('../screens/claim/page.tsx')) },
      { path: 'sign-in', ...page(() => import('../screens/sign-in/page.tsx')) },
      {
        Component: Shell,
        children: [
          {
            ErrorBoundary: Broken,
            children: [
              { index: true, ...page(() => import('../screens/today/page.tsx')) },
              {
                Component: Business,
                children: [
                  { path: 'records/:register', ...page(() => import('../register/list-page.tsx')) },
                  { path: 'records/:register/print', ...page(() => import('../register/print-page.tsx')) },
                  {
                    path: 'records/:register/print-each',
                    ...page(() => import('../register/print-each.tsx')),
                  },
                  { path: 'records/:register/new', ...page(() => import('../register/form-page.tsx')) },
                  { path: 'records/:register/:id', ...page(() => import('../register/record-page.tsx')) },
                  { path: 'records/:register/:id/edit', ...page(() => import('../register/form-page.tsx')) },
                  { path: 'report/:register?', ...page(() => import('../loop/report-page.tsx')) },
                  { path: 'notices', ...page(() => import('../screens/notices/list-page.tsx')) },
                  { path: 'notices/:id', ...page(() => import('../screens/notices/notice-page.tsx')) },
                  { path: 'tasks', ...page(() => import('../screens/tasks/board-page.tsx')) },
                  { path: 'tasks/:id', ...page(() => import('../screens/tasks/task-page.tsx')) },
                  { path: 'grades', ...page(() => import('../screens/grades/tray-page.tsx')) },
                  { path: 'self-check', ...page(() => import('../screens/self-check/page.tsx')) },
                  { path: 'wishes', ...page(() => import('../screens/wishes/page.tsx')) },
                  { path: 'collections', ...page(() => import('../screens/collections/list-page.tsx')) },
                  {
                    path: 'collections/:id',
                    ...page(() => import('../screens/collections/collection-page.tsx')),
                  },
                  { path: 'asked/:id', ...page(() => import('../screens/collections/asked-page.tsx')) },
                  { path: 'imports', ...page(() => import('../screens/imports/list-page.tsx')) },
                  { path: 'imports/:id', ...page(() => import('../screens/imports/import-page.tsx')) },
                ],
              },
              { path: 'grades/rules', ...page(() => import('../screens/grades/rules-page.tsx')) },
              { path: 'policy', ...page(() => import('../screens/policy/page.tsx')) },
              { path: 'people/slips', ...page(() => import('../screens/people/slips-page.tsx')) },
              { path: 'people', ...page(() => import('../screens/people/page.tsx')) },
              { path: 'sign-ins', ...page(() => import('../screens/sign-ins/page.tsx')) },
              { path: 'journal', ...page(() => import('../screens/journal/page.tsx')) },
              { path: 'keys', ...page(() => import('../screens/keys/page.tsx')) },
              { path: '*', Component: NotFound },
            ],
          },
        ],
      },
    ],
  },
]

export const router = createBrowserRouter(routes, { basename: prefix || '/' })
