import type { Operation } from './document.js'
import { ActbenchError, type GraphqlError } from './errors.js'
import { createEtagCache } from './etag-cache.js'
import { toJson } from './scalars.js'
import { linkController, pause } from './signals.js'
import { VERSION } from './version.js'

export interface TransportOptions {
  readonly url: string
  readonly key?: string
  readonly fetch?: typeof fetch
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutSeconds?: number
  readonly patienceSeconds?: number
  readonly cacheCharacters?: number
}

export interface SendOptions {
  readonly signal?: AbortSignal
  /** Whether to send the operation again if its answer is lost. */
  readonly isRepeatable: boolean
  /** @defaultValue that of the client */
  readonly patienceSeconds?: number
}

export interface RawAnswer {
  readonly data: Readonly<Record<string, unknown>>
  readonly errors: readonly ActbenchError[]
}

export interface Transport {
  /** Sends an operation, and again after 429, 503 and a lost connection, until the patience ends. */
  send(operation: Operation, variables: unknown, options: SendOptions): Promise<RawAnswer>
  /** Opens a stream of events. Tries only once. */
  openStream(operation: Operation, variables: unknown, signal: AbortSignal): Promise<Response>
}

/** Longer addresses do not fit the head of a request. */
const MAX_ADDRESS_LENGTH = 8000
const ACCEPT = 'application/graphql-response+json, application/json;q=0.9'
const LONGEST_PAUSE_SECONDS = 30
const DEFAULT_CACHE_CHARACTERS = 2 ** 24
/** Each server behind an address learns a document by itself. */
const MOST_REFUSALS = 3
/** Connections that failed with these had no server at their end, so that a mutation was not done. */
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])

export function createTransport(options: TransportOptions): Transport {
  const endpoint = `${toBase(options.url)}/graphql`
  const send = options.fetch ?? globalThis.fetch.bind(globalThis)
  const { timeoutSeconds = 60, patienceSeconds = 300, cacheCharacters = DEFAULT_CACHE_CHARACTERS } = options
  const cache = createEtagCache(cacheCharacters)
  const refusals = new Map<string, number>()
  const headers: Record<string, string> = {
    ...(options.key && { authorization: `Bearer ${options.key}` }),
    // Browsers have a name of their own, and a header of this name would cost them a preflight.
    ...('process' in globalThis && { 'user-agent': `actbench-typescript/${VERSION}` }),
    ...options.headers,
  }

  /** Sends a request and reads its whole body within the time limit. */
  const exchange = async (address: string, init: RequestInit, signal: AbortSignal | undefined) => {
    const { controller, unlink } = linkController(signal)
    const timer = setTimeout(
      () => controller.abort(new Error(`no answer within ${timeoutSeconds} seconds`)),
      1000 * timeoutSeconds,
    )
    try {
      const response = await send(address, { ...init, signal: controller.signal })
      return { response, text: await response.text() }
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      throw toConnectionError(endpoint, error)
    } finally {
      clearTimeout(timer)
      unlink()
    }
  }

  const post = (body: object, signal: AbortSignal | undefined) =>
    exchange(
      endpoint,
      {
        method: 'POST',
        headers: { ...headers, accept: ACCEPT, 'content-type': 'application/json' },
        body: toJson(body),
      },
      signal,
    )

  const get = async (address: string, signal: AbortSignal | undefined) => {
    const cached = cache.find(address)
    const condition: Record<string, string> = cached ? { 'if-none-match': cached.etag } : {}
    const { response, text } = await exchange(
      address,
      { headers: { ...headers, ...condition, accept: ACCEPT } },
      signal,
    )
    if (response.status === 304 && cached) return { response, text: cached.text }
    const etag = response.headers.get('etag')
    if (response.ok && etag) cache.store(address, { etag, text })
    return { response, text }
  }

  const ask = async ({ kind, name, text, hash }: Operation, variables: unknown, signal: AbortSignal | undefined) => {
    const extensions = hash === null ? {} : { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } }
    const named = name === null ? {} : { operationName: name }
    const body = { ...named, query: text, variables, ...extensions }
    if (kind !== 'query') return readAnswer(endpoint, await post(body, signal))
    // A service that keeps no documents refuses each hash.
    const isKnown = hash !== null && (refusals.get(hash) ?? 0) < MOST_REFUSALS
    const address = toAddress(endpoint, { ...named, ...(isKnown ? extensions : { query: text }), variables })
    if (address.length > MAX_ADDRESS_LENGTH) return readAnswer(endpoint, await post(body, signal))
    try {
      return readAnswer(endpoint, await get(address, signal))
    } catch (error) {
      // The service learns the document of a hash from its text.
      if (!(error instanceof ActbenchError && error.code === 'PERSISTED_QUERY_NOT_FOUND') || hash === null) throw error
      refusals.set(hash, (refusals.get(hash) ?? 0) + 1)
      return readAnswer(endpoint, await post(body, signal))
    }
  }

  return {
    async send(operation, variables, { signal, isRepeatable, patienceSeconds: ownPatience = patienceSeconds }) {
      const end = performance.now() + 1000 * ownPatience
      for (let attempt = 0; ; attempt++) {
        try {
          const answer = await ask(operation, variables, signal)
          // A mutation that was done must not be repeated only because another one of the same operation must wait.
          const isDone = Object.values(answer.data).some((value) => value !== null)
          const refusal = isRepeatable || !isDone ? answer.errors.find(({ isTemporary }) => isTemporary) : undefined
          if (refusal === undefined) return answer
          throw refusal
        } catch (error) {
          if (!(error instanceof ActbenchError && error.isTemporary)) throw error
          if (error.code === 'CONNECTION_FAILED' && !isRepeatable && error.extensions.isUnsent !== true) throw error
          const seconds = error.retryAfterSeconds ?? Math.min(LONGEST_PAUSE_SECONDS, 0.25 * 2 ** attempt)
          // Workers that were refused together must not come back together.
          const milliseconds = 1000 * seconds * (1 + Math.random() / 4)
          if (performance.now() + milliseconds > end) throw error
          await pause(milliseconds, signal)
        }
      }
    },
    async openStream({ name, text }, variables, signal) {
      const body = toJson({ ...(name !== null && { operationName: name }), query: text, variables })
      const events = { ...headers, accept: 'text/event-stream', 'content-type': 'application/json' }
      let response: Response
      try {
        response = await send(endpoint, { method: 'POST', headers: events, body, signal })
      } catch (error) {
        throw toConnectionError(endpoint, error)
      }
      if (response.ok && response.body !== null) return response
      throw toRefusal(endpoint, response, await response.text().catch(() => ''))
    },
  }
}

function toBase(url: string): string {
  if (!URL.canParse(url)) {
    throw new TypeError(
      `url: expected the address of a service, such as http://127.0.0.1:4000, got ${JSON.stringify(url)}`,
    )
  }
  return url.replace(/\/+(?:graphql\/*)?$/, '')
}

function toAddress(endpoint: string, parameters: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(parameters).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return []
    return [[name, typeof value === 'string' ? value : toJson(value)]]
  })
  return `${endpoint}?${new URLSearchParams(entries)}`
}

function toConnectionError(endpoint: string, error: unknown): ActbenchError {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause
  const text = cause?.message || cause?.code || (error as Error).message
  const extensions = { code: 'CONNECTION_FAILED', isUnsent: UNSENT.has(cause?.code ?? '') }
  return new ActbenchError({ message: `${endpoint}: ${text}`, extensions }, { cause: error })
}

function readAnswer(endpoint: string, { response, text }: { response: Response; text: string }): RawAnswer {
  let body: { data?: Record<string, unknown> | null; errors?: readonly GraphqlError[] }
  try {
    body = JSON.parse(text)
  } catch {
    throw toRefusal(endpoint, response, text)
  }
  if (typeof body !== 'object' || body === null || !body.data) throw toRefusal(endpoint, response, text)
  return { data: body.data, errors: (body.errors ?? []).map((error) => new ActbenchError(error)) }
}

/** The error of an answer without data, such as that of a proxy. */
function toRefusal(endpoint: string, response: Response, text: string): ActbenchError {
  const given = readFirstError(text)
  const pause = readPause(response.headers.get('retry-after'))
  const codes: Record<number, string> = {
    429: 'RATE_LIMITED',
    502: 'CONNECTION_FAILED',
    503: 'SERVICE_UNAVAILABLE',
    504: 'CONNECTION_FAILED',
  }
  const shown = text.replace(/\s+/g, ' ').slice(0, 200)
  const message = `${endpoint}: expected an answer of actbench, got status ${response.status} ${shown}`
  const { extensions, ...error } = given ?? { message, extensions: { code: codes[response.status] ?? 'UNKNOWN' } }
  return new ActbenchError({
    ...error,
    extensions: { ...(pause !== null && { retryAfterSeconds: pause }), ...extensions },
  })
}

function readFirstError(text: string): GraphqlError | null {
  try {
    const { errors } = JSON.parse(text)
    return typeof errors[0].message === 'string' ? errors[0] : null
  } catch {
    return null
  }
}

/** The seconds of a Retry-After header: a number or a date. */
function readPause(header: string | null): number | null {
  if (header === null) return null
  if (/^\d+$/.test(header)) return Number(header)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, (date - Date.now()) / 1000)
}
