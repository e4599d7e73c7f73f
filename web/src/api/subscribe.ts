import { ApiError, withKey } from './client.js'
import { lostStreams } from './connection.js'
import { minify, type Operation } from './graphql.js'

const ADDRESS = '/graphql'
const FIRST_WAIT_MILLISECONDS = 1000
const LONGEST_WAIT_MILLISECONDS = 30_000
/** The date of an answer has no fractions of a second. */
const MARGIN_MILLISECONDS = 2000

/** Until when a subscription knows of all changes. */
interface Clock {
  since: string | null
}

export interface Subscription<Result, Variables> {
  readonly operation: Operation<Result, Variables>
  /**
   * Called for each connection with the time of the service shortly before the last one ended, so that nothing is missed.
   * Null for the first connection.
   */
  variables(since: string | null): Variables
  onResult(result: Result): void
  /** The stream ended with an error that another try does not mend. */
  onError?(error: ApiError): void
}

/**
 * Listens to a subscription until the returned function is called or the stream completes. While the tab is hidden the
 * stream is closed: browsers open six connections to a host, for all tabs together.
 */
export function subscribe<Result, Variables>(subscription: Subscription<Result, Variables>): () => void {
  let connection: AbortController | null = null
  let isOver = false
  const clock: Clock = { since: null }
  const update = () => {
    if (document.hidden || isOver) {
      connection?.abort()
      connection = null
    } else if (connection === null) {
      connection = new AbortController()
      void stayConnected(subscription, connection.signal, clock).then((isComplete) => {
        isOver ||= isComplete
      })
    }
  }
  document.addEventListener('visibilitychange', update)
  update()
  return () => {
    isOver = true
    document.removeEventListener('visibilitychange', update)
    update()
  }
}

/** Whether the stream is complete; false if the signal ended it. */
async function stayConnected<Result, Variables>(
  subscription: Subscription<Result, Variables>,
  signal: AbortSignal,
  clock: Clock,
): Promise<boolean> {
  let wait = FIRST_WAIT_MILLISECONDS
  let isLost = false
  const setLost = (value: boolean) => {
    if (value !== isLost) lostStreams.value += value ? 1 : -1
    isLost = value
  }
  try {
    while (!signal.aborted) {
      try {
        const onEvent = () => {
          wait = FIRST_WAIT_MILLISECONDS
        }
        if (await listen(subscription, signal, clock, { onOpen: () => setLost(false), onEvent })) return true
      } catch (error) {
        const isApiError = error instanceof ApiError && error.code !== 'SERVICE_UNAVAILABLE'
        if (isApiError && error.retryAfterSeconds === null) {
          subscription.onError?.(error)
          return true
        }
        setLost(!isApiError && !signal.aborted)
      }
      await pause(wait, signal)
      wait = Math.min(2 * wait, LONGEST_WAIT_MILLISECONDS)
    }
    return false
  } finally {
    setLost(false)
  }
}

async function listen<Result, Variables>(
  { operation, variables, onResult }: Subscription<Result, Variables>,
  signal: AbortSignal,
  clock: Clock,
  { onOpen, onEvent }: { onOpen(): void; onEvent(): void },
): Promise<boolean> {
  const response = await fetch(ADDRESS, {
    method: 'POST',
    headers: withKey({ accept: 'text/event-stream', 'content-type': 'application/json' }),
    body: JSON.stringify({ query: minify(operation as unknown as string), variables: variables(clock.since) }),
    signal,
  })
  if (!response.ok || response.body === null) throw new ApiError((await response.json()).errors[0])
  onOpen()
  // The clock of the service: that of the visitor may be wrong.
  const started = Date.parse(response.headers.get('date') ?? '') - performance.now()
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true, value: '' }))
    clock.since = new Date(started + performance.now() - MARGIN_MILLISECONDS).toISOString()
    if (done || signal.aborted) return false
    const events = (text + value).split('\n\n')
    text = events.pop() ?? ''
    for (const { name, data } of events.map(readEvent)) {
      if (name === 'complete') return true
      if (name !== 'next') continue
      onEvent()
      const answer = JSON.parse(data)
      if (answer.errors) throw new ApiError(answer.errors[0])
      onResult(answer.data)
    }
  }
}

function readEvent(event: string): { name: string; data: string } {
  const field = (name: string) => event.match(new RegExp(`^${name}: ?(.*)$`, 'm'))?.[1] ?? ''
  return { name: field('event'), data: field('data') }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      done()
    })
  })
}
