import { defineConfig } from 'vite'

/** Directives for server components, and where comments stand, mean nothing to a bundle. */
const noise = new Set(['MODULE_LEVEL_DIRECTIVE', 'INVALID_ANNOTATION'])

/** The web app: `vite build` writes dist/web, which the server serves; `vite` alone proxies /api to it. */
export default defineConfig({
  root: 'web',
  esbuild: { jsx: 'automatic' },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
    // The first page is kept small by splitting at routes; scripts/page-weight.mjs holds it to its budget.
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      onwarn: (warning, tell) => {
        if (!noise.has(warning.code ?? '')) tell(warning)
      },
    },
  },
  // web/api/*.ts are our own modules, not the server's addresses
  server: { port: 5173, proxy: { '^/api/(?!.*\\.ts(\\?|$))': 'http://127.0.0.1:8080' } },
})
