import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

const zip = promisify(gzip)

/** An answer that is the same for everybody for as long as the program runs: packed once, told apart by its digest. */
export interface Packed {
  plain: Buffer
  gzip: Buffer
  /** as it stands in the header */
  etag: string
}

/** Made when first asked for, and kept. */
export function packed(make: () => Buffer): () => Promise<Packed> {
  let made: Promise<Packed> | undefined
  const build = async (): Promise<Packed> => {
    const plain = make()
    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 16)}"`
    return { plain, gzip: await zip(plain), etag }
  }
  return () => {
    made ??= build()
    return made
  }
}

/** Sends it, or that nothing has changed, or its packed twin to who takes it. */
export async function sendPacked(
  request: FastifyRequest,
  reply: FastifyReply,
  what: Promise<Packed>,
): Promise<FastifyReply> {
  const { plain, gzip: small, etag } = await what
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-cache')
  reply.headers({ etag, vary: 'accept-encoding' })
  if (request.headers['if-none-match'] === etag) return reply.removeHeader('content-type').code(304).send()
  if (!String(request.headers['accept-encoding'] ?? '').includes('gzip')) return reply.send(plain)
  return reply.header('content-encoding', 'gzip').send(small)
}
