import { once } from 'node:events'
import type { Socket } from 'node:net'
import type pg from 'pg'

/** The part of the driver's connection that COPY needs; its type declarations lack it. */
interface CopyConnection {
  readonly stream: Socket
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

/** Runs `COPY ... FROM STDIN` with these bytes and returns the number of rows. An error of `chunks` ends the COPY. */
export function copyIn(
  client: pg.ClientBase,
  text: string,
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<number> {
  return new Promise((done, fail) => {
    let rows = 0
    let failure: Error | null = null
    const send = async (connection: CopyConnection) => {
      try {
        for await (const chunk of chunks) {
          // After an error, PostgreSQL ignores the rest.
          if (failure) return
          connection.sendCopyFromChunk(chunk)
          if (connection.stream.writableNeedDrain) await Promise.race([once(connection.stream, 'drain'), ended])
        }
        connection.endCopyFrom()
      } catch (error) {
        failure ??= error as Error
        connection.sendCopyFail('the input failed')
      }
    }
    let end: () => void
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    client.query({
      submit: (connection) => (connection as unknown as CopyConnection).query(text),
      handleCopyInResponse: (connection: CopyConnection) => void send(connection),
      handleCommandComplete(message: { readonly text: string }) {
        rows = Number(message.text.replace('COPY ', ''))
      },
      handleReadyForQuery() {
        end()
        if (failure) fail(failure)
        else done(rows)
      },
      handleError(error: Error) {
        failure ??= error
        end()
        fail(failure)
      },
    } as pg.Submittable)
  })
}
