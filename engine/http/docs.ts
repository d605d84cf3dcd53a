import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import { packed, sendPacked } from './packed.ts'

const page = (prefix: string) => `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>治本 · 接口说明</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${prefix}/api/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="${prefix}/api/docs/swagger-ui-bundle.js"></script><script src="${prefix}/api/docs/start.js"></script></body></html>`

// every write wants a fresh Idempotency-Key: the page fills it in
const start = (prefix: string) => `window.ui = SwaggerUIBundle({
  url: '${prefix}/api/openapi.json', dom_id: '#swagger-ui', deepLinking: true, docExpansion: 'none', filter: true,
  requestInterceptor: (r) => {
    if (r.method !== 'GET' && !r.headers['Idempotency-Key']) r.headers['Idempotency-Key'] = Array.from(
      crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
    return r
  },
})`

const files = { 'swagger-ui.css': 'text/css', 'swagger-ui-bundle.js': 'text/javascript' }

/**
 * /api/openapi.json and a page to read and try it, served from the installation: nothing comes from elsewhere. The
 * description and the page's bundle (megabytes) are made and packed once, when first asked for, and kept by browsers.
 */
export function serveDocs(app: FastifyInstance, document: () => object, prefix: string): void {
  const description = packed(() => Buffer.from(JSON.stringify(document())))
  app.get('/api/openapi.json', (request, reply) =>
    sendPacked(request, reply.type('application/json; charset=utf-8'), description()),
  )
  const assets = path.join(
    path.dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')),
    'static',
  )
  if (!existsSync(assets)) return
  for (const [name, type] of Object.entries(files)) {
    const file = packed(() => readFileSync(path.join(assets, name)))
    app.get(`/api/docs/${name}`, (request, reply) =>
      sendPacked(request, reply.type(`${type}; charset=utf-8`), file()),
    )
  }
  app.get('/api/docs', async (_, reply) => reply.type('text/html; charset=utf-8').send(page(prefix)))
  app.get('/api/docs/start.js', async (_, reply) =>
    reply.type('text/javascript; charset=utf-8').send(start(prefix)),
  )
}
