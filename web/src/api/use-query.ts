import { useEffect, useState } from 'preact/hooks'
import { ApiError, ask, ConnectionError } from './client.js'
import type { Operation } from './graphql.js'
import { apiKey } from './key.js'

const FIRST_WAIT_MILLISECONDS = 1000
const LONGEST_WAIT_MILLISECONDS = 15_000
/** Answers that are shown at once when the visitor comes back to a page. */
const MAX_KEPT_ANSWERS = 30
const kept = new Map<string, unknown>()

export interface QueryState<Result> {
  /** The answer, or the one before while a newer one is on its way. */
  readonly data: Result | null
  /** The error of the newest request. If the service does not answer, another try follows by itself. */
  readonly error: Error | null
  readonly isLoading: boolean
}

export interface QueryOptions {
  readonly allowPartial?: boolean
  /** Whether to wait, for example until a part of the page comes into view. */
  readonly isPaused?: boolean
  /** Seconds between an answer and the next request, for what changes by itself. A hidden tab asks nothing. */
  readonly repeatSeconds?: number | null
  /** Another number asks again at once. */
  readonly attempt?: number
}

/** The answer to a query. It is asked again if the variables change, or the key of the visitor, which may see more. */
export function useQuery<Result, Variables>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  { allowPartial = false, isPaused = false, repeatSeconds = null, attempt = 0 }: QueryOptions = {},
): QueryState<Result> {
  const key = `${operation as unknown as string}\n${JSON.stringify(variables)}`
  const secret = apiKey.value
  const [state, setState] = useState<QueryState<Result> & { key: string }>(() => first(key))
  useEffect(() => {
    if (isPaused) return
    const end = new AbortController()
    setState((before) => (before.key === key ? before : { ...first<Result>(key), key }))
    void load(operation, variables, { allowPartial, repeatSeconds, signal: end.signal }, (next) => {
      if (end.signal.aborted) return
      if (next.data !== null) keep(key, next.data)
      setState((before) => ({ ...next, data: next.data ?? before.data, key }))
    })
    return () => end.abort()
  }, [key, isPaused, allowPartial, repeatSeconds, attempt, secret])
  return state.key === key ? state : { ...state, isLoading: true }
}

function first<Result>(key: string): QueryState<Result> & { key: string } {
  return { key, data: (kept.get(key) as Result | undefined) ?? null, error: null, isLoading: true }
}

function keep(key: string, data: unknown): void {
  kept.delete(key)
  kept.set(key, data)
  if (kept.size > MAX_KEPT_ANSWERS) kept.delete(kept.keys().next().value as string)
}

async function load<Result, Variables>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  { repeatSeconds, ...options }: { allowPartial: boolean; repeatSeconds: number | null; signal: AbortSignal },
  show: (state: QueryState<Result>) => void,
): Promise<void> {
  let wait = FIRST_WAIT_MILLISECONDS
  while (!options.signal.aborted) {
    try {
      show({ data: await ask(operation, variables, options), error: null, isLoading: false })
      if (repeatSeconds === null) return
      wait = FIRST_WAIT_MILLISECONDS
      await pause(1000 * repeatSeconds)
    } catch (error) {
      if (options.signal.aborted) return
      show({ data: null, error: error as Error, isLoading: false })
      if (!isPassing(error)) return
      await pause(wait)
      wait = Math.min(2 * wait, LONGEST_WAIT_MILLISECONDS)
    }
  }
}

/** Waits, and then until the tab is in view. */
async function pause(milliseconds: number): Promise<void> {
  await new Promise((done) => setTimeout(done, milliseconds))
  if (document.hidden) {
    await new Promise((done) => document.addEventListener('visibilitychange', done, { once: true }))
  }
}

/** Whether another try may succeed. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionError) return true
  return error instanceof ApiError && (error.code === 'SERVICE_UNAVAILABLE' || error.code === 'RATE_LIMITED')
}
