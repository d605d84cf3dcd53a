import { defineConfig } from 'vite'

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
  },
  server: { port: 5173, proxy: { '/api': 'http://127.0.0.1:8080' } },
})
