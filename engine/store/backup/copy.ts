/**
 * COPY in and out of PostgreSQL as streams, over the `pg` driver. The driver hands COPY messages to the
 * running query; these two queries take them, and hold the socket back when the other side is slower.
 */
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import pg from 'pg'

/** The part of the driver's connection that COPY uses. */
interface CopyConnection {
  stream: Duplex
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

const HIGH_WATER = 1024 * 1024

class CopyOut extends pg.Query {
  #chunks: Buffer[] = []
  #bytes = 0
  #ended = false
  #error: Error | undefined
  #stream: Duplex | undefined
  #wake: () => void = () => undefined
  /** rows copied; known at the end */
  rows = 0

  constructor(text: string) {
    super(text)
    this.on('error', (e: Error) => {
      this.#error = e
      this.#ended = true
      this.#wake()
    })
    this.on('end', (result) => {
      this.rows = (result as unknown as pg.QueryResult).rowCount ?? 0
      this.#ended = true
      this.#wake()
    })
  }

  handleCopyData(message: { chunk: Buffer }, connection: CopyConnection): void {
    // the driver uses its buffer again
    this.#chunks.push(Buffer.from(message.chunk))
    this.#bytes += message.chunk.length
    this.#stream = connection.stream
    if (this.#bytes > HIGH_WATER) connection.stream.pause()
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.#error) throw this.#error
      if (this.#bytes > 0) {
        const all = Buffer.concat(this.#chunks)
        this.#chunks = []
        this.#bytes = 0
        this.#stream?.resume()
        yield all
      } else if (this.#ended) return
      else {
        await new Promise<void>((done) => {
          this.#wake = done
        })
      }
    }
  }
}

/**
 * Streams `copy … to stdout`. Must be read to its end; a reader that gives up early must close the client.
 */
export function copyOut(client: pg.Client, text: string): AsyncIterable<Buffer> & { readonly rows: number } {
  const query = new CopyOut(text)
  client.query(query)
  return query
}

class CopyIn extends pg.Query {
  readonly #source: AsyncIterable<Buffer>
  readonly done: Promise<number>
  #failed = false
  #cause: unknown

  constructor(text: string, source: AsyncIterable<Buffer>) {
    super(text)
    this.#source = source
    this.done = new Promise((resolve, reject) => {
      this.on('error', (e: Error) => {
        this.#failed = true
        reject(this.#cause ?? e)
      })
      this.on('end', (result) => resolve((result as unknown as pg.QueryResult).rowCount ?? 0))
    })
  }

  handleCopyInResponse(connection: CopyConnection): void {
    void this.#feed(connection)
  }

  async #feed(connection: CopyConnection): Promise<void> {
    try {
      for await (const chunk of this.#source) {
        if (this.#failed) return
        connection.sendCopyFromChunk(chunk)
        if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain')
      }
      if (!this.#failed) connection.endCopyFrom()
    } catch (e) {
      // the server then fails the command, which ends the query
      this.#cause = e
      connection.sendCopyFail((e as Error).message)
    }
  }
}

/** Feeds `copy … from stdin`; gives the number of rows. */
export function copyIn(client: pg.Client, text: string, source: AsyncIterable<Buffer>): Promise<number> {
  const query = new CopyIn(text, source)
  client.query(query)
  return query.done
}
