import { Readable } from 'node:stream'

/** Comments at this interval keep proxies from closing a stream that waits for its next event. */
const PING_MILLISECONDS = 12_000
const COMMENT = ':\n\n'
/** The field `data` is present, because a browser ignores an event without it. */
const COMPLETE = 'event: complete\ndata: \n\n'

export interface EventStreamOptions {
  /** Counts the bytes of an event until the client has read it. */
  reserve(bytes: number): () => void
  /** Whether the client holds too much memory, so that its stream is cut off. */
  isFull(): boolean
  readonly pingMilliseconds?: number
}

/**
 * The results of an operation as server-sent events (`next`, then `complete`). The next result is only asked for when the
 * client has read the last one. To destroy the stream ends the operation.
 */
export function createEventStream(
  results: AsyncIterator<object>,
  { reserve, isFull, pingMilliseconds = PING_MILLISECONDS }: EventStreamOptions,
): Readable {
  let isWaiting = false
  let release = () => {}
  const stream = new Readable({
    highWaterMark: 1,
    read: () => void sendNext(),
    destroy(error, done) {
      clearInterval(pinger)
      release()
      Promise.resolve(results.return?.()).then(
        () => done(error),
        () => done(error),
      )
    },
  })
  const pinger = setInterval(() => {
    if (stream.readableLength === 0) stream.push(COMMENT)
  }, pingMilliseconds)

  async function sendNext(): Promise<void> {
    // A comment was read while the next result is on its way.
    if (isWaiting) return
    isWaiting = true
    release()
    try {
      const { value, done } = await results.next()
      isWaiting = false
      if (stream.destroyed) return
      if (isFull()) return void stream.destroy()
      if (done) {
        clearInterval(pinger)
        stream.push(COMPLETE)
        stream.push(null)
        return
      }
      const event = `event: next\ndata: ${JSON.stringify(value)}\n\n`
      release = reserve(event.length)
      stream.push(event)
    } catch (error) {
      stream.destroy(error as Error)
    }
  }

  // Browsers take a stream for open only when its first bytes arrive.
  stream.push(COMMENT)
  return stream
}
