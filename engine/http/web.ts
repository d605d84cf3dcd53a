import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/**
 * The built web: files whose names carry a digest are kept for ever by the browser, everything else is asked for
 * again; addresses of screens give the page itself. Compressed twins (.br, .gz) made by the build are used.
 */
export async function serveWeb(app: FastifyInstance, webDir: string, prefix: string): Promise<void> {
  const page = path.join(webDir, 'index.html')
  if (!existsSync(page)) return
  const html = placed(readFileSync(page, 'utf8'), prefix)
  await app.register(fastifyStatic, {
    root: webDir,
    wildcard: false,
    index: false,
    preCompressed: true,
    setHeaders: (reply, file) => {
      const digested = /[\\/]assets[\\/].+-[\w-]{8,}\.\w+(\.(br|gz))?$/.test(file)
      reply.header('cache-control', digested ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.get('/*', async (request, reply) => {
    const url = request.url.split('?')[0]!
    const isPage = !url.startsWith('/api/') && !path.extname(url)
    if (!isPage) return reply.callNotFound()
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(html)
  })
}

/**
 * The page for the path it stands under: its own files are named from the root, because the address of a screen is
 * deeper than the page; `web/api/place.ts` reads the prefix.
 */
const placed = (html: string, prefix: string): string =>
  html
    .replaceAll(/ (src|href)="\.\//g, ` $1="${prefix}/`)
    .replace('<head>', `<head>\n    <meta name="prefix" content="${prefix}" />`)
