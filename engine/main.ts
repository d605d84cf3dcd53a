/** Puts the program together: the one place where engine and county definitions meet. */
import fastify from 'fastify'
import pg from 'pg'
import { migrate } from './store/migrate.ts'
import type { TlsSource } from './tls/index.ts'

export interface ServerOptions {
  databaseUrl: string
  host: string
  /** 0 takes any free port */
  port: number
  dataDir: string
  /** undefined: plain http */
  tls: TlsSource | undefined
  log: (line: string) => void
}

export interface RunningServer {
  /** address for a browser on this machine */
  url: string
  close(): Promise<void>
}

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  await migrate(options.databaseUrl)
  const pool = new pg.Pool({ connectionString: options.databaseUrl })
  pool.on('error', () => undefined)
  const app = fastify({ https: options.tls?.options ?? null })
  app.get('/api/health', async (_, reply) => {
    try {
      await pool.query('select 1')
      return { status: 'ok' }
    } catch {
      return reply.code(503).send({ status: 'unavailable' })
    }
  })
  await app.listen({ host: options.host, port: options.port })
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : options.port
  const unwatch = options.tls?.watch((o) => app.server.setSecureContext(o))
  return {
    url: `${options.tls ? 'https' : 'http'}://localhost:${port}`,
    async close() {
      unwatch?.()
      await app.close()
      await pool.end()
    },
  }
}
