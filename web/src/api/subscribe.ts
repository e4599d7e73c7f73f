import { ApiError, minify, withKey } from './client.js'
import type { Operation } from './graphql.js'

const ADDRESS = '/graphql'
const FIRST_WAIT_MILLISECONDS = 1000
const LONGEST_WAIT_MILLISECONDS = 30_000

export interface Subscription<Result, Variables> {
  readonly operation: Operation<Result, Variables>
  /** Called for each connection, so that a later one can ask for what the earlier one missed. */
  variables(): Variables
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
  const update = () => {
    if (document.hidden || isOver) {
      connection?.abort()
      connection = null
    } else if (connection === null) {
      connection = new AbortController()
      void stayConnected(subscription, connection.signal).then((isComplete) => {
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
): Promise<boolean> {
  let wait = FIRST_WAIT_MILLISECONDS
  while (!signal.aborted) {
    try {
      const isComplete = await listen(subscription, signal, () => {
        wait = FIRST_WAIT_MILLISECONDS
      })
      if (isComplete) return true
    } catch (error) {
      if (error instanceof ApiError && error.retryAfterSeconds === null && error.code !== 'SERVICE_UNAVAILABLE') {
        subscription.onError?.(error)
        return true
      }
    }
    await pause(wait, signal)
    wait = Math.min(2 * wait, LONGEST_WAIT_MILLISECONDS)
  }
  return false
}

async function listen<Result, Variables>(
  { operation, variables, onResult }: Subscription<Result, Variables>,
  signal: AbortSignal,
  onEvent: () => void,
): Promise<boolean> {
  const response = await fetch(ADDRESS, {
    method: 'POST',
    headers: withKey({ accept: 'text/event-stream', 'content-type': 'application/json' }),
    body: JSON.stringify({ query: minify(operation as unknown as string), variables: variables() }),
    signal,
  })
  if (!response.ok || response.body === null) throw new ApiError((await response.json()).errors[0])
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
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
