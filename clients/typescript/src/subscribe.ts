import type { Operation } from './document.js'
import { ActbenchError } from './errors.js'
import { readEvents } from './event-stream.js'
import { SUBSCRIPTIONS_SINCE } from './generated/schema.js'
import { linkController, pause } from './signals.js'
import type { Transport } from './transport.js'

export interface SubscribeOptions {
  /** Ends the subscription without an error. */
  readonly signal?: AbortSignal
  /** Called with the reason when the connection is lost, before the next try. */
  onLost?(error: ActbenchError): void
  /** Called for each connection, the first one included, when the service accepts it. */
  onConnected?(): void
  /** How long to try to connect again. @defaultValue Infinity */
  readonly patienceSeconds?: number
}

const FIRST_PAUSE_SECONDS = 0.25
const LONGEST_PAUSE_SECONDS = 10
/** The service sends a comment every 12 seconds. */
const SILENCE_MILLISECONDS = 40_000
/** Covers the fractions of a second that the Date header lacks, and changes that a busy service sends late. */
const MARGIN_MILLISECONDS = 30_000

type Body = ReadableStream<Uint8Array>

export async function* subscribe<Result>(
  transport: Transport,
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
  options: SubscribeOptions,
): AsyncGenerator<Result, void, undefined> {
  const { signal, onLost, patienceSeconds = Number.POSITIVE_INFINITY } = options
  const since = findSinceVariable(operation)
  /** The time up to which all changes have come, by the clock of the service. Null while the variables say it. */
  let known: string | null = null
  let seconds = FIRST_PAUSE_SECONDS
  let lostAt: number | null = null
  while (!signal?.aborted) {
    const { controller, unlink } = linkController(signal)
    const given = since !== null && known !== null ? { ...variables, [since]: known } : variables
    try {
      const response = await transport.openStream(operation, given, controller.signal)
      options.onConnected?.()
      lostAt = null
      const offset = Date.parse(response.headers.get('date') ?? '') - performance.now()
      const note = () => {
        if (!Number.isNaN(offset)) known = new Date(offset + performance.now() - MARGIN_MILLISECONDS).toISOString()
      }
      // From here on, the service sends every change. With `since`, older ones may still have to come.
      if (known === null && (since === null || variables[since] == null)) note()
      for await (const { name, data } of readEvents(response.body as Body, SILENCE_MILLISECONDS, note)) {
        if (name === 'complete') return
        if (name !== 'next') continue
        seconds = FIRST_PAUSE_SECONDS
        const { data: result, errors } = JSON.parse(data)
        if (errors) throw new ActbenchError(errors[0])
        yield result
      }
      throw toLoss('the stream ended before its operation was complete')
    } catch (error) {
      if (signal?.aborted) return
      const problem = error instanceof ActbenchError ? error : toLoss((error as Error).message, error)
      if (!problem.isTemporary) throw problem
      lostAt ??= performance.now()
      const wait = Math.max(problem.retryAfterSeconds ?? 0, seconds) * (1 + Math.random() / 4)
      if (performance.now() + 1000 * wait > lostAt + 1000 * patienceSeconds) throw problem
      onLost?.(problem)
      await pause(1000 * wait, signal).catch(() => {})
      seconds = Math.min(LONGEST_PAUSE_SECONDS, 2 * seconds)
    } finally {
      controller.abort()
      unlink()
    }
  }
}

/**
 * The variable of the argument `since`. Null if the subscription has none: then the service sends the current state first. The
 * text is enough to find it.
 */
function findSinceVariable({ text }: Operation): string | null {
  const field = /\bsubscription\b[^{]*\{\s*(?:\w+\s*:\s*)?(\w+)/.exec(text)?.[1] ?? ''
  if (SUBSCRIPTIONS_SINCE.includes(field) && !/\bsince\s*:/.test(text)) {
    throw new TypeError(
      `subscribe: ${field} has no argument \`since\`, so that a lost connection would lose changes; expected a variable there`,
    )
  }
  return /\bsince\s*:\s*\$(\w+)/.exec(text)?.[1] ?? null
}

function toLoss(message: string, cause?: unknown): ActbenchError {
  return new ActbenchError(
    { message: `subscription: ${message}`, extensions: { code: 'CONNECTION_FAILED' } },
    { cause },
  )
}
