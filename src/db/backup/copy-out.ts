import { Readable } from 'node:stream'
import type pg from 'pg'

const CHUNK_BYTES = 65_536

/**
 * Runs `COPY ... TO STDOUT` and streams its output. The driver has no COPY of its own, but calls these handlers of a
 * query object. While the reader is slow, the connection is paused.
 */
export class CopyOut extends Readable implements pg.Submittable {
  /** Number of rows; known at the end. */
  rows = 0
  readonly #text: string
  #connection: pg.Connection | null = null
  #pieces: Buffer[] = []
  #size = 0

  constructor(text: string) {
    super({ highWaterMark: 4 * CHUNK_BYTES })
    this.#text = text
  }

  submit(connection: pg.Connection): void {
    this.#connection = connection
    connection.query(this.#text)
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    // The driver uses its buffer again.
    this.#pieces.push(Buffer.from(chunk))
    this.#size += chunk.length
    if (this.#size >= CHUNK_BYTES && !this.#flush()) this.#connection?.stream.pause()
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.rows = Number(text.replace('COPY ', ''))
  }

  handleReadyForQuery(): void {
    this.#flush()
    this.push(null)
    // The end may come with the chunk that paused the connection. Nobody reads on after it, so it would stay paused.
    this.#connection?.stream.resume()
  }

  handleError(error: Error): void {
    this.#connection?.stream.resume()
    this.destroy(error)
  }

  override _read(): void {
    this.#connection?.stream.resume()
  }

  #flush(): boolean {
    const bytes = Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#size = 0
    return bytes.length === 0 || this.push(bytes)
  }
}

/** Streams the output of a `COPY ... TO STDOUT`. */
export function copyOut(client: pg.ClientBase, text: string): CopyOut {
  return client.query(new CopyOut(text))
}
