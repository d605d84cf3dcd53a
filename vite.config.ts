import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** Directives for server components, and where comments stand, mean nothing to a bundle. */
const noise = new Set(['MODULE_LEVEL_DIRECTIVE', 'INVALID_ANNOTATION'])

/** Compressed once at build, sent as they are by the server (engine/http/web.ts): a browser asks for .br or .gz. */
const compressedTwins = (): Plugin => ({
  name: 'compressed-twins',
  apply: 'build',
  writeBundle({ dir = '' }) {
    // also what came from web/public, which is in no bundle
    for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
      const file = path.join(dir, name)
      const text = /\.(js|css|svg)$/.test(name) ? readFileSync(file) : undefined
      if (!text || text.length < 1024) continue
      writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }))
      const quality = { [constants.BROTLI_PARAM_QUALITY]: 9 }
      writeFileSync(`${file}.br`, brotliCompressSync(text, { params: quality }))
    }
  },
})

/** The web app: `vite build` writes dist/web, which the server serves; `vite` alone proxies /api to it. */
export default defineConfig({
  root: 'web',
  // the server says where the page stands, which may be below a path of a gateway's host
  base: './',
  plugins: [compressedTwins()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // Desks of counties run browsers on Chromium 86 (360, 奇安信, 统信): docs/decisions/0034
    target: 'chrome86',
    manifest: true,
    // The first page is kept small by splitting at routes; scripts/page-weight.mjs holds it to its budget.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      onwarn: (warning, tell) => {
        if (!noise.has(warning.code ?? '')) tell(warning)
      },
    },
  },
  // web/api/*.ts are our own modules, not the server's addresses
  server: { port: 5173, proxy: { '^/api/(?!.*\\.ts(\\?|$))': 'http://127.0.0.1:8080' } },
})
