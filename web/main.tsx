import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'
import { client } from './api/queries.ts'
import { router } from './app/routes.tsx'
import './app/style.css'
import './app/fields.css'
import './app/shell.css'
// last: it overrides the others on narrow screens
import './app/phone.css'
import './app/print.css'

// The checks must not try to make code from text: the page's content policy forbids it, and every try is an error in
// the console. Zod reads this once, and its first schema comes with a later chunk.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })

// An older browser has been told which ones work (public/old-browsers.js), which is all it can show.
if (!document.documentElement.hasAttribute('data-too-old'))
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  )
