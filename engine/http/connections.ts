import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Problem } from '../core/errors.ts'
import { tell } from './problems.ts'

/** How long and how many; tests make them small. */
export interface ConnectionLimits {
  /** connections held at once */
  most: number
  /** ms until the whole head of a request is there, and until a TLS handshake is done */
  head: number
  /** ms until a plain body (JSON, at most 4 MB) is there */
  body: number
  /** of an upload: ms in which at least `bytes` must come, again and again */
  upload: { every: number; bytes: number }
  /** ms without a byte in either direction while a request is being answered */
  silence: number
  /** ms between two looks */
  look: number
}

export const usualLimits: ConnectionLimits = {
  most: 2000,
  head: 20_000,
  body: 60_000,
  // slower than the worst mobile network still counts as a connection
  upload: { every: 30_000, bytes: 30_000 },
  silence: 300_000,
  look: 5_000,
}

/** Bytes of a request's head; cookies and a filter in the address fit several times over. */
const MOST_HEAD_BYTES = 16_384

/** Options of `http.createServer` and `https.createServer` that cut slow and overlong heads. */
export const serverOptions = (limits: ConnectionLimits) => ({
  headersTimeout: limits.head,
  // a large ledger over a slow line may take its time; what stands still is cut below
  requestTimeout: 3_600_000,
  connectionsCheckingInterval: limits.look,
  maxHeaderSize: MOST_HEAD_BYTES,
  handshakeTimeout: limits.head,
})

interface Exchange {
  req: IncomingMessage
  res: ServerResponse
  began: number
  /** bytes of the connection at the last progress, and when that was */
  bytes: number
  moved: number
}

interface Connection {
  socket: Socket
  /** when it was opened, or its last request was answered */
  since: number
  exchange?: Exchange
}

const nameOf = (s: Socket) => `${s.remoteAddress} ${s.remotePort} ${s.localPort}`

/**
 * Keeps a few slow or idle connections from taking the place of everybody: bodies that trickle are cut, and when
 * there are too many connections, one that is not being answered makes room, the longest waiting first. Not by
 * address: a whole county may come through one.
 */
export function guardConnections(server: Server, limits: ConnectionLimits): void {
  const open = new Map<string, Connection>()
  const now = () => performance.now()

  server.prependListener('connection', (socket: Socket) => {
    if (open.size >= limits.most) {
      const victim = leastMissed(open.values(), now())
      if (!victim) return socket.destroy()
      victim.socket.destroy()
      open.delete(nameOf(victim.socket))
    }
    const name = nameOf(socket)
    const connection = { socket, since: now() }
    open.set(name, connection)
    socket.once('close', () => {
      if (open.get(name) === connection) open.delete(name)
    })
  })

  server.prependListener('request', (req: IncomingMessage, res: ServerResponse) => {
    // over TLS the socket of the request is another one than that of the connection: the name is the same
    const connection = open.get(nameOf(req.socket))
    if (!connection) return
    const began = now()
    connection.exchange = { req, res, began, bytes: req.socket.bytesRead, moved: began }
    res.once('close', () => {
      connection.since = now()
      // answered before the body was there (no right to write): what still comes must come in time as well
      if (req.complete && connection.exchange?.req === req) delete connection.exchange
    })
  })

  const timer = setInterval(() => {
    for (const connection of open.values()) {
      const { exchange } = connection
      if (exchange?.req.complete && exchange.res.closed) delete connection.exchange
      else if (exchange) look(exchange, now(), limits)
    }
  }, limits.look)
  timer.unref()
  server.once('close', () => clearInterval(timer))
}

/** A connection nobody waits for: idle or still sending its head, else one whose body has been coming for long. */
function leastMissed(all: Iterable<Connection>, now: number): Connection | undefined {
  let idle: Connection | undefined
  let slow: Connection | undefined
  for (const c of all) {
    if (!c.exchange) {
      if (!idle || c.since < idle.since) idle = c
    } else if (!c.exchange.req.complete && now - c.exchange.began > 1000)
      if (!slow || c.exchange.began < slow.exchange!.began) slow = c
  }
  return idle ?? slow
}

function look(x: Exchange, now: number, limits: ConnectionLimits): void {
  const { req, res } = x
  const { socket } = req
  if (req.complete) {
    // who asks and does not read the answer
    const sent = socket.bytesWritten - socket.writableLength
    if (sent !== x.bytes || socket.writableLength === 0) Object.assign(x, { bytes: sent, moved: now })
    else if (now - x.moved > limits.silence) socket.destroy()
    return
  }
  // bytes wait to be read: the server is the slow one
  if (req.readableLength > 0) {
    x.moved = now
    return
  }
  if (/^multipart\//i.test(req.headers['content-type'] ?? '')) {
    if (now - x.moved < limits.upload.every) return
    const came = socket.bytesRead - x.bytes
    if (came < limits.upload.bytes) cut(socket, res)
    else Object.assign(x, { bytes: socket.bytesRead, moved: now })
  } else if (now - x.began > limits.body) cut(socket, res)
}

function cut(socket: Socket, res: ServerResponse): void {
  if (res.headersSent) socket.destroy()
  else refuse(socket, 408)
}

const words: Record<number, [reason: string, detail: string]> = {
  400: ['Bad Request', '请求的格式不对，请按接口说明发送。'],
  408: ['Request Timeout', '请求没有在规定时间内传完，已中断。请检查网络后重试。'],
  431: [
    'Request Header Fields Too Large',
    '请求头过长。请减少筛选条件，或清除浏览器中本站的 Cookie 后重试。',
  ],
}

/** Answers on the bare connection, as far as it still takes an answer, and ends it. */
function refuse(socket: Socket, status: number): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const [reason, detail] = words[status]!
  const body = JSON.stringify({ ...tell(new Problem('bad-input', detail)).body, status })
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  // who does not read this either is not waited for
  setTimeout(() => socket.destroy(), 1000).unref()
}

/** For Fastify: what could not be read as a request. */
export function onClientError(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const status =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400
  refuse(socket, status)
}
